"""A run's curves as small charts: the objective first, families side by side."""

from __future__ import annotations

import math

from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_number
from runfolio.views.blocks import Block, Chart
from runfolio.views.facts import MetricRow
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a, run = view.analysed, view.run
    if run is None:
        return ()
    return tuple(
        _chart(a.metrics[row.metric], row, position, run.slug, len(a.tables.curves.of(row.row)[0]))
        for position, row in enumerate(run.metrics)
        if row.count - row.nonfinite > 1
    )


def _chart(metric: Metric, row: MetricRow, position: int, slug: str, points: int) -> Chart:
    sentence = f"{metric.label} over {row.count:,} steps, from {metric.value(row.first)} to "
    sentence += f"{metric.value(row.last)}."
    if points < row.count:
        sentence += f" Drawn with {points} of them; peaks and dips are kept."
    if row.nonfinite:
        sentence += f" {row.nonfinite:,} values are NaN or infinite and leave gaps."
    return Chart(
        key=f"curve-{position}",
        kind="curve",
        title=_finding(metric, row),
        sentence=sentence,
        data={},
        titles={"@x": "Step", "@y": f"{metric.label} ({metric.unit})" if metric.unit else ""},
        series=f"{slug}#{position}",
    )


def _finding(metric: Metric, row: MetricRow) -> str:
    if not math.isfinite(row.last):
        return f"{metric.label} diverged: it ends at {metric.value(row.last)}"
    best, step = {"maximize": (row.max, row.max_step), "minimize": (row.min, row.min_step)}.get(
        metric.goal, (math.nan, math.nan)
    )
    if not math.isfinite(best):
        return f"{metric.label} ends at {metric.value(row.last)}"
    if best == row.last:
        return f"{metric.label} ends at its best, {metric.value(best)}"
    return (
        f"{metric.label} is best at step {format_number(step)} with {metric.value(best)}, "
        f"then ends at {metric.value(row.last)}"
    )


section = SectionKind("run-curves", "Curves", "metrics with more than one step", build)
