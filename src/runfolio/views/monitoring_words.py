"""Stage 4: what production does, in words: dates, levels, alerts, the finding.

All sections about monitoring speak through these, so that no two of them differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from runfolio.analysis.forecast_check import ForecastCheck
from runfolio.analysis.metrics import NBSP, Metric
from runfolio.analysis.monitoring import Alert, Level, Monitoring, Watched
from runfolio.analysis.service_levels import HOUR, Status, Threshold
from runfolio.model.numbers import format_count, localized, with_unit
from runfolio.views.blocks import Tone, Verdict
from runfolio.views.dates import day, moment
from runfolio.views.words import call, count_of, listed, number_word

__all__ = [
    "GRAVEST",
    "against",
    "alert_sentence",
    "asked",
    "finding_of",
    "forecast_sentence",
    "now_sentence",
    "side_of",
    "span_of",
    "status_verdict",
    "when",
    "worst_status",
]

_DAY = 24 * HOUR
_IN_DAYS = 48
"""Hours of a window from which on times of day do not matter."""

_STATUS: dict[Status, tuple[str, Tone]] = {
    "met": ("Kept", "good"),
    "met, not certain": ("Kept, not certain", "unsure"),
    "missed": ("Broken", "bad"),
    "missed, not certain": ("Perhaps broken", "unsure"),
    "too few values": ("Too few to judge", "unsure"),
    "no recent values": ("No recent values", "unsure"),
    "": ("No level set", "none"),
}
GRAVEST: tuple[Status, ...] = (
    *("missed", "missed, not certain", "no recent values", "too few values"),
    *("met, not certain", "met", ""),
)
"""What is said of a level, the gravest first."""


def when(time: int, hours: int) -> str:
    """Return a time in milliseconds as people read it.

    Parameters
    ----------
    time : int
    hours : int
        Length of the log's windows: where they are of days, so is what is told.
    """
    stamp = pd.Timestamp(time, unit="ms", tz="UTC")
    return day(stamp) if hours >= _IN_DAYS or not time % _DAY else moment(stamp)


def span_of(hours: int) -> str:
    """Return the length of a window: ``14 days``."""
    return count_of(hours // 24, "day") if hours % 24 == 0 else count_of(hours, "hour")


def asked(metric: Metric, threshold: Threshold) -> str:
    """Return what a level asks: ``at least 80.0 %``."""
    parts = []
    if threshold.at_least is not None:
        parts.append(f"at least {_level(metric, threshold.at_least)}")
    if threshold.at_most is not None:
        parts.append(f"at most {_level(metric, threshold.at_most)}")
    return " and ".join(parts)


def _level(metric: Metric, value: float) -> str:
    """Return a level with no more decimals than it needs: people set round ones."""
    return with_unit(localized(f"{value * metric.scale:.10g}"), metric.unit)


def worst_status(level: Level) -> Status:
    """Return the gravest of what is said of a metric's levels; nothing where it has none."""
    return min(level.statuses, key=GRAVEST.index, default="")


def status_verdict(status: Status) -> Verdict:
    """Return a status as a word with its tone."""
    return Verdict(*_STATUS[status])


def now_sentence(level: Level, log: Watched) -> str:
    """Say what a metric is now, with its interval and what lies behind it."""
    recent, hours = level.recent, log.rules.hours
    if recent is None:
        return (
            f"The newest value is of {when(int(level.times[-1]), hours)}, and the log goes on to "
            f"{when(log.until, hours)}: what it is now is not known."
        )
    metric = level.metric
    points = count_of(recent.points, "value")
    behind = f"{count_of(recent.cases, 'case')} in {points}" if recent.cases else points
    interval = (
        f" ({metric.range(recent.low, recent.high)}, 95{NBSP}% interval)"
        if recent.has_interval
        else ""
    )
    told = (
        f"{metric.value(recent.value)}{interval} over the {span_of(hours)} up to "
        f"{when(recent.until, hours)}, from {behind}."
    )
    if level.window.pooled and recent.cases < log.rules.least:
        told += f" That is fewer than {log.rules.least} cases: too few to judge."
    if level.waiting > _DAY:
        told += (
            f" Nothing newer is known of it, though the log goes on to {when(log.until, hours)}."
        )
    return told


