"""Stage 3: does an interval of a sequence show that its level moved?

In: the ranks of the values, in order. Out: for seeded intervals of many lengths, where each
splits best, and its p-value. The method is told in `runfolio.analysis.change_points`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SIDE", "Places", "Ranks", "Scale", "Values", "normal_scores", "p_values", "scan"]

Values = NDArray[np.float64]
Places = NDArray[np.int64]
Ranks = NDArray[np.integer]

SIDE = 3
"""Fewest values on a side of a split."""

_SHORTEST = 12
"""Below this no order of the values is unlikely enough to be told."""

_SPACING = 8
"""Intervals of one length start at this part of it."""


class Scale(NamedTuple):
    """The intervals of one length; arrays of shape (intervals,)."""

    length: int
    start: Places
    split: Places
    largest: Values


def scan(ranks: Ranks, alpha: float) -> Iterator[Scale]:
    for length, start in _intervals(len(ranks), alpha):
        scores = normal_scores(ranks[start[:, None] + np.arange(length)])
        sums = np.cumsum(scores, axis=1)[:, SIDE - 1 : length - SIDE]
        z = np.abs(sums) * _weights(length)
        best = z.argmax(axis=1)
        yield Scale(length, start, start + best + SIDE, z[np.arange(len(z)), best])


@lru_cache(maxsize=256)
def _intervals(n: int, alpha: float) -> tuple[tuple[int, Places], ...]:
    """Return the lengths in which a change could pass at all, and where their intervals start."""
    found: list[tuple[int, Places]] = []
    length, step = n, 0
    while length >= _SHORTEST:
        start = np.zeros(1, np.int64)
        if length < n:
            half = math.ceil(n / length) * _SPACING // 2
            start = np.arange(half) * (n - length) // (2 * half - 1)
            start = np.unique(np.concatenate([start, n - length - start]))
        middle = length // 2
        most = _scores(length)[middle:].sum() * _weights(length)[middle - SIDE]
        best = _p_of_largest(np.array([most]), length)[0]
        if best * len(start) * (len(found) + 1) > alpha:
            break
        found.append((length, start))
        while round(n / 2 ** (step / 2)) >= length:
            step += 1
        length = round(n / 2 ** (step / 2))
    return tuple(found)


@lru_cache(maxsize=256)
def _scores(length: int) -> Values:
    """Return normal scores of the ranks, of unit sum of squares (Blom's)."""
    from scipy.special import ndtri

    scores: Values = ndtri((np.arange(1, length + 1) - 0.375) / (length + 0.25))
    return scores / math.sqrt(float(scores @ scores))


@lru_cache(maxsize=256)
def _weights(length: int) -> Values:
    """Return one over the standard deviation of the sum of k scores drawn at random."""
    k = np.arange(SIDE, length - SIDE + 1)
    weights: Values = np.sqrt(length * (length - 1) / (k * (length - k)))
    return weights


def normal_scores(ranks: Ranks) -> Values:
    """Return the scores within each row; equal values share the mean of theirs.

    The scale stays that of values without ties. So Z is the mean over all ways to break them,
    which is on the safe side also where nearly all values are equal.
    """
    if ranks.shape[1] < 128:
        order = np.argsort(ranks.astype(np.int32), axis=1)
    else:
        order = np.argsort(ranks, axis=1, kind="stable")  # in linear time, for 16 bits
    ordered = np.take_along_axis(ranks, order, 1)
    scores = np.broadcast_to(_scores(ranks.shape[1]), ranks.shape)
    new = np.ones(ranks.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    if not new.all():
        group = np.cumsum(new.ravel()) - 1
        means = np.bincount(group, weights=scores.ravel()) / np.bincount(group)
        scores = means[group].reshape(ranks.shape)
    placed = np.empty(ranks.shape)
    np.put_along_axis(placed, order, scores, 1)
    return placed


def p_values(scale: Scale, memory: float, share: float, alpha: float) -> Values:
    """Return the p-values, times the intervals of this length and over its share of `alpha`.

    What is over `alpha` anyway is 1, for speed.
    """
    z = scale.largest / math.sqrt(memory)
    times = len(z) / share
    p = np.ones(len(z))
    near = np.flatnonzero(_p_of_one(z, scale.length) * times <= alpha)
    p[near] = np.minimum(1.0, _p_of_largest(z[near], scale.length) * times)
    return p


def _p_of_one(z: Values, length: int) -> Values:
    from scipy.special import stdtr

    share = np.minimum(z**2 / (length - 1), 1 - 1e-12)
    t = np.sqrt((length - 2) * share / (1 - share))
    tail: Values = np.maximum(2 * stdtr(length - 2, -t), 1e-300)
    return tail


def _p_of_largest(z: Values, length: int) -> Values:
    """Return the p-value of the largest Z of an interval; the sum over k is by 64 points."""
    from scipy.special import ndtr, ndtri

    one = _p_of_one(z, length)
    b = -ndtri(one / 2)
    reach = math.log((length - SIDE) / SIDE) / 2  # k = L / (1 + exp(-2 u)), |u| <= reach
    u = (np.arange(32) + 0.5) / 32 * reach  # one half; the other is its mirror image
    x = b[:, None] * np.cosh(u) / math.sqrt(length)  # half of b √(2 δ)
    density = math.sqrt(2 * math.pi)
    cumulative = ndtr(x)
    nu = (cumulative - 0.5) / x / (x * cumulative + np.exp(-(x**2) / 2) / density)
    rate = 2 * b * np.exp(-(b**2) / 2) / density
    p: Values = np.minimum(1.0, one + rate * nu.mean(axis=1) * 2 * reach)
    return p
