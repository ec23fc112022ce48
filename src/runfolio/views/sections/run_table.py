"""The table of all runs, sorted and filtered in the page."""

from __future__ import annotations

from runfolio.views.blocks import Block, RunTable
from runfolio.views.run_rows import first_rows
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    if view.rows is None:
        return ()
    total = len(view.rows.rows)
    return (RunTable(first_rows(view.rows, "All runs, the best first"), "data/runs.js", total),)


section = SectionKind("run-table", "All runs", "runs", build)
