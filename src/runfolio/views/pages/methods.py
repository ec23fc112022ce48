"""How each number is computed."""

from __future__ import annotations

from runfolio.views.pages import PageKind

page = PageKind(
    *("methods", "Methods", "About", 1, ("methods",)),
    title=lambda view: "How each number is computed",
)
