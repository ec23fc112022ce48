"""Stage 3: intervals for a mean and for the difference of two means."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEVEL", "Estimate", "difference_of_means", "mean_of"]

LEVEL = 0.95

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its uncertainty.

    Parameters
    ----------
    value : float
    low, high : float
        Ends of the interval at `LEVEL`; NaN where `n` is too small for one.
    n : int
        Values behind it (the smaller side's, for a difference).
    spread : float
        Standard deviation of the values (n - 1); NaN for one value or for a difference.
    """

    value: float
    low: float
    high: float
    n: int
    spread: float

    @property
    def has_interval(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)


def mean_of(values: Values) -> Estimate:
    """Estimate a mean with Student's t interval.

    Parameters
    ----------
    values : ndarray of float64, shape (n,), finite, n >= 1

    Returns
    -------
    Estimate
        ``mean ± t(0.975, n - 1) s / sqrt(n)``; without an interval for n = 1.

    References
    ----------
    Student, "The probable error of a mean", Biometrika 6 (1908).
    """
    n = len(values)
    mean = float((values / n).sum())  # divided first: a sum of huge values would overflow
    if n < 2:
        return Estimate(mean, math.nan, math.nan, n, math.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(values.std(ddof=1))
    half = _t(n - 1) * spread / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n, spread)


def difference_of_means(candidate: Values, baseline: Values) -> Estimate:
    """Estimate mean(candidate) - mean(baseline) with Welch's interval.

    Parameters
    ----------
    candidate, baseline : ndarray of float64, shape (n,) and (m,), finite, n, m >= 1

    Returns
    -------
    Estimate
        Without an interval where a side has one value, or neither side varies at all.

    References
    ----------
    Welch, "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 34 (1947).
    """
    n, m = len(candidate), len(baseline)
    means = float((candidate / n).sum()), float((baseline / m).sum())
    delta = means[0] - means[1]
    without = Estimate(delta, math.nan, math.nan, min(n, m), math.nan)
    if n < 2 or m < 2:
        return without
    with np.errstate(over="ignore", invalid="ignore"):
        a, b = float(candidate.var(ddof=1)) / n, float(baseline.var(ddof=1)) / m
    rounding = 1e-12 * max(map(abs, means))
    if not math.isfinite(a + b) or math.sqrt(a + b) <= rounding:
        return without
    freedom = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (m - 1))
    half = _t(freedom) * math.sqrt(a + b)
    return Estimate(delta, delta - half, delta + half, min(n, m), math.nan)


def _t(freedom: float) -> float:
    from scipy.special import stdtrit  # a tenth of the import time of scipy.stats

    return float(stdtrit(freedom, 0.5 + LEVEL / 2))
