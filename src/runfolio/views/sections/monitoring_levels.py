"""Each metric in production against what is asked of it and what was forecast."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from runfolio.analysis.metrics import Metric
from runfolio.analysis.monitoring import Level, Watched
from runfolio.analysis.service_levels import Recent
from runfolio.views.blocks import Block, Cell, Column, Heading, Prose, Row, Table, Verdict
from runfolio.views.methods import method_link
from runfolio.views.monitoring_chart import level_chart
from runfolio.views.monitoring_words import (
    against,
    asked,
    forecast_sentence,
    now_sentence,
    side_of,
    status_verdict,
    worst_status,
)
from runfolio.views.sparks import spark_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_MOST_CHARTS = 12
_MOST_SPARK = 60


def build(view: View) -> tuple[Block, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None or not monitoring.levels:
        return ()
    most = int(view.options.get("charts", _MOST_CHARTS))
    blocks: list[Block] = []
    several = sum(bool(log.levels) for log in monitoring.logs) > 1
    number = 0
    for log in monitoring.logs:
        if not log.levels:
            continue
        if several:
            blocks.append(Heading(log.name))
        blocks.append(_table(log, course=most == 0))
        for level in log.levels:
            if number < most:
                blocks.append(
                    level_chart(level, log, f"level-{number}", _title(level), static=number == 0)
                )
                blocks.append(Prose(_told(level, log)))
            number += 1
    if number > most > 0:
        rest = count_of(number - most, "further metric is", "further metrics are")
        blocks.append(Prose((f"{rest} in the table alone.",), "note"))
    blocks.append(
        Prose(
            (
                "A level is told to be kept or broken for certain where the whole interval is on "
                "one side of it. ",
                method_link("service-levels"),
                ".",
            ),
            "note",
        )
    )
    return tuple(blocks)


def _title(level: Level) -> str:
    """Return what a chart shows: the metric, and how it stands."""
    metric, recent = level.metric, level.recent
    if recent is None:
        return f"{metric.label}: no recent values"
    status = worst_status(level)
    told = f"{metric.label}: {metric.value(recent.value)}"
    if status in ("missed", "missed, not certain"):
        threshold = level.thresholds[level.statuses.index(status)]
        perhaps = "perhaps " if status != "missed" else ""
        return f"{told}, {perhaps}{side_of([threshold])} what is asked ({asked(metric, threshold)})"
    if status in ("met", "met, not certain"):
        return f"{told}, as asked" + ("" if status == "met" else ", though not for certain")
    if status == "too few values":
        return f"{told}, from too few values to judge"
    check = level.forecast
    if check is not None and check.outcome != "too few values":
        return f"{told}, {against(metric, check)}"
    return told


def _told(level: Level, log: Watched) -> tuple[str, ...]:
    told = [now_sentence(level, log)]
    if level.forecast is not None:
        told.append(forecast_sentence(level, level.forecast))
    return (" ".join(told),)


def _table(log: Watched, *, course: bool) -> Table:
    forecast = any(level.forecast is not None for level in log.levels)
    columns = [
        Column("Metric"),
        Column("Now", "number"),
        Column("95\u00a0% interval"),
        Column("Asked"),
        Column("Level", "verdict"),
    ]
    if forecast:
        columns += [Column("Forecast", "number"), Column("Against it", "verdict")]
    if course:  # where no chart shows it
        columns.append(Column("Course", "spark"))
    rows = []
    for level in log.levels:
        metric, recent = level.metric, level.recent
        interval = recent is not None and recent.has_interval
        thresholds = dict.fromkeys(asked(metric, t) for t in level.thresholds)
        cells = [
            Cell(metric.label),
            Cell(metric.value(recent.value) if recent else ""),
            Cell(_ends(metric, recent) if recent is not None and interval else ""),
            Cell(", ".join(thresholds)),
            Cell(verdict=status_verdict(worst_status(level))) if thresholds else Cell(),
        ]
        if forecast:
            cells += _forecast_cells(level)
        if course:
            cells.append(Cell(spark=_spark(level)))
        rows.append(Row(tuple(cells)))
    return Table(f"What {log.name} tells of each metric", tuple(columns), tuple(rows))


def _ends(metric: Metric, recent: Recent) -> str:
    """Return an interval without its unit, which stands beside it."""
    return replace(metric, unit="").range(recent.low, recent.high)


def _forecast_cells(level: Level) -> list[Cell]:
    check = level.forecast
    if check is None:
        return [Cell(), Cell()]
    known = math.isfinite(check.expected.value)
    value = level.metric.value(check.expected.value) if known else ""
    if check.outcome in ("not distinguishable", "too few values") or not level.metric.goal:
        word = check.outcome.removesuffix(" the forecast").capitalize()
        return [Cell(value), Cell(verdict=Verdict(word, "none"))]
    better = level.metric.improvement(check.delta) > 0
    return [
        Cell(value),
        Cell(verdict=Verdict("Better", "good") if better else Verdict("Worse", "bad")),
    ]


def _spark(level: Level) -> tuple[tuple[float, float], ...]:
    """Return the course of the window's value, its range from bottom to top."""
    values, times = level.window.value, level.times.astype(np.float64)
    if len(values) < 2:
        return ()
    step = -(-len(values) // _MOST_SPARK)
    values, times = values[::-1][::step][::-1], times[::-1][::step][::-1]
    return spark_of(times.tolist(), values.tolist(), float(values.min()), float(values.max()))


section = SectionKind(
    "monitoring-levels",
    "Levels and forecasts",
    "logs of production with metrics: name them under monitoring: in report.yaml",
    build,
)
