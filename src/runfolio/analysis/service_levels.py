"""Stage 3: does a metric keep its level in production? Windows, states and alerts.

In: the values of a metric over time, with the cases behind each where they are known, and a
threshold. Out: what the metric is over trailing windows with its interval, and when it was
beyond the threshold for so long, and so clearly, that someone should know.

References
----------
Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
American Statistical Association 22 (1927): the interval of a share.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.interval import students_t

__all__ = [
    "Recent",
    "Rules",
    "Span",
    "State",
    "Status",
    "Threshold",
    "Trailing",
    "alert_spans",
    "states_of",
    "status_of",
    "trailing",
    "wilson",
]

HOUR = 3_600_000
"""Milliseconds."""
LEAST_POINTS = 3
"""Points from which on their mean has an interval."""
_Z = 1.959963984540054
"""Standard errors of a 95 % interval."""

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

State = Literal["kept", "broken", "unsure", "too few"]
Status = Literal[
    "met",
    "met, not certain",
    "missed",
    "missed, not certain",
    "too few values",
    "no recent values",
    "",
]


@dataclass(frozen=True, slots=True)
class Rules:
    """By which a log is judged.

    Parameters
    ----------
    hours : int
        Length of a window.
    after : int
        Points in a row that start an alert, or end it.
    least : int
        Cases below which a share is not judged.
    """

    hours: int = 14 * 24
    after: int = 3
    least: int = 30


@dataclass(frozen=True, slots=True)
class Threshold:
    """A level that is to be kept: no less than `at_least`, no more than `at_most`.

    ``name`` is the requirement's; empty for a level that the monitoring itself sets.
    """

    name: str = ""
    at_least: float | None = None
    at_most: float | None = None

    def keeps(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )

    def beyond(self, low: float, high: float) -> bool:
        """Tell whether the whole interval is on the wrong side."""
        return (self.at_least is not None and high < self.at_least) or (
            self.at_most is not None and low > self.at_most
        )


@dataclass(frozen=True, slots=True)
class Trailing:
    """What a metric is over the window that ends with each point.

    Parameters
    ----------
    value, low, high : ndarray of float64, shape (points,)
        Mean and its 95 % interval; the ends are NaN where there is too little for one.
    points, cases : ndarray of int64, shape (points,)
        Points in the window, and cases behind them (0 where those are not known).
    pooled : bool
        Whether it is a share of all cases of the window.
    """

    value: Floats
    low: Floats
    high: Floats
    points: NDArray[np.int64]
    cases: NDArray[np.int64]
    pooled: bool


@dataclass(frozen=True, slots=True)
class Recent:
    """What a metric is over the newest window."""

    value: float
    low: float
    high: float
    points: int
    cases: int
    since: int
    until: int

    @property
    def has_interval(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)


@dataclass(frozen=True, slots=True)
class Span:
    """When a level was broken: indices of points.

    Parameters
    ----------
    start : int
        The first point beyond.
    confirmed : int
        The point at which enough in a row were.
    end : int or None
        The first point of those that ended it; None while it goes on.
    """

    start: int
    confirmed: int
    end: int | None = None


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the 95 % interval of a share of n cases; NaN for none.

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`` with z = 1.96.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = share + _Z**2 / (2 * n)
        reach = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        whole = 1 + _Z**2 / n
        low, high = (middle - reach) / whole, (middle + reach) / whole
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def trailing(
    times: Times, values: Floats, cases: Floats | None, hours: int, *, is_share: bool
) -> Trailing:
    """Look back from each point over a window.

    A share with known cases is pooled: each case counts as much. Of any other metric it is the
    mean of the points (weighted by cases, where they are known), with Student's interval.

    Parameters
    ----------
    times : ndarray of int64, shape (points,), ascending
        Milliseconds.
    values : ndarray of float64, shape (points,), finite
    cases : ndarray of float64, shape (points,), positive, or None
    hours : int
        Length of the window; a point that is older by exactly that is out of it.
    is_share : bool
    """
    first = np.searchsorted(times, times - hours * HOUR, "right")
    last = np.arange(1, len(times) + 1)

    def total(amounts: Floats) -> Floats:
        summed = np.concatenate(([0.0], np.cumsum(amounts)))
        found: Floats = summed[last] - summed[first]
        return found

    points = (last - first).astype(np.int64)
    weights = np.ones(len(values)) if cases is None else cases
    whole = total(weights)
    middle = float(np.mean(values)) if len(values) else 0.0
    apart = values - middle  # sums of what is near nothing lose no digits
    mean = total(weights * apart) / whole
    behind = np.rint(whole).astype(np.int64) if cases is not None else np.zeros_like(points)
    if is_share and cases is not None:
        share = np.clip(mean + middle, 0.0, 1.0)
        return Trailing(share, *wilson(share, whole), points, behind, pooled=True)
    square = (
        total(weights**2 * apart**2)
        - 2 * mean * total(weights**2 * apart)
        + mean**2 * total(weights**2)
    )
    enough = points >= LEAST_POINTS
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.maximum(square, 0.0) * points / (points - 1.0)) / whole
    reach = np.full(len(values), np.nan)
    for count in np.unique(points[enough]).tolist():
        own = points == count
        reach[own] = students_t(count - 1) * error[own]
    return Trailing(
        mean + middle, mean + middle - reach, mean + middle + reach, points, behind, pooled=False
    )


def states_of(
    values: Floats, window: Trailing, threshold: Threshold, rules: Rules
) -> tuple[State, ...]:
    """Judge every point.

    A pooled share is judged by its window: broken only where the whole interval is beyond the
    threshold. Of other metrics each value is judged as it stands, since nothing tells how sure
    one of them is.
    """
    if window.pooled:
        return tuple(
            "too few"
            if n < rules.least
            else "broken"
            if threshold.beyond(low, high)
            else "kept"
            if threshold.keeps(value)
            else "unsure"
            for value, low, high, n in zip(
                window.value, window.low, window.high, window.cases, strict=True
            )
        )
    return tuple("kept" if threshold.keeps(value) else "broken" for value in values)


def alert_spans(states: Sequence[State], after: int) -> Iterator[Span]:
    """Yield when a level was broken, the oldest first.

    An alert starts at the first of `after` broken points in a row, and ends at the first of
    `after` kept points in a row. Points with too few cases are passed over.

    Parameters
    ----------
    states : sequence of State
    after : int
    """
    judged = [(index, state) for index, state in enumerate(states) if state != "too few"]
    start: int | None = None
    confirmed = 0
    row: list[int] = []
    for index, state in judged:
        wanted = "broken" if start is None else "kept"
        row = [*row, index] if state == wanted else []
        if len(row) < after:
            continue
        if start is None:
            start, confirmed = row[0], index
        else:
            yield Span(start, confirmed, row[0])
            start = None
        row = []
    if start is not None:
        yield Span(start, confirmed)


def status_of(recent: Recent | None, threshold: Threshold, least: int, *, pooled: bool) -> Status:
    """Judge the newest window: met or missed, and whether that is certain."""
    if recent is None:
        return "no recent values"
    if (pooled and recent.cases < least) or not recent.has_interval:
        return "too few values"
    if threshold.keeps(recent.value):
        ends = threshold.keeps(recent.low) and threshold.keeps(recent.high)
        return "met" if ends else "met, not certain"
    return "missed" if threshold.beyond(recent.low, recent.high) else "missed, not certain"
