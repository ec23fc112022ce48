"""Stage 3: is a metric in production what was forecast?

In: the metric over the newest window, and the forecast with its interval. Out: their difference
with its interval, and a verdict.

References
----------
Zou and Donner, "Construction of confidence limits about effect measures", Statistics in Medicine
27 (2008): the interval of a difference from the intervals of both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.interval import mean_of
from runfolio.analysis.service_levels import LEAST_POINTS, Recent

__all__ = ["Expected", "ForecastCheck", "against_column", "against_value", "difference"]

Floats = NDArray[np.float64]

Outcome = Literal[
    "not distinguishable", "above the forecast", "below the forecast", "too few values"
]


@dataclass(frozen=True, slots=True)
class Expected:
    """A forecast.

    Parameters
    ----------
    value, low, high : float
        Its interval is NaN where it has none.
    kind : {"offline", "given", "column"}
        Measured by runs, given in the configuration, or logged beside the metric.
    who : str
        Whose value runs measured: the configuration's label.
    runs : int
        How many runs measured it.
    metric : str
        As what runs logged it.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    kind: Literal["offline", "given", "column"] = "given"
    who: str = ""
    runs: int = 0
    metric: str = ""

    @property
    def has_interval(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)


@dataclass(frozen=True, slots=True)
class ForecastCheck:
    """A metric in production against its forecast.

    Parameters
    ----------
    expected : Expected
    outcome : str
    delta, low, high : float
        Production minus forecast, with its 95 % interval.
    outside, points : int
        Of the window's points with a forecast of their own interval, how many lie outside of it.
    """

    expected: Expected
    outcome: Outcome
    delta: float = math.nan
    low: float = math.nan
    high: float = math.nan
    outside: int = 0
    points: int = 0


def difference(
    a: float, a_low: float, a_high: float, b: float, b_low: float, b_high: float
) -> tuple[float, float]:
    """Return the interval of ``a - b`` from those of both; a side without one counts as exact.

    ``d - sqrt((a - l_a)² + (u_b - b)²)`` to ``d + sqrt((u_a - a)² + (b - l_b)²)``.
    """

    def reach(to: float, end: float) -> float:
        return abs(end - to) if math.isfinite(end) else 0.0

    return (
        a - b - math.hypot(reach(a, a_low), reach(b, b_high)),
        a - b + math.hypot(reach(a, a_high), reach(b, b_low)),
    )


def against_value(recent: Recent | None, expected: Expected, least: int = 0) -> ForecastCheck:
    """Compare the newest window with one value.

    Parameters
    ----------
    recent : Recent or None
    expected : Expected
    least : int
        Cases below which nothing is said, where cases are known.
    """
    if recent is None or not recent.has_interval or 0 < recent.cases < least:
        return ForecastCheck(expected, "too few values")
    low, high = difference(
        *(recent.value, recent.low, recent.high),
        *(expected.value, expected.low, expected.high),
    )
    delta = recent.value - expected.value
    return ForecastCheck(expected, _outcome(low, high), delta, low, high)


def against_column(values: Floats, forecast: Floats, low: Floats, high: Floats) -> ForecastCheck:
    """Compare the points of the newest window, each with its own forecast.

    Parameters
    ----------
    values, forecast, low, high : ndarray of float64, shape (points,)
        NaN where one is not logged.
    """
    both = np.isfinite(values) & np.isfinite(forecast)
    ranged = both & np.isfinite(low) & np.isfinite(high)
    outside = int(np.sum(ranged & ((values < low) | (values > high))))
    if int(both.sum()) < LEAST_POINTS:
        return ForecastCheck(Expected(math.nan, kind="column"), "too few values")
    expected = Expected(float(np.mean(forecast[both])), kind="column")
    apart = mean_of(values[both] - forecast[both])
    return ForecastCheck(
        *(expected, _outcome(apart.low, apart.high), apart.value, apart.low, apart.high),
        *(outside, int(ranged.sum())),
    )


def _outcome(low: float, high: float) -> Outcome:
    if low > 0:
        return "above the forecast"
    return "below the forecast" if high < 0 else "not distinguishable"
