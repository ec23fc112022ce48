"""Stage 3: the levels on both sides of a change: its place, its size, and step or drift.

In: the values of the stretches beside a change. Out: places, sizes and intervals, none of them
moved by a few values that lie far off. The method is told in `runfolio.analysis.change_points`.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.interval import LEVEL

__all__ = ["ROUNDING", "difference_of_levels", "is_drift", "places_of_change", "straight_line"]

Values = NDArray[np.float64]

ROUNDING = 1e-12
"""What arithmetic may add to a value, as a share of it."""

_PLACE = -2 * math.log(1 - math.sqrt(LEVEL))  # 7.35
_FAR = 3.0
_TRIM = 0.2


def places_of_change(
    values: Values, near: int, start: int, stop: int, memory: float
) -> tuple[int, int, int]:
    """Return the first, the best and the last place of a change.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        From the previous change to the next one.
    near : int
        About where it is.
    start, stop : int
        It lies in ``start .. stop``: places of the new level's first value.
    memory : float
        By how much autocorrelation multiplies the variance of a mean.
    """
    n = len(values)
    own = _pulled_in(values, [0, near, n])
    own = own - own.mean()
    k = np.arange(start, stop + 1)
    gain = np.cumsum(own)[k - 1] ** 2 * (n / (k * (n - k)))
    total = float(own @ own)
    variance = max(total - float(gain.max()), 0.0) / (n - 2)
    within = k[gain.max() - gain <= _PLACE * variance * memory + ROUNDING * total]
    return int(within[0]), int(k[gain.argmax()]), int(within[-1])


def difference_of_levels(
    before: Values, after: Values, memory: float
) -> tuple[float, float, float]:
    """Return both trimmed means and half the width of the interval of their difference."""
    from scipy.special import stdtrit

    for trim in (_TRIM, 0.0):
        (a, u, f), (b, v, g) = _trimmed(before, trim), _trimmed(after, trim)
        if u + v > 0:
            freedom = (u + v) ** 2 / (u**2 / f + v**2 / g)
            t = float(stdtrit(freedom, 0.5 + LEVEL / 2))
            return a, b, t * math.sqrt((u + v) * memory)
    return a, b, 0.0


def _trimmed(values: Values, trim: float) -> tuple[float, float, int]:
    """Return the trimmed mean, its squared standard error and the degrees of freedom."""
    n, cut = len(values), int(trim * len(values))
    kept = np.sort(values)[cut : n - cut]
    spread = np.clip(values, kept[0], kept[-1]).var(ddof=1)
    return (
        float(kept.mean()),
        float((n - 1) * spread / (len(kept) * (len(kept) - 1))),
        len(kept) - 1,
    )


def is_drift(values: Values, edges: list[int]) -> bool:
    """Compare a line with levels by BIC: 2 parameters against levels and places."""
    values = _pulled_in(values, edges)
    n, changes = len(values), len(edges) - 2
    means = [values[a:b].mean() for a, b in pairwise(edges)]
    line, levels = values - straight_line(values), values - np.repeat(means, np.diff(edges))
    squares = [max(float(rest @ rest), 1e-300) for rest in (line, levels)]
    return n * math.log(squares[0] / squares[1]) < (2 * changes - 1) * math.log(n)


def straight_line(values: Values) -> Values:
    """Return the straight line of least squares at each place."""
    t = np.arange(len(values)) - (len(values) - 1) / 2
    fitted: Values = values.mean() + t * float(t @ values / (t @ t))
    return fitted


def _pulled_in(values: Values, edges: list[int]) -> Values:
    """Bring values far from the medians between the edges nearer."""
    medians = [np.median(values[a:b]) for a, b in pairwise(edges)]
    away = np.abs(values - np.repeat(medians, np.diff(edges)))
    spread = 1.4826 * float(np.median(away)) or 1.2533 * float(away.mean())
    return np.clip(values, min(medians) - _FAR * spread, max(medians) + _FAR * spread)
