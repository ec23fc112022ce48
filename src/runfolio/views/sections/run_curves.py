"""A run's curves as small charts, the objective first, and what they say of the training."""

from __future__ import annotations

import math
from collections.abc import Iterator

from runfolio.analysis.curve_flags import FEWEST_POINTS, curve_flags
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_count, format_number
from runfolio.views.blocks import Block, Chart, Prose, Strong
from runfolio.views.charts.curve import MOST_POINTS
from runfolio.views.curve_words import flag_sentence
from runfolio.views.facts import MetricRow, RunFacts
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed


def build(view: View) -> tuple[Block, ...]:
    a, run = view.analysed, view.run
    if run is None:
        return ()
    charts = [
        _chart(a.metrics[row.metric], row, position, run.slug, len(a.tables.curves.of(row.row)[0]))
        for position, row in enumerate(run.metrics)
        if row.count - row.nonfinite > 1
    ]
    if not charts:
        return tuple(_flags(view, run))
    how = Prose((method_link("thinning", "How curves are drawn"), "."), "note")
    return (*_flags(view, run), *charts, how)


def _flags(view: View, run: RunFacts) -> Iterator[Block]:
    a = view.analysed
    rows = {row.metric: row.row for row in run.metrics}
    objective = a.objective.metric if a.objective else ""
    found = curve_flags(a.tables.curves, rows, a.metrics, objective)
    for flag in found.flags:
        yield Prose((Strong(f"{flag.kind.capitalize()}:"), f" {flag_sentence(flag)}"))
    if found.flags:
        yield Prose((method_link("curve-flags", "By which rules this is told"), "."), "note")
    if found.too_short:
        labels = listed([metric.label for metric in found.too_short])
        told = f"Curves of fewer than {FEWEST_POINTS} points are not judged: {labels}. "
        yield Prose((told, method_link("curve-flags"), "."), "note")


def _chart(metric: Metric, row: MetricRow, position: int, slug: str, points: int) -> Chart:
    sentence = (
        f"{metric.label} over {format_count(row.count)} steps, from {metric.value(row.first)} to "
    )
    sentence += f"{metric.value(row.last)}."
    if points < row.count:
        sentence += f" Drawn with {points} of them; peaks and dips are kept."
    if points > MOST_POINTS:
        sentence += " The strong line is smoothed, the pale one is what was logged."
    if row.nonfinite:
        sentence += f" {format_count(row.nonfinite)} values are NaN or infinite and leave gaps."
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
