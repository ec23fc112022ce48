"""Stage 3: where did the level of a metric move over a sequence of measurements?

In: one metric's values in order, one per commit that measured it.
Out: the places where its level changed, each with its evidence.

Method
------
*Search.* Intervals of lengths L = n, n/√2, n/2 … start at most L/8 apart. In each the values are
replaced by their ranks' normal scores a, and for every split k that leaves 3 values on both sides
Z(k) = |a(1) + … + a(k)| / sd, with the sd that the sum has when all orders of the values are
alike. The p-value of one split is that of Student's t with t² = (L - 2) R² / (1 - R²), R² = Z² /
(L - 1) (Pitman's approximation to the permutation test), that of the largest of all splits follows
from it by the tail of a stationary Gaussian process observed at L points, p = 2 Φ(-b) + Σ 2 b φ(b)
δ(k) ν(b √(2 δ(k))), δ(k) = L / (2 k (L - k)), where 2 Φ(-b) is the p-value of one split (James,
James & Siegmund). Ranks make this hold for noise of any distribution, and an outlier alone cannot
pass. The p-values are multiplied by the number of intervals of a length and by the number of
lengths (Bonferroni), so that a series without a change yields any with a probability of at most
`alpha`. The narrowest interval that passes tells the first change, the narrowest of those without
it the second, and so on (seeded binary segmentation, narrowest over threshold); the stretches
between are then searched in the same way, each with its share of `alpha` by length, until nothing
is new.

*Runs.* Ranks cannot tell how far values lie. So a stretch in which they find nothing is searched
for 3 or more values in a row that all lie at least d robust standard deviations (1.4826 times the
median absolute deviation) on one side of its median, for d = 3, 4, 6, 8, 12, 20 and 40. Noise of n
values does so with a probability of at most n q(d)^m for m values in a row, where q is the tail of
Student's t with 2 degrees of freedom, heavier than what metrics scatter by; times the 14 that are
tried. Where the run begins and ends are changes.

*Test.* A change that was found stays if it holds by itself: an interval passes that holds this
change and no other, or all values of one side lie so far from the other's median.

*Place.* Of the splits in the interval that showed the change, the one with the least sum of
squares, after values that lie more than three robust standard deviations outside the medians of
both sides are pulled in to there. Its confidence set holds the splits whose sum exceeds the least
by at most 7.35 σ² (Siegmund: both one-sided maxima of the log likelihood stay below x with a
probability of (1 - exp(-x))², which is 0.95 for x = 3.68).

*Size.* The difference of 20 % trimmed means, with Yuen's interval. A change is told if that
interval leaves out zero and the size reaches the tolerance. Sizes are of changes that were
searched for, so they are rather too large than too small.

*Noise with a memory.* Where the first autocorrelation r of what is left around the levels (or
around one straight line, if less) is over 1.5 standard errors, all is done again with Z divided by
√((1 + r) / (1 - r)), m in the search for runs divided by its square, and sets and intervals widened
by as much. What was found before stays if it passes the test so.

*Drift.* Where a straight line describes a stretch of changes in one direction better than steps do
(by BIC), they are marked as gradual: their places say little.

*No noise.* Where values repeat exactly, every difference is real: if equal values stand together
without exception and chance would order them so with a probability p = j! c(1)! … c(j)! / n! of at
most alpha / 4 (j levels, c(i) values each; of the rest the search has 60 % of alpha, runs have
15 %); or if a value of more than four digits that is no share of up to 1,000 cases (which chance
would not repeat) is among them, and every level but the first and the last is held at least twice.

References
----------
Baranowski, Chen & Fryzlewicz, "Narrowest-over-threshold detection of multiple change points and
change-point-like features", JRSS B 81 (2019). James, James & Siegmund, "Tests for a
change-point", Biometrika 74 (1987). Kovács, Bühlmann, Li & Munk, "Seeded binary segmentation",
Biometrika 110 (2023). Pitman, "Significance tests which may be applied to samples from any
populations", JRSS Suppl. 4 (1937). Siegmund, "Confidence sets in change-point problems", Int.
Stat. Rev. 56 (1988). Siegmund & Yakir, "The Statistics of Gene Mapping" (2007), for ν. Yuen, "The
two-sample trimmed t for unequal population variances", Biometrika 61 (1974).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import (
    ROUNDING,
    difference_of_levels,
    is_drift,
)
from runfolio.analysis.change_runs import p_of_sides
from runfolio.analysis.change_search import (
    EXACT_SHARE,
    RUN_SHARE,
    Found,
    Shown,
    between,
    find_changes,
    moved,
    place_of,
)
from runfolio.analysis.exact_repeats import repeats_exactly

__all__ = ["ChangePoint", "change_points"]

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A place where the level moved; places are indices into the values given.

    Parameters
    ----------
    at : int
        The first value of the new level, most likely.
    low, high : int
        The change lies after value `low` and at or before value `high`, with 95 % confidence;
        ``low < at <= high``.
    before, after : float
        The 20 % trimmed mean of the values from the previous change to here, and from here to
        the next; where `exact`, the values themselves. In the metric's unit.
    size : float
        ``after - before``.
    interval : tuple of float
        95 % interval of `size` by Yuen's method; ``(size, size)`` where `exact`.
    p : float
        Adjusted for everything that was searched; 0.0 where `exact`.
    n_before, n_after : int
        Finite values behind `before` and `after`.
    exact : bool
        The metric repeats exactly, so that every difference is real.
    gradual : bool
        Part of a drift rather than a step: what moved the level is not to be looked for at `at`.
    """

    at: int
    low: int
    high: int
    before: float
    after: float
    size: float
    interval: tuple[float, float]
    p: float
    n_before: int
    n_after: int
    exact: bool
    gradual: bool


