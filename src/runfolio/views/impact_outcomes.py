"""Stage 4: one outcome of the impact, written in its own unit and signed as it counts."""

from __future__ import annotations

from runfolio.analysis.impact.result import Impact, ModelOutcome, Spread
from runfolio.model.money import format_estimate, format_estimate_range
from runfolio.views.blocks import Verdict
from runfolio.views.impact_words import ends_of, money, money_range, per, turned

__all__ = [
    "amount",
    "difference_told",
    "direction",
    "range_of",
    "signed_spread",
    "verdict_of_range",
    "verdict_on",
]


def signed_spread(outcome: ModelOutcome, spread: Spread) -> Spread:
    """Return an amount as it counts in the sum: costs below zero."""
    return turned(spread) if outcome.sign < 0 else spread


def amount(impact: Impact, outcome: ModelOutcome, spread: Spread, *, signed: bool = False) -> str:
    """Write what an outcome comes to: money as it counts in the sum, else in its unit."""
    if outcome.sign:
        return money(impact, signed_spread(outcome, spread), signed=signed)
    return format_estimate(spread.mean, ends_of(spread), per(outcome.unit), signed=signed)


def range_of(impact: Impact, outcome: ModelOutcome, spread: Spread) -> str:
    """Write the range of a difference; empty where it has none."""
    if outcome.sign:
        return money_range(impact, signed_spread(outcome, spread), signed=True)
    return difference_told(outcome, spread)[1]


def difference_told(outcome: ModelOutcome, spread: Spread) -> tuple[str, str]:
    """Write a difference of what is not money, and its range."""
    unit = per(outcome.unit)
    ends = ends_of(spread)
    told = format_estimate(spread.mean, ends, unit, signed=True)
    return told, format_estimate_range(*ends, unit, signed=True) if ends else ""


def direction(outcome: ModelOutcome) -> int:
    """Tell whether more of an outcome is better (1) or worse (-1); 0 where nobody says."""
    return outcome.sign or {"maximize": 1, "minimize": -1}.get(outcome.goal, 0)


def verdict_on(outcome: ModelOutcome, spread: Spread) -> Verdict:
    """Say whether a difference is a gain, by its whole range."""
    return verdict_of_range(spread, direction(outcome))


def verdict_of_range(spread: Spread, way: int = 1) -> Verdict:
    """Say whether a difference is a gain: `way` is 1 where more is better, else -1."""
    if spread.low == spread.high == 0:
        return Verdict("No change")
    ends = (way * spread.low, way * spread.high)
    if min(ends) >= 0:
        return Verdict("Better", "good")
    if max(ends) <= 0:
        return Verdict("Worse", "bad")
    return Verdict("Not certain", "unsure")
