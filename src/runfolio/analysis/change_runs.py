"""Stage 3: values that stand together, all far from the rest: a change too short for ranks.

In: the values of a stretch, in order. Out: the runs of three values or more that lie so far
from its median, on one side, that noise would hardly do it. Ranks cannot tell how far: four
values of 24 between twenty of 5 are no evidence to them. The method is told in
`runfolio.analysis.change_points`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Run", "far_runs", "p_of_sides"]

Values = NDArray[np.float64]

SHORTEST = 3
_ENOUGH = 8
"""Values from which on their own scatter is known well enough."""
_DISTANCES = (3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 40.0)
"""From the median, in robust standard deviations; fixed, so that few tests are made."""


class Run(NamedTuple):
    """Values ``start .. stop``, and the probability of such a run anywhere in noise."""

    start: int
    stop: int
    p: float


def far_runs(values: Values, memory: float) -> Iterator[Run]:
    """Yield runs of values far from the rest, on either side, by ascending distance.

    Parameters
    ----------
    values : ndarray of float64, shape (n,), finite
        A stretch between two changes.
    memory : float
        By how much autocorrelation multiplies the variance of a mean: so many values count
        as one.
    """
    n = len(values)
    if n < 3 * SHORTEST:
        return
    centre, spread = _noise(values)
    if spread == 0:
        return
    for distance in _DISTANCES:
        for sign in (1, -1):
            far = np.concatenate(([0], sign * (values - centre) >= distance * spread, [0]))
            edges = np.flatnonzero(np.diff(far))
            for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                if SHORTEST <= stop - start <= n / 2:
                    yield Run(start, stop, _p(distance, stop - start, n, memory))


def p_of_sides(before: Values, after: Values, n: int, memory: float) -> float:
    """Return the probability that noise puts all values of one side so far from the other.

    Parameters
    ----------
    before, after : ndarray of float64
        The values on both sides of a change, up to the next ones.
    n : int
        Values among which the change was searched for.
    memory : float
        As in `far_runs`.
    """
    found = 1.0
    for own, others in ((before, after), (after, before)):
        centre, spread = _noise(own)
        if len(own) < _ENOUGH or len(others) < SHORTEST or spread == 0:
            continue
        nearest = max(float((others - centre).min()), float((centre - others).min())) / spread
        distance = max((d for d in _DISTANCES if d <= nearest), default=0.0)
        if distance:
            found = min(found, _p(distance, len(others), n, memory))
    return found


def _noise(values: Values) -> tuple[float, float]:
    """Return the median and the robust standard deviation around it."""
    centre = float(np.median(values))
    return centre, 1.4826 * float(np.median(np.abs(values - centre)))


def _p(distance: float, length: int, n: int, memory: float) -> float:
    # Of Student's t with two degrees of freedom: heavier than what metrics scatter by.
    tail = 0.5 * (1 - distance / math.sqrt(2 + distance**2))
    return float(min(2 * len(_DISTANCES) * n * tail ** (length / memory), 1.0))
