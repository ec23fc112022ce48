"""The table of all runs, sorted and filtered in the page."""

from __future__ import annotations

from runfolio.analysis.summary import SummaryRule, rule_in_words
from runfolio.views.blocks import Block, Prose, RunTable
from runfolio.views.methods import method_link
from runfolio.views.run_rows import first_rows
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    if view.rows is None:
        return ()
    total, a = len(view.rows.rows), view.analysed
    caption = "All runs, the best first" if a.objective is not None else "All runs"
    table = RunTable(first_rows(view.rows, caption), "data/runs.js", total)
    if not a.metrics:
        return (table,)
    rule = rule_in_words(
        a.objective.summary if a.objective else SummaryRule(),
        {metric.name: metric.goal for metric in a.metrics.values()},
    )
    told = f"Of each metric a run shows {rule}. "
    return (table, Prose((told, method_link("summary"), "."), "note"))


section = SectionKind("run-table", "All runs", "runs", build)
