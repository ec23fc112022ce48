"""Stage 3: what separates a candidate from a baseline, and how sure that is.

In: one value per seed replicate of each side. Out: their delta with interval, p and effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.interval import students_t
from runfolio.analysis.moments import moments, rescaled, scaled

__all__ = ["Delta", "delta_of", "delta_of_pairs", "equivalence_p"]

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Delta:
    """Candidate minus baseline, over their seed replicates.

    Where a side has one value, or nothing varies, there is no interval: then only `value`,
    `relative`, `n` and `pairs` are told, and all else is NaN.

    Parameters
    ----------
    value : float
        mean(candidate) - mean(baseline), in the metric's logged unit.
    low, high : float
        Ends of its 95 % interval.
    relative : float
        ``value / |mean(baseline)|``; NaN where that mean is 0.
    relative_low, relative_high : float
        Ends of its 95 % interval by Fieller's theorem, which knows that the baseline's mean is
        an estimate too. It holds 0 where the interval of `value` does, and no other time; NaN
        where the baseline's mean cannot be told from 0, as the ratio then has no bounds.
    p : float
        Two-sided, of no difference.
    effect : float
        Hedges' g: `value` in standard deviations of one side's values, with the sign of
        `value`. Of pairs too (g_av), so that pairing changes what is known, not what is said.
    error : float
        Standard error of `value`.
    freedom : float
        Degrees of freedom.
    n : tuple of int
        Values of the candidate and of the baseline.
    pairs : int
        Pairs compared; 0 where the sides are not paired (Welch).
    """

    value: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float
    p: float
    effect: float
    error: float
    freedom: float
    n: tuple[int, int]
    pairs: int

    @property
    def has_interval(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)


def delta_of(candidate: Values, baseline: Values) -> Delta:
    """Compare two sides whose values do not belong together, by Welch's t.

    Parameters
    ----------
    candidate, baseline : ndarray of float64, shape (n,) and (m,), finite, n, m >= 1

    Returns
    -------
    Delta
        A side that does not vary adds no error, as a constant: the other side's degrees of
        freedom are left.

    References
    ----------
    Welch, "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 34 (1947).
    """
    n, m = len(candidate), len(baseline)
    with np.errstate(all="ignore"):
        exponent, (x, y) = scaled(candidate, baseline)
        (a, u), (b, v) = moments(x), moments(y)
    error = math.sqrt(u / n + v / m)
    if not error > ROUNDING * max(abs(a), abs(b)):
        return _without(a - b, b, exponent, (n, m), 0)
    freedom = error**4 / ((u / n) ** 2 / (n - 1) + (v / m) ** 2 / (m - 1))
    pooled = math.sqrt(((n - 1) * u + (m - 1) * v) / (n + m - 2))
    known = _Known(a - b, error, freedom, b, v / m, -v / m, pooled, exponent)
    return _told(known, (n, m), 0)


def delta_of_pairs(candidate: Values, baseline: Values) -> Delta:
    """Compare two sides whose values belong together pair by pair, by the paired t.

    Parameters
    ----------
    candidate, baseline : ndarray of float64, shape (n,), finite, n >= 1
        Of one pair (such as one seed or one fold) at the same place.

    Returns
    -------
    Delta
        Without an interval where all pairs differ by the same.

    References
    ----------
    Student, "The probable error of a mean", Biometrika 6 (1908).
    """
    n = len(candidate)
    with np.errstate(all="ignore"):
        exponent, (x, y) = scaled(candidate, baseline)
        (a, u), (b, v), (value, w) = moments(x), moments(y), moments(x - y)
        shared = float((x - y - value) @ (y - b)) / max(n - 1, 1)
    error = math.sqrt(w / n)
    if not error > ROUNDING * max(abs(a), abs(b)):
        return _without(value, b, exponent, (n, n), n)
    pooled = math.sqrt((u + v) / 2)
    known = _Known(value, error, float(n - 1), b, v / n, shared / n, pooled, exponent)
    return _told(known, (n, n), n)


def equivalence_p(delta: Delta, tolerance: float) -> float:
    """Return the p of two one-sided tests that the sides differ by `tolerance` or more.

    Parameters
    ----------
    delta : Delta
    tolerance : float
        Difference that does not matter, in the metric's logged unit.

    Returns
    -------
    float
        The larger p of both; small where they are equivalent. 1 without a tolerance, NaN
        without an error to judge by.

    References
    ----------
    Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for
    assessing the equivalence of average bioavailability", Journal of Pharmacokinetics and
    Biopharmaceutics 15 (1987).
    """
    from scipy.special import stdtr

    if math.isnan(delta.error):
        return math.nan
    if tolerance <= 0:
        return 1.0
    return float(stdtr(delta.freedom, (abs(delta.value) - tolerance) / delta.error))


@dataclass(frozen=True, slots=True)
class _Known:
    """What both methods know, in units of 2 to the power of `exponent`."""

    value: float
    error: float
    freedom: float
    base: float
    base_variance: float  # of the baseline's mean
    shared: float  # covariance of the value and the baseline's mean
    pooled: float
    exponent: int


def _told(known: _Known, n: tuple[int, int], pairs: int) -> Delta:
    from scipy.special import stdtr

    unit, t = known.exponent, students_t(known.freedom)
    half = t * known.error
    value, error = rescaled(known.value, unit), rescaled(known.error, unit)
    low, high = rescaled(known.value - half, unit), rescaled(known.value + half, unit)
    if not (math.isfinite(low) and math.isfinite(high) and error > 0):
        return _without(known.value, known.base, unit, n, pairs)
    return Delta(
        value,
        low,
        high,
        _ratio(known.value, known.base),
        *_interval_of_ratio(known, t),
        p=2 * float(stdtr(known.freedom, -abs(known.value) / known.error)),
        effect=known.value / known.pooled * _small_sample(sum(n) - 2),
        error=error,
        freedom=known.freedom,
        n=n,
        pairs=pairs,
    )


def _without(value: float, base: float, exponent: int, n: tuple[int, int], pairs: int) -> Delta:
    ratio, nan = _ratio(value, base), math.nan
    value = rescaled(value, exponent)
    return Delta(value, nan, nan, ratio, nan, nan, nan, nan, nan, nan, n, pairs)


def _ratio(value: float, base: float) -> float:
    ratio = value / abs(base) if base else math.nan
    return ratio if math.isfinite(ratio) else math.nan


def _interval_of_ratio(known: _Known, t: float) -> tuple[float, float]:
    """Solve for the ratios r at which value - r base is within t errors of 0.

    Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B
    16 (1954). The degrees of freedom are those of the value.
    """
    d, b = known.value, known.base
    v, c, e = known.base_variance, known.shared, known.error**2
    bounded = b * b - t * t * v
    if not bounded > 0:
        return math.nan, math.nan
    within = b * b * e - 2 * c * d * b + d * d * v - t * t * (v * e - c * c)
    centre = math.copysign(1, b) * (d * b - t * t * c) / bounded
    half = t * math.sqrt(max(within, 0.0)) / bounded
    return centre - half, centre + half


def _small_sample(freedom: int) -> float:
    """Return what makes a standardised difference unbiased.

    Hedges, "Distribution theory for Glass's estimator of effect size and related estimators",
    Journal of Educational Statistics 6 (1981). For pairs with the freedom of both sides, as in
    Lakens, "Calculating and reporting effect sizes to facilitate cumulative science", Frontiers
    in Psychology 4 (2013).
    """
    half = freedom / 2
    return math.exp(math.lgamma(half) - math.lgamma(half - 0.5)) / math.sqrt(half)
