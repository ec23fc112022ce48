/* The run table: sorts, filters and narrows the rows of data/runs.js in the page.

   Rows are [slug, mark, cell, cell, …] with one cell per column; the first column is the
   run's name. Text enters the page as text nodes only. The state is kept in the URL.
   Numbers are written and read by window.runfolio.numbers (numbers.js).
   Also offers window.runfolio.cells, the way cells are shown, to compare.js. */
(function () {
  "use strict";

  const runfolio = (window.runfolio = window.runfolio || {});
  const { formatNumber, formatCount, withUnit, logged, parse } = runfolio.numbers;

  const PAGE_ROWS = 100; // rows drawn at once: 10,000 rows in the page would take seconds
  const MAX_COMPARED = 8;
  const LONGEST_TEXT = 120; // characters of a text shown in a cell; the run's page has all
  const SEARCH_FROM = 15; // a list of more columns than this gets its own search box
  const MISSING = "–";
  const GROUPS = [["run", "Run"], ["result", "Results"], ["param", "Params"], ["tag", "Tags"]];

  // ---- How cells are shown -----------------------------------------------------------

  /* The number that a cell stands for; undefined where it is none. */
  function numberOf(cell) {
    if (typeof cell === "number") return cell;
    return cell === null ? undefined : logged(cell);
  }

  /* A cell as it is shown; empty where nothing was logged. */
  function cellText(cell, column) {
    if (cell === null || cell === "") return "";
    if (column.type === "time") {
      const time = new Date(cell);
      return Number.isNaN(time.getTime()) ? "" : time.toISOString().slice(0, 16).replace("T", " ");
    }
    // A param of a column of numbers is text as logged and stays so; a metric's text is NaN or ±inf.
    if (column.type === "text" || (typeof cell === "string" && column.group !== "result")) {
      return String(cell);
    }
    const number = numberOf(cell);
    const text = formatNumber(number, column.scale, column.digits);
    return Number.isFinite(number) ? withUnit(text, column.unit) : text;
  }

  function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  }

  function hiddenWords(text) {
    return make("span", { className: "unseen" }, text);
  }

  /* Fills a cell with what is shown of a text: cut where it is long, a dash where there is none. */
  function fillCell(element, text) {
    if (text === "") {
      const dash = make("span", { className: "run-missing" }, MISSING);
      dash.setAttribute("aria-hidden", "true");
      element.append(dash, hiddenWords("not logged"));
    } else if (text.length > LONGEST_TEXT) {
      element.append(text.slice(0, LONGEST_TEXT - 1) + "…");
      element.title = text.slice(0, 1000);
    } else {
      element.append(text);
    }
    return element;
  }

  /* The run's name with its mark, as a link to its page where runs have pages. */
  function nameOf(row, root) {
    const name = make("bdi", {}, row[2] === null || row[2] === "" ? row[0] : row[2]);
    const href = root + "runs/" + encodeURIComponent(row[0]) + ".html";
    const shown = runfolio.runs.linked === false ? name : make("a", { href }, name);
    return make("span", { className: "run-name" }, ...markOf(row), shown);
  }

  /* The shape of champion and baseline, and its name for those who cannot see it. */
  function markOf(row) {
    if (!row[1]) return [];
    const shape = make("span", { className: "mark-" + row[1] });
    shape.setAttribute("aria-hidden", "true");
    return [shape, hiddenWords(row[1] + ": ")];
  }

  function count(number, noun) {
    return formatCount(number) + " " + noun + (number === 1 ? "" : "s");
  }

  // ---- Columns and their order -------------------------------------------------------

  /* Text in a form that plain comparison orders as people do: v2 before v10, é beside e. */
  function naturalKey(text) {
    let key = text.slice(0, 200);
    if (/[^ -~]/.test(key)) key = key.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    return key.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(16, "0"));
  }

  /* Adds to a column what the page asks of it: its place in a row, its name as logged. */
  function prepared(column, index) {
    return Object.assign({}, column, {
      at: index + 2,
      name: column.key.slice(column.key.indexOf(":") + 1),
    });
  }

  /* What a column's rows are ordered by: a key each, and a tail rank that puts a row last in
     both directions (text among numbers, then NaN, then missing). */
  function ordering(column, rows) {
    if (!column.ordering) {
      const keys = new Array(rows.length);
      const tails = new Uint8Array(rows.length);
      rows.forEach((row, i) => {
        const cell = row[column.at];
        if (cell === null || cell === "") {
          tails[i] = 3;
        } else if (column.type === "text") {
          keys[i] = naturalKey(cell);
        } else {
          keys[i] = numberOf(cell);
          if (keys[i] === undefined) tails[i] = 1;
          else if (Number.isNaN(keys[i])) tails[i] = 2;
        }
      });
      column.ordering = { keys, tails };
    }
    return column.ordering;
  }

  function sortedRows(column, descending, rows) {
    const { keys, tails } = ordering(column, rows);
    const sign = descending ? -1 : 1;
    return Array.from(rows.keys()).sort((a, b) => {
      if (tails[a] || tails[b]) return tails[a] - tails[b] || a - b;
      if (keys[a] === keys[b]) return a - b;
      return keys[a] < keys[b] ? -sign : sign;
    });
  }

  /* Whether a column says the same in all the given rows (places in `rows`). */
  function isConstant(column, places, rows) {
    if (places.length === 0) return true;
    const first = rows[places[0]][column.at];
    const firstNumber = column.type === "text" ? undefined : numberOf(first);
    return places.every((place) => {
      const cell = rows[place][column.at];
      return cell === first || (firstNumber !== undefined && numberOf(cell) === firstNumber);
    });
  }

  // ---- The filter's language ---------------------------------------------------------

  class FilterMistake extends Error {}

  const OPERATOR = /^(>=|<=|!=|<>|==|!~|[=<>~≥≤≠])/;
  const SAME_OPERATOR = { "≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "=" };
  const ORDERS = {
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
  };

  function editDistance(a, b) {
    let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const current = [i];
      for (let j = 1; j <= b.length; j++) {
        const swap = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        current.push(Math.min(swap, previous[j] + 1, current[j - 1] + 1));
      }
      previous = current;
    }
    return previous[b.length];
  }

  function nearMiss(typed, columns) {
    const names = columns.flatMap((column) => [column.name, column.label]);
    const ranked = names
      .map((name) => [editDistance(typed.slice(0, 100).toLowerCase(), name.slice(0, 100).toLowerCase()), name])
      .sort((a, b) => a[0] - b[0]);
    return ranked.length && ranked[0][0] <= Math.max(2, typed.length / 3) ? ranked[0][1] : "";
  }

  function findColumn(typed, columns) {
    const low = typed.toLowerCase();
    const ways = [
      (column) => column.key === typed,
      (column) => column.name === typed,
      (column) => column.label === typed,
      (column) => column.name.toLowerCase() === low,
      (column) => column.label.toLowerCase() === low,
    ];
    for (const way of ways) {
      const found = columns.filter(way);
      if (found.length === 1) return found[0];
      if (found.length > 1) {
        const keys = found.map((column) => column.key).join(" or ");
        throw new FilterMistake(`“${typed}” names ${found.length} columns. Write ${keys}.`);
      }
    }
    const near = nearMiss(typed, columns);
    throw new FilterMistake(
      `There is no column “${typed}”. ` +
        (near ? `Did you mean “${near}”?` : "All columns are listed under “Choose columns”.")
    );
  }

  /* The number typed after an operator, in the unit the column was logged in. */
  function typedNumber(value, column) {
    // What is no result is shown as it was logged, so it is also read so: 1.125 is no thousand.
    const plain = column.group === "result" ? undefined : logged(value);
    if (plain !== undefined) return plain;
    const unit = column.unit;
    if (!unit || !(value.endsWith(unit) || (unit === "%" && value.includes(unit)))) return parse(value);
    const shown = parse(value.endsWith(unit) ? value.slice(0, -unit.length) : value.replace(unit, ""));
    return shown === undefined ? undefined : shown / column.scale;
  }

  function comparison(column, operator, value) {
    const negated = operator[0] === "!";
    const low = value.toLowerCase();
    const shown = (row) => cellText(row[column.at], column).toLowerCase();
    if (operator === "~" || operator === "!~") {
      return (row) => shown(row).includes(low) !== negated;
    }
    if (operator === "=" || operator === "!=") {
      if (column.type === "time") return (row) => (shown(row) !== "" && shown(row).startsWith(low)) !== negated;
      const number = column.type === "number" ? typedNumber(value, column) : undefined;
      if (number === undefined) return (row) => (shown(row) === low) !== negated;
      return (row) => {
        const own = numberOf(row[column.at]);
        return (own === number || (Number.isNaN(own) && Number.isNaN(number))) !== negated;
      };
    }
    const holds = ORDERS[operator];
    if (column.type === "text") {
      const key = naturalKey(value);
      return (row) => row[column.at] !== null && holds(naturalKey(row[column.at]), key);
    }
    const bound = column.type === "time" ? Date.parse(value.replace(" ", "T") + (value.length > 10 ? "Z" : "")) : typedNumber(value, column);
    if (bound === undefined || Number.isNaN(bound)) {
      throw new FilterMistake(
        column.type === "time"
          ? `“${column.label}” is a time: write it like 2026-11-23 or 2026-11-23 14:30 (UTC).`
          : `“${column.label}” is compared with a number, and “${value}” is none.`
      );
    }
    return (row) => {
      const number = numberOf(row[column.at]);
      return number !== undefined && holds(number, bound);
    };
  }

  /* Turns what was typed into a test of a row. Without an operator it is a search for words.

     either := both ("or" both)*        both := term ("and" term)*
     term   := "not" term | "(" either ")" | column operator value | words */
  function parseFilter(typed, columns, contains) {
    const compared = [];
    if (!/[<>=~≥≤≠]/.test(typed.replace(/"[^"]*"|'[^']*'/g, ""))) {
      const words = Array.from(typed.matchAll(/"([^"]+)"|(\S+)/g), (m) => (m[1] || m[2]).toLowerCase());
      return { test: (row) => words.every((word) => contains(row, word)), compared };
    }

    let at = 0;
    let depth = 0;
    const names = columns
      .flatMap((column) => [column.key, column.name, column.label])
      .filter((name) => name !== "")
      .sort((a, b) => b.length - a.length);

    const rest = () => typed.slice(at);
    const skipBlanks = () => { at += /^\s*/.exec(rest())[0].length; };
    const take = (pattern) => {
      skipBlanks();
      const found = pattern.exec(rest());
      if (found) at += found[0].length;
      return found;
    };
    const excerpt = () => (rest().length > 30 ? rest().slice(0, 30) + "…" : rest());

    /* A name or value: in quotes, or all up to `stop`, a joining word or a closing parenthesis. */
    function phrase(stop) {
      const quoted = take(/^"((?:[^"\\]|\\.)*)"|^'((?:[^'\\]|\\.)*)'/);
      if (quoted) return (quoted[1] === undefined ? quoted[2] : quoted[1]).replace(/\\(.)/g, "$1");
      if (/^["']/.test(rest())) throw new FilterMistake(`The quote before ${excerpt().slice(1)} is not closed.`);
      const start = at;
      while (at < typed.length) {
        if (depth > 0 && typed[at] === ")") break;
        if (stop && stop.test(rest())) break;
        if (/^\s+(and|or)(?=[\s(]|$)/i.test(rest())) break;
        at += 1;
      }
      return typed.slice(start, at).trim();
    }

    /* The longest column name that stands here before an operator: names may hold blanks,
       parentheses and signs without being quoted. */
    function columnName() {
      skipBlanks();
      const low = rest().toLowerCase();
      for (const name of names) {
        if (low.startsWith(name.toLowerCase()) && OPERATOR.test(rest().slice(name.length).trimStart())) {
          at += name.length;
          return name;
        }
      }
      return null;
    }

    function term() {
      let name = columnName();
      if (name === null) {
        if (take(/^not(?=[\s(])/i)) {
          const inner = term();
          return (row) => !inner(row);
        }
        if (take(/^\(/)) {
          depth += 1;
          const inner = either();
          if (!take(/^\)/)) throw new FilterMistake("A parenthesis is not closed.");
          depth -= 1;
          return inner;
        }
        name = phrase(OPERATOR);
      }
      const operator = take(OPERATOR);
      if (!operator) {
        if (name === "") throw new FilterMistake("Something is missing after “and”, “or” or “not”.");
        const low = name.toLowerCase();
        return (row) => contains(row, low);
      }
      if (name === "") throw new FilterMistake(`Write a column before “${operator[0]}”.`);
      const column = findColumn(name, columns);
      const value = phrase(null);
      if (value === "" && !/["']$/.test(typed.slice(0, at))) {
        throw new FilterMistake(`Write a value after “${name} ${operator[0]}”.`);
      }
      if (column.scale !== 1) compared.push(column);
      return comparison(column, SAME_OPERATOR[operator[0]] || operator[0], value);
    }

    function joined(part, word, combine) {
      return () => {
        let test = part();
        while (take(word)) test = combine(test, part());
        return test;
      };
    }

    const both = joined(term, /^and(?=[\s(]|$)/i, (a, b) => (row) => a(row) && b(row));
    const either = joined(both, /^or(?=[\s(]|$)/i, (a, b) => (row) => a(row) || b(row));
    const test = either();
    skipBlanks();
    if (at < typed.length) throw new FilterMistake(`Write “and” or “or” before “${excerpt()}”.`);
    return { test, compared };
  }

  // ---- The table ---------------------------------------------------------------------

  function start(block) {
    const find = (selector) => block.querySelector(selector);
    const root = block.dataset.root;
    const address = runfolio.address.of(block);
    const rows = runfolio.runs.rows;
    const columns = runfolio.runs.columns.map(prepared);
    const byKey = new Map(columns.map((column) => [column.key, column]));
    const placeOf = new Map(rows.map((row, place) => [row[0], place]));
    const everyRow = Array.from(rows.keys());

    const state = {
      typed: "",
      sort: "", // a column's key
      descending: false,
      shown: new Set(columns.filter((column) => column.shown).map((column) => column.key)),
      hideConstant: false,
      onlyDiffering: false,
      picked: new Set(), // slugs
    };
    let places = everyRow; // the rows that match, in order
    let drawn = 0; // how many of them are in the page
    let headings = []; // the columns in the page

    const table = find("table");
    const body = table.tBodies[0];
    const input = find(".run-find input");
    const [hideConstant, onlyDiffering] = block.querySelectorAll(".run-narrow input");
    const message = find(".run-message");
    const more = find(".run-more");

    // -- which rows, which columns

    const searched = new Map(); // row: all its texts
    function contains(row, word) {
      if (!searched.has(row)) {
        searched.set(row, columns.map((column) => cellText(row[column.at], column)).join("\n").toLowerCase());
      }
      return searched.get(row).includes(word);
    }

    /* Writing 10,000 rows' texts takes a third of a second: done while the reader still looks. */
    function prepareSearch(next) {
      const end = Math.min(rows.length, next + 250);
      for (let place = next; place < end; place++) contains(rows[place], "");
      if (end < rows.length) whenIdle(() => prepareSearch(end));
    }
    const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 20));

    let order = { key: "", descending: false, places: everyRow };
    function orderedRows() {
      if (order.key !== state.sort || order.descending !== state.descending) {
        const column = byKey.get(state.sort);
        order = {
          key: state.sort,
          descending: state.descending,
          places: column ? sortedRows(column, state.descending, rows) : everyRow,
        };
      }
      return order.places;
    }

    /* Finds the matching rows; with a mistake in the filter, which is told, these are all. */
    function findRows() {
      let filter = null;
      let hint = "";
      try {
        if (state.typed.trim() !== "") filter = parseFilter(state.typed, columns, contains);
      } catch (error) {
        if (!(error instanceof FilterMistake)) throw error;
        hint = error.message;
      }
      input.setAttribute("aria-invalid", String(hint !== ""));
      places = filter ? orderedRows().filter((place) => filter.test(rows[place])) : orderedRows();
      if (filter && places.length === 0) hint = "No run matches." + rangeHint(filter.compared);
      message.textContent = hint;
    }

    /* Where a share is shown as per cent, 95 finds nothing: say what was logged. */
    function rangeHint(compared) {
      if (compared.length === 0) return "";
      const numbers = rows.map((row) => numberOf(row[compared[0].at])).filter(Number.isFinite);
      if (numbers.length === 0) return "";
      const low = numbers.reduce((a, b) => Math.min(a, b));
      const high = numbers.reduce((a, b) => Math.max(a, b));
      return ` “${compared[0].label}” was logged from ${formatNumber(low, 1, null)} to ${formatNumber(high, 1, null)}.`;
    }

    function visibleColumns() {
      return columns.filter((column, index) => {
        if (index === 0) return true;
        if (!state.shown.has(column.key)) return false;
        if (state.hideConstant && rows.length > 1) {
          if (column.constant === undefined) column.constant = isConstant(column, everyRow, rows);
          if (column.constant) return false;
        }
        return !(state.onlyDiffering && places.length > 1 && isConstant(column, places, rows));
      });
    }

    // -- drawing

    function drawHead() {
      const row = make("tr");
      headings.forEach((column, index) => {
        const arrow = make("span", { className: "run-arrow" });
        arrow.setAttribute("aria-hidden", "true");
        const button = make("button", { type: "button", title: column.name }, column.label, arrow);
        button.addEventListener("click", () => sortBy(column));
        const cell = make("th", { scope: "col" }, button);
        if (column.type === "number") cell.className = "n";
        if (index > 0 && headings[index - 1].group !== column.group) cell.classList.add("run-group");
        row.append(cell);
      });
      table.tHead.replaceChildren(row);
    }

    function drawSort() {
      headings.forEach((column, index) => {
        const cell = table.tHead.rows[0].cells[index];
        if (column.key === state.sort) {
          cell.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
        } else {
          cell.removeAttribute("aria-sort");
        }
      });
    }

    function drawRow(row) {
      const line = make("tr", { className: row[1] });
      headings.forEach((column, index) => {
        if (index === 0) {
          const box = make("input", { type: "checkbox", checked: state.picked.has(row[0]), value: row[0] });
          box.autocomplete = "off";
          box.setAttribute("aria-label", "Select " + (row[2] || row[0]));
          const label = make("label", { className: "run-pick" }, box);
          const holder = make("div", { className: "run-first" }, label, nameOf(row, root));
          line.append(make("th", { scope: "row" }, holder));
          return;
        }
        const cell = fillCell(make("td"), cellText(row[column.at], column));
        if (column.type === "number") cell.className = "n";
        else if (column.type === "time") cell.className = "run-time";
        if (headings[index - 1].group !== column.group) cell.classList.add("run-group");
        line.append(cell);
      });
      return line;
    }

    function drawMore() {
      const lines = document.createDocumentFragment();
      const end = Math.min(places.length, drawn + PAGE_ROWS);
      for (; drawn < end; drawn++) lines.append(drawRow(rows[places[drawn]]));
      body.append(lines);
      more.hidden = drawn === places.length;
      more.querySelector("button").textContent = `Show ${Math.min(PAGE_ROWS, places.length - drawn)} more`;
      more.querySelector("span").textContent =
        `${formatCount(drawn)} of ${count(places.length, "row")} drawn`;
    }

    /* Draws all that depends on the rows and columns chosen. */
    function draw() {
      findRows();
      const visible = visibleColumns();
      if (visible.map((column) => column.key).join("\n") !== headings.map((column) => column.key).join("\n")) {
        headings = visible;
        drawHead();
      }
      drawSort();
      body.replaceChildren();
      drawn = 0;
      drawMore();
      find(".run-count").textContent =
        places.length === rows.length
          ? count(rows.length, "run")
          : `${formatCount(places.length)} of ${count(rows.length, "run")}`;
      const hidden = columns.length - headings.length;
      find(".run-columns > summary").textContent =
        hidden === 0 ? "Choose columns" : `Choose columns (${headings.length} of ${columns.length} shown)`;
    }

    function drawPicked() {
      const slugs = Array.from(state.picked);
      const link = find(".run-compare");
      link.hidden = slugs.length < 2;
      find(".run-clear").hidden = slugs.length === 0;
      find(".run-pick-hint").hidden = slugs.length > 1;
      find(".run-pick-hint").textContent =
        slugs.length === 1 ? "One run selected: tick another to compare them." : "Tick runs to compare them.";
      link.textContent =
        slugs.length > MAX_COMPARED
          ? `Compare the first ${MAX_COMPARED} of ${slugs.length} selected`
          : `Compare ${slugs.length} selected`;
      link.href = root + "compare.html?runs=" + slugs.slice(0, MAX_COMPARED).map(encodeURIComponent).join(",");
    }

    // -- what the reader does

    function sortBy(column) {
      const first = column.goal === "maximize"; // the best first
      if (state.sort !== column.key) {
        state.sort = column.key;
        state.descending = first;
      } else if (state.descending === first) {
        state.descending = !first;
      } else {
        state.sort = "";
        state.descending = false;
      }
      draw();
      keepState();
    }

    function drawChooser() {
      const holder = find(".run-columns-body");
      holder.replaceChildren();
      const boxes = [];
      if (columns.length > SEARCH_FROM) {
        const search = make("input", { type: "search", id: "run-column-find", autocomplete: "off" });
        search.addEventListener("input", () => {
          const low = search.value.trim().toLowerCase();
          for (const [box, column] of boxes) {
            box.parentElement.hidden = !(column.label + "\n" + column.name).toLowerCase().includes(low);
          }
        });
        const label = make("label", { htmlFor: "run-column-find" }, "Find a column");
        holder.append(make("p", { className: "run-column-find" }, label, search));
      }
      for (const [group, title] of GROUPS) {
        const members = columns.slice(1).filter((column) => column.group === group);
        if (members.length === 0) continue;
        const list = make("div", { className: "run-column-list" });
        const set = make("fieldset", {}, make("legend", {}, title));
        for (const [word, shown] of [["All", true], ["None", false]]) {
          const button = make("button", { type: "button" }, word);
          button.setAttribute("aria-label", `${word} of ${title}`);
          button.addEventListener("click", () => {
            for (const [box, column] of boxes) {
              if (column.group === group && !box.parentElement.hidden) {
                box.checked = shown;
                showColumn(column, shown);
              }
            }
            draw();
            keepState();
          });
          set.append(button);
        }
        for (const column of members) {
          const box = make("input", { type: "checkbox", checked: state.shown.has(column.key), autocomplete: "off" });
          box.addEventListener("change", () => {
            showColumn(column, box.checked);
            draw();
            keepState();
          });
          boxes.push([box, column]);
          list.append(make("label", { className: "run-check", title: column.name }, box, " " + column.label));
        }
        set.append(list);
        holder.append(set);
      }
    }

    function showColumn(column, shown) {
      if (shown) state.shown.add(column.key);
      else state.shown.delete(column.key);
    }

    // -- the URL: ?q=filter&sort=-key&show=key&hide=key&constant=hide&only=differing&pick=slug,slug

    let keeping = 0;
    function keepState() {
      clearTimeout(keeping);
      const query = new URLSearchParams();
      if (state.typed.trim()) query.set("q", state.typed);
      if (state.sort) query.set("sort", (state.descending ? "-" : "") + state.sort);
      for (const column of columns) {
        if (state.shown.has(column.key) !== column.shown) query.append(column.shown ? "hide" : "show", column.key);
      }
      if (state.hideConstant) query.set("constant", "hide");
      if (state.onlyDiffering) query.set("only", "differing");
      if (state.picked.size) query.set("pick", Array.from(state.picked).join(","));
      address.keep(query.toString());
    }

    /* Browsers refuse many changes of the URL in a short time, so typing is kept when it rests. */
    function keepStateSoon() {
      clearTimeout(keeping);
      keeping = setTimeout(keepState, 250);
    }

    function restoreState() {
      const query = new URLSearchParams(address.query());
      state.shown = new Set(columns.filter((column) => column.shown).map((column) => column.key));
      state.picked.clear();
      state.typed = query.get("q") || "";
      const sort = query.get("sort") || "";
      state.descending = sort.startsWith("-") && byKey.has(sort.slice(1));
      state.sort = state.descending ? sort.slice(1) : byKey.has(sort) ? sort : "";
      for (const key of query.getAll("show")) if (byKey.has(key)) state.shown.add(key);
      for (const key of query.getAll("hide")) state.shown.delete(key);
      state.hideConstant = query.get("constant") === "hide";
      state.onlyDiffering = query.get("only") === "differing";
      for (const slug of (query.get("pick") || "").split(",")) if (placeOf.has(slug)) state.picked.add(slug);
      input.value = state.typed;
      hideConstant.checked = state.hideConstant;
      onlyDiffering.checked = state.onlyDiffering;
    }

    input.addEventListener("input", () => {
      state.typed = input.value;
      draw();
      keepStateSoon();
    });
    for (const [box, option] of [[hideConstant, "hideConstant"], [onlyDiffering, "onlyDiffering"]]) {
      box.addEventListener("change", (event) => {
        state[option] = event.target.checked;
        draw();
        keepState();
      });
    }
    more.querySelector("button").addEventListener("click", () => {
      drawMore();
      if (more.hidden) find(".run-scroll").focus(); // the button is gone: keep the reader's place
    });
    body.addEventListener("change", (event) => {
      if (event.target.checked) state.picked.add(event.target.value);
      else state.picked.delete(event.target.value);
      drawPicked();
      keepState();
    });
    find(".run-clear").addEventListener("click", () => {
      state.picked.clear();
      for (const box of body.querySelectorAll("input:checked")) box.checked = false;
      drawPicked();
      keepState();
      find(".run-scroll").focus();
    });

    function show() {
      restoreState();
      drawChooser();
      draw();
      drawPicked();
    }

    show();
    address.onChange(show);
    whenIdle(() => prepareSearch(0));
    for (const selector of [".run-tools", ".run-picked"]) find(selector).hidden = false;
    block.classList.add("run-live");
  }

  runfolio.cells = { numberOf, cellText, fillCell, nameOf, markOf, make, hiddenWords, prepared, isConstant, count };

  // Without the data file the first rows stay as they are.
  const block = document.querySelector(".run-table");
  if (block && runfolio.runs) start(block);
})();
