"""What do the formulas of the impact come to for given values of their inputs?

Also: whether an expected value can be computed at the expected inputs, without any draws.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.impact.draws import HIGH, LOW
from runfolio.analysis.impact.result import RUNNING_COST, ImpactModel, Spread
from runfolio.formula import Constant, Input, Node, evaluate

__all__ = [
    "Amounts",
    "Drawn",
    "Possible",
    "Values",
    "amounts_of",
    "drawn_amounts",
    "is_linear",
]

Floats = NDArray[np.float64]
Values = Mapping[Input, float | Floats]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the outcomes come to, each in its unit, and the money together.

    Parameters
    ----------
    outcomes : tuple of ndarray of float64, shape () or (n,)
        NaN where a formula is not defined.
    total : ndarray of float64, shape () or (n,)
    """

    outcomes: tuple[Floats, ...]
    total: Floats


def amounts_of(model: ImpactModel, values: Values, *, is_baseline: bool) -> Amounts:
    """Evaluate all outcomes.

    Parameters
    ----------
    model : ImpactModel
    values : mapping of Input to float or ndarray of float64, shape (n,)
        Of all inputs, as formulas use them.
    is_baseline : bool
        The baseline has no running cost: it is there already.
    """
    found = tuple(evaluate(one.formula, values) * one.factor for one in model.outcomes)
    with np.errstate(all="ignore"):
        parts = [o.sign * own for o, own in zip(model.outcomes, found, strict=True) if o.sign]
        if model.running_cost is not None and not is_baseline:
            parts.append(-np.asarray(values[RUNNING_COST], dtype=np.float64))
        return Amounts(found, np.asarray(sum(parts, start=np.float64(0.0))))


@dataclass(frozen=True, slots=True)
class Drawn:
    """An amount that is not known exactly.

    Parameters
    ----------
    exact : float
        Its expected value; NaN where that is the mean of draws.
    draws : ndarray of float64, shape () or (n,)
        Of shape () where nothing it depends on varies.
    for_mean : ndarray of float64, shape () or (n,)
        Draws whose mean is its expected value.
    size : float
        How large what it is the sum of is; far less than that is rounding.
    """

    exact: float
    draws: Floats
    for_mean: Floats
    size: float

    def __sub__(self, other: Drawn) -> Drawn:
        """Return what it is more; what may be the rounding of both is nothing."""
        size = self.size + other.size

        def less(ours: float | Floats, theirs: float | Floats) -> Floats:
            with np.errstate(all="ignore"):
                found = np.asarray(ours) - np.asarray(theirs)
            return np.where(np.abs(found) <= ROUNDING * size, 0.0, found)

        return Drawn(
            float(less(self.exact, other.exact)),
            less(self.draws, other.draws),
            less(self.for_mean, other.for_mean),
            size,
        )

    @property
    def undefined(self) -> int:
        """Draws for which there is no value."""
        return int(np.count_nonzero(np.isnan(self.draws)))

    @property
    def likely_more(self) -> float:
        """Share of the draws in which it is more than nothing; one without a value is not."""
        return float(np.mean(self.draws > 0))

    @property
    def spread(self) -> Spread:
        """Mean, 5th and 95th percentile.

        A draw without a value counts as the least for the one and as the most for the other: the
        range is rather too wide than too narrow.
        """
        mean, error = self.exact, 0.0
        if math.isnan(mean):
            mean = float(self.for_mean.mean())
            if self.for_mean.ndim:
                error = float(self.for_mean.std(ddof=1)) / math.sqrt(len(self.for_mean))
        if not math.isfinite(mean):
            return Spread(math.nan, math.nan, math.nan, has_range=False)
        n, lost = self.draws.size, self.undefined
        known = self.draws[~np.isnan(self.draws)] if lost else self.draws
        if not lost and not np.ptp(known) > ROUNDING * self.size:
            return Spread(mean, mean, mean, has_range=False)
        low, high = math.floor(LOW * (n - 1)) - lost, math.ceil(HIGH * (n - 1))
        if low < 0 or high >= len(known):
            return Spread(mean, -math.inf, math.inf, error)
        placed = np.partition(known, (low, high))
        return Spread(mean, float(placed[low]), float(placed[high]), error)


