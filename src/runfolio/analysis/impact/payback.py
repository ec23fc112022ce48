"""When is what a better model cost back, and what is left over the years?

In: the difference to the baseline per period, the fixed cost, the horizon and the discount
rate. Out: years, how likely they are kept, and the value over the horizon.
"""

from __future__ import annotations

import math

import numpy as np

from runfolio.analysis.impact.amounts import Drawn
from runfolio.analysis.impact.draws import expected, quantity_draws
from runfolio.analysis.impact.result import ImpactModel, Payback
from runfolio.formula import parse_unit

__all__ = ["annuity", "payback_of", "years_until"]

LONGEST = 100.0
"""Years that are looked ahead without a horizon."""


def annuity(years: float, rate: float) -> float:
    """Return what one per year is worth today.

    Parameters
    ----------
    years : float
        At least 0.
    rate : float
        By how much less money counts a year later.

    Returns
    -------
    float
        ``Σ_{k=1}^{n} d^k + f d^(n+1)`` with ``d = 1 / (1 + rate)``, n the whole years and f the
        fraction of a year that is left: money comes at the end of each year, and what a fraction
        of a year brings is that part of its year's.
    """
    factor = 1 / (1 + rate)
    whole = math.floor(years)
    return math.fsum(factor**k for k in range(1, whole + 1)) + (years - whole) * factor ** (
        whole + 1
    )


def years_until(worth: float, rate: float, longest: float = LONGEST) -> float | None:
    """Return after how many years one per year is worth that much today; `annuity` reversed.

    Returns
    -------
    float or None
        None where that takes longer.
    """
    if worth <= 0:
        return 0.0
    factor = 1 / (1 + rate)
    left = worth
    for year in range(math.ceil(longest)):
        comes = factor ** (year + 1)
        if left <= comes:
            found = year + left / comes
            return found if found <= longest else None
        left -= comes
    return None


def payback_of(model: ImpactModel, difference: Drawn) -> Payback | None:
    """Tell when the fixed cost is back.

    Parameters
    ----------
    model : ImpactModel
    difference : Drawn
        Champion less baseline, in the currency per period.

    Returns
    -------
    Payback or None
        None where neither a fixed cost nor a horizon is given.
    """
    if model.fixed_cost is None and model.horizon is None:
        return None
    period, year = (parse_unit(f"{model.currency}/{p}") for p in (model.period, "year"))
    per_year = period.factor_to(year)
    assert per_year is not None
    longest, rate = model.horizon or LONGEST, model.discount_rate
    cost, costs = 0.0, np.asarray(0.0)
    if model.fixed_cost is not None:
        cost = expected(model.fixed_cost)
        costs = np.asarray(cost)
        if model.fixed_cost.range is not None:
            costs = quantity_draws("fixed cost", model.fixed_cost)
    times = per_year * annuity(longest, rate)
    net = Drawn(
        difference.exact * times - cost,
        np.asarray(difference.draws * times - costs),
        np.asarray(difference.for_mean * times - cost),
        difference.size * times + abs(cost),
    )
    value = difference.spread.mean * per_year
    return Payback(
        years=years_until(cost / value, rate, longest) if value > 0 else None,
        within=float(np.mean((net.draws >= 0) & (difference.draws > 0))),
        net=net.spread if model.horizon is not None else None,
    )
