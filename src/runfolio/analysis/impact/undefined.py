"""Has a formula a value for what was measured, and for what is possible?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from runfolio.analysis.impact.amounts import Drawn
from runfolio.analysis.impact.draws import AROUND, DRAWS, LOW
from runfolio.analysis.impact.result import ImpactModel, ModelOutcome
from runfolio.formula import inputs_of
from runfolio.model.numbers import format_count

__all__ = ["MOST_UNDEFINED", "no_value", "why_undefined"]

MOST_UNDEFINED = (LOW - AROUND) / 2 * DRAWS
"""Draws of one side in which a formula may have no value; with more of them on both sides, the
percentiles of the difference have none."""


def why_undefined(model: ImpactModel, outcomes: Sequence[Drawn], total: Drawn) -> str:
    """Tell which money has no value, in more draws than can be; nothing where all has."""
    for outcome, one in zip(model.outcomes, outcomes, strict=True):
        if outcome.sign and (why := no_value(outcome, one)):
            return why
    known = np.isfinite(total.for_mean).all() and total.undefined <= MOST_UNDEFINED
    return "" if known else "Its total is too large for a number."


def no_value(outcome: ModelOutcome, one: Drawn) -> str:
    """Tell why an outcome has no value, or too often none; nothing where it has."""
    uses = ", ".join(each.written for each in inputs_of(outcome.formula))
    how = f"its formula divides by 0, or takes a logarithm or root that does not exist ({uses})."
    if not one.draws.ndim or not np.isfinite(one.for_mean).any():
        known = math.isfinite(one.exact) or np.isfinite(one.for_mean).all()
        return "" if known else f"'{outcome.name}' has no value for what its runs measured: {how}"
    lost = max(one.undefined, int(np.count_nonzero(~np.isfinite(one.for_mean))))
    if one.undefined <= MOST_UNDEFINED and np.isfinite(one.for_mean).all():
        return ""
    return (
        f"'{outcome.name}' has no value in {format_count(lost)} of {format_count(DRAWS)} draws of "
        f"what is possible: {how} max() or clamp() in the formula can rule that out."
    )
