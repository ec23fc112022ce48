"""Stage 3: does a metric repeat exactly, so that every difference is real?"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["repeats_exactly"]


def repeats_exactly(values: NDArray[np.float64], alpha: float) -> bool:
    """Tell whether equal values stand together as noise would not have it.

    Parameters
    ----------
    values : ndarray of float64, shape (n,), finite
        In order.
    alpha : float
        Probability of taking noise for exact, at most.
    """
    edges = np.flatnonzero(values[1:] != values[:-1]) + 1
    held = np.diff(edges, prepend=0, append=len(values))
    if 2 * len(edges) > len(values) - 1:
        return False
    levels, counts = np.unique(values, return_counts=True)
    if len(levels) == len(held):
        chance = math.lgamma(len(levels) + 1) - math.lgamma(len(values) + 1)
        chance += sum(math.lgamma(count + 1) for count in counts)
        if chance <= math.log(alpha):
            return True
    return bool((held[1:-1] >= 2).all()) and any(map(_has_many_digits, levels))


def _has_many_digits(value: float) -> bool:
    """Tell a value like 0.9312847 from 0.93 and from a share of few cases such as 187/201."""
    digits = float(f"{abs(value):.16e}".partition("e")[0]) / 10
    share = Fraction(digits).limit_denominator(1000)
    return float(f"{digits:.4g}") != digits and abs(digits - share) > 1e-7
