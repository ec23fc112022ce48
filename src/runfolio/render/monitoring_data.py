"""Stage 5: how the model does in production, for other programs: ``report.json`` and CSV.

In: what was found about production. Out: the part of ``report.json`` about it, and the text of
``monitoring.csv``, one row per metric and point, values as logged.
"""

from __future__ import annotations

import csv
import math
from io import StringIO
from typing import Any

import pandas as pd

from runfolio.analysis.monitoring import Alert, Level, Monitoring, Watched
from runfolio.analysis.production_drift import ColumnDrift
from runfolio.render.csv_text import exact_text, harmless
from runfolio.render.json_text import exact_number, utc_time
from runfolio.render.text import visible

__all__ = ["monitoring_csv", "monitoring_json"]

_COLUMNS = ("log", "column", "metric", "time", "value", "cases", "window", "low", "high")


def monitoring_json(monitoring: Monitoring) -> dict[str, Any]:
    """Return what ``report.json`` says of production."""
    return {
        "logs": [_log(log) for log in monitoring.logs],
        "alerts": [_alert(alert) for alert in monitoring.alerts],
    }


def monitoring_csv(monitoring: Monitoring) -> str:
    """Return one row per metric and point, with the window that ends there.

    Rows stand by log, by metric as in the report, and by time, the oldest first. A time is in
    UTC; ``window`` is the metric over the window, ``low`` and ``high`` its interval.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for log in monitoring.logs:
        for level in log.levels:
            names = tuple(map(_text, (log.name, level.column, level.metric.name)))
            cases = [None] * len(level.times) if level.cases is None else level.cases.tolist()
            window = level.window
            for i, time in enumerate(level.times.tolist()):
                figures = (level.values[i], cases[i], window.value[i], window.low[i])
                writer.writerow((*names, _time(time), *map(_figure, (*figures, window.high[i]))))
    return out.getvalue()


def _figure(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else exact_text(float(value))


def _text(text: str) -> str:
    return harmless(visible(text))


def _time(time: int) -> str | None:
    return utc_time(pd.Timestamp(time, unit="ms", tz="UTC"))


def _log(log: Watched) -> dict[str, Any]:
    return {
        "name": log.name,
        "rows": log.rows,
        "since": _time(log.since),
        "until": _time(log.until),
        "window_hours": log.rules.hours,
        "version": log.deployed or None,
        "versions": [
            {"version": one.version, "since": _time(one.since), "until": _time(one.until)}
            for one in log.versions
        ],
        "gaps": [{"after": _time(gap.after), "before": _time(gap.before)} for gap in log.gaps],
        "metrics": [_level(level) for level in log.levels],
        "drift": [_drift(drift) for drift in log.drifts],
    }


def _level(level: Level) -> dict[str, Any]:
    told: dict[str, Any] = {
        "column": level.column,
        "metric": level.metric.name,
        "points": len(level.times),
    }
    recent = level.recent
    if recent is not None:
        told["recent"] = {
            "value": exact_number(recent.value),
            **_ends(recent.low, recent.high),
            "points": recent.points,
            "cases": recent.cases or None,
            "since": _time(recent.since),
            "until": _time(recent.until),
        }
    told["levels"] = [
        {
            "requirement": threshold.name or None,
            "at_least": threshold.at_least,
            "at_most": threshold.at_most,
            "status": status,
        }
        for threshold, status in zip(level.thresholds, level.statuses, strict=True)
    ]
    if level.forecast is not None:
        check = level.forecast
        told["forecast"] = {
            "kind": check.expected.kind,
            "of": check.expected.who or None,
            "value": _or_none(check.expected.value),
            **_ends(check.expected.low, check.expected.high),
            "outcome": check.outcome,
            "difference": _or_none(check.delta),
            "difference_low": _or_none(check.low),
            "difference_high": _or_none(check.high),
        }
    return told


def _drift(drift: ColumnDrift) -> dict[str, Any]:
    own = drift.now.drift
    return {
        "column": drift.column,
        "role": drift.role,
        "since": _time(drift.now.since),
        "until": _time(drift.now.until),
        "verdict": own.verdict,
        "psi": _or_none(own.psi),
        "chance": _or_none(own.chance),
        "ks": _or_none(own.ks),
        "ks_p": _or_none(own.ks_p),
        "rows": own.now,
        "reference_rows": own.before,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "log": alert.log,
        "column": alert.column,
        "metric": alert.metric.name if alert.metric else None,
        "requirement": (alert.threshold.name or None) if alert.threshold else None,
        "since": _time(alert.since),
        "confirmed": _time(alert.confirmed),
        "until": None if alert.until is None else _time(alert.until),
        "value": exact_number(alert.value),
    }


def _ends(low: float, high: float) -> dict[str, Any]:
    return {"low": _or_none(low), "high": _or_none(high)}


def _or_none(value: float) -> float | str | int | None:
    return None if math.isnan(value) else exact_number(value)
