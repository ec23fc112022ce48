"""Stage 2b: which numbers are ratios of small counts, such as 41 of 42?

Other metrics, and other runs, give the same number by chance, so it tells nothing of anybody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["is_small_ratio"]

MOST_CASES = 5_000
"""The largest denominator of a ratio of small counts."""
_ULPS = 16
"""By how many units in the last place a ratio may be off, as that of a sum of several."""
_STEPS = 20
"""Terms of the continued fraction; the denominators of its convergents at least double in two."""


def is_small_ratio(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which values are ratios whose denominator is at most `MOST_CASES`.

    Parameters
    ----------
    values : ndarray of float64, shape (n,), finite

    Returns
    -------
    ndarray of bool, shape (n,)
        Of fewer than one in a thousand other numbers it is true by chance.

    References
    ----------
    Hardy and Wright, "An Introduction to the Theory of Numbers", theorem 184: a fraction p/q
    nearer to x than 1/(2 q^2) is a convergent of the continued fraction of x.

    Examples
    --------
    >>> is_small_ratio(np.array([41 / 42, 100 / 3, 0.1234567890123])).tolist()
    [True, True, False]
    """
    size = np.abs(values)
    found = np.zeros(len(size), bool)
    whole = np.floor(size)
    rest = size - whole
    above, above_before = whole, np.ones(len(size))
    below, below_before = np.ones(len(size)), np.zeros(len(size))
    for _ in range(_STEPS):
        near = np.abs(above / below - size) <= _ULPS * np.spacing(size)
        found |= near & (below <= MOST_CASES)
        with np.errstate(divide="ignore"):
            turned = np.where(rest > 0, 1 / rest, 1.0)
        turned = np.minimum(turned, 1e15)
        whole = np.floor(turned)
        rest = turned - whole
        above, above_before = whole * above + above_before, above
        below, below_before = whole * below + below_before, below
    return found
