"""What is one configuration worth, and how sure is that?

In: what its runs measured, and the draws of the quantities. Out: each outcome and the money
together, as expected and in every draw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.impact.amounts import (
    Amounts,
    Drawn,
    Possible,
    amounts_of,
    drawn_amounts,
    is_linear,
)
from runfolio.analysis.impact.draws import Noise, expected, quantity_draws
from runfolio.analysis.impact.inputs import Measured
from runfolio.analysis.impact.result import (
    RUNNING_COST,
    ImpactModel,
    SideImpact,
    Spread,
)
from runfolio.analysis.impact.undefined import why_undefined
from runfolio.formula import Input

if TYPE_CHECKING:
    from runfolio.config import Quantity

__all__ = ["Basis", "Side", "basis_of", "side_of", "undrawn"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Basis:
    """What is the same for all configurations.

    Parameters
    ----------
    model : ImpactModel
    means, draws : mapping of Input to float, or to ndarray of float64, shape (DRAWS,)
        Of each quantity, as formulas use it; a number where it is certain.
    noise : Noise
    shares : frozenset of Input
    """

    model: ImpactModel
    means: Mapping[Input, float]
    draws: Mapping[Input, float | Floats]
    noise: Noise
    shares: frozenset[Input]

    def quantity(self, one: Input) -> Quantity:
        """Return what the team states of an input that is a quantity, or the running cost."""
        stated = self.model.running_cost if one == RUNNING_COST else None
        return stated or self.model.quantities[one.names[0]]


@dataclass(frozen=True, slots=True)
class Side:
    """One configuration with its draws; `told` is what is told of it.

    Parameters
    ----------
    told : SideImpact
    measured : Measured
    values : Possible
        Of all inputs, quantities among them, as formulas use them.
    outcomes : tuple of Drawn
    total : Drawn
    is_baseline : bool
    """

    told: SideImpact
    measured: Measured
    values: Possible
    outcomes: tuple[Drawn, ...]
    total: Drawn
    is_baseline: bool

    @property
    def means(self) -> Mapping[Input, float]:
        """What is expected of all inputs."""
        return self.values.means

    @property
    def draws(self) -> Mapping[Input, float | Floats]:
        """How all inputs may be."""
        return self.values.draws

    def total_with(self, model: ImpactModel, one: Input, value: float | Floats) -> Floats:
        """Return the total with another value of one input, all others as expected."""
        changed = {**self.means, one: value}
        return amounts_of(model, changed, is_baseline=self.is_baseline).total


def basis_of(model: ImpactModel, noise: Noise, shares: frozenset[Input]) -> Basis:
    """Draw the quantities that formulas use."""
    means: dict[Input, float] = {}
    draws: dict[Input, float | Floats] = {}
    found = Basis(model, means, draws, noise, shares)
    for one, factor in model.factors.items():
        if one.kind != "quantity":
            continue
        quantity = found.quantity(one)
        means[one] = expected(quantity) * factor
        draws[one] = means[one]
        if quantity.range is not None:
            draws[one] = quantity_draws(one.names[0], quantity) * factor
    return found


def side_of(
    basis: Basis, measured: Measured, known: SideImpact, *, is_baseline: bool
) -> Side | str:
    """Tell what a configuration is worth, with its range.

    Parameters
    ----------
    basis : Basis
    measured : Measured
    known : SideImpact
        What is told of it without draws (`undrawn`).
    is_baseline : bool

    Returns
    -------
    Side or str
        Why it cannot be told, where a formula is not defined for what was measured, or for what
        is possible.
    """
    model = basis.model
    values = _possible(basis, measured)
    outcomes, total = drawn_amounts(model, values, is_baseline=is_baseline)
    if why := why_undefined(model, outcomes, total):
        return why
    told = replace(known, outcomes=tuple(one.spread for one in outcomes), total=total.spread)
    return Side(told, measured, values, outcomes, total, is_baseline)


def _possible(basis: Basis, measured: Measured) -> Possible:
    own = basis.noise.of(measured)
    together = frozenset(one for one, value in own.items() if np.ndim(value))
    apart = [frozenset({one}) for one, value in basis.draws.items() if np.ndim(value)]
    linear = tuple(is_linear(one.formula, [together, *apart]) for one in basis.model.outcomes)
    averaged = own if all(linear) else basis.noise.of(measured, for_mean=True)
    return Possible(
        {**basis.means, **measured.means},
        {**basis.draws, **own},
        {**basis.draws, **averaged},
        linear,
    )


def undrawn(
    basis: Basis, measured: Sequence[Measured], baseline: Configuration | None
) -> tuple[dict[str, SideImpact], dict[str, str]]:
    """Tell what configurations are worth at what is expected of all inputs, without a range.

    Where a formula is no straight line, that is not what they are expected to be worth.

    Parameters
    ----------
    basis : Basis
    measured : sequence of Measured
        Of all configurations.
    baseline : Configuration or None
        The one without the running cost.

    Returns
    -------
    told : dict of str to SideImpact
        By the label of the configuration; low and high are NaN.
    untold : dict of str to str
        Why the others are not told.
    """
    if not measured:
        return {}, {}
    model, inputs = basis.model, measured[0].inputs
    is_baseline = np.array([one.configuration is baseline for one in measured])
    means = np.array([one.values.mean(axis=0) for one in measured])
    of_all = _at(basis, inputs, means, is_baseline)
    rows = np.array(of_all.outcomes).T.tolist()
    each = np.concatenate([one.values for one in measured])
    is_of_baseline = np.repeat(is_baseline, [len(one.runs) for one in measured])
    of_runs = _at(basis, inputs, each, is_of_baseline).total.tolist()
    told: dict[str, SideImpact] = {}
    untold: dict[str, str] = {}
    first = 0
    for place, one in enumerate(measured):
        own = of_runs[first : first + len(one.runs)]
        first += len(one.runs)
        total = float(of_all.total[place])
        if not (math.isfinite(total) and all(map(math.isfinite, rows[place]))):
            *known, money = (
                Drawn(v, np.asarray(v), np.asarray(v), 0.0) for v in (*rows[place], total)
            )
            if why := why_undefined(model, known, money):
                untold[one.configuration.label] = why
                continue
        told[one.configuration.label] = SideImpact(
            configuration=one.configuration,
            outcomes=tuple(
                Spread(value, math.nan, math.nan, has_range=False) for value in rows[place]
            ),
            total=Spread(total, math.nan, math.nan, has_range=False),
            by_run=_finite(one, own),
            values=_own_units(model, one),
            has_spread=len(one.runs) > 1,
        )
    return told, untold


def _at(
    basis: Basis, inputs: Sequence[Input], rows: Floats, is_baseline: NDArray[np.bool_]
) -> Amounts:
    """Evaluate all outcomes for rows of measured values, quantities as expected."""
    values = {**basis.means, **dict(zip(inputs, rows.T, strict=True))}
    if RUNNING_COST in basis.means:
        values[RUNNING_COST] = np.where(is_baseline, 0.0, basis.means[RUNNING_COST])
    found = amounts_of(basis.model, values, is_baseline=False)
    shape = (len(rows),)
    return Amounts(
        tuple(np.broadcast_to(one, shape) for one in found.outcomes),
        np.broadcast_to(found.total, shape),
    )


def _finite(measured: Measured, totals: Sequence[float]) -> dict[str, float]:
    own = zip(measured.runs, totals, strict=True)
    return {run: total for run, total in own if math.isfinite(total)}


def _own_units(model: ImpactModel, measured: Measured) -> dict[Input, float]:
    return {one: value / model.factors[one] for one, value in measured.means.items()}
