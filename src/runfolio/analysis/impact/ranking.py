"""Which configuration is worth most, and is it worth more than baseline and champion?

In: what all configurations measured. Out: their order by what is expected, and of the best of
them, whose draws are made one after the other, how they compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.impact.inputs import Measured
from runfolio.analysis.impact.result import SideImpact, Spread
from runfolio.analysis.impact.sides import Basis, Side, side_of, undrawn
from runfolio.model.order import natural

__all__ = ["MOST_DRAWN", "Ranking", "rank"]

MOST_DRAWN = 200
"""Configurations whose ranges are told, besides champion and baseline: those worth most."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """All configurations that can be told.

    Parameters
    ----------
    champion, baseline : Side or None
    told : tuple of SideImpact
        The one that is expected to be worth most first, and after all that are drawn those that
        are not.
    untold : mapping of str to str
        By the label of each other one: why it cannot be told.
    candidates, rivals : mapping of str to (Spread, float)
        By label: every other configuration against the baseline and against the champion, with
        the probability that it is worth more. One that is not drawn stands against the baseline
        alone, both at what is expected of all inputs, with a probability of NaN.
    runs_undefined : int
        Runs that have no value of their own.
    draws_undefined : int
        Most draws of one configuration without a value.
    """

    champion: Side | None
    baseline: Side | None
    told: tuple[SideImpact, ...]
    untold: Mapping[str, str]
    candidates: Mapping[str, tuple[Spread, float]]
    rivals: Mapping[str, tuple[Spread, float]]
    runs_undefined: int
    draws_undefined: int


def rank(
    basis: Basis,
    measured: Sequence[Measured],
    champion: Configuration | None,
    baseline: Configuration | None,
) -> Ranking:
    """Tell what each configuration is worth.

    Parameters
    ----------
    basis : Basis
    measured : sequence of Measured
    champion, baseline : Configuration or None
    """
    told, untold = undrawn(basis, measured, baseline)
    at_means = {label: one.total.mean for label, one in told.items()}
    undefined = 0

    def drawn(label: str) -> Side | None:
        nonlocal undefined
        one = by_label[label]
        side = side_of(basis, one, told[label], is_baseline=one.configuration is baseline)
        if isinstance(side, str):
            untold[label] = side
            del told[label]
            return None
        told[label] = side.told
        undefined = max(undefined, side.total.undefined)
        return side

    by_label = {one.configuration.label: one for one in measured}
    own = [one.label for one in (champion, baseline) if one is not None and one.label in told]
    sides = {label: drawn(label) for label in dict.fromkeys(own)}
    ours = sides.get(champion.label) if champion is not None else None
    theirs = sides.get(baseline.label) if baseline is not None else None
    candidates: dict[str, tuple[Spread, float]] = {}
    rivals: dict[str, tuple[Spread, float]] = {}
    others = sorted((label for label in told if label not in sides), key=_order(told))
    left = others[MOST_DRAWN:]
    for label in others[:MOST_DRAWN]:
        side = drawn(label)
        for other, found in ((theirs, candidates), (ours, rivals)):
            if side is not None and other is not None:
                found[label] = _against(side, other)
    if theirs is not None and baseline is not None:
        # Draws of the one and none of the other would not be alike where formulas are curved.
        for label in left:
            candidates[label] = (_apart(at_means[label], at_means[baseline.label]), math.nan)
    return Ranking(
        champion=ours,
        baseline=theirs,
        told=tuple(told[label] for label in sorted(told, key=_order(told, last=set(left)))),
        untold=untold,
        candidates=candidates,
        rivals=rivals,
        runs_undefined=sum(
            len(by_label[label].runs) - len(one.by_run) for label, one in told.items()
        ),
        draws_undefined=undefined,
    )


def _against(side: Side, other: Side) -> tuple[Spread, float]:
    more = side.total - other.total
    return more.spread, more.likely_more


def _apart(ours: float, theirs: float) -> Spread:
    """Return a difference of which only what is expected is told."""
    mean = ours - theirs
    is_rounding = abs(mean) <= ROUNDING * (abs(ours) + abs(theirs))
    return Spread(0.0 if is_rounding else mean, math.nan, math.nan, has_range=False)


def _order(
    told: Mapping[str, SideImpact], last: Collection[str] = ()
) -> Callable[[str], tuple[object, ...]]:
    return lambda label: (label in last, -told[label].total.mean, natural(label), label)
