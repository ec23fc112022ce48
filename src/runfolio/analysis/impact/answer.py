"""How does what the champion is worth more than the baseline depend on a single input?

In: both sides. Out: the difference as a function of each input, all others as expected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.impact.draws import HIGH, LOW, quantity_at
from runfolio.analysis.impact.sides import Basis, Side
from runfolio.analysis.pairing import delta_between
from runfolio.formula import Input

__all__ = ["Answer"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """Champion less baseline. Quantities are those of both; what is measured, the champion's."""

    basis: Basis
    champion: Side
    baseline: Side

    @property
    def inputs(self) -> tuple[Input, ...]:
        """All inputs, quantities first."""
        quantities = (one for one in self.basis.model.factors if one.kind == "quantity")
        return (*quantities, *self.champion.measured.inputs)

    @property
    def size(self) -> float:
        """How large both totals are together; their difference is exact to so much less."""
        return self.champion.total.size + self.baseline.total.size

    def at(self, one: Input, values: Floats) -> Floats:
        """Return the difference at some values of one input, as formulas use them.

        Parameters
        ----------
        one : Input
        values : ndarray of float64, shape (n,)

        Returns
        -------
        ndarray of float64, shape (n,)
            NaN where a formula is not defined.
        """
        model = self.basis.model
        ours = self.champion.total_with(model, one, values)
        held = one.kind != "quantity"
        theirs = self.baseline.total_with(
            model, one, self.baseline.means.get(one, 0.0) if held else values
        )
        found = ours - theirs
        rounding = ROUNDING * np.maximum(np.abs(ours) + np.abs(theirs), self.size)
        return np.broadcast_to(np.where(np.abs(found) <= rounding, 0.0, found), values.shape)

    def span(self, one: Input) -> tuple[float, float] | None:
        """Return the 5th and 95th percentile of an input, as formulas use it; None without one.

        Of what was measured it is the champion's mean, give or take the uncertainty of its
        difference to the baseline's: seeds that pair move both, and only what is left counts. A
        side of one run counts as exact, as it does in the draws.
        """
        if one.kind == "quantity":
            quantity = self.basis.quantity(one)
            if quantity.range is None:
                return None
            ends = quantity_at(quantity, np.array([LOW, HIGH])) * self.basis.model.factors[one]
            return float(ends[0]), float(ends[1])
        error, freedom = self._error(one)
        if not error > 0:
            return None
        from scipy.special import stdtrit

        half = float(stdtrit(freedom, HIGH)) * error
        low, high = self.champion.means[one] - half, self.champion.means[one] + half
        return (max(low, 0.0), min(high, 1.0)) if one in self.basis.shares else (low, high)

    def _error(self, one: Input) -> tuple[float, float]:
        """Return the standard error of the sides' difference, and its degrees of freedom.

        Both are 0 where nothing varies.
        """
        ours, theirs = self._values(self.champion, one), self._values(self.baseline, one)
        several = [np.array(list(side.values())) for side in (ours, theirs) if len(side) > 1]
        if len(several) == 1:
            (own,) = several
            if np.ptp(own) <= ROUNDING * np.abs(own).max():
                return 0.0, 0.0
            return float(own.std(ddof=1)) / math.sqrt(len(own)), len(own) - 1.0
        paired = self.basis.noise.pairs(self.champion.measured)
        delta = delta_between(ours, theirs, self.basis.noise.partners if paired else {})
        known = delta is not None and delta.has_interval
        return (delta.error, delta.freedom) if delta is not None and known else (0.0, 0.0)

    def _values(self, side: Side, one: Input) -> dict[str, float]:
        measured = side.measured
        place = measured.inputs.index(one)
        return dict(zip(measured.runs, measured.values[:, place].tolist(), strict=True))
