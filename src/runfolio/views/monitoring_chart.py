"""Stage 4: the chart of one metric in production, and the table of its newest values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from runfolio.analysis.monitoring import Level, Watched
from runfolio.model.numbers import format_count, localized
from runfolio.views.blocks import Cell, Chart, Column, Row, Table
from runfolio.views.charts.levels import LEVELS_COLUMNS
from runfolio.views.monitoring_words import asked, span_of, when
from runfolio.views.words import count_of

__all__ = ["level_chart"]

MOST_ROWS = 30
"""Rows of the table, the newest; all are in monitoring.csv."""

_NAMES = tuple(LEVELS_COLUMNS)


def level_chart(level: Level, log: Watched, key: str, title: str, *, static: bool = False) -> Chart:
    """Draw a metric over time: what was logged, its window, what is asked, and alerts.

    Parameters
    ----------
    level : Level
    log : Watched
        The log that it is in.
    key : str
        Of the chart, unique on its page.
    title : str
        What it shows, as a finding.
    static : bool
        Whether it is drawn ahead.
    """
    metric = level.metric
    rows = [
        *_alerts(level, log),
        *_forecast(level, log),
        *_logged(level, log),
        *_levels(level, log),
        *_versions(log),
    ]
    return Chart(
        key=key,
        kind="levels",
        title=title,
        sentence=_sentence(level, log),
        data={name: [row.get(name) for row in rows] for name in _NAMES},
        titles={
            "@x": "Time (UTC)",
            "@y": f"{metric.label} ({metric.unit})" if metric.unit else metric.label,
        },
        table=_table(level, log),
        static=static,
    )


def _logged(level: Level, log: Watched) -> Iterator[dict[str, Any]]:
    window = level.window
    breaks = [gap.after for gap in log.gaps]
    before: int | None = None
    for i, time in enumerate(level.times.tolist()):
        yield {"f0": time, "f1": _shown(level, level.values[i]), "f2": ""}
        if before is not None and any(before <= gap < time for gap in breaks):
            yield {"f0": time - 1, "f2": "window"}  # the line and its band have a gap, too
        before = time
        yield {
            "f0": time,
            "f1": _shown(level, window.value[i]),
            "f2": "window",
            "f3": when(time, log.rules.hours),
            "f4": _shown(level, _within(level, window.low[i])),
            "f5": _shown(level, _within(level, window.high[i])),
        }


def _levels(level: Level, log: Watched) -> Iterator[dict[str, Any]]:
    for threshold in level.thresholds:
        for bound in (threshold.at_least, threshold.at_most):
            if bound is not None:
                value = _shown(level, bound)
                yield {"f0": log.since, "f1": value, "f2": "level", "f6": log.until}
                text = asked(level.metric, threshold)
                yield {"f0": log.until, "f1": value, "f2": "name", "f3": text}


def _forecast(level: Level, log: Watched) -> Iterator[dict[str, Any]]:
    if level.along is not None:
        for time, (value, low, high) in zip(level.times.tolist(), level.along.T, strict=True):
            yield _forecast_row(level, time, value, low, high)
    elif level.forecast is not None:
        own = level.forecast.expected
        for time in (log.since, log.until):
            yield _forecast_row(level, time, own.value, own.low, own.high)


def _forecast_row(level: Level, time: int, value: float, low: float, high: float) -> dict[str, Any]:
    return {
        "f0": time,
        "f1": _shown(level, value),
        "f2": "forecast",
        "f4": _shown(level, low),
        "f5": _shown(level, high),
    }


def _alerts(level: Level, log: Watched) -> Iterator[dict[str, Any]]:
    for spans in level.spans:
        for span in spans:
            end = log.until if span.end is None else int(level.times[span.end])
            yield {"f0": int(level.times[span.start]), "f2": "alert", "f6": end}


def _versions(log: Watched) -> Iterator[dict[str, Any]]:
    for deployed in log.versions[1:]:
        yield {"f0": deployed.since, "f2": "version", "f3": f"version {deployed.version}"[:24]}


def _within(level: Level, value: float) -> float:
    """Return the end of an interval; of a share none beyond nothing and all."""
    return min(max(value, 0.0), 1.0) if level.metric.is_share else value


def _shown(level: Level, value: float) -> float | None:
    """Round to what a screen can show."""
    return float(f"{value * level.metric.scale:.6g}") if math.isfinite(value) else None


def _sentence(level: Level, log: Watched) -> str:
    hours = log.rules.hours
    told = (
        f"{count_of(len(level.times), 'value')} from {when(int(level.times[0]), hours)} to "
        f"{when(int(level.times[-1]), hours)} as dots; the line is the "
        f"{'share of all cases' if level.window.pooled else 'mean'} over the "
        f"{span_of(hours)} before, in its 95 % interval."
    )
    if level.thresholds:
        told += f" Asked: {', '.join(asked(level.metric, t) for t in level.thresholds)} (dashed)."
    if any(level.spans):
        told += " Shaded: alerts."
    if level.forecast is not None:
        told += " Dotted, in grey: the forecast."
    return told


def _table(level: Level, log: Watched) -> Table:
    metric, window = level.metric, level.window
    counted = level.cases is not None
    columns = [Column("Time"), Column("Logged", "number")]
    if counted:
        columns.append(Column("Cases", "number"))
    columns += [Column(f"{span_of(log.rules.hours)} before", "number"), Column("Interval")]
    rows = []
    for i in range(len(level.times) - 1, max(len(level.times) - 1 - MOST_ROWS, -1), -1):
        low, high = float(window.low[i]), float(window.high[i])
        cells = [
            Cell(when(int(level.times[i]), log.rules.hours)),
            Cell(metric.value(float(level.values[i]))),
        ]
        if level.cases is not None:
            cells.append(Cell(localized(f"{level.cases[i]:,.0f}")))
        cells += [
            Cell(metric.value(float(window.value[i]))),
            Cell(metric.range(low, high) if math.isfinite(low) else ""),
        ]
        rows.append(Row(tuple(cells)))
    caption = f"{metric.label} in production, the newest first"
    if len(level.times) > MOST_ROWS:
        caption += f": {MOST_ROWS} of {format_count(len(level.times))}; monitoring.csv has all"
    return Table(caption, tuple(columns), tuple(rows))
