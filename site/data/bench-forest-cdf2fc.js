window.runfolio = window.runfolio || {};
window.runfolio.series = window.runfolio.series || {};
window.runfolio.series["bench-forest-cdf2fc"] = {"name":"bench-forest","steps":[[0]],"metrics":[{"name":"cases_per_second","label":"Throughput","scale":1,"digits":0,"unit":"cases/s","steps":0,"values":[13267.7]},{"name":"latency_p50","label":"Latency (median)","scale":1,"digits":2,"unit":"ms","steps":0,"values":[17.1653]},{"name":"latency_p95","label":"Latency (95th percentile)","scale":1,"digits":2,"unit":"ms","steps":0,"values":[44.1716]}]};
