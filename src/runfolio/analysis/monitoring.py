"""Stage 3: how does the model do in production?

In: everything else analysed, the logs of production and what the configuration says of them.
Out: `Monitoring`: each metric against its levels and its forecast, drift, alerts, gaps and the
deployed versions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.metrics import Metric
from runfolio.analysis.monitored_metrics import levels_of
from runfolio.analysis.production_drift import ColumnDrift, drift_in
from runfolio.analysis.production_level import Level
from runfolio.analysis.production_runs import log_of_runs, monitoring_runs
from runfolio.analysis.service_levels import Rules, Threshold
from runfolio.model.problems import Problem
from runfolio.model.production import ProductionLog

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Monitored, Settings

__all__ = [
    "Alert",
    "Deployed",
    "Gap",
    "Level",
    "Monitoring",
    "Watched",
    "monitoring_of",
]

_LEAST_FOR_GAPS = 8
"""Times from which on the rhythm of a log is known."""
_USUAL = 0.95
_GAP = 2.0
"""Times the longest usual distance (that of 95 % of all times) from which on it is a gap."""
MOST_GAPS = 50


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was logged between two times, in milliseconds."""

    after: int
    before: int


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version of the model that the log tells: seen first and last, in milliseconds."""

    version: str
    since: int
    until: int
    rows: int


@dataclass(frozen=True, slots=True)
class Watched:
    """One log of production.

    Parameters
    ----------
    name : str
    rows : int
    since, until : int
        Of its rows, in milliseconds.
    gaps : tuple of Gap
        The newest of them, oldest first.
    versions : tuple of Deployed
        In the order in which they were seen first.
    deployed : str
        The version of the newest row that tells one; empty where none does.
    rules : Rules
    levels : tuple of Level
    drifts : tuple of ColumnDrift
    reference : str
        What inputs and outputs are compared with.
    """

    name: str
    rows: int
    since: int
    until: int
    gaps: tuple[Gap, ...]
    versions: tuple[Deployed, ...]
    deployed: str
    rules: Rules
    levels: tuple[Level, ...] = ()
    drifts: tuple[ColumnDrift, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should know, from a time to another (milliseconds).

    Parameters
    ----------
    log : str
    metric : Metric or None
        Whose level was broken; None for drift.
    column : str
    threshold : Threshold or None
    since : int
        When it began.
    confirmed : int
        When it was clear: enough points in a row, or the end of the window that had moved.
    until : int or None
        When it ended; None while it goes on.
    value : float
        The worst value in it, or the stability index of the newest window.
    hours : int
        Length of the log's windows.
    """

    log: str
    metric: Metric | None
    column: str
    threshold: Threshold | None
    since: int
    confirmed: int
    until: int | None
    value: float
    hours: int

    @property
    def is_open(self) -> bool:
        return self.until is None


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How the model does in production.

    Parameters
    ----------
    logs : tuple of Watched
    alerts : tuple of Alert
        Those that go on first, levels before drift, the newest first.
    """

    logs: tuple[Watched, ...]
    alerts: tuple[Alert, ...]

    @property
    def open_alerts(self) -> tuple[Alert, ...]:
        return tuple(alert for alert in self.alerts if alert.is_open)

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(level for log in self.logs for level in log.levels)

    @property
    def drifts(self) -> tuple[ColumnDrift, ...]:
        return tuple(drift for log in self.logs for drift in log.drifts)

    @property
    def until(self) -> int:
        """The newest time of any log, in milliseconds."""
        return max(log.until for log in self.logs)


def monitoring_of(a: Analysed, settings: Settings) -> tuple[Monitoring | None, tuple[Problem, ...]]:
    """Judge what production logged.

    Parameters
    ----------
    a : Analysed
        With champion and baseline.
    settings : Settings

    Returns
    -------
    monitoring : Monitoring or None
        None where nothing was logged.
    problems : tuple of Problem
    """
    problems: list[Problem] = []
    entries: dict[int, Monitored] = dict(enumerate(settings.monitoring))
    logs = list(a.tables.production)
    for entry, runs in monitoring_runs(a.tables, settings.monitoring).items():
        version = entries[entry].version if entry in entries else None
        log = log_of_runs(a.tables, runs, entry, version)
        if log is not None:
            logs.append(log)
        else:
            problems.append(_no_runs(runs))
    watched: list[Watched] = []
    for log in logs:
        own = entries.get(log.entry)
        rules = Rules(own.hours, own.alert_after, own.least) if own else Rules()
        seen = _seen(log, rules)
        levels, told = levels_of(a, log, own, settings, rules, seen.deployed)
        problems += told
        drifts = drift_in(log, own.inputs, own.outputs, own.hours) if own else ()
        watched.append(replace(seen, levels=levels, drifts=drifts, reference=log.reference_name))
    if not watched:
        return None, tuple(problems)
    alerts = [alert for one in watched for alert in (*_level_alerts(one), *_drift_alerts(one))]
    alerts.sort(key=lambda one: (not one.is_open, one.metric is None, -one.since, one.column))
    return Monitoring(tuple(watched), tuple(alerts)), tuple(problems)


def _no_runs(runs: Sequence[str]) -> Problem:
    return Problem(
        "report.yaml",
        "production-no-runs",
        "No run matches what monitoring: names."
        if not runs
        else "The runs that log production have no metric with a time.",
        "Compare the conditions with the tags, params and names on the runs page.",
    )


def _seen(log: ProductionLog, rules: Rules) -> Watched:
    """Look at the rows of a log: since when, with which gaps, by which version."""
    told = [row for row in zip(log.versions, log.times.tolist(), strict=False) if row[0]]
    since, until = dict(reversed(told)), dict(told)
    rows = Counter(version for version, _ in told)
    versions = tuple(Deployed(one, since[one], until[one], n) for one, n in rows.items())
    newest = next((version for version in reversed(log.versions) if version), "")
    return Watched(
        *(log.name, len(log.times), int(log.times[0]), int(log.times[-1])),
        *(_gaps(log.times), versions, newest, rules),
    )


def _gaps(times: NDArray[np.int64]) -> tuple[Gap, ...]:
    distinct = np.unique(times)
    if len(distinct) < _LEAST_FOR_GAPS:
        return ()
    distances = np.diff(distinct)
    usual = float(np.quantile(distances, _USUAL, method="inverted_cdf"))
    found = np.flatnonzero(distances > _GAP * usual)[-MOST_GAPS:]
    return tuple(Gap(int(distinct[i]), int(distinct[i + 1])) for i in found.tolist())


def _level_alerts(log: Watched) -> list[Alert]:
    found = []
    for level in log.levels:
        for threshold, spans in zip(level.thresholds, level.spans, strict=True):
            for span in spans:
                inside = slice(span.start, span.end)
                shown = level.window.value if level.window.pooled else level.values
                found.append(
                    Alert(
                        *(log.name, level.metric, level.column, threshold),
                        since=int(level.times[span.start]),
                        confirmed=int(level.times[span.confirmed]),
                        until=None if span.end is None else int(level.times[span.end]),
                        value=max(shown[inside].tolist(), key=partial(_excess, threshold)),
                        hours=log.rules.hours,
                    )
                )
    return found


def _excess(threshold: Threshold, value: float) -> float:
    """Return how far a value is beyond a level; negative where it keeps it."""
    below = -math.inf if threshold.at_least is None else threshold.at_least - value
    above = -math.inf if threshold.at_most is None else value - threshold.at_most
    return max(below, above)


def _drift_alerts(log: Watched) -> list[Alert]:
    """Return columns that moved, and those that had and are back."""
    found = []
    for drift in log.drifts:
        since: int | None = None
        for window in (*drift.windows, None):
            moved = window is not None and window.drift.verdict == "moved"
            if window is not None and moved:
                if since is None:
                    since, confirmed = max(window.since, log.since), window.until
                newest, value = window.until, window.drift.psi
            elif since is not None:
                goes_on = window is None
                found.append(
                    Alert(
                        *(log.name, None, drift.column, None, since, confirmed),
                        until=None if goes_on else newest,
                        value=value,
                        hours=log.rules.hours,
                    )
                )
                since = None
    return found
