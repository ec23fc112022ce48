"""Stage 3: mean and variance of values of any magnitude.

In: values. Out: their moments in units of a power of two, in which no square overflows or
vanishes. Scaling by a power of two changes no digit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["moments", "rescaled", "scaled"]

Values = NDArray[np.float64]


def scaled(*sides: Values) -> tuple[int, list[Values]]:
    """Bring the largest value of all sides near 1.

    Parameters
    ----------
    *sides : ndarray of float64, each of shape (n,), n >= 1

    Returns
    -------
    int
        The exponent of two that was taken out.
    list of ndarray
    """
    largest = max(float(np.abs(values).max()) for values in sides)
    exponent = math.frexp(largest)[1]
    return exponent, [np.ldexp(values, -exponent) for values in sides]


def rescaled(number: float, exponent: int) -> float:
    """Return a figure in the unit of the values; infinite where no float can hold it."""
    try:
        return math.ldexp(number, exponent)
    except OverflowError:
        return math.copysign(math.inf, number)


def moments(values: Values) -> tuple[float, float]:
    """Return mean and variance (n - 1) of scaled values; NaN for the variance of one."""
    n = len(values)
    mean = float(values.sum()) / n
    rest = values - mean
    return mean, float(rest @ rest) / (n - 1) if n > 1 else math.nan
