"""A model card: every metric of the champion, with its interval, beside the baseline."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import Comparison, mean_over
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_count
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Definition,
    Definitions,
    Details,
    Prose,
    Row,
    Span,
    Table,
)
from runfolio.views.methods import method_link
from runfolio.views.optimism_words import luck_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, verdict_of

_MOST = 60


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None:
        return ()
    first = a.objective.metric if a.objective else ""
    metrics = sorted(a.metrics.values(), key=lambda m: (m.name != first, not m.goal))
    compared = {c.metric: c for c in a.scorecard}
    told_rows = (_row(a, metric, compared.get(metric.name)) for metric in metrics)
    rows = [row for row in told_rows if row is not None]
    if not rows:
        return ()
    against = a.baseline is not None and a.baseline is not a.champion
    columns = [Column("Metric"), Column("Mean", "number"), Column("95\u00a0% interval", "number")]
    columns += [Column("Runs", "number")]
    if against:
        columns += [Column("Baseline", "number"), Column("Verdict", "verdict")]
    told: list[Span] = [f"Means over {count_of(len(a.champion.runs), 'run')} of {a.champion.label}"]
    if against and a.baseline is not None:
        told.append(f", beside the baseline, {a.baseline.label}")
    told += [". ", method_link("mean"), "."]
    if luck := luck_of(a):
        told += [" ", luck, " ", method_link("optimism"), "."]
    blocks: list[Block] = [
        Prose(tuple(told)),
        Table("Metrics of the champion", tuple(columns), tuple(rows[:_MOST])),
    ]
    shown = {row.cells[0].text for row in rows[:_MOST]}
    explained = tuple(
        Definition(metric.label, metric.explain)
        for metric in metrics
        if metric.explain and metric.label in shown
    )
    if explained:
        blocks.append(Details("What each metric means", (Definitions(explained),)))
    if len(rows) > _MOST:
        blocks.append(
            Prose(
                (f"{format_count(len(rows) - _MOST)} further metrics are in metrics.csv.",), "note"
            )
        )
    return tuple(blocks)


def _row(a: Analysed, metric: Metric, compared: Comparison | None) -> Row | None:
    own = _estimate(a, metric, a.champion)
    if own is None:
        return None
    known = own.has_interval
    cells = [
        Cell(metric.label),
        Cell(metric.value(own.value)),
        Cell(metric.range(own.low, own.high) if known else ""),
        Cell(str(own.n)),
    ]
    if a.baseline is not None and a.baseline is not a.champion:
        theirs = _estimate(a, metric, a.baseline)
        cells.append(Cell(metric.value(theirs.value) if theirs else ""))
        cells.append(Cell(verdict=verdict_of(compared)) if compared else Cell())
    return Row(tuple(cells))


def _estimate(a: Analysed, metric: Metric, side: Configuration | None) -> Estimate | None:
    return mean_over(a.values[metric.name], side) if side is not None else None


section = SectionKind("card-metrics", "Metrics", "a champion with logged metrics", build)
