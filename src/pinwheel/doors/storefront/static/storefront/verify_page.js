// The verify button: load the evidence (or take a file), recompute every step here, and show each of them.

import * as verifier from "./verify_draw.js";

const panel = document.getElementById("verify");
const words = panel.dataset;
const result = panel.querySelector(".verify-result");

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function show(...children) {
  result.replaceChildren(...children);
  result.hidden = false;
}

function stepItem({ step, ok, detail }) {
  const key = "step" + step.split("_").map((part) => part[0].toUpperCase() + part.slice(1)).join("");
  const item = element("li", ok ? "step is-ok" : "step is-bad");
  const head = element("p", "step-head");
  const mark = element("span", "step-mark", ok ? "✓" : "✗");
  mark.setAttribute("aria-hidden", "true");
  head.append(mark, element("b", "", words[key] ?? step), element("span", "step-verdict", ok ? words.ok : words.bad));
  item.append(head, element("p", "muted small", detail));
  return item;
}

async function check(file) {
  show(element("p", "muted", words.running));
  const steps = await verifier.verifyDraw(file, words.language);
  const bad = steps.filter((step) => !step.ok);
  const list = element("ol", "steps");
  list.append(...steps.map(stepItem));
  const names = bad.map((step) => step.step).join(", ");
  const verdict = bad.length
    ? element("p", "verdict is-bad", verifier.FAILED[words.language].replace("{steps}", names))
    : element("p", "verdict is-ok", words.holds);
  const wasDrawn = !bad.length && verifier.isDrawn(file);
  const proves = wasDrawn ? verifier.proves(file) : bad.length ? null : verifier.NOTHING_DRAWN;
  show(verdict, list, ...(proves ? [element("p", "proves", proves[words.language])] : []));
}

async function checkGroup(button) {
  button.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(words.evidence, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const file = await response.json();
    if (["forming", "filled"].includes(file.state)) show(element("p", "message", words[file.state]));
    else await check(file);
  } catch (error) {
    console.error(error);
    show(element("p", "error", words.failed));
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function checkText(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    show(element("p", "error", words.notJson));
    return;
  }
  if (["forming", "filled"].includes(file?.state)) show(element("p", "message", words[file.state]));
  else await check(file);
}

async function takeFile(file) {
  if (!file) return;
  const text = await file.text();
  document.getElementById("evidence-text").value = text;
  await checkText(text);
}

panel.querySelector("[data-verify]")?.addEventListener("click", (event) => checkGroup(event.currentTarget));
panel
  .querySelector("[data-verify-text]")
  ?.addEventListener("click", () => checkText(document.getElementById("evidence-text").value));
document.getElementById("evidence-file")?.addEventListener("change", (event) => takeFile(event.target.files[0]));
for (const name of ["dragover", "drop"]) {
  panel.querySelector("[data-drop]")?.closest(".verify").addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop") takeFile(event.dataTransfer.files[0]);
  });
}