def forecast_sentence(level: Level, check: ForecastCheck) -> str:
    """Say what was forecast, and whether it came so."""
    metric, expected = level.metric, check.expected
    if math.isnan(expected.value):
        return "Too few values lie beside a forecast to compare them."
    interval = f" ({metric.range(expected.low, expected.high)})" if expected.has_interval else ""
    value = f"{metric.value(expected.value)}{interval}"
    if expected.kind == "offline":
        runs = f"mean of {count_of(expected.runs, 'run')}" if expected.runs > 1 else "one run"
        told = f"Offline, {expected.who} had {value}, {runs}"
    elif expected.kind == "given":
        told = f"The forecast was {value}"
    else:
        told = f"The forecast for these days was {value} on average"
    if check.outcome == "too few values":
        told += "; there are too few values to compare with it."
    elif check.outcome == "not distinguishable":
        fine = metric.fine_for(check.delta)
        told += (
            f"; the difference of {fine.delta(check.delta)} can be chance "
            f"({fine.delta_range(check.low, check.high)})."
        )
    else:
        word = "more" if check.delta > 0 else "less"
        told += (
            f"; production shows {metric.size(check.delta)} {word} "
            f"({metric.delta_range(check.low, check.high)})."
        )
    if check.points:
        out = "none" if not check.outside else format_count(check.outside)
        told += f" Of {count_of(check.points, 'value')}, {out} lay outside of the forecast's range."
    return told


def against(metric: Metric, check: ForecastCheck) -> str:
    """Return how a metric stands to its forecast: ``below the forecast of 85.0 %``."""
    value = metric.value(check.expected.value)
    if check.outcome == "not distinguishable":
        return f"not distinguishable from the forecast of {value}"
    return f"{check.outcome} of {value}"


def alert_sentence(alert: Alert) -> str:
    """Say what an alert is about, without a full stop."""
    if alert.metric is None or alert.threshold is None:
        return f"{alert.column} has moved away from the training data"
    metric, threshold = alert.metric, alert.threshold
    named = f" ({threshold.name})" if threshold.name else ""
    verb = "is" if alert.is_open else "was"
    if threshold.at_least is not None and threshold.at_most is not None:
        return f"{metric.label} {verb} beyond its levels: {asked(metric, threshold)}{named}"
    bound = threshold.at_least if threshold.at_least is not None else threshold.at_most
    assert bound is not None
    return f"{metric.label} {verb} {side_of([threshold])} {_level(metric, bound)}{named}"


def side_of(thresholds: Sequence[Threshold]) -> str:
    """Return on which side of its levels a metric is that breaks them."""
    if all(threshold.at_most is None for threshold in thresholds):
        return "below"
    return "above" if all(threshold.at_least is None for threshold in thresholds) else "beyond"


def _moved(monitoring: Monitoring) -> tuple[int, str]:
    """Return how many inputs and outputs have moved, and that in words."""
    moved = [drift for drift in monitoring.drifts if drift.now.drift.verdict == "moved"]
    parts = [
        f"{number_word(count)} {role}{'' if count == 1 else 's'}"
        for role in ("input", "output")
        if (count := sum(drift.role == role for drift in moved))
    ]
    return len(moved), f"{listed(parts)} {'has' if len(moved) == 1 else 'have'} moved"


def finding_of(monitoring: Monitoring) -> str:
    """Return the finding in one sentence without a full stop."""
    levels = [alert for alert in monitoring.open_alerts if alert.threshold is not None]
    drifts, moved = _moved(monitoring)
    names = list(dict.fromkeys(call(a.metric) for a in levels if a.metric is not None))
    if names:
        side = side_of([alert.threshold for alert in levels if alert.threshold is not None])
        told = f"{listed(names, 3)} {'is' if len(names) == 1 else 'are'} {side} what is asked"
        more = f", and {moved} away from the training data" if drifts else ""
        return f"In production, {told}{more}"
    judged = [worst_status(level) for level in monitoring.levels if level.thresholds]
    missed = [level for level in monitoring.levels if worst_status(level).startswith("missed")]
    if missed:
        found = list(dict.fromkeys(call(level.metric) for level in missed))
        asked_of = [
            threshold
            for level in missed
            for threshold, status in zip(level.thresholds, level.statuses, strict=True)
            if status.startswith("missed")
        ]
        told = f"In production, {listed(found, 3)} may be {side_of(asked_of)} what is asked"
    elif judged and all(status == "met" for status in judged):
        told = "In production, every level is kept"
    elif judged and all(status.startswith("met") for status in judged):
        told = "In production, every level is kept, not all of them for certain"
    elif judged:
        told = "In production, no level is broken, but not all can be judged"
    else:
        told = "In production, no level is set to judge by"
    return f"{told}, and {moved} away from the training data" if drifts else told