def change_points(
    values: Values, *, tolerance: float = 0.0, relative: float = 0.0, alpha: float = 0.01
) -> tuple[ChangePoint, ...]:
    """Find where the level moved; the method is told at the top of this module.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        In order. What is not finite is skipped.
    tolerance : float
        Smaller changes are not told; in the metric's unit.
    relative : float
        Smaller changes are not told; as a share of the level before.
    alpha : float
        Probability of telling any change where there is none, at most.

    Returns
    -------
    tuple of ChangePoint
        In order. Empty for fewer than 5 finite values, and for fewer than 12 that do not repeat.
    """
    places = np.flatnonzero(np.isfinite(values))
    finite = np.asarray(values, dtype=np.float64)[places]
    if len(finite) < 5 or (finite == finite[0]).all():
        return ()
    if repeats_exactly(finite, EXACT_SHARE * alpha):
        found = tuple(_exact_steps(finite))
    else:
        # A power of two, so that squares neither overflow nor vanish and nothing is rounded.
        exponent = int(np.frexp(np.abs(finite).max())[1])
        scaled = _noisy_steps(
            np.ldexp(finite, -exponent), _times(tolerance, -exponent), relative, alpha
        )
        found = tuple(_scaled(step, exponent) for step in scaled)
    return tuple(
        replace(s, at=int(places[s.at]), low=int(places[s.low]), high=int(places[s.high]))
        for s in found
        if abs(s.size) >= _limit(s, tolerance, relative)
    )


def _limit(step: ChangePoint, tolerance: float, relative: float) -> float:
    rounding = ROUNDING * max(abs(step.before), abs(step.after))
    return max(tolerance, relative * abs(step.before), rounding)


def _scaled(step: ChangePoint, exponent: int) -> ChangePoint:
    before, after, size, low, high = (
        _times(value, exponent) for value in (step.before, step.after, step.size, *step.interval)
    )
    return replace(step, before=before, after=after, size=size, interval=(low, high))


def _times(value: float, exponent: int) -> float:
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)


def _exact_steps(values: Values) -> Iterator[ChangePoint]:
    edges = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    for low, at, high in zip(edges, edges[1:], edges[2:], strict=False):
        before, after = float(values[at - 1]), float(values[at])
        size = after - before
        yield ChangePoint(
            *(at, at - 1, at, before, after, size, (size, size), 0.0, at - low, high - at),
            exact=True,
            gradual=False,
        )


def _noisy_steps(
    values: Values, tolerance: float, relative: float, alpha: float
) -> list[ChangePoint]:
    found = find_changes(values, alpha)

    @cache  # most changes stay what they are while others fall
    def places(low: int, change: Shown, high: int) -> tuple[int, int, int]:
        return place_of(values, low, change, high, found.memory)

    @cache
    def step(low: int, change: Shown, high: int) -> ChangePoint:
        first, _, last = places(low, change, high)
        return _step(values, low, (first, change.at, last), high, found)

    changes = found.changes
    while changes:
        best = [places(*stretch)[1] for stretch in between(changes, len(values))]
        changes = moved(changes, best, len(values))
        steps = [step(*stretch) for stretch in between(changes, len(values))]
        # Whichever falls leaves its neighbours longer stretches, so one at a time.
        falls = [
            (abs(step.size), i)
            for i, step in enumerate(steps)
            if step.p > alpha
            or step.interval[0] <= 0 <= step.interval[1]
            or abs(step.size) < _limit(step, tolerance, relative)
        ]
        if not falls:
            return _with_drifts(values, steps)
        changes = [change for i, change in enumerate(changes) if i != min(falls)[1]]
    return []


def _step(
    values: Values, low: int, places: tuple[int, int, int], high: int, found: Found
) -> ChangePoint:
    first, at, last = places
    before, after, half = difference_of_levels(values[low:at], values[at:high], found.memory)
    size = after - before
    by_distance = p_of_sides(values[low:at], values[at:high], len(values), found.memory)
    p = min(found.p_of(low, at, high), by_distance / RUN_SHARE)
    return ChangePoint(
        *(at, min(first, at) - 1, max(last, at), before, after, size),
        *((size - half, size + half), p, at - low, high - at),
        exact=False,
        gradual=False,
    )


def _with_drifts(values: Values, steps: list[ChangePoint]) -> list[ChangePoint]:
    edges = [0, *(step.at for step in steps), len(values)]
    told: list[ChangePoint] = []
    while (first := len(told)) < len(steps):
        last = first + 1
        while last < len(steps) and (steps[last].size > 0) == (steps[first].size > 0):
            last += 1
        own = [edge - edges[first] for edge in edges[first : last + 2]]
        gradual = is_drift(values[edges[first] : edges[last + 1]], own)
        told += [replace(step, gradual=gradual) for step in steps[first:last]]
    return told
