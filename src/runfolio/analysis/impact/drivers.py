"""On which input does the answer depend most, and at which value of it does the answer turn?

In: the difference of champion and baseline as a function of each input. Out: a tornado, the
break-even values, and what one more point of each metric is worth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.impact.amounts import drawn_amounts, is_linear
from runfolio.analysis.impact.answer import Answer
from runfolio.analysis.impact.result import BreakEven, Driver, OnePoint
from runfolio.analysis.impact.sides import Basis, Side
from runfolio.analysis.impact.undefined import MOST_UNDEFINED
from runfolio.analysis.metrics import Metric
from runfolio.formula import Input

__all__ = ["break_evens_of", "drivers_of", "points_of"]

Floats = NDArray[np.float64]

_FAR = 1000.0
"""How many times an input's size its break-even is looked for, where nothing bounds it."""
_STEPS = 1000


def drivers_of(answer: Answer) -> tuple[Driver, ...]:
    """Return how far the answer swings with each input that is not known exactly.

    Inputs on which the difference does not depend are left out.

    Parameters
    ----------
    answer : Answer

    Returns
    -------
    tuple of Driver
        The largest swing first.
    """
    model = answer.basis.model
    found: list[Driver] = []
    for one in answer.inputs:
        span = answer.span(one)
        if span is None:
            continue
        at_low, at_high = answer.at(one, np.array(span)).tolist()
        swing = abs(at_high - at_low)
        if math.isfinite(swing) and swing > ROUNDING * answer.size:
            ends = [end / model.factors[one] for end in span]
            found.append(Driver(one, ends[0], ends[1], at_low, at_high))
    return tuple(sorted(found, key=lambda driver: (-driver.swing, driver.input.written)))


def break_evens_of(answer: Answer) -> tuple[BreakEven, ...]:
    """Return at which value of each input champion and baseline are worth the same.

    Inputs on which the difference does not depend are left out.
    """
    found = (_break_even(answer, one) for one in answer.inputs)
    return tuple(even for even in found if even is not None)


def _break_even(answer: Answer, one: Input) -> BreakEven | None:
    model = answer.basis.model
    now, factor = answer.champion.means[one], model.factors[one]
    bounds = _bounds(answer, one)

    def at(value: float) -> float:
        return float(answer.at(one, np.array([value]))[0])

    if all(is_linear(o.formula, [frozenset({one})]) for o in model.outcomes if o.sign):
        root = _of_line(at, now, answer.size)
    else:
        root = _nearest(answer, one, bounds, at)
    if root is None:
        return None
    value, rises = root
    if value is None or not bounds[0] <= value <= bounds[1]:
        wins = at(now) > 0
        return BreakEven(one, now / factor, None, "always" if wins else "never", within_range=False)
    span = answer.span(one)
    return BreakEven(
        input=one,
        now=now / factor,
        value=value / factor,
        sides="above" if rises else "below",
        within_range=span is not None and span[0] <= value <= span[1],
    )


def _of_line(
    at: Callable[[float], float], now: float, size: float
) -> tuple[float | None, bool] | None:
    """Return where a straight line is nil and whether it rises; None where it is level.

    What is less than rounding of the sides' totals, whose `size` is given, is nothing.
    """
    step = abs(now) or 1.0
    here, there = at(now), at(now + step)
    rounding = ROUNDING * size
    if abs(there - here) <= rounding:
        return None
    slope = (there - here) / step
    root = now - here / slope
    return (root if abs(root) > rounding / abs(slope) else 0.0), slope > 0


def _bounds(answer: Answer, one: Input) -> tuple[float, float]:
    """Return between which values an input can be at all."""
    if one in answer.basis.shares:
        return 0.0, 1.0
    if one.kind != "quantity":
        measured = answer.champion.measured
        own = measured.values[:, measured.inputs.index(one)]
        return (0.0, math.inf) if (own >= 0).all() else (-math.inf, math.inf)
    quantity = answer.basis.quantity(one)
    least, most = quantity.range or (quantity.value, quantity.value)
    is_share = quantity.unit.strip() == "%" and least >= 0 and most <= 100
    return (0.0 if least >= 0 else -math.inf), (1.0 if is_share else math.inf)


def _nearest(
    answer: Answer, one: Input, bounds: tuple[float, float], at: Callable[[float], float]
) -> tuple[float | None, bool] | None:
    """Look for the change of sign that is nearest to what is expected of an input."""
    now = answer.champion.means[one]
    span = answer.span(one) or (now, now)
    size = max(abs(now), span[1] - span[0]) or 1.0
    near = now + size * np.linspace(-2, 2, 2 * _STEPS + 1)
    far = size * np.geomspace(2, _FAR, _STEPS)
    ends = [end for end in bounds if math.isfinite(end)]
    grid = np.unique(np.concatenate((near, now + far, now - far, ends, [now])))
    if len(ends) == 2:
        grid = np.union1d(grid, np.linspace(ends[0], ends[1], _STEPS + 1))
    grid = grid[(grid >= bounds[0]) & (grid <= bounds[1])]
    values = answer.at(one, grid)
    grid, values = grid[np.isfinite(values)], values[np.isfinite(values)]
    if not len(grid) or np.ptp(values) <= ROUNDING * answer.size:
        return None
    is_more = values > 0
    turns = np.flatnonzero(is_more[1:] != is_more[:-1])
    if not len(turns):
        return None, False
    left, right = grid[turns], grid[turns + 1]
    nearest = int(np.argmin(np.maximum(np.maximum(left - now, now - right), 0.0)))
    place = turns[nearest]
    return _root(at, float(grid[place]), float(grid[place + 1])), bool(is_more[place + 1])


def _root(at: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    if at(low) == 0 or at(high) == 0:
        return low if at(low) == 0 else high
    try:
        return float(brentq(at, low, high, xtol=1e-12 * max(abs(low), abs(high)), rtol=1e-14))
    except ValueError:  # between two places where it is defined there is one where it is not
        return (low + high) / 2


def points_of(basis: Basis, champion: Side, metrics: Mapping[str, Metric]) -> tuple[OnePoint, ...]:
    """Return what one more point of each measured input would be worth to the champion.

    A point is a hundredth of a share and of what is told in per cent; else one in the input's
    own unit. Of a share that is above 0.99 the last point is told. Inputs on which no money
    depends are left out.
    """
    model = basis.model
    found: list[OnePoint] = []
    for one in champion.measured.inputs:
        is_percent = one.kind == "metric" and metrics[one.names[0]].unit == "%"
        step = 0.01 if is_percent or one in basis.shares else model.factors[one]
        if one in basis.shares and champion.means[one] + step > 1:
            step = -step  # there is no more of it to be had: what the last point is worth
        moved = champion.values.moved(one, step)
        _, total = drawn_amounts(model, moved, is_baseline=champion.is_baseline)
        gain = total - champion.total if step > 0 else champion.total - total
        is_known = np.isfinite(gain.for_mean).all() and gain.undefined <= MOST_UNDEFINED
        if is_known and np.nanmax(np.abs(gain.draws)) > 0:
            found.append(OnePoint(one, gain.spread))
    return tuple(found)
