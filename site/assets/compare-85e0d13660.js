/* The compare page: any runs of data/runs.js side by side, picked in the page and kept in the
   URL as ?runs=slug,slug. The first one is the reference. Curves come from data/<slug>.js, loaded
   when first needed. Cells are shown by window.runfolio.cells (table.js). */
(function () {
  "use strict";

  const runfolio = (window.runfolio = window.runfolio || {});

  const MAX_PICKED = 8; // more columns than this are no longer compared but searched
  const MAX_LISTED = 50; // runs in the list at once; the search narrows it
  const FACTS = [["param", "Params"], ["run", "Run"], ["tag", "Tags"]];

  function start(block) {
    const { formatNumber, formatCount, localized, withUnit } = runfolio.numbers;
    const { numberOf, cellText, fillCell, nameOf, markOf, make, hiddenWords, prepared, isConstant, count } =
      runfolio.cells;
    const find = (selector) => block.querySelector(selector);
    const root = block.dataset.root;
    const address = runfolio.address.of(block);
    const search = find(".compare-choose input");
    const onlyDiffering = find(".compare-params input");
    const select = find(".compare-choice select");
    const rows = runfolio.runs.rows;
    const columns = runfolio.runs.columns.map(prepared);
    const placeOf = new Map(rows.map((row, place) => [row[0], place]));
    const names = new Map(); // how many runs have a name
    for (const row of rows) names.set(row[2], (names.get(row[2]) || 0) + 1);

    let picked = []; // places in `rows`; the first one is the reference
    let metric = ""; // the name of the metric whose curves are drawn

    // ---- Picking ---------------------------------------------------------------------

    /* A run in words: runs of one name are told apart by their page's name. */
    function wordsOf(place) {
      const row = rows[place];
      const name = row[2] || row[0];
      return names.get(row[2]) > 1 ? `${name} (${row[0]})` : name;
    }

    function restore() {
      const asked = new URLSearchParams(address.query()).get("runs");
      const slugs = (asked === null ? block.dataset.picked : asked).split(",").filter((slug) => slug !== "");
      const unknown = slugs.filter((slug) => !placeOf.has(slug));
      const known = Array.from(new Set(slugs.filter((slug) => placeOf.has(slug))));
      picked = known.slice(0, MAX_PICKED).map((slug) => placeOf.get(slug));
      const told = [];
      if (unknown.length) {
        const few = unknown.slice(0, 5).map((slug) => "“" + slug.slice(0, 80) + "”").join(", ");
        told.push(`Not in this report: ${few}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ""}.`);
      }
      if (known.length > MAX_PICKED) {
        told.push(`The link names ${known.length} runs; the first ${MAX_PICKED} are compared.`);
      }
      find(".run-message").textContent = told.join(" ");
    }

    function keep() {
      const slugs = picked.map((place) => encodeURIComponent(rows[place][0])).join(",");
      address.keep("runs=" + slugs);
    }

    function pick(places) {
      picked = places;
      find(".run-message").textContent = "";
      keep();
      draw();
    }

    function button(words, name, act) {
      const element = make("button", { type: "button" }, words);
      element.setAttribute("aria-label", `${words}: ${name}`);
      element.addEventListener("click", act);
      return element;
    }

    function drawPicked() {
      find(".compare-picked").replaceChildren(
        ...picked.map((place, position) => {
          const words = wordsOf(place);
          const item = make("li", {}, nameOf(rows[place], root));
          if (names.get(rows[place][2]) > 1) item.append(make("span", { className: "note" }, rows[place][0]));
          if (position === 0) {
            item.append(make("span", { className: "compare-reference" }, "Reference"));
          } else {
            item.append(
              button("Make reference", words, () => {
                pick([place, ...picked.filter((other) => other !== place)]);
                find(".compare-picked button").focus();
              })
            );
          }
          item.append(
            button("Remove", words, () => {
              pick(picked.filter((other) => other !== place));
              (find(".compare-picked button") || find(".compare-choose summary")).focus();
            })
          );
          return item;
        })
      );
      find(".compare-status").textContent =
        picked.length === 0
          ? "No run is picked: choose some to compare them."
          : picked.length === 1
            ? "One run is picked: choose another to compare it with."
            : `${count(picked.length, "run")} compared` +
              (picked.length === MAX_PICKED ? `, which is as many as fit: remove one to add another.` : ".");
    }

    const searched = new Array(rows.length); // what the search looks at, made when first needed
    function searchText(place) {
      if (searched[place] === undefined) {
        searched[place] = columns
          .filter((column) => column.group !== "result")
          .map((column) => cellText(rows[place][column.at], column))
          .concat(rows[place][0], rows[place][1])
          .join("\n")
          .toLowerCase();
      }
      return searched[place];
    }

    function drawList() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = new Set(picked);
      const found = Array.from(rows.keys()).filter((place) =>
        words.every((word) => searchText(place).includes(word))
      );
      find(".compare-list").replaceChildren(
        ...found.slice(0, MAX_LISTED).map((place) => {
          const box = make("input", { type: "checkbox", checked: chosen.has(place), value: String(place) });
          box.autocomplete = "off";
          box.disabled = !box.checked && picked.length >= MAX_PICKED;
          const name = make("span", { className: "run-name" }, ...markOf(rows[place]), make("bdi", {}, wordsOf(place)));
          return make("label", { className: "run-check" }, box, name);
        })
      );
      find(".compare-left").textContent =
        found.length > MAX_LISTED
          ? `${formatCount(found.length - MAX_LISTED)} more: search to narrow the list.`
          : found.length === 0
            ? "No run matches."
            : "";
    }

    /* Ticking a box changes only what the other boxes allow, so that the focus stays on it. */
    function allowBoxes() {
      const chosen = new Set(picked);
      for (const box of find(".compare-list").querySelectorAll("input")) {
        box.checked = chosen.has(Number(box.value));
        box.disabled = !box.checked && picked.length >= MAX_PICKED;
      }
    }

    // ---- Side by side ----------------------------------------------------------------

    function heading(first) {
      const line = make("tr", {}, make("th", { scope: "col" }, first));
      picked.forEach((place, position) => {
        const cell = make("th", { scope: "col", className: "compare-run" }, nameOf(rows[place], root));
        if (position === 0) cell.append(make("span", { className: "compare-reference" }, "Reference"));
        line.append(cell);
      });
      return make("thead", {}, line);
    }

    function title(column) {
      const cell = make("th", { scope: "row" });
      fillCell(cell, column.label);
      if (column.label !== column.name) cell.title = column.name;
      return cell;
    }

    function numberFrom(place, column) {
      const number = numberOf(rows[place][column.at]);
      return number === undefined ? NaN : number;
    }

    /* How a result differs from the reference's, in the metric's unit; of per cent in points. */
    function difference(place, column) {
      const own = numberFrom(place, column);
      const reference = numberFrom(picked[0], column);
      const delta = own - reference;
      if (!Number.isFinite(delta)) {
        return make("span", { className: "compare-delta" }, "not comparable");
      }
      const unit = column.unit === "%" ? "points" : column.unit;
      let text = formatNumber(delta, column.scale, column.digits);
      // A difference that the decimals would hide is shown with as many as it needs.
      if (delta !== 0 && !/[1-9]/.test(text)) text = formatNumber(Number(delta.toPrecision(2)), column.scale, null);
      const words = [(delta > 0 ? "+" : "") + text + (unit ? "\u00a0" + unit : "")];
      const span = make("span", { className: "compare-delta" });
      if (delta === 0) {
        span.append("the same");
      } else if (column.goal) {
        const better = delta > 0 === (column.goal === "maximize");
        span.append(words[0] + ", ", make("span", { className: better ? "compare-better" : "compare-worse" }, better ? "better" : "worse"));
      } else {
        span.append(words[0]);
      }
      return span;
    }

    function drawResults() {
      const shown = columns.filter(
        (column) => column.group === "result" && picked.some((place) => rows[place][column.at] !== null)
      );
      const body = make("tbody");
      for (const column of shown) {
        const line = make("tr", {}, title(column));
        picked.forEach((place, position) => {
          const cell = make("td", { className: "n" });
          const value = rows[place][column.at];
          fillCell(cell, cellText(value, column));
          if (position > 0 && value !== null && rows[picked[0]][column.at] !== null) cell.append(difference(place, column));
          line.append(cell);
        });
        body.append(line);
      }
      if (shown.length === 0) body.append(remark("No result was logged by these runs."));
      find(".compare-results table").replaceChildren(heading("Result"), body);
    }

    function remark(words) {
      return make("tr", {}, make("td", { colSpan: picked.length + 1, className: "note" }, words));
    }

    function drawFacts() {
      const only = onlyDiffering.checked && picked.length > 1;
      const bodies = [];
      for (const [group, words] of FACTS) {
        const shown = columns.slice(1).filter(
          (column) =>
            column.group === group &&
            picked.some((place) => rows[place][column.at] !== null) &&
            !(only && isConstant(column, picked, rows))
        );
        if (shown.length === 0) {
          if (group === "param") bodies.push(make("tbody", {}, remark(only ? "These runs have the same params." : "No params were logged.")));
          continue;
        }
        const body = make("tbody");
        body.append(
          make("tr", { className: "compare-group" }, make("th", { scope: "rowgroup", colSpan: picked.length + 1 }, words))
        );
        for (const column of shown) {
          const line = make("tr", {}, title(column));
          picked.forEach((place) => {
            const cell = fillCell(make("td"), cellText(rows[place][column.at], column));
            if (!isConstant(column, [picked[0], place], rows)) {
              cell.className = "differs";
              cell.append(hiddenWords(" (differs)"));
            }
            line.append(cell);
          });
          body.append(line);
        }
        bodies.push(body);
      }
      find(".compare-params table").replaceChildren(heading("Name"), ...bodies);
    }

    // ---- Curves ----------------------------------------------------------------------

    const loading = new Map(); // slug: promise of its curves, null where there is no file
    function curvesOf(slug) {
      const there = (runfolio.series || {})[slug]; // in a single file all are there
      if (there) return there;
      if (!loading.has(slug)) {
        loading.set(
          slug,
          new Promise((resolve) => {
            const script = make("script", { src: root + "data/" + encodeURIComponent(slug) + ".js" });
            script.addEventListener("load", () => resolve((runfolio.series || {})[slug] || null));
            script.addEventListener("error", () => resolve(null));
            document.head.append(script);
          })
        );
      }
      return loading.get(slug);
    }

    let drawing = 0; // what was asked last: answers to earlier questions come too late
    async function drawCurves() {
      const turn = ++drawing;
      const places = picked.slice();
      const loaded = await Promise.all(places.map((place) => curvesOf(rows[place][0])));
      if (turn !== drawing) return;

      let metrics = new Map(); // name: [[place, metric, steps], …]
      loaded.forEach((curves, i) => {
        for (const one of curves ? curves.metrics : []) {
          if (!metrics.has(one.name)) metrics.set(one.name, []);
          metrics.get(one.name).push([places[i], one, curves.steps[one.steps]]);
        }
      });
      // A single point is no curve: it stands among the results.
      metrics = new Map(Array.from(metrics).filter(([, curves]) => curves.some((curve) => curve[2].length > 1)));
      if (!metrics.has(metric)) {
        const results = columns.filter((column) => column.group === "result").map((column) => column.name);
        metric = results.find((name) => metrics.has(name)) || metrics.keys().next().value || "";
      }
      select.replaceChildren(
        ...Array.from(metrics, ([name, curves]) =>
          make("option", { value: name, selected: name === metric }, curves[0][1].label +
            (curves.length < places.length ? ` (${curves.length} of ${places.length} runs)` : ""))
        )
      );
      find(".compare-curves").hidden = places.length === 0;
      find(".compare-no-curves").hidden = metrics.size > 0;
      for (const part of [".compare-choice", ".compare-drawing"]) find(part).hidden = metrics.size === 0;
      if (metrics.size) drawMetric(metrics.get(metric));
    }

    function drawMetric(curves) {
      const [, { label, unit, scale, digits }] = curves[0];
      const shown = (value) => (Number.isFinite(value) ? withUnit(formatNumber(value, scale, digits), unit) : "not finite");
      const chart = find(".compare-chart");
      chart.hidden = !runfolio.draw;
      if (!chart.hidden) {
        const data = { f0: [], f1: [], f2: [] };
        for (const [place, one, steps] of curves) {
          one.values.forEach((value, i) => {
            data.f0.push(steps[i]);
            data.f1.push(value === null ? null : value * scale);
            data.f2.push(wordsOf(place));
          });
        }
        const titles = { "@x": "step", "@y": unit ? `${label} (${unit})` : label };
        const description = `${label} over steps of ${count(curves.length, "run")}; the table beside has the numbers.`;
        runfolio.draw(find(".compare-chart > div"), "curves", data, titles, description);
      }

      const head = make("tr");
      for (const words of ["Run", "Last", "Lowest", "Highest", "Steps"]) {
        head.append(make("th", { scope: "col", className: words === "Run" ? "" : "n" }, words));
      }
      const body = make("tbody");
      for (const [place, one, steps] of curves) {
        const finite = one.values.filter((value) => value !== null);
        const last = one.values[one.values.length - 1];
        const numbers = [
          shown(last === null ? NaN : last),
          shown(finite.reduce((a, b) => Math.min(a, b), Infinity)),
          shown(finite.reduce((a, b) => Math.max(a, b), -Infinity)),
          steps.length > 1 ? `${localized(steps[0])} to ${localized(steps[steps.length - 1])}` : localized(steps[0]),
        ];
        const line = make("tr", {}, make("th", { scope: "row" }, nameOf(rows[place], root)));
        for (const text of numbers) line.append(make("td", { className: "n" }, text));
        body.append(line);
      }
      find(".compare-curves table").replaceChildren(make("caption", {}, label), make("thead", {}, head), body);
    }

    function draw() {
      drawPicked();
      allowBoxes();
      for (const section of [".compare-results", ".compare-params"]) find(section).hidden = picked.length === 0;
      drawResults();
      drawFacts();
      drawCurves();
    }

    search.addEventListener("input", drawList);
    find(".compare-list").addEventListener("change", (event) => {
      const place = Number(event.target.value);
      pick(event.target.checked ? [...picked, place] : picked.filter((other) => other !== place));
    });
    onlyDiffering.addEventListener("change", drawFacts);
    select.addEventListener("change", (event) => {
      metric = event.target.value;
      drawCurves();
    });

    function show() {
      restore();
      drawList();
      draw();
      find(".compare-choose").open = picked.length < 2;
    }

    show();
    address.onChange(show);
    find(".compare-start").hidden = true;
    find(".compare-live").hidden = false;
  }

  // Without the data file the comparison at the start stays.
  const block = document.querySelector(".compare");
  if (block && runfolio.runs && runfolio.cells) start(block);
})();
