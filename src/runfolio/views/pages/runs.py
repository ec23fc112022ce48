"""All runs in one table."""

from __future__ import annotations

from runfolio.views.pages import PageKind
from runfolio.views.view import View
from runfolio.views.words import count_of


def _title(view: View) -> str:
    runs = len(view.analysed.tables.runs)
    return f"All {count_of(runs, 'run')}" if runs > 1 else "One run"


page = PageKind(
    *("runs", "All runs", "The runs", 2, ("run-table",), _title),
    lede=lambda view: (
        "Sort by a column, filter, tick runs to compare them. The address keeps the view."
    ),
    scripts=("address", "table"),
    data=("data/runs.js",),
)
