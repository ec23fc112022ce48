"""Stage 2: which points of a long series are kept.

In: the values of a series in the order of their steps, and the steps at which a held-out
metric of its run was at its lowest or highest. Out: the indices of the points that are kept.

Kept are the first point, the minimum and maximum of equal buckets, by which the curve is
drawn, and those by which a summary value may be asked for once nothing else is left: the last
`LAST_POINTS` and the value at each deciding step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["LAST_POINTS", "MAX_POINTS", "held_out", "kept_points"]

LAST_POINTS = 100
"""Points at the end of a series that are all kept."""
MAX_POINTS = 300
"""A series of more points is thinned to as many; those at deciding steps come on top."""

_MOST_HELD_OUT = 16
_HELD_OUT = frozenset(
    "val valid validation eval evaluation dev test testing holdout heldout cv oof".split()
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BUCKETS = (MAX_POINTS - LAST_POINTS - 1) // 2

Floats = NDArray[np.float64]


def held_out(metrics: Iterable[str]) -> list[str]:
    """Return the metrics whose name says that they are of held-out data, at most 16.

    Examples
    --------
    >>> held_out(["loss", "val_loss", "valAccuracy", "test/f1", "value", "eval.auc"])
    ['val_loss', 'valAccuracy', 'test/f1', 'eval.auc']
    """
    found: list[str] = []
    for metric in metrics:
        if len(found) == _MOST_HELD_OUT:
            break
        if not _HELD_OUT.isdisjoint(word.lower() for word in _WORDS.findall(metric)):
            found.append(metric)
    return found


def kept_points(
    steps: NDArray[np.int64] | Floats, values: Floats, also_at: Floats
) -> NDArray[np.intp]:
    """Return the indices of the points that are kept, ascending.

    Parameters
    ----------
    steps : ndarray of int64 or float64, shape (n,), n > MAX_POINTS
        Ascending; may repeat.
    values : ndarray of float64, shape (n,)
    also_at : ndarray of float64
        Steps at each of which the last point at or before it is kept, too.
    """
    n = len(values)
    front = n - LAST_POINTS
    kept = np.zeros(n, np.bool_)
    kept[0] = True
    kept[front:] = True
    kept[_extremes_of_buckets(values[:front])] = True
    if len(also_at):
        at = np.searchsorted(steps.astype(np.float64), also_at, side="right") - 1
        kept[at[at >= 0]] = True
    return np.flatnonzero(kept)


def _extremes_of_buckets(values: Floats) -> NDArray[np.int64]:
    """Indices of the minimum and maximum of equal buckets, behind the first value.

    Non-finite values count as neither, except in a bucket that has nothing else,
    where the first of them is kept so that a gap in the curve stays visible.
    """
    n = len(values)
    starts = np.linspace(1, n, _BUCKETS, endpoint=False).astype(np.int64)
    ends = np.append(starts[1:], n)
    width = int((ends - starts).max())
    grid = starts[:, None] + np.arange(width)[None, :]
    inside = grid < ends[:, None]
    cells = values[np.minimum(grid, n - 1)]
    usable = inside & np.isfinite(cells)
    low = np.where(usable, cells, np.inf).argmin(axis=1)
    high = np.where(usable, cells, -np.inf).argmax(axis=1)
    return np.concatenate((starts + low, starts + high))
