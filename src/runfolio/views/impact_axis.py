"""Stage 4: amounts on an axis, in thousands or millions where they are that large."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runfolio.analysis.impact.result import Impact
from runfolio.views.impact_words import summed

__all__ = ["Axis", "axis_of"]

_SIZES = ((1e9, "Billion "), (1e6, "Million "), (1e4, "Thousand "))


@dataclass(frozen=True, slots=True)
class Axis:
    """By what amounts are divided, and the axis' title."""

    divisor: float
    title: str


def axis_of(impact: Impact, values: Iterable[float]) -> Axis:
    """Return the axis on which some amounts are read."""
    largest = max((abs(value) for value in values), default=0.0)
    size, word = next((one for one in _SIZES if largest >= one[0]), (1.0, ""))
    divisor = 1e3 if size == 1e4 else size
    return Axis(divisor, f"{word}{impact.model.currency} {summed(impact)}")
