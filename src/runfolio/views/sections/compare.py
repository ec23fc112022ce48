"""Any runs side by side, picked in the page; at first champion and baseline."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.model.numbers import same_value
from runfolio.views.blocks import Block, Cell, Column, Comparator, Prose, Row, Span, Table
from runfolio.views.facts import RunFacts
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    ids = [run for run in (a.baseline_run, a.champion_run) if run]
    ids += [s.typical for s in a.standings[:2]] + list(view.runs)
    picked = [view.runs[run] for run in list(dict.fromkeys(ids))[:2]]
    if not picked:
        return ()
    comparator = Comparator(_table(a, picked), "data/runs.js", tuple(run.slug for run in picked))
    if not a.metrics:
        return (comparator,)
    rules: tuple[Span, ...] = (method_link("summary", "Which number a run shows"),)
    if len(view.runs) > 1:
        rules += ("; ", method_link("compare", "what one run each can tell"))
    return (comparator, Prose((*rules, "."), "note"))


def _table(a: Analysed, picked: list[RunFacts]) -> Table:
    """Return results, then the params that differ."""
    reference = picked[0]
    rows: list[Row] = []
    for name, metric in a.metrics.items():
        values = [a.values[name].get(run.id) for run in picked]
        if any(value is not None for value in values):
            cells = [Cell("" if v is None else metric.value(v)) for v in values]
            rows.append(Row((Cell(metric.label), *cells)))
    for param in sorted({p for run in picked for p in run.params}):
        own = [run.params.get(param) for run in picked]
        if all(same_value(value, own[0]) for value in own):
            continue
        rows.append(
            Row(
                (
                    Cell(param),
                    *(
                        Cell(v or "", differs=not same_value(v, reference.params.get(param)))
                        for v in own
                    ),
                )
            )
        )
    columns = (Column("Result or param"), *(Column(run.label, "number") for run in picked))
    return Table("Results, and the params that differ", columns, tuple(rows))


section = SectionKind("compare", "Side by side", "runs", build)
