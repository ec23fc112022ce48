"""Stage 3: which runs of two configurations belong together, and what then separates the two?

In: a value of each run and what runs have in common, such as a seed or a fold. Out: the delta,
pair by pair where every run has its one partner.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from runfolio.analysis.delta import Delta, delta_of, delta_of_pairs

__all__ = ["FEWEST_PAIRS", "delta_between"]

FEWEST_PAIRS = 3
"""Two pairs leave one degree of freedom: unpaired they say more."""


def delta_between(
    candidate: Mapping[str, float], baseline: Mapping[str, float], partners: Mapping[str, str]
) -> Delta | None:
    """Compare two sides by the values of their runs.

    They are paired where each run has a partner of its own on the other side and there are at
    least `FEWEST_PAIRS`. That is told by what was run, not by what came out, but for pairs that
    all differ by the same: their spread says nothing, that of the sides does.

    Parameters
    ----------
    candidate, baseline : mapping of str to float
        Values by run; those that are not finite do not count.
    partners : mapping of str to str
        By run: what it has in common with the run of the other side that belongs to it.

    Returns
    -------
    Delta or None
        None where a side has no finite value.
    """
    ours, theirs = (
        {run: value for run, value in side.items() if math.isfinite(value)}
        for side in (candidate, baseline)
    )
    if not (ours and theirs):
        return None
    mine, other = (
        {partners.get(run, ""): value for run, value in side.items()} for side in (ours, theirs)
    )
    if (
        mine.keys() == other.keys()
        and "" not in mine
        and len(mine) == len(ours) == len(theirs) >= FEWEST_PAIRS
    ):
        paired = delta_of_pairs(
            np.array(list(mine.values())), np.array([other[partner] for partner in mine])
        )
        if paired.has_interval:
            return paired
    return delta_of(np.array(list(ours.values())), np.array(list(theirs.values())))
