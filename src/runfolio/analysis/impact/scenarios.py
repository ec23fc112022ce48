"""How may it come? What is behind a bad, an expected and a good outcome.

In: the draws of the answer and of its inputs. Out: three scenarios that each go together.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from runfolio.analysis.impact.amounts import Drawn
from runfolio.analysis.impact.draws import AROUND, HIGH, LOW
from runfolio.analysis.impact.result import Scenario
from runfolio.analysis.impact.sides import Basis, Side

__all__ = ["scenarios_of"]


def scenarios_of(basis: Basis, champion: Side, baseline: Side | None) -> tuple[Scenario, ...]:
    """Return the pessimistic, the expected and the optimistic scenario.

    The totals of the first and the last are the 5th and the 95th percentile of the answer. Their
    outcomes and inputs are means of the draws whose answer lies around it, by one percentile to
    either side: they belong together.

    Parameters
    ----------
    basis : Basis
    champion : Side
    baseline : Side or None
        None, or the champion itself: the answer is the champion's total.

    Returns
    -------
    tuple of Scenario
        Empty where nothing is uncertain.
    """
    total, outcomes = champion.total, champion.outcomes
    shown = list(champion.means)
    if baseline is not None and baseline is not champion:
        total = total - baseline.total
        # A metric of one side says little where the other's moves along with it, seed by seed.
        shown = [one for one in shown if one.kind == "quantity"]
        outcomes = tuple(a - b for a, b in zip(outcomes, baseline.outcomes, strict=True))
    spread = total.spread
    if not spread.has_range:
        return ()
    order = np.argsort(total.draws, kind="stable")
    expected = Scenario(
        "expected",
        spread.mean,
        tuple(one.spread.mean for one in outcomes),
        {one: champion.means[one] / basis.model.factors[one] for one in shown},
    )

    def around(
        name: Literal["pessimistic", "optimistic"], percentile: float, end: float
    ) -> Scenario:
        n = len(order)
        rows = order[round((percentile - AROUND) * n) : max(round((percentile + AROUND) * n), 1)]

        def mean(one: Drawn) -> float:
            own = one.draws[rows] if one.draws.ndim else one.draws
            return float(np.mean(own[np.isfinite(own)])) if np.isfinite(own).any() else math.nan

        inputs = {
            one: float(np.mean(np.broadcast_to(champion.draws[one], n)[rows]))
            / basis.model.factors[one]
            for one in shown
        }
        return Scenario(name, end, tuple(map(mean, outcomes)), inputs)

    return (
        around("pessimistic", LOW, spread.low),
        expected,
        around("optimistic", HIGH, spread.high),
    )
