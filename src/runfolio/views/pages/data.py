"""The project's own data: how good they are, which versions there are, what was made of them."""

from __future__ import annotations

from runfolio.views.pages import PageKind
from runfolio.views.quality_words import headline_of
from runfolio.views.view import View


def _title(view: View) -> str:
    quality = view.analysed.quality
    return headline_of(quality) if quality.sets else "The data behind the runs"


page = PageKind(
    *("data", "Data", "The project", 20),
    (
        "data-quality",
        "data-rules",
        "data-quality-trend",
        "data-versions",
        "lineage",
    ),
    _title,
)
