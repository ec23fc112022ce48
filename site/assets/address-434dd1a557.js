/* Where a page keeps its state: in the query of its address, or, in a report that is a single
   file, behind the page's path in the fragment: report.html#/runs.html?q=recall

   Offers window.runfolio.address.of(element): the address of the page that an element is on. */
(function () {
  "use strict";

  const runfolio = (window.runfolio = window.runfolio || {});
  const IN_FILE = /^#(\/[^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;

  /* The page, query and place that the fragment of a single file names; null for another one. */
  function parsed(hash) {
    const found = IN_FILE.exec(hash);
    return found && { page: found[1], query: found[2] || "", place: found[3] || "" };
  }

  const ofSite = {
    query: () => location.search,
    href: (query) => location.pathname + (query ? "?" + query : ""),
    keep: (query) => history.replaceState(null, "", ofSite.href(query) + location.hash),
    onChange: () => {}, // another query is another page, which starts anew
  };

  function ofArticle(article) {
    const page = article.id;
    const here = () => {
      const told = parsed(location.hash);
      return told && told.page === page ? told : { query: "", place: "" };
    };
    const href = (query) => "#" + page + (query ? "?" + query : "");
    return {
      query: () => here().query,
      href,
      keep(query) {
        if (article.hidden) return;
        const { place } = here();
        article.dataset.query = query;
        history.replaceState(history.state, "", href(query) + (place ? "#" + place : ""));
      },
      /* Calls `act` when the reader follows a link, or goes back, to another state of the page. */
      onChange: (act) => article.addEventListener("runfolio:address", act),
    };
  }

  runfolio.address = {
    parsed,
    of(element) {
      const article = element.closest("article.page");
      return article ? ofArticle(article) : ofSite;
    },
  };
})();
