/* Draws the charts: each one when it comes near the window, for the width that it has.

   Offers window.runfolio.draw(element, kind, data, titles, description) to other scripts.
   The chart library and the specifications lie beside this file, or in the page in a report that
   is a single file, and are loaded with the first chart. Data never become part of an expression: columns are called f0, f1 … */
(function () {
  "use strict";

  const runfolio = (window.runfolio = window.runfolio || {});
  const { localized } = runfolio.numbers;
  const own = document.currentScript;
  const locale = JSON.parse(own.dataset.locale || "{}"); // of axes and tooltips

  const NARROW = 480; // pixels; below, the narrow form of a kind is drawn
  const MOST_LABELS = 8; // more lines cannot all be named at their ends
  const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

  // ---- The library, once ---------------------------------------------------------------

  /* The text of a script that waits in the page, packed so that the file stays small. */
  async function unpacked(element) {
    const bytes = Uint8Array.from(atob(element.textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  async function load(name) {
    const waiting = own.src ? null : document.getElementById(name);
    const text = waiting && (await unpacked(waiting));
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      if (waiting) {
        script.textContent = text; // it runs as soon as it is in the page
        document.head.append(script);
        resolve();
        return;
      }
      script.src = new URL(name, own.src).href;
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => reject(new Error(name + " cannot be loaded")));
      document.head.append(script);
    });
  }

  let loaded;
  function library() {
    const names = [own.dataset.vega, own.dataset.specs].filter(Boolean);
    loaded = loaded || Promise.all(names.map(load));
    return loaded;
  }

  // Specifications hold all they need: whatever asks for more is refused.
  const refuse = () => Promise.reject(new Error("charts load nothing"));
  const LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

  // ---- One chart -----------------------------------------------------------------------

  /* The same as safe_title in render/text.py. */
  function safeTitle(text) {
    const line = String(text)
      .replace(/[\s\u2028\u2029]+/g, " ")
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd")
      .replace(/\\/g, "\u29f5")
      .trim();
    return INHERITED.has(line) ? "\u200b" + line : line;
  }

  function filled(part, titles) {
    if (Array.isArray(part)) return part.map((item) => filled(item, titles));
    if (part === null || typeof part !== "object") return part;
    const copy = {};
    for (const [key, value] of Object.entries(part)) {
      if (key === "title" && typeof value === "string" && value.startsWith("@")) {
        const title = safeTitle(titles[value] || "");
        // An axis may go without a title, a line of a tooltip may not.
        copy[key] = title || ("field" in part ? "Value" : null);
      } else {
        copy[key] = filled(value, titles);
      }
    }
    return copy;
  }

  function rowsOf(data) {
    const names = Object.keys(data);
    const rows = new Array(names.length ? data[names[0]].length : 0);
    for (let i = 0; i < rows.length; i++) {
      rows[i] = {};
      for (const name of names) rows[i][name] = data[name][i];
    }
    return rows;
  }

  function form(width, kind, data) {
    const crowded = kind === "curves" && new Set(data.f2).size > MOST_LABELS;
    return kind + (width < NARROW || crowded ? "-narrow" : "-wide");
  }

  // One for all charts, inside the main part: it must not lie outside of every landmark.
  let tip;
  function showTip(_, event, __, value) {
    if (!tip) {
      tip = document.createElement("dl");
      tip.className = "chart-tip";
      document.querySelector("main").append(tip);
    }
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    tip.replaceChildren();
    for (const [name, shown] of Object.entries(value)) {
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.textContent = name;
      said.textContent = shown;
      tip.append(term, said);
    }
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, room)) + "px";
    const below = event.clientY + 18 + tip.offsetHeight < window.innerHeight;
    tip.style.top = (below ? event.clientY + 18 : event.clientY - 14 - tip.offsetHeight) + "px";
  }

  async function drawn(width, kind, data, titles, description) {
    const spec = filled(runfolio.specs[form(width, kind, data)], titles);
    spec.width = width;
    if (spec.height.step) spec.height = spec.height.step * new Set(data.f0).size;
    spec.datasets = { table: rowsOf(data) };
    spec.config.font = getComputedStyle(document.body).fontFamily;
    const place = document.createElement("div");
    const { view } = await window.vegaEmbed(place, spec, {
      ...locale,
      actions: false,
      ast: true, // expressions are interpreted: the page's policy forbids eval
      defaultStyle: false,
      loader: LOADER,
      logLevel: 1, // errors only: a layer without rows is no reason to warn
      mode: "vega-lite",
      renderer: "svg",
      tooltip: showTip,
    });
    // One label for all: the numbers are in the table beside it, not in hundreds of marks.
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", description);
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    return { place, view };
  }

  const drawings = new WeakMap(); // element -> what is drawn in it

  async function redraw(element) {
    const state = drawings.get(element);
    const width = Math.floor(element.clientWidth);
    if (!width || width === state.width) return;
    state.width = width;
    try {
      await library();
      const next = await drawn(width, ...state.content);
      if (state.width !== width || drawings.get(element) !== state) {
        next.view.finalize(); // asked again meanwhile
        return;
      }
      if (state.view) state.view.finalize();
      state.view = next.view;
      element.replaceChildren(next.place);
    } catch (error) {
      console.error(error);
      state.width = 0;
    }
  }

  // One timer for all: when the window's edge moves, all widths change many times.
  const changed = new Set();
  let timer;
  const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) changed.add(entry.target);
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const element of changed) if (element.isConnected) redraw(element);
      changed.clear();
    }, 120);
  });

  /* Draw a chart into `element`, in place of what it holds, and again when its width changes. */
  runfolio.draw = function (element, kind, data, titles, description) {
    const before = drawings.get(element);
    if (before && before.view) before.view.finalize();
    const label = description || Object.values(titles).filter(Boolean).join(", ") || "Chart";
    drawings.set(element, { content: [kind, data, titles, label], width: 0, view: null });
    sizes.observe(element);
    return redraw(element);
  };

  // ---- The charts of the page ----------------------------------------------------------

  /* The columns of one metric in a run's data file, in the unit in which it is shown. */
  function seriesData(series) {
    const at = series.lastIndexOf("#");
    const run = (runfolio.series || {})[series.slice(0, at)];
    const metric = run && run.metrics[Number(series.slice(at + 1))];
    if (!metric) return null;
    const scale = metric.scale === undefined ? 1 : metric.scale;
    return {
      f0: run.steps[metric.steps],
      f1: metric.values.map((value) => (value === null ? null : value * scale)),
    };
  }

  /* The numbers of a drawn curve as a table, made when it is opened: pages stay small. */
  function showNumbers(figure, columns) {
    const details = figure.querySelector("details");
    if (!details || !details.hidden) return;
    details.hidden = false;
    details.addEventListener("toggle", () => {
      const body = details.querySelector("tbody");
      if (!details.open || body.rows.length) return;
      columns.f0.forEach((step, i) => {
        const row = body.insertRow();
        row.insertCell().textContent = localized(step);
        const value = columns.f1[i];
        row.insertCell().textContent = value === null ? "not finite" : localized(Number(value.toPrecision(6)));
        for (const cell of row.cells) cell.className = "n";
      });
    });
  }

  function hydrate(figure) {
    const { kind, titles, data, series } = JSON.parse(
      figure.querySelector("script[type='application/json']").textContent
    );
    const columns = series ? seriesData(series) : data;
    if (!columns) return;
    if (series) showNumbers(figure, columns);
    const description = figure.querySelector("figcaption").textContent;
    runfolio.draw(figure.querySelector(".drawing"), kind, columns, titles, description);
  }

  /* Paper shows what is drawn by then, so the rest follows when the browser has time. */
  const MOST_IN_ADVANCE = 24;
  function drawInAdvance(figures, near) {
    const waiting = figures.slice(0, MOST_IN_ADVANCE);
    const soon = window.requestIdleCallback || ((next) => setTimeout(next, 200));
    function next() {
      const figure = waiting.shift();
      if (!figure) return;
      near.unobserve(figure);
      if (!drawings.has(figure.querySelector(".drawing"))) hydrate(figure);
      soon(next);
    }
    if (waiting.length) soon(next);
  }

  function start() {
    const near = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          near.unobserve(entry.target);
          hydrate(entry.target);
        }
      },
      { rootMargin: "200px" }
    );
    const figures = Array.from(document.querySelectorAll("figure.chart"));
    for (const figure of figures) near.observe(figure);
    // Those with an image have something to print already.
    const bareIn = (place) => figures.filter((f) => place.contains(f) && !f.querySelector(".drawing > svg"));
    const pages = Array.from(document.querySelectorAll("article.page"));
    for (const page of pages) page.addEventListener("runfolio:shown", () => drawInAdvance(bareIn(page), near));
    const first = pages.find((page) => !page.hidden) || document;
    window.addEventListener("load", () => drawInAdvance(bareIn(first), near));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
