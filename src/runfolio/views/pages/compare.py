"""Any runs side by side."""

from __future__ import annotations

from runfolio.views.pages import PageKind

page = PageKind(
    *("compare", "Compare", "The runs", 5, ("compare",)),
    title=lambda view: "Compare runs",
    lede=lambda view: "Pick any runs; the first is the reference. The address keeps the choice.",
    scripts=("charts", "address", "table", "compare"),
    data=("data/runs.js",),
)
