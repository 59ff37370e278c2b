// Draws the figures of a report in the language chosen: #zh or #en in the address.
(function () {
  "use strict";
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const narrow = window.matchMedia("(max-width: 40rem)");
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, showTips: false };
  // Okabe and Ito's colours, which the colour-blind tell apart; the yellow last, as it is pale on white.
  const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442"];

  function language() {
    return window.location.hash === "#en" ? "en" : "zh";
  }

  function said(value, chosen) {
    if (Array.isArray(value)) return value.map((part) => said(part, chosen));
    if (value === null || typeof value !== "object") return value;
    const names = Object.keys(value);
    if (names.length === 2 && "zh" in value && "en" in value) return value[chosen];
    return Object.fromEntries(names.map((name) => [name, said(value[name], chosen)]));
  }

  function over(base, own) {
    const found = { ...base };
    for (const [name, value] of Object.entries(own || {})) {
      const both = value && typeof value === "object" && !Array.isArray(value) && found[name];
      found[name] = both && typeof found[name] === "object" ? over(found[name], value) : value;
    }
    return found;
  }

  function axis(isNarrow, name) {
    return {
      automargin: true,
      fixedrange: true,
      gridcolor: "#e6e9ec",
      linecolor: "#8c959f",
      zeroline: name.startsWith("y"),
      zerolinecolor: "#57606a",
      nticks: isNarrow ? 6 : 10,
      title: { standoff: 8 },
    };
  }

  function layout(own) {
    const isNarrow = narrow.matches;
    const base = {
      autosize: true,
      height: isNarrow ? 320 : 380,
      colorway: COLOURS,
      dragmode: false,
      hovermode: "x unified",
      font: {
        family: getComputedStyle(document.body).fontFamily,
        size: isNarrow ? 12 : 14,
        color: "#1b1f24",
      },
      legend: {
        orientation: "h",
        traceorder: "normal",
        x: 0,
        xanchor: "left",
        y: 1.02,
        yanchor: "bottom",
      },
      margin: { l: 8, r: 12, t: 12, b: 8 },
      paper_bgcolor: "#fff",
      plot_bgcolor: "#fff",
      separators: ".,",
    };
    const axes = Object.keys(own || {}).filter((name) => /^[xy]axis/.test(name));
    for (const name of ["xaxis", "yaxis", ...axes]) base[name] = axis(isNarrow, name);
    return over(base, own);
  }

  // A figure that cannot be drawn leaves its place to its table; the others are drawn.
  function draw(name, figure) {
    const place = document.getElementById(name);
    const failed = () => {
      place.hidden = true;
      const table = place.parentElement.querySelector("details");
      if (table) table.open = true;
    };
    try {
      window.Plotly.react(place, figure.data, layout(figure.layout), CONFIG).catch(failed);
    } catch (error) {
      failed();
    }
  }

  function show() {
    const chosen = language();
    document.documentElement.dataset.language = chosen;
    document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
    for (const link of document.querySelectorAll("nav.languages a")) {
      if (link.hash === "#" + chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    figures.forEach((figure, number) => draw("chart" + number, said(figure, chosen)));
    document.documentElement.dataset.drawn = chosen;
  }

  window.addEventListener("hashchange", show);
  narrow.addEventListener("change", show);
  show();
})();
