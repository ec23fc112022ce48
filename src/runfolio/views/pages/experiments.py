"""Every experiment: what was asked and what came out."""

from __future__ import annotations

from runfolio.views.pages import PageKind

page = PageKind(
    *("experiments", "Experiments", "The runs", 1, ("experiments",)),
    title=lambda view: "Experiments",
    lede=lambda view: "What was asked, what was run and what came out, experiment by experiment.",
)
