"""Stage 5: what the champion is worth, for ``report.json``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runfolio.analysis.impact.result import (
    Impact,
    ModelOutcome,
    Payback,
    Scenario,
    SideImpact,
    Spread,
    ThresholdChoice,
    ThresholdPoint,
)
from runfolio.formula import Input
from runfolio.render.json_text import exact_number

if TYPE_CHECKING:
    from runfolio.config import Quantity

__all__ = ["impact_json"]


def impact_json(impact: Impact) -> dict[str, Any]:
    """Return what ``report.json`` says of the impact.

    Amounts are in the currency per period, unrounded; an input is named as in formulas.
    """
    model = impact.model
    outcomes = zip(model.outcomes, impact.outcomes or [None] * len(model.outcomes), strict=True)
    return {
        "currency": model.currency,
        "period": model.period,
        "quantities": [{"name": name, **_quantity(one)} for name, one in model.quantities.items()],
        "running_cost": _quantity(model.running_cost) if model.running_cost else None,
        "fixed_cost": _quantity(model.fixed_cost) if model.fixed_cost else None,
        "horizon": model.horizon,
        "discount_rate": model.discount_rate,
        "outcomes": [_outcome(outcome, difference) for outcome, difference in outcomes],
        "left_out": [{"name": name, "reason": why} for name, why in model.left_out.items()],
        "costs_left_out": [
            {"cost": cost, "reason": why} for cost, why in model.costs_left_out.items()
        ],
        "difference": _spread(impact.difference) if impact.difference else None,
        "probability": _or_none(impact.probability),
        "champion": _side(impact.champion) if impact.champion else None,
        "baseline": _side(impact.baseline) if impact.baseline else None,
        "configurations": [
            {
                "configuration": own.configuration.label,
                "total": _spread(own.total),
                **_against(impact, own.configuration.label),
            }
            for own in impact.sides
        ],
        "untold": [{"configuration": label, "reason": why} for label, why in impact.untold.items()],
        "drivers": [
            {
                "input": driver.input.written,
                **_ends(driver.low, driver.high),
                "at_low": _number(driver.at_low),
                "at_high": _number(driver.at_high),
            }
            for driver in impact.drivers
        ],
        "break_evens": [
            {
                "input": even.input.written,
                "now": _number(even.now),
                "value": None if even.value is None else _number(even.value),
                "worth_more": even.sides,
                "within_range": even.within_range,
            }
            for even in impact.break_evens
        ],
        "points": [
            {"input": point.input.written, "worth": _spread(point.worth)} for point in impact.points
        ],
        "scenarios": [_scenario(one) for one in impact.scenarios],
        "payback": _payback(impact.payback) if impact.payback else None,
        "threshold": _threshold(impact.threshold) if impact.threshold else None,
        "flattery": _number(impact.flattery),
        "exact": impact.is_exact,
        "draws": impact.draws,
    }


def _quantity(one: Quantity) -> dict[str, Any]:
    return {
        "label": one.label,
        "value": _number(one.value),
        "range": [_number(end) for end in one.range] if one.range else None,
        "distribution": one.distribution if one.range else None,
        "unit": one.unit,
        "source": one.source,
        "owner": one.owner,
    }


def _outcome(outcome: ModelOutcome, difference: Spread | None) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "kind": outcome.kind,
        "unit": outcome.unit,
        "formula": outcome.written,
        "difference": _spread(difference) if difference is not None else None,
        "source": outcome.source,
        "owner": outcome.owner,
    }


def _side(own: SideImpact) -> dict[str, Any]:
    return {
        "configuration": own.configuration.label,
        "total": _spread(own.total),
        "outcomes": [_spread(spread) for spread in own.outcomes],
        "runs": {run: _number(value) for run, value in own.by_run.items()},
        "measured": _inputs(own.values),
        "has_spread": own.has_spread,
    }


def _against(impact: Impact, label: str) -> dict[str, Any]:
    """Return how a configuration stands against the baseline, where that is told."""
    pair = impact.candidates.get(label)
    own = impact.champion
    if pair is None and own is not None and own.configuration.label == label:
        pair = (impact.difference, impact.probability) if impact.difference else None
    if pair is None:
        told: dict[str, Any] = {"difference": None, "probability": None}
    else:
        told = {"difference": _spread(pair[0]), "probability": _or_none(pair[1])}
    rival = impact.rivals.get(label)
    return {
        **told,
        "over_champion": _spread(rival[0]) if rival else None,
        "probability_over_champion": _or_none(rival[1]) if rival else None,
    }


def _scenario(one: Scenario) -> dict[str, Any]:
    return {
        "name": one.name,
        "total": _number(one.total),
        "outcomes": [_number(value) for value in one.outcomes],
        "inputs": _inputs(one.inputs),
    }


def _payback(back: Payback) -> dict[str, Any]:
    return {
        "years": None if back.years is None else _number(back.years),
        "within_horizon": _or_none(back.within),
        "net": _spread(back.net) if back.net is not None else None,
    }


def _threshold(choice: ThresholdChoice) -> dict[str, Any]:
    return {
        "curve": choice.curve,
        "best": _place(choice.best),
        "now": _place(choice.now),
        "gain": _spread(choice.gain) if choice.gain is not None else None,
        "missed": _number(choice.missed),
        "false_alarm": _number(choice.false_alarm),
    }


def _place(point: ThresholdPoint) -> dict[str, Any]:
    return {
        "true_positive_rate": _number(point.true_positive_rate),
        "false_positive_rate": _number(point.false_positive_rate),
        "threshold": None if point.threshold is None else _number(point.threshold),
        "total": _number(point.total),
    }


def _inputs(values: Mapping[Input, float]) -> dict[str, Any]:
    return {one.written: _number(value) for one, value in values.items()}


def _number(value: float) -> float | int | str:
    return exact_number(float(value))


def _spread(spread: Spread) -> dict[str, Any]:
    return {"expected": _or_none(spread.mean), **_ends(spread.low, spread.high)}


def _ends(low: float, high: float) -> dict[str, Any]:
    return {"low": _or_none(low), "high": _or_none(high)}


def _or_none(value: float) -> Any:
    return None if math.isnan(value) else _number(value)
