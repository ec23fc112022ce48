window.runfolio = window.runfolio || {};
window.runfolio.series = window.runfolio.series || {};
window.runfolio.series["sweep-4b7084"] = {"name":"sweep","steps":[],"metrics":[]};
