"""Stage 3: how much a p is worth when many were looked at.

In: the p of the comparisons made together. Out: the p to judge each by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["holm"]


def holm(p: Sequence[float] | NDArray[np.float64], unseen: int = 0) -> NDArray[np.float64]:
    """Adjust p so that the chance of any false claim among all of them stays at the level.

    Parameters
    ----------
    p : sequence of float, or ndarray of float64, shape (n,), in 0..1
        NaN where a comparison could not be judged: it stays NaN and does not count.
    unseen : int
        Comparisons that were made as well and whose p is not known: whatever it is, no p of
        those that are comes out smaller than with it.

    Returns
    -------
    ndarray of float64, shape (n,)
        At most 1; to be held against the level of the whole family. Whatever the comparisons
        have in common (one baseline, say), the level holds.

    References
    ----------
    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (1979).
    """
    adjusted = np.array(p, dtype=np.float64)
    judged = np.flatnonzero(~np.isnan(adjusted))
    order = judged[np.argsort(adjusted[judged], kind="stable")]
    times = np.arange(len(order), 0, -1) + unseen
    adjusted[order] = np.minimum(np.maximum.accumulate(adjusted[order] * times), 1.0)
    return adjusted
