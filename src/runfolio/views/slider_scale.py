"""Stage 4: from where to where a slider goes, in which steps, and what may be typed beside it."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Scale", "share_scale", "stated_scale"]

_STEPS = 100
"""About how many steps a slider has, so that one press of a key is a hundredth of its way."""

_LARGEST = 1e15
_FINITE = sys.float_info.max
_NARROWEST = 1e-300
"""Ends nearer to each other are one to a slider."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A slider's scale.

    Parameters
    ----------
    low, high, step : float
        Of the slider; whole steps lead from one end to the other.
    least, most : float
        Of what may be typed.
    """

    low: float
    high: float
    step: float
    least: float
    most: float


def share_scale(whole: float) -> Scale:
    """Return the scale of a share: from nothing to all, which is 100 in per cent, in 1000 steps."""
    return Scale(0.0, whole, whole / 1000, 0.0, whole)


def stated_scale(
    value: float, span: tuple[float, float] | None = None, *, is_percent: bool = False
) -> Scale:
    """Return the scale of a number: its range, or from half to double of it.

    Parameters
    ----------
    value : float
        Where it starts; inside of the slider.
    span : (float, float) or None
        What is thought possible.
    is_percent : bool
        Whether it is in per cent: from at most 100, its double is no more than 100 either.
    """
    if span is None:
        span = (value / 2, value * 2) if value else (0.0, 1.0)
        if is_percent and 0 < value <= 100:
            span = (value / 2, min(value * 2, 100.0))
    low, high = max(min(*span, value), -_FINITE), min(max(*span, value), _FINITE)
    if high / 2 - low / 2 < _NARROWEST:
        wider = low + max(1.0, abs(low))
        low, high = (low, wider) if wider < _FINITE else (low / 2, high)
    least = 0.0 if low >= 0 else min(-_LARGEST, low)
    return Scale(low, high, _step(low, high, value), least, max(_LARGEST, high))


def _step(low: float, high: float, value: float) -> float:
    """Return a round step that leads from end to end, best one that meets the start, too."""
    width = Fraction(repr(high)) - Fraction(repr(low))
    to_start = Fraction(repr(value)) - Fraction(repr(low))
    power = math.floor(math.log10(width / _STEPS))
    found = []
    for exponent in (power - 1, power, power + 1):
        for digits in (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5)):
            step = digits * Fraction(10) ** exponent
            steps = width / step
            if steps.denominator == 1 and _STEPS / 3 <= steps <= _STEPS * 3:
                misses = (to_start / step).denominator != 1
                found.append((misses, abs(math.log(steps / _STEPS)), step))
    return float(min(found)[2] if found else width / _STEPS)
