/* The what-if panel: what the champion is worth when numbers are other than expected.

   The page's data hold each outcome's formula as a tree, which is evaluated here by the rules of
   runfolio/formula/evaluate.py: a test compares the two. Sliders and fields stand in the page
   (what_if.html); what was changed is kept in the URL as ?key=value. Text enters the page as text
   nodes only. Numbers are written and read by window.runfolio.numbers (numbers.js). */
(function () {
  "use strict";

  const runfolio = (window.runfolio = window.runfolio || {});

  // ---- Formulas ----------------------------------------------------------------------

  const MOST_DEPTH = 64; // as in runfolio/formula/parse.py: no formula is nested deeper

  const finite = (value) => (Number.isFinite(value) ? value : NaN);
  const compared = (holds) => (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : holds(a, b) ? 1 : 0);

  // A Map, so that no name finds what every object inherits. "in" and "if" are in evaluate().
  const OPERATIONS = new Map([
    ["+", (a, b) => a + b],
    ["-", (a, b) => a - b],
    ["*", (a, b) => a * b],
    ["/", (a, b) => a / b],
    ["^", (base, exponent) => (Number.isNaN(exponent) ? NaN : base ** exponent)], // NaN ** 0 is 1
    ["neg", (a) => -a],
    ["min", Math.min],
    ["max", Math.max],
    ["exp", Math.exp],
    ["log", Math.log],
    ["sqrt", Math.sqrt],
    ["<", compared((a, b) => a < b)],
    ["<=", compared((a, b) => a <= b)],
    [">", compared((a, b) => a > b)],
    [">=", compared((a, b) => a >= b)],
    ["==", compared((a, b) => a === b)],
    ["!=", compared((a, b) => a !== b)],
    ["and", Math.min],
    ["or", Math.max],
    ["not", (a) => 1 - a],
  ]);

  /* A formula's value: a number, ["in", place in `values`] or [operation, part, …]. Whatever is
     not finite is NaN, and so is what is made of it; of an "if" only the branch taken counts. */
  function evaluate(tree, values, depth = 0) {
    if (depth > MOST_DEPTH) return NaN;
    if (typeof tree === "number") return finite(tree);
    if (!Array.isArray(tree)) return NaN;
    const name = tree[0];
    if (name === "in") return Number.isInteger(tree[1]) ? finite(values[tree[1]]) : NaN;
    if (name === "if") {
      const condition = evaluate(tree[1], values, depth + 1);
      return Number.isNaN(condition) ? NaN : evaluate(tree[condition !== 0 ? 2 : 3], values, depth + 1);
    }
    const operation = OPERATIONS.get(name);
    if (operation === undefined) return NaN;
    const parts = tree.slice(1).map((part) => evaluate(part, values, depth + 1));
    // NaN ** 0 and the like would hide what is not defined.
    return parts.some(Number.isNaN) ? NaN : finite(operation(...parts));
  }

  runfolio.formulas = { evaluate };

  // ---- The panel ---------------------------------------------------------------------

  const RESTS = 600; // milliseconds without a change after which the result is read out
  const ROUNDING = 1e-12; // 95 % is not 0.95 to the last bit; as in gate_metric.py
  const MILLION = 1e6; // from here on numbers have an exponent elsewhere, and none in a field
  const MISSING = "–";

  function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  }

  /* A part of a table, with its role: in a narrow place the table is not laid out as one. */
  function part(tag, role, properties, ...children) {
    const element = make(tag, properties, ...children);
    element.setAttribute("role", role);
    return element;
  }

  function start(block) {
    const { formatNumber, formatExact, formatCount, formatMoney, withUnit, logged, parse } = runfolio.numbers;
    const find = (selector) => block.querySelector(selector);
    const address = runfolio.address.of(block);
    const data = JSON.parse(find("script").textContent);
    const { inputs, outcomes, requirements, sides } = data;
    const champion = sides[0];
    const baseline = data.baseline === null ? null : sides[data.baseline];
    const items = Array.from(block.querySelectorAll(".what-if-input"), (element) => ({
      element,
      range: element.querySelector("input[type=range]"),
      field: element.querySelector("input[type=text]"),
    }));
    const changed = new Array(inputs.length).fill(null); // values as shown; null: as it starts

    const verdicts = find("template").content;
    const verdict = (tone) => verdicts.querySelector("." + tone).cloneNode(true);

    // -- what it comes to

    const isChanged = (place) => changed[place] !== null;
    const valueOf = (place) => (isChanged(place) ? changed[place] : inputs[place].value);
    const given = (place) => valueOf(place) * inputs[place].size; // as formulas use it

    /* The values of all inputs of formulas; what is measured is moved for the champion alone. */
    function valuesOf(side) {
      const values = side.values.slice();
      inputs.forEach((input, place) => {
        const moves = input.group === "quantity" || (side === champion && isChanged(place));
        if (input.at !== null && moves) values[input.at] = given(place);
      });
      return values;
    }

    /* What a side's outcomes come to, each in its unit, and the money together. */
    function worthOf(side) {
      const values = valuesOf(side);
      const amounts = outcomes.map((outcome) => evaluate(outcome.formula, values) * outcome.factor);
      const running = data.running !== null && side.pays ? given(data.running) : 0;
      const money = amounts.map((amount, i) => (outcomes[i].sign ? outcomes[i].sign * amount : 0));
      return { side, amounts, running, total: money.reduce((sum, amount) => sum + amount, -running) };
    }

    /* A side's mean of what is asked for, and whether it will do; null where it was not measured. */
    function judged(side, asked, number) {
      const moved = side === champion && asked.measured !== null && isChanged(asked.measured);
      const mean = moved ? changed[asked.measured] : side.means[number];
      if (mean === null) return { mean, isMet: null };
      const bound = valueOf(asked.input);
      const slack = Math.max(asked.absolute, asked.relative * Math.abs(bound));
      const least = asked.floor ? bound - slack : bound + slack;
      const rounding = ROUNDING * Math.max(Math.abs(mean), Math.abs(least));
      return { mean, isMet: asked.floor ? mean >= least - rounding : mean <= least + rounding };
    }

    // -- what is told

    const named = (side) => make("bdi", {}, side.label);
    const money = (value, signed) => formatMoney(value, data.money, null, signed);
    const amount = (value, signed) => (Number.isFinite(value) ? formatMoney(value, null, null, signed) : MISSING);

    /* How much more one amount is than another; what may be rounding is nothing. */
    function difference(own, other) {
      const value = own - other;
      return Math.abs(value) <= ROUNDING * (Math.abs(own) + Math.abs(other)) ? 0 : value;
    }

    /* A value as it stands in its field: in full where the reader gave it. */
    function textOf(place) {
      if (!isChanged(place)) return inputs[place].text;
      const value = changed[place];
      const { digits } = inputs[place];
      const short = formatNumber(value, 1, digits === null && Math.abs(value) >= MILLION ? 0 : digits);
      return parse(short) === value ? short : formatExact(value);
    }

    /* What a total is, against the baseline's where there is one. */
    function worthWords(total, other) {
      if (!other) return `${money(total, false)} a ${data.period}`;
      const value = difference(total, other.total);
      if (value === 0) return "as much as the baseline";
      return `${money(Math.abs(value), false)} a ${data.period} ${value > 0 ? "more" : "less"} than the baseline`;
    }

    /* Sentences are lists of texts and of names, which keep to their own writing direction. */
    function sentence(own, other) {
      const value = other ? own.total - other.total : own.total;
      return Number.isFinite(value)
        ? [named(champion), ` is worth ${worthWords(own.total, other)}.`]
        : ["With these numbers it is not defined, as a division by zero is not."];
    }

    /* Which known configuration is worth most among those that do what is asked. */
    function bestSentence(other) {
      if (sides.length < 2) return [];
      const count = formatCount(sides.length);
      const all = data.known > sides.length
        ? `${count} configurations worth most, of ${formatCount(data.known)} known,`
        : `${count} known configurations`;
      const fitting = sides.filter((side) => requirements.every((asked, i) => judged(side, asked, i).isMet));
      if (fitting.length === 0) return [`None of the ${all} meets all these thresholds.`];
      if (fitting.length === 1 && requirements.length > 0) {
        return [`One of the ${all} meets all these thresholds: `, named(fitting[0]), "."];
      }
      const meeting = requirements.length === 0 ? "" : `${formatCount(fitting.length)} of the ${all} meet all these thresholds.`;
      if (!data.isPriced) return meeting ? [meeting] : [];
      const told = fitting.map(worthOf).filter((one) => Number.isFinite(one.total));
      if (told.length === 0) return meeting ? [meeting] : [];
      const best = told.reduce((a, b) => (b.total > a.total ? b : a));
      const isMoved = best.side === champion && inputs.some((input, i) => input.group === "measured" && isChanged(i));
      const aside = best.side === baseline ? ", the baseline," : isMoved ? ", as set here," : "";
      const worth = best.side === baseline ? "" : `: ${worthWords(best.total, other)}`;
      return [meeting ? `${meeting} Of these ` : `Of the ${all} `, named(best.side), `${aside} is worth most${worth}.`];
    }

    /* A row's title with what belongs to it: a unit, a threshold. */
    function heading(title, more) {
      return part("th", "rowheader", { scope: "row" }, make("bdi", {}, title), ...(more ? [" ", make("span", { className: "what-if-aside" }, more)] : []));
    }

    function outcomeRow(title, own, other, unit) {
      const numbers = other === null ? [own] : [own, other, difference(own, other)];
      const cells = numbers.map((value, i) =>
        part("td", "cell", { className: "n" }, make("data", { value: String(value) }, amount(value, i === 2))));
      return part("tr", "row", {}, heading(title, unit), ...cells);
    }

    function drawOutcomes(own, other) {
      const rows = [];
      const of = (made, i) => (made === null ? null : outcomes[i].sign * made.amounts[i]);
      // What counts against it has a minus, so that a column adds up.
      outcomes.forEach((outcome, i) => {
        if (outcome.sign) rows.push(outcomeRow(outcome.name, of(own, i), of(other, i)));
      });
      if (data.running !== null && champion.pays) rows.push(outcomeRow(data.runningName, 0 - own.running, other && 0 - other.running));
      if (data.isPriced) {
        rows.push(outcomeRow("Together", own.total, other && other.total));
        rows[rows.length - 1].className = "what-if-total";
      }
      outcomes.forEach((outcome, i) => {
        if (!outcome.sign) rows.push(outcomeRow(outcome.name, own.amounts[i], other && other.amounts[i], outcome.unit));
      });
      find(".what-if-outcomes tbody").replaceChildren(...rows);
    }

    function drawRequirements() {
      const body = find(".what-if-requirements tbody");
      if (!body) return;
      const rows = requirements.map((asked, number) => {
        const { unit } = inputs[asked.input];
        const bound = `${asked.floor ? "at least" : "at most"} ${withUnit(textOf(asked.input), unit)}`;
        const cells = [champion, baseline].filter(Boolean).map((side) => {
          const { mean, isMet } = judged(side, asked, number);
          if (isMet === null) return part("td", "cell", {}, verdict("none"));
          const found = make("span", { className: "what-if-aside" }, withUnit(formatNumber(mean, 1, asked.digits), unit));
          return part("td", "cell", {}, verdict(isMet ? "good" : "bad"), " ", found);
        });
        return part("tr", "row", {}, heading(asked.name, bound), ...cells);
      });
      body.replaceChildren(...rows);
    }

    let announcing = 0;
    function draw() {
      const own = worthOf(champion);
      const other = baseline && worthOf(baseline);
      const value = other ? difference(own.total, other.total) : own.total;
      find(".what-if-best").replaceChildren(...bestSentence(other));
      const told = [find(".what-if-best").textContent];
      if (data.isPriced) {
        const figure = find(".what-if-worth");
        figure.value = String(value);
        figure.textContent = Number.isFinite(value) ? money(value, other !== null) : "Not defined";
        find(".what-if-words").replaceChildren(...sentence(own, other));
        told.unshift(find(".what-if-words").textContent);
      }
      drawOutcomes(own, other);
      drawRequirements();
      const count = changed.filter((one) => one !== null).length;
      find(".what-if-link").href = address.href(query());
      find(".what-if-state").textContent = count === 0 ? "" : `${formatCount(count)} changed`;
      // A screen reader hears the result when it rests, and not every step on the way.
      clearTimeout(announcing);
      announcing = setTimeout(() => { find("output").textContent = told.join(" "); }, RESTS);
    }

    /* Shows where an input stands; the control in use is left as it is. */
    function drawInput(place, inUse) {
      const { element, range, field } = items[place];
      if (inUse !== range) range.value = String(valueOf(place));
      range.setAttribute("aria-valuetext", withUnit(textOf(place), inputs[place].unit));
      if (inUse !== field) field.value = textOf(place);
      field.removeAttribute("aria-invalid");
      element.classList.toggle("what-if-changed", isChanged(place));
    }

    // -- what the reader does

    function change(place, value) {
      const { least, most } = inputs[place];
      const kept = Math.min(most, Math.max(least, value));
      changed[place] = kept === inputs[place].value ? null : kept;
    }

    items.forEach(({ range, field }, place) => {
      range.addEventListener("input", () => {
        change(place, Number(range.value));
        drawInput(place, range);
        draw();
        keepSoon();
      });
      field.addEventListener("input", () => {
        const typed = parse(field.value);
        if (!Number.isFinite(typed)) return; // perhaps not yet a number: see below
        change(place, typed);
        drawInput(place, field);
        draw();
        keepSoon();
      });
      field.addEventListener("change", () => {
        const isNumber = Number.isFinite(parse(field.value));
        if (isNumber) drawInput(place);
        else field.setAttribute("aria-invalid", "true");
      });
    });

    find(".what-if-reset").addEventListener("click", () => {
      changed.fill(null);
      items.forEach((_, place) => drawInput(place));
      draw();
      keep();
    });

    // -- the URL: what is changed and nothing else, ?cases_a_day=140&metric:val/recall=95.5

    function query() {
      const told = new URLSearchParams();
      inputs.forEach((input, place) => {
        if (isChanged(place)) told.set(input.key, String(changed[place]));
      });
      return told.toString();
    }

    let keeping = 0;
    function keep() {
      clearTimeout(keeping);
      address.keep(query());
    }

    /* Browsers refuse many changes of the URL in a short time. */
    function keepSoon() {
      clearTimeout(keeping);
      keeping = setTimeout(keep, 250);
    }

    function restore() {
      const told = new URLSearchParams(address.query());
      changed.fill(null);
      inputs.forEach((input, place) => {
        const value = logged(told.get(input.key) || "");
        if (Number.isFinite(value)) change(place, value);
      });
    }

    function show() {
      restore();
      items.forEach((_, place) => drawInput(place));
      draw();
      clearTimeout(announcing); // nobody has changed anything yet
    }

    show();
    address.onChange(show);
    find(".what-if-live").hidden = false;
    block.classList.add("what-if-on");
  }

  // Without scripts, and without inputs to change, the computed table stands.
  const block = document.querySelector(".what-if");
  if (block && runfolio.numbers && block.querySelector(".what-if-input")) start(block);
})();
