"""All metrics of a run: last and best value, where, and the shape of the curve."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_count, format_number
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.facts import MetricRow
from runfolio.views.methods import method_link
from runfolio.views.sparks import spark_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_SPARK_POINTS = 25


def build(view: View) -> tuple[Block, ...]:
    a, run = view.analysed, view.run
    if run is None:
        return ()
    if not run.metrics:
        return (Prose(("This run logged no metric.",)),)
    curves = any(row.count > 1 for row in run.metrics)
    columns = [Column("Metric"), Column("Last", "number")]
    if curves:
        columns += [
            Column("Best", "number", "The highest or lowest, by the metric's direction"),
            Column("at step", "number"),
            Column("Points", "number"),
            Column("Course", "spark"),
        ]
    rows = tuple(Row(_cells(a, a.metrics[row.metric], row, curves)) for row in run.metrics)
    blocks: list[Block] = [
        Table(f"{count_of(len(rows), 'metric')} as logged", tuple(columns), rows)
    ]
    blocks.append(
        Prose(
            (_lost(run.metrics), method_link("summary", "How these values are picked"), "."), "note"
        )
    )
    return tuple(blocks)


def _lost(rows: Sequence[MetricRow]) -> str:
    """Say how many values are no numbers."""
    lost = sum(row.nonfinite for row in rows)
    if not lost:
        return ""
    if lost == sum(row.count for row in rows):
        return "No value is finite, so there is no best and no curve. "
    told = f"{count_of(lost, 'value is', 'values are')} NaN or infinite"
    if any(row.count > 1 for row in rows):
        told += "; best values and curves are of the finite ones"
    return f"{told}. "


def _cells(a: Analysed, metric: Metric, row: MetricRow, curves: bool) -> tuple[Cell, ...]:
    cells = [Cell(metric.label), Cell(metric.value(row.last))]
    if not curves:
        return tuple(cells)
    best, step = {
        "maximize": (row.max, row.max_step),
        "minimize": (row.min, row.min_step),
    }.get(metric.goal, (math.nan, math.nan))
    known = math.isfinite(best) and row.count > 1
    cells += [
        Cell(metric.value(best) if known else ""),
        Cell(format_number(step) if known else ""),
        Cell(format_count(row.count)),
        Cell(spark=_spark(a, row)),
    ]
    return tuple(cells)


def _spark(a: Analysed, row: MetricRow) -> tuple[tuple[float, float], ...]:
    """Scale some points of the curve into the unit square."""
    if row.count - row.nonfinite < 2:
        return ()
    steps, values = a.tables.curves.of(row.row)
    stride = -(-len(values) // _SPARK_POINTS)
    # Plain numbers: for so few points they are quicker than arrays.
    return spark_of(steps[::stride].tolist(), values[::stride].tolist(), row.min, row.max)


section = SectionKind("run-metrics", "Results", "metrics", build)
