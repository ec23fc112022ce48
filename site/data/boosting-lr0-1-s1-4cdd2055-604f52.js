window.runfolio = window.runfolio || {};
window.runfolio.series = window.runfolio.series || {};
window.runfolio.series["boosting-lr0-1-s1-4cdd2055-604f52"] = {"name":"boosting-lr0.1-s1 (4cdd2055)","steps":[],"metrics":[]};
