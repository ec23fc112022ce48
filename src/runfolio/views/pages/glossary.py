"""What every word of the report means."""

from __future__ import annotations

from runfolio.views.pages import PageKind

page = PageKind(
    *("glossary", "Glossary", "About", 2, ("glossary",)),
    title=lambda view: "What the words mean",
    lede=lambda view: "One plain sentence for each metric and each term that these pages use.",
)
