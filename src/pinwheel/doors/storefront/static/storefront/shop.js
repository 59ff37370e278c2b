// The shop's page behaviour: every page works without it, but for the picture of time passing.
"use strict";

const POLL_MILLISECONDS = 5000;
const announcer = () => document.getElementById("announce");

// --- countdowns: from the seconds that the server gave, so a wrong clock of the device does no harm ----

const deadlines = new WeakMap();

function tick() {
  for (const element of document.querySelectorAll("[data-countdown]")) {
    if (!deadlines.has(element)) {
      deadlines.set(element, Date.now() + Number(element.dataset.countdown) * 1000);
    }
    const left = Math.max(0, Math.round((deadlines.get(element) - Date.now()) / 1000));
    const text = timeLeft(left, element.dataset.days);
    if (element.textContent !== text) element.textContent = text;
    if (left === 0 && !element.dataset.over && Number(element.dataset.countdown) > 0) {
      element.dataset.over = "1";
      refresh();
    }
  }
}

function timeLeft(seconds, daysPattern) {
  const pad = (number) => String(number).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(pad).join(":");
  return days ? `${daysPattern.replace("%(days)s", days)} ${clock}` : clock;
}

// --- live parts: server-sent events, and asking every five seconds where they fail ----------------------

let polling = null;

function refresh() {
  const live = document.getElementById("live");
  if (live?.hasAttribute("hx-get") && !document.hidden) htmx.trigger(live, "shop:poll");
}

function startPolling() {
  polling ??= setInterval(refresh, POLL_MILLISECONDS);
}

function stopPolling() {
  clearInterval(polling);
  polling = null;
}

const shown = new Map(); // id of a live part: what it shows

function skipIfSame(event) {
  const { target, serverResponse } = event.detail;
  if (target.id !== "live") return;
  if (shown.get(target.id) === withoutTimes(serverResponse)) event.detail.shouldSwap = false;
  shown.set(target.id, withoutTimes(serverResponse));
}

/** The same page a moment later differs in its countdowns and tokens only. */
function withoutTimes(html) {
  return html
    .replace(/data-countdown="\d+"[^<]*/g, "")
    .replace(/name="csrfmiddlewaretoken" value="\w+"/g, "");
}

let opened = [];

function rememberOpened(event) {
  if (event.detail.target.id !== "live") return;
  opened = [...event.detail.target.querySelectorAll("details[open][id]")].map((element) => element.id);
}

function afterSwap(event) {
  const { target } = event.detail;
  if (target.id === "sheet-content") document.getElementById("sheet").showModal();
  if (target.id !== "live") return;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  const said = [...target.querySelectorAll("[data-announce]")].map((element) => element.dataset.announce).join(" ");
  if (announcer().textContent !== said) announcer().textContent = said;
  tick();
  playResult();
}

// --- the result: seats come up in drawn order, unless less motion is wished -----------------------------

function playResult() {
  const panel = document.querySelector(".seats-panel.is-result");
  if (!panel || panel.classList.contains("is-playing") || wasSeen(panel.dataset.group)) return;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const seats = [...panel.querySelectorAll(".seat[data-place]")];
  const step = Math.min(260, 4000 / Math.max(seats.length, 1));
  for (const seat of seats) seat.style.setProperty("--delay", `${Number(seat.dataset.place) * step}ms`);
  document.getElementById("live").style.setProperty("--end", `${step * (seats.length + 1)}ms`);
  panel.classList.add("is-playing");
  setTimeout(() => panel.classList.remove("is-playing"), step * (seats.length + 1) + 700);
}

function wasSeen(group) {
  try {
    const key = `seen-${group}`;
    const seen = sessionStorage.getItem(key) !== null;
    sessionStorage.setItem(key, "1");
    return seen;
  } catch {
    return false;
  }
}

// --- buttons --------------------------------------------------------------------------------------------

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const field = button.parentElement.querySelector("input");
    if (!field) return;
    field.select();
    document.execCommand("copy");
  }
  const words = button.dataset.words ?? button.textContent;
  button.dataset.words = words;
  button.textContent = document.body.dataset.copied;
  announcer().textContent = document.body.dataset.copied;
  setTimeout(() => (button.textContent = words), 1600);
}

function clicked(event) {
  const button = event.target.closest("button");
  const sheet = document.getElementById("sheet");
  if (button?.dataset.copy) copy(button);
  if (button?.hasAttribute("data-skip")) button.closest(".seats-panel").classList.remove("is-playing");
  if (button?.hasAttribute("data-close") || (sheet && event.target === sheet)) sheet?.close();
}

/** One tap sends a form; its key makes a second one harmless all the same. */
function sendOnce(event) {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), 15000);
  announcer().textContent = document.body.dataset.busy;
}

function wakeForms() {
  for (const form of document.querySelectorAll('form[aria-busy="true"]')) form.removeAttribute("aria-busy");
}

function failed(event) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.setAttribute("role", "alert");
  toast.textContent = document.body.dataset.offline;
  if (event.target.id === "live") return;
  document.body.append(toast);
  setTimeout(() => toast.remove(), 5000);
}

document.documentElement.classList.add("has-script");
document.addEventListener("click", clicked);
document.addEventListener("submit", sendOnce);
addEventListener("pageshow", wakeForms);
document.addEventListener("visibilitychange", refresh);
document.body.addEventListener("htmx:sseError", startPolling);
document.body.addEventListener("htmx:sseOpen", stopPolling);
document.body.addEventListener("htmx:beforeSwap", skipIfSame);
document.body.addEventListener("htmx:beforeSwap", rememberOpened);
document.body.addEventListener("htmx:afterSwap", afterSwap);
document.body.addEventListener("htmx:responseError", failed);
document.body.addEventListener("htmx:sendError", failed);
setInterval(tick, 1000);
tick();
playResult();
