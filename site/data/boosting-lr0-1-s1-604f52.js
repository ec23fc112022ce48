window.runfolio = window.runfolio || {};
window.runfolio.series = window.runfolio.series || {};
window.runfolio.series["boosting-lr0-1-s1-604f52"] = {"name":"First look at the data (v1): boosting-lr0.1-s1","steps":[],"metrics":[]};
