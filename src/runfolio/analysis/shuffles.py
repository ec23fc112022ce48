"""Stage 3: how large a share of a variance do groups explain, and how large by chance alone?

In: one value for each configuration, and its groups. Out: shares, as found and as they are when
the values are shuffled over the configurations.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING

__all__ = ["SHUFFLES", "indicator", "level_values", "orders", "p_of", "ranks", "shares"]

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

SHUFFLES = 1999
"""With the values as they are, 2,000 orders: p in steps of 0.0005."""

_MOST_AT_ONCE = 2_000_000
"""Numbers held in memory at a time."""
_SEED = 20
_FEW = 20
_FAR_SHARE = 0.8


def level_values(means: Values) -> tuple[Values, bool]:
    """Return values around 0 with squares that add up to 1, so that no magnitude is too large.

    Parameters
    ----------
    means : ndarray of float64, shape (n,), finite, n >= 1

    Returns
    -------
    values : ndarray of float64, shape (n,)
        All 0 where the means are equal but for rounding.
    by_rank : bool
        Whether ranks took the place of the means: where a twentieth of them (at least one) makes
        four fifths of the squared distances from the median, and little else would be seen.
    """
    largest = float(np.abs(means).max())
    scaled = means / largest if largest else means
    if not np.ptp(scaled) > ROUNDING:
        return np.zeros_like(means), False
    far = np.sort((scaled - np.median(scaled)) ** 2)[::-1]
    by_rank = bool(far[: math.ceil(len(far) / _FEW)].sum() > _FAR_SHARE * far.sum())
    return _centred(ranks(scaled) if by_rank else scaled), by_rank


def ranks(values: Values) -> Values:
    """Return ranks from 1; equal values share the mean of theirs."""
    place, counts = np.unique(values, return_inverse=True, return_counts=True)[1:]
    middle: Values = np.cumsum(counts) - (counts - 1) / 2
    return middle[place]


def shares(values: Values, groups: Sequence[Codes]) -> tuple[Values, Values]:
    """Return the share of the variance that each grouping explains, and those by chance.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
    groups : sequence of ndarray of intp, shape (n,)
        k groupings, each into less than n groups, numbered from 0.

    Returns
    -------
    found : ndarray of float64, shape (k,)
        Epsilon squared: ``1 - (1 - η²) (n - 1) / (n - groups)``, where η² is the part of the sum
        of squares that lies between the groups. On average 0 where groups mean nothing.
    by_chance : ndarray of float64, shape (SHUFFLES, k)
        The same for values that were shuffled.
    """
    own = _centred(values)
    width = [int(one.max()) + 1 for one in groups]
    basis = np.hstack([indicator(one) for one in groups])
    start = np.cumsum([0, *width[:-1]])
    n = len(own)
    factor = (n - 1) / (n - np.array(width))

    def explained(rows: Values) -> Values:
        found: Values = np.add.reduceat((rows @ basis) ** 2, start, axis=1)
        return 1 - (1 - found) * factor

    by_chance = np.vstack([explained(own[places]) for places in orders(n)])
    return explained(own[None])[0], by_chance


def p_of(found: Values, by_chance: Values) -> Values:
    """Return the share of orders, the one found among them, that reach what was found."""
    reached = (by_chance >= found - ROUNDING).sum(axis=0)
    p: Values = (1 + reached) / (1 + len(by_chance))
    return p


def indicator(groups: Codes) -> Values:
    """Return an orthonormal basis of what is constant in each group, shape (n, groups)."""
    counts = np.bincount(groups)
    basis = np.zeros((len(groups), len(counts)))
    basis[np.arange(len(groups)), groups] = 1 / np.sqrt(counts[groups])
    return basis


def orders(n: int) -> Iterator[Codes]:
    """Yield `SHUFFLES` random orders of n places, some rows at a time; always the same."""
    rng = np.random.default_rng(_SEED)
    at_once = max(1, _MOST_AT_ONCE // n)
    for start in range(0, SHUFFLES, at_once):
        rows = min(at_once, SHUFFLES - start)
        yield rng.permuted(np.broadcast_to(np.arange(n), (rows, n)), axis=1)


def _centred(values: Values) -> Values:
    rest = values - values.mean()
    size = math.sqrt(float(rest @ rest))
    return rest / size if size > ROUNDING else np.zeros_like(rest)