@dataclass(frozen=True, slots=True)
class Possible:
    """Values of all inputs: as expected, as they may be, and such that their mean is right.

    Parameters
    ----------
    means : mapping of Input to float
    draws, for_mean : mapping of Input to (float or ndarray of float64, shape (n,))
    linear : tuple of bool
        Of each outcome, whether its mean is its value at `means`.
    """

    means: Mapping[Input, float]
    draws: Values
    for_mean: Values
    linear: tuple[bool, ...]

    def moved(self, one: Input, step: float) -> Possible:
        """Return the same with a step more of one input."""
        return Possible(
            {**self.means, one: self.means[one] + step},
            {**self.draws, one: self.draws[one] + step},
            {**self.for_mean, one: self.for_mean[one] + step},
            self.linear,
        )


def drawn_amounts(
    model: ImpactModel, values: Possible, *, is_baseline: bool
) -> tuple[tuple[Drawn, ...], Drawn]:
    """Evaluate all outcomes as expected and in every draw.

    Returns
    -------
    outcomes : tuple of Drawn
    total : Drawn
        Its expected value is the sum of those of the outcomes, less the running cost.
    """
    known = amounts_of(model, values.means, is_baseline=is_baseline)
    drawn = amounts_of(model, values.draws, is_baseline=is_baseline)
    averaged = known
    if not all(values.linear):
        averaged = amounts_of(model, values.for_mean, is_baseline=is_baseline)
    outcomes = tuple(
        Drawn(float(at) if exact else math.nan, own, at if exact else mean, _size(own))
        for exact, at, own, mean in zip(
            values.linear, known.outcomes, drawn.outcomes, averaged.outcomes, strict=True
        )
    )
    signed = [(o.sign, one) for o, one in zip(model.outcomes, outcomes, strict=True) if o.sign]
    running = values.means[RUNNING_COST] if model.running_cost and not is_baseline else 0.0
    size = sum((one.size for _, one in signed), start=abs(running))
    if all(math.isfinite(one.exact) for _, one in signed):
        return outcomes, Drawn(float(known.total), drawn.total, known.total, size)
    for_mean = sum((sign * one.for_mean for sign, one in signed), start=np.asarray(-running))
    return outcomes, Drawn(math.nan, drawn.total, np.asarray(for_mean), size)


def _size(draws: Floats) -> float:
    """Return the mean size of the draws that have a value."""
    known = np.abs(draws[np.isfinite(draws)])
    return float((known / max(known.size, 1)).sum())


def is_linear(formula: Node, groups: Collection[frozenset[Input]]) -> bool:
    """Tell whether a formula is linear in each of some groups of inputs, the others held.

    Then, if the groups are independent, its mean is its value at the inputs' means.

    Parameters
    ----------
    formula : Node
    groups : collection of frozenset of Input
        Inputs that may depend on each other are one group.
    """
    return all(_degree(formula, group) <= 1 for group in groups)


def _degree(node: Node, group: frozenset[Input]) -> float:
    """Return the degree of a polynomial; infinite for what is none."""
    if isinstance(node, Constant):
        return 0
    if isinstance(node, Input):
        return 1 if node in group else 0
    degrees = [_degree(part, group) for part in node.parts]
    if not any(degrees):
        return 0
    if node.name in ("+", "-", "neg"):
        return max(degrees)
    if node.name == "*":
        return sum(degrees)
    if node.name == "/" and not degrees[1]:
        return degrees[0]
    if node.name == "^" and isinstance(power := node.parts[1], Constant):
        whole = power.value >= 0 and power.value == int(power.value)
        return degrees[0] * power.value if whole else math.inf
    return math.inf
