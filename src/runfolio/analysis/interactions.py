"""Stage 3: does one param's effect depend on another?

In: the columns of params and the value of each configuration. Out: the pairs whose combinations
explain more than both params side by side.

Each pair is judged by two models: one adds an effect of the one param and one of the other; the
other has a mean of its own for each combination. What the first leaves over is shuffled, and the
second must explain more of it than of nearly all shuffled ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.interval import LEVEL
from runfolio.analysis.multiplicity import holm
from runfolio.analysis.param_columns import ParamColumn, groups_of
from runfolio.analysis.shuffles import indicator, orders, p_of

__all__ = ["Interaction", "interactions"]

Values = NDArray[np.float64]
Codes = NDArray[np.intp]

MOST_PARAMS = 8
PER_GROUP = 12
"""Configurations in a group of numbers, at least: a combination then has about four."""
PER_COMBINATION = 2
"""Configurations of each combination, on average at least."""
_MOST_GROUPS = 3
_ROUNDING = 1e-18


@dataclass(frozen=True, slots=True)
class Interaction:
    """Two params of which one's effect depends on the other.

    Parameters
    ----------
    first, second : str
    side_by_side, together : float
        Share of the variance that their effects explain when they are added, and when each
        combination has a mean of its own.
    p : float
        Of so much more by chance; Holm's, over all pairs judged.
    """

    first: str
    second: str
    side_by_side: float
    together: float
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    names: tuple[str, str]
    added: Values  # orthonormal bases of what each model can explain
    combined: Values


def interactions(columns: Sequence[ParamColumn], values: Values) -> tuple[Interaction, ...]:
    """Return the pairs of params that depend on each other beyond chance.

    Parameters
    ----------
    columns : sequence of ParamColumn
        The most telling first; the first `MOST_PARAMS` are paired.
    values : ndarray of float64, shape (n,)
        Around 0, with squares that add up to 1.

    References
    ----------
    Freedman and Lane, "A nonstochastic interpretation of reported significance levels", Journal
    of Business & Economic Statistics 1 (1983): residuals of the smaller model are shuffled.
    """
    pairs = [
        pair
        for first, second in combinations(columns[:MOST_PARAMS], 2)
        if (pair := _pair(first, second)) is not None
    ]
    p = holm(_p(pairs, values)) if pairs else np.empty(0)
    found = [
        Interaction(
            *pair.names, _explained(values, pair.added), _explained(values, pair.combined), own
        )
        for pair, own in zip(pairs, p.tolist(), strict=True)
        if own <= 1 - LEVEL
    ]
    return tuple(sorted(found, key=lambda one: one.p))


def _pair(first: ParamColumn, second: ParamColumn) -> _Pair | None:
    """Return both models, or nothing where there are too few configurations to tell them apart."""
    n = len(first.codes)
    most = min(_MOST_GROUPS, max(n // PER_GROUP, 2))
    everywhere = np.ones(n, np.bool_)
    one = groups_of(first, everywhere, most).of
    other = groups_of(second, everywhere, most).of
    cells = np.unique(one * (int(other.max()) + 1) + other, return_inverse=True)[1]
    if n < PER_COMBINATION * (int(cells.max()) + 1):
        return None
    combined = indicator(cells)
    left, size, _ = np.linalg.svd(np.hstack([indicator(one), indicator(other)]), False)
    added = left[:, size > 1e-9 * size[0]]
    if combined.shape[1] <= added.shape[1]:
        return None  # no combination beyond those that the sum foretells
    return _Pair((first.names[0], second.names[0]), added, combined)


def _p(pairs: Sequence[_Pair], values: Values) -> Values:
    """Return how often shuffled residuals gain as much from the combinations, by pair."""
    residuals = [values - pair.added @ (pair.added.T @ values) for pair in pairs]
    found = np.array([[_gain(one[None], p)[0] for one, p in zip(residuals, pairs, strict=True)]])
    by_chance = [
        np.stack([_gain(one[at], p) for one, p in zip(residuals, pairs, strict=True)], axis=1)
        for at in orders(len(values))
    ]
    return p_of(found[0], np.vstack(by_chance))


def _gain(rows: Values, pair: _Pair) -> Values:
    """Return which part of what the sum leaves over the combinations explain, for each row."""
    size = (rows**2).sum(axis=1)
    left = size - ((rows @ pair.added) ** 2).sum(axis=1)
    after = size - ((rows @ pair.combined) ** 2).sum(axis=1)
    gain: Values = np.where(left > _ROUNDING, 1 - after / np.maximum(left, _ROUNDING), 0.0)
    return gain


def _explained(values: Values, basis: Values) -> float:
    """Return the share that a model explains, less what it would explain of noise."""
    n, k = basis.shape
    rest = 1 - float(((values @ basis) ** 2).sum())
    return max(0.0, 1 - rest * float(n - 1) / float(n - k))
