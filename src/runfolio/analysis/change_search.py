"""Stage 3: which intervals of a sequence tell its changes?

In: the values, in order. Out: changes, each with the interval that shows it, and
the adjusted p-value of every interval. The method is told in `runfolio.analysis.change_points`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from runfolio.analysis.change_levels import places_of_change, straight_line
from runfolio.analysis.change_runs import far_runs
from runfolio.analysis.change_scan import (
    SIDE,
    Places,
    Ranks,
    Scale,
    Values,
    normal_scores,
    p_values,
    scan,
)

__all__ = [
    "EXACT_SHARE",
    "RUN_SHARE",
    "Found",
    "Shown",
    "between",
    "find_changes",
    "moved",
    "place_of",
]

SEARCH_SHARE = 0.6
"""Share of the error that the search by ranks may make."""
RUN_SHARE = 0.15
"""Share of the error that the search for far runs may make; what is left of the whole is for
values that repeat exactly."""
EXACT_SHARE = 1 - SEARCH_SHARE - RUN_SHARE


class Shown(NamedTuple):
    """A change and the interval that showed it: ``start < at < stop``."""

    at: int
    start: int
    stop: int


class Found(NamedTuple):
    """What a search yields.

    Parameters
    ----------
    changes : list of Shown
        In order.
    start, stop : ndarray of int64, shape (intervals,)
        All intervals that were searched.
    p : ndarray of float64, shape (intervals,)
        Their adjusted p-values.
    memory : float
        By how much autocorrelation multiplies the variance of a mean; 1 for none.
    """

    changes: list[Shown]
    start: Places
    stop: Places
    p: Values
    memory: float

    def p_of(self, low: int, at: int, high: int) -> float:
        """Return the smallest p of the intervals within ``low .. high`` that hold `at`."""
        holds = (self.start < at) & (at < self.stop) & (self.start >= low) & (self.stop <= high)
        return float(self.p[holds].min(initial=1.0))


def find_changes(values: Values, alpha: float) -> Found:
    """Find intervals that show a change; with autocorrelated noise, what is to be tested.

    Parameters
    ----------
    values : ndarray of float64, shape (n,), finite
        In order.
    alpha : float
        Probability of finding any in a series without a change, at most.
    """
    n = len(values)
    ranks = np.unique(values, return_inverse=True)[1]
    ranks = ranks.astype(np.uint16 if n < 2**16 else np.int32)
    scans: dict[tuple[int, int], list[Scale]] = {}
    found = _search(values, ranks, alpha, 1.0, scans)
    if not found.changes:
        return found
    # A change that is one value off would look like noise with a memory.
    best = [place_of(values, *stretch, 1.0)[1] for stretch in between(found.changes, n)]
    memory = _memory(ranks, [change.at for change in moved(found.changes, best, n)])
    if memory == 1:
        return found
    # What was found without a memory is tested with it, by its distance too: the ranks of few
    # values cannot make up for a memory, however far the levels lie apart.
    again = _search(values, ranks, alpha, memory, scans)
    changes = list(again.changes)
    for change in found.changes:
        if all(abs(change.at - other.at) >= SIDE for other in changes):
            changes.append(change)
    return again._replace(changes=sorted(changes))


def _search(
    values: Values,
    ranks: Ranks,
    alpha: float,
    memory: float,
    scans: dict[tuple[int, int], list[Scale]],
) -> Found:
    """Search the whole, then the stretches between what was found, until nothing is new."""
    n = len(ranks)
    changes: list[Shown] = []
    starts, stops, ps = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    done: set[tuple[int, int]] = set()
    todo = [(0, n)]
    while todo:
        for low, high in todo:
            share = SEARCH_SHARE * (high - low) / n
            if (low, high) not in scans:
                scans[low, high] = list(scan(ranks[low:high], share * alpha))
            scales = scans[low, high]
            adjusted = [p_values(s, memory, share / len(scales), alpha) for s in scales]
            for scale, own in zip(scales, adjusted, strict=True):
                starts.append(scale.start + low)
                stops.append(scale.start + low + scale.length)
                ps.append(own)
            new = [
                Shown(at + low, start + low, stop + low)
                for at, start, stop in _narrowest(scales, adjusted, alpha)
            ]
            if not new:
                for shown, run_p in _edges_of_run(values, low, high, memory, alpha):
                    new.append(shown)
                    starts.append(np.array([shown.start]))
                    stops.append(np.array([shown.stop]))
                    ps.append(np.array([run_p]))
            changes += new
        done.update(todo)
        changes.sort()
        edges = [0, *(change.at for change in changes), n]
        todo = [piece for piece in pairwise(edges) if piece not in done]
    start, stop, p = np.concatenate(starts), np.concatenate(stops), np.concatenate(ps)
    return Found(changes, start, stop, p, memory)


def _edges_of_run(
    values: Values, low: int, high: int, memory: float, alpha: float
) -> Iterator[tuple[Shown, float]]:
    """Yield where the run that lies farthest from the rest of a stretch begins and ends."""
    allowed = RUN_SHARE * (high - low) / len(values)
    best = min(far_runs(values[low:high], memory), key=lambda run: run.p, default=None)
    if best is None or best.p > allowed * alpha:
        return
    start, stop = best.start + low, best.stop + low
    if start - low >= SIDE:
        yield Shown(start, start - SIDE, stop), best.p / allowed
    if high - stop >= SIDE:
        yield Shown(stop, start, stop + SIDE), best.p / allowed


def _narrowest(scales: list[Scale], ps: list[Values], alpha: float) -> Iterator[Shown]:
    # Of equal ones that nearest to the middle, so that the mirrored series has the same.
    n = scales[0].length if scales else 0
    passing = [
        (
            scale.length,
            -round(float(scale.largest[i]), 9),
            abs(2 * int(scale.start[i]) + scale.length - n),
            scale.start[i],
            scale.split[i],
        )
        for scale, p in zip(scales, ps, strict=True)
        for i in np.flatnonzero(p <= alpha)
    ]
    if not passing:
        return
    length, _, _, start, split = np.array(sorted(passing)).T.astype(np.int64)
    left = np.ones(len(split), dtype=bool)
    while left.any():
        first = int(left.argmax())
        at, stop = int(split[first]), int(start[first] + length[first])
        yield Shown(at, int(start[first]), stop)
        left &= (at <= start) | (start + length <= at)
        left &= np.abs(split - at) >= SIDE


def _memory(ranks: Ranks, changes: list[int]) -> float:
    """Return by how much autocorrelation multiplies the variance of a mean; 1 where not seen."""
    n = len(ranks)
    scores = normal_scores(ranks[None])[0]
    level = np.zeros(n, dtype=np.int64)
    level[changes] = 1
    level = np.cumsum(level)
    counts = np.bincount(level)
    rest = scores - (np.bincount(level, weights=scores) / counts)[level]
    together = level[1:] == level[:-1]
    # The mean of k values makes r smaller by about (1 + 3 r) / k, and each change lacks a pair.
    bias, shrink = len(counts) / n, 1 - min(0.5, 4 * len(counts) / n)
    r = float((rest[1:] * rest[:-1])[together].sum() / max(rest @ rest, 1e-300) + bias) / shrink
    if r <= 1.5 / math.sqrt(n) / shrink:
        return 1.0
    line = scores - straight_line(scores)
    r = min(r, float(line[1:] @ line[:-1] / max(line @ line, 1e-300)) + 5 / n, 0.9)
    return max(1.0, (1 + r) / (1 - r))


def moved(changes: list[Shown], best: list[int], n: int) -> list[Shown]:
    """Move each to its best place, but none to where it would meet another."""
    now, then = (np.array([0, *places, n]) for places in ([change.at for change in changes], best))
    behind, ahead = np.maximum(now, then)[:-2], np.minimum(now, then)[2:]
    free = (then[1:-1] - behind >= SIDE) & (ahead - then[1:-1] >= SIDE)
    return [
        change._replace(at=place) if may else change
        for change, place, may in zip(changes, best, free, strict=True)
    ]


def between(changes: list[Shown], n: int) -> Iterator[tuple[int, Shown, int]]:
    """Yield each change with the places of those before and after it."""
    edges = [0, *(change.at for change in changes), n]
    yield from zip(edges, changes, edges[2:], strict=False)


def place_of(
    values: Values, low: int, change: Shown, high: int, memory: float
) -> tuple[int, int, int]:
    """Return the first, the best and the last place, in the interval that shows the change."""
    first, last = max(change.start, low) + SIDE, min(change.stop, high) - SIDE
    near, *limits = (place - low for place in (change.at, first, last))
    a, b, c = places_of_change(values[low:high], near, limits[0], limits[1], memory)
    return a + low, b + low, c + low
