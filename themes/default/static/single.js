/* A report that is a single file: shows one page at a time, by the fragment of the address, as in
   report.html#/impact.html#impact-drivers. Without scripts all pages stand below one another, and
   the same fragments lead to their places.

   A page that is shown gets the event runfolio:shown, and runfolio:address where its state in the
   address may be another than the one that it shows. */
(function () {
  "use strict";

  const { parsed } = window.runfolio.address;
  const START = "/index.html";

  const pages = new Map(Array.from(document.querySelectorAll("article.page"), (page) => [page.id, page]));
  const links = Array.from(document.querySelectorAll("nav a[href^='#/']"));
  let shown = null;

  /* The page, and the place in it, that the address names; an unknown page is the first one. */
  function wanted() {
    const told = parsed(location.hash) || { page: START, query: "", place: "" };
    const page = pages.get(told.page) || pages.get(START) || pages.values().next().value;
    return { page, query: told.query, place: told.place && document.getElementById(page.id + "#" + told.place) };
  }

  function markLinks(page) {
    for (const link of links) {
      const path = link.getAttribute("href").slice(1);
      if (path === page.id) link.setAttribute("aria-current", "page");
      else if (path === page.dataset.nav) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  let resting = 0; // the timer after which the height is kept
  let turned = false; // to another page, since the last `go`
  function show() {
    clearTimeout(resting); // that was on another page
    const { page, query, place } = wanted();
    const kept = page.dataset.query || ""; // the state that the page shows
    if (page === shown && place && !query && kept) {
      history.replaceState(history.state, "", "#" + page.id + "?" + kept + location.hash.slice(page.id.length + 1));
    } else if (query !== kept) {
      page.dataset.query = query;
      page.dispatchEvent(new Event("runfolio:address"));
    }
    if (page !== shown) {
      turned = shown !== null;
      for (const one of pages.values()) one.hidden = one !== page;
      document.title = page.dataset.title;
      markLinks(page);
      shown = page;
      page.dispatchEvent(new Event("runfolio:shown"));
    }
    return { page, place };
  }

  /* Go to where the address leads: a place in the page, or its beginning. */
  function go() {
    const { page, place } = show();
    const isOther = turned;
    turned = false;
    if (history.state && "scrolled" in history.state) {
      window.scrollTo(0, history.state.scrolled); // back to where the reader was
      return;
    }
    for (let fold = place && place.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    if (place) place.scrollIntoView();
    else if (isOther) window.scrollTo(0, 0);
    keepScrolled();
    const target = place || (isOther && page.querySelector("h1"));
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }

  /* Browsers go back to a height in a page, but a page that is not shown yet has none. */
  function keepScrolled() {
    history.replaceState({ scrolled: window.scrollY }, "");
  }
  function keepScrolledSoon() {
    clearTimeout(resting);
    resting = setTimeout(keepScrolled, 150);
  }

  // ---- Files that the report has with it -----------------------------------------------

  function held(script) {
    const text = JSON.parse(script.textContent);
    return "packed" in script.dataset ? Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)) : text;
  }

  function offerFiles() {
    const files = new Map(
      Array.from(document.querySelectorAll("script[data-file]"), (script) => [script.dataset.file, script])
    );
    for (const link of document.querySelectorAll("a[data-file]")) {
      const script = files.get(link.dataset.file);
      link.href = "#" + shown.id;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const address = URL.createObjectURL(new Blob([held(script)], { type: script.dataset.type }));
        const download = document.createElement("a");
        download.href = address;
        download.download = link.dataset.file;
        download.click();
        setTimeout(() => URL.revokeObjectURL(address), 10000);
      });
    }
  }

  // ---- Tables that become blocks in a narrow place -------------------------------------

  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

  /* The names and roles of cells, which the file leaves out: there are very many of them. */
  function nameCells(page) {
    for (const table of page.querySelectorAll("[data-stack] > table")) {
      const names = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent);
      for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) {
        part.setAttribute("role", ROLES[part.tagName]);
      }
      for (const cell of table.querySelectorAll("th")) {
        cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader");
      }
      for (const cell of table.querySelectorAll("tbody td")) cell.dataset.label = names[cell.cellIndex];
      const holder = table.parentElement;
      holder.classList.add("stack");
      for (const name of ["data-stack", "role", "tabindex", "aria-label"]) holder.removeAttribute(name);
    }
  }

  for (const page of pages.values()) page.addEventListener("runfolio:shown", () => nameCells(page));
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the fragment of the address names the page
    document.querySelector("main").focus();
  });
  document.documentElement.className = "paged";
  history.scrollRestoration = "manual";
  show();
  offerFiles();
  go();
  // The first comes before the browser scrolls to what the address names, the second after that.
  window.addEventListener("popstate", show);
  window.addEventListener("hashchange", go);
  window.addEventListener("scroll", keepScrolledSoon, { passive: true });
  // Before a link is followed; afterwards the address is that of where it leads.
  document.addEventListener("click", keepScrolled, { capture: true });
})();
