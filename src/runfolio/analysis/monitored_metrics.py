"""Stage 3: each metric that production logs, against its levels and its forecast.

In: a log of production, what the configuration says of it, and everything else analysed. Out:
`Level` for each metric, in the order of the configuration or of the log.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runfolio.analysis.gate_metric import in_logged_unit
from runfolio.analysis.metrics import Metric, describe_metrics
from runfolio.analysis.objective import tracker_goals
from runfolio.analysis.production_forecast import beside_column, check_forecast
from runfolio.analysis.production_level import Level
from runfolio.analysis.production_points import Points, are_shares, points_of
from runfolio.analysis.service_levels import (
    HOUR,
    Recent,
    Rules,
    Threshold,
    alert_spans,
    states_of,
    status_of,
    trailing,
)
from runfolio.model.numbers import format_count, localized
from runfolio.model.problems import Problem
from runfolio.model.production import ProductionLog

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Monitored, ProductionMetric, Settings

__all__ = ["levels_of"]

MOST_LEVELS = 40
"""Metrics of one log."""


def levels_of(
    a: Analysed,
    log: ProductionLog,
    own: Monitored | None,
    settings: Settings,
    rules: Rules,
    deployed: str,
) -> tuple[tuple[Level, ...], tuple[Problem, ...]]:
    """Judge every metric of a log.

    Parameters
    ----------
    a : Analysed
    log : ProductionLog
    own : Monitored or None
        What the configuration says of it.
    settings : Settings
    rules : Rules
    deployed : str
        The version of the model that the log tells, or empty.
    """
    told = _told(log, own)
    problems: list[Problem] = []
    if len(told) > MOST_LEVELS:
        problems.append(
            Problem(
                log.name,
                "production-too-many-metrics",
                f"There are {format_count(len(told))} metrics; the first {MOST_LEVELS} are shown.",
                "Name those that matter under metrics: in report.yaml.",
                "note",
            )
        )
    wanted = dict(list(told.items())[:MOST_LEVELS])
    metrics = _described(a, log, wanted, settings)
    known = replace(a, metrics={**a.metrics, **{m.name: m for m in metrics.values()}})
    levels = []
    for column, about in wanted.items():
        metric = metrics[column]
        points = points_of(log, column, about.count if about else None)
        if not len(points.times):
            continue
        if metric.is_share and float(np.max(np.abs(points.values))) > 1.5:
            problems.append(
                Problem(
                    log.name,
                    "production-unit",
                    f"{column!r} has values such as {localized(f'{points.values.max():g}')}, but "
                    f"runs log {metric.name!r} as shares up to 1; it was left out.",
                    "Log shares in production, too, or give the column a metric of its own.",
                )
            )
            continue
        thresholds = _thresholds(known, column, metric, about, settings)
        level = _level(log, column, metric, points, thresholds, rules)
        if about is not None and about.forecast is not None:
            told_of = about.forecast
            if isinstance(told_of.value, str):
                level = beside_column(log, level, told_of)
            else:
                check, problem = check_forecast(a, log, level, told_of, rules, deployed)
                problems += [problem] if problem else []
                level = replace(level, forecast=check)
        levels.append(level)
    return tuple(levels), tuple(problems)


def _told(log: ProductionLog, own: Monitored | None) -> Mapping[str, ProductionMetric | None]:
    """Return the columns with metrics, and what is said of each."""
    if own is not None and own.metrics:
        return {name: m for name, m in own.metrics.items() if name in log.columns.numbers}
    if own is not None and (own.inputs or own.outputs):
        return {}
    numbers = log.columns.numbers
    counts = {f"{name}_n" for name in numbers}
    return {name: None for name in numbers if name not in counts}


def _described(
    a: Analysed,
    log: ProductionLog,
    told: Mapping[str, ProductionMetric | None],
    settings: Settings,
) -> dict[str, Metric]:
    """Describe each column's metric; one that runs log too is the same metric."""
    names = {column: (about.metric if about else None) or column for column, about in told.items()}
    rows = []
    for column, name in names.items():
        values = log.columns.numbers[column]
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if len(finite) else (math.nan, math.nan)
        rows.append(("", name, low, high, high))
    frame = pd.DataFrame(rows, columns=["run", "metric", "min", "max", "last"])
    new = describe_metrics(
        frame, settings.metrics, tracker_goals(a.tables.experiments), a.tables.facts
    )
    found = {column: a.metrics.get(name) or new[name] for column, name in names.items()}
    # What is shown are means, also of whole numbers.
    return {
        column: replace(metric, digits=1) if metric.digits == 0 else metric
        for column, metric in found.items()
    }


def _thresholds(
    a: Analysed,
    column: str,
    metric: Metric,
    about: ProductionMetric | None,
    settings: Settings,
) -> tuple[Threshold, ...]:
    """Return what is asked of a metric: by requirements, and by the monitoring itself."""
    found: list[Threshold] = []
    for one in settings.requirements:
        if one.metric not in (metric.name, column) or one.metric is None:
            continue
        usable, why = in_logged_unit(one.model_copy(update={"metric": metric.name}), a, [])
        if not why and (usable.at_least is not None or usable.at_most is not None):
            found.append(Threshold(one.name, usable.at_least, usable.at_most))
    if about is not None and (about.at_least is not None or about.at_most is not None):
        level = Threshold("", about.at_least, about.at_most)
        if all((level.at_least, level.at_most) != (t.at_least, t.at_most) for t in found):
            found.append(level)
    return tuple(found)


def _level(
    log: ProductionLog,
    column: str,
    metric: Metric,
    points: Points,
    thresholds: tuple[Threshold, ...],
    rules: Rules,
) -> Level:
    times, values, cases = points.times, points.values, points.cases
    window = trailing(times, values, cases, rules.hours, is_share=are_shares(values, cases))
    waiting = int(log.times[-1] - times[-1])
    recent = None
    if waiting < rules.hours * HOUR:
        first = len(times) - int(window.points[-1])
        recent = Recent(
            *(float(window.value[-1]), float(window.low[-1]), float(window.high[-1])),
            *(int(window.points[-1]), int(window.cases[-1]), int(times[first]), int(times[-1])),
        )
    spans = tuple(
        tuple(alert_spans(states_of(values, window, t, rules), rules.after)) for t in thresholds
    )
    return Level(
        *(column, metric, times, values, cases, window, recent, thresholds),
        statuses=tuple(
            "missed"  # as long as an alert goes on, whatever the mean of a longer time says
            if recent is not None and own and own[-1].end is None
            else status_of(recent, t, rules.least, pooled=window.pooled)
            for t, own in zip(thresholds, spans, strict=True)
        ),
        spans=spans,
        forecast=None,
        waiting=waiting,
    )
