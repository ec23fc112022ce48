"""Stage 4: what the team states of the impact, and which of it the formulas use at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runfolio.analysis.impact.result import Impact
from runfolio.formula import Input

if TYPE_CHECKING:
    from runfolio.config import Quantity

__all__ = ["PLACEHOLDER", "examples", "has_ranges", "is_used", "used_numbers", "used_quantities"]

PLACEHOLDER = "Example, to be replaced"
"""Source of a number in a starting model that nobody has put a number of their own to."""


def is_used(impact: Impact, name: str) -> bool:
    """Tell whether a formula uses a quantity."""
    return Input("quantity", (name,)) in impact.model.factors


def used_quantities(impact: Impact) -> Mapping[str, Quantity]:
    """Return the quantities that figures rest on: those that formulas use."""
    return {name: one for name, one in impact.model.quantities.items() if is_used(impact, name)}


def used_numbers(impact: Impact) -> list[Quantity]:
    """Return all that the team states and that figures rest on, costs included."""
    costs = (impact.model.running_cost, impact.model.fixed_cost)
    return [*used_quantities(impact).values(), *(one for one in costs if one is not None)]


def examples(impact: Impact) -> int:
    """Return how many numbers are still those of a starting model, which say nothing of anyone."""
    return sum(one.source.startswith(PLACEHOLDER) for one in used_numbers(impact))


def has_ranges(impact: Impact) -> bool:
    """Tell whether anything that the difference is made of is not known exactly."""
    costs = [impact.model.running_cost] if impact.model.running_cost is not None else []
    stated = [*used_quantities(impact).values(), *costs]
    sides = (impact.champion, impact.baseline)
    return any(one.range is not None for one in stated) or any(
        own is not None and own.has_spread and bool(own.values) for own in sides
    )
