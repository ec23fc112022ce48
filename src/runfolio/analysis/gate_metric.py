"""Stage 3: a requirement is judged by the metric that measures it, with its interval."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.analysis.comparison import (
    Comparison,
    compare_configurations,
    finite_values,
    mean_over,
)
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.gate import Gate, GateOutcome, Side
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.analysis.units import conversion, short_unit
from runfolio.model.numbers import format_number, with_unit
from runfolio.model.problems import Problem, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Requirement

__all__ = ["as_written", "by_metric", "in_logged_unit"]

_ROUNDING = 1e-12
"""Share of a value by which it may miss a threshold: 95 % is not 0.95 to the last bit."""


def in_logged_unit(
    one: Requirement, a: Analysed, problems: list[Problem]
) -> tuple[Requirement, str]:
    """Return a requirement with its threshold in the metric's logged unit, or why it has none."""
    place = f"report.yaml: requirement {one.name!r}"
    if one.metric is None:
        return one, ""
    if one.metric not in a.metrics:
        near = near_miss(one.metric, list(a.metrics), "Logged were")
        message = f"The metric {one.metric!r} was logged by no run."
        problems.append(Problem(place, "requirement-not-logged", message, near))
        return one, message
    metric = a.metrics[one.metric]
    factor = _factor(one, metric, a.values.get(one.metric, {}).values())
    told = (one.at_least, one.at_most, one.tolerance.absolute)
    numbers = [number for number in told if number is not None]
    message = hint = ""
    if factor is None:
        known = f"the metric is in {metric.unit!r}" if metric.unit else "the metric has no unit"
        message = f"Its threshold is in {one.unit!r}, and {known}."
        hint = "Give the threshold in the metric's unit, or set metrics.<name>.unit."
    elif metric.scale == 100 and not one.unit and any(abs(number) > 1 for number in numbers):
        message = f"Its threshold is {as_written(one)}, and the metric is logged as a share of 1."
        hint = "Write unit: '%' beside it, or a threshold between 0 and 1."
    elif not all(math.isfinite(number * factor) for number in numbers):
        message = f"Its threshold is too large to be told in {metric.unit!r}."
        hint = "Check its digits."
    if message or factor is None:
        problems.append(Problem(place, "requirement-unit", message, hint))
        return one, message
    if one.no_worse_than is not None and not metric.goal:
        message = f"Whether more or less of {one.metric!r} is better is not known."
        hint = "Set metrics.<name>.goal to maximize or minimize."
        problems.append(Problem(place, "requirement-without-goal", message, hint))
        return one, message
    tolerance = one.tolerance.model_copy(update={"absolute": one.tolerance.absolute * factor})
    bounds = {
        key: value * factor
        for key in ("at_least", "at_most")
        if (value := getattr(one, key)) is not None
    }
    return one.model_copy(update={**bounds, "tolerance": tolerance}), ""


def _factor(one: Requirement, metric: Metric, values: Iterable[float]) -> float | None:
    """Return by what the threshold is multiplied to be one of the logged value."""
    unit = short_unit(one.unit)
    if not unit or (unit == metric.unit and metric.scale == 1.0):
        return 1.0
    if unit in ("%", "points") and metric.unit == "%":
        return 1.0 / metric.scale
    if unit == "%" and not metric.unit:
        # A share of 1, if it can be one; what is larger was logged in another unit.
        is_share = all(abs(value) <= 1 for value in values if math.isfinite(value))
        return 0.01 if is_share else None
    return conversion(unit, metric.unit)


def as_written(one: Requirement) -> str:
    """Say what is asked for as the configuration does, in its own unit."""
    words = [
        f"{'at least' if is_floor else 'at most'} {with_unit(format_number(bound), one.unit)}"
        for bound, is_floor in _bounds(one)
    ]
    return " and ".join(words) or ("no worse than the baseline" if one.no_worse_than else "")


def by_metric(one: Requirement, configuration: Configuration, side: Side, a: Analysed) -> Gate:
    """Judge a requirement by the metric that measures it."""
    if one.no_worse_than is not None:
        return _against_baseline(one, configuration, side, a)
    assert one.metric is not None
    metric = a.metrics[one.metric]
    asked = _asked(one, metric)
    estimate = mean_over(a.values[one.metric], configuration)
    if estimate is None:
        reason = f"None of its runs has a finite value of {metric.label}."
        return Gate(one, configuration.label, side, "not evaluated", reason, asked)
    found = [_against(one, bound, is_floor, estimate) for bound, is_floor in _bounds(one)]
    outcome = max(found, key=_SEVERITY.__getitem__)
    reason = _reason(one, outcome, metric, estimate)
    return Gate(one, configuration.label, side, outcome, reason, asked, estimate)


_SEVERITY: dict[GateOutcome, int] = {
    "met": 0,
    "met, not certain": 1,
    "missed": 2,
}


def _bounds(one: Requirement) -> list[tuple[float, bool]]:
    bounds = ((one.at_least, True), (one.at_most, False))
    return [(bound, is_floor) for bound, is_floor in bounds if bound is not None]


def _holds(one: Requirement, bound: float, is_floor: bool, value: float) -> bool:
    """Tell whether a value keeps to a bound that gives way by the tolerance."""
    slack = one.tolerance.of(bound)
    bound = bound - slack if is_floor else bound + slack
    rounding = _ROUNDING * max(abs(value), abs(bound))
    return value >= bound - rounding if is_floor else value <= bound + rounding


def _against(one: Requirement, bound: float, is_floor: bool, estimate: Estimate) -> GateOutcome:
    """Judge a mean by a bound."""
    if not _holds(one, bound, is_floor, estimate.value):
        return "missed"
    worst = estimate.low if is_floor else estimate.high
    # Runs that all give the same value have no spread to be sure by, as in every comparison.
    certain = estimate.high > estimate.low and _holds(one, bound, is_floor, worst)
    return "met" if certain else "met, not certain"


def _asked(one: Requirement, metric: Metric) -> str:
    """Say what is asked for."""
    words = [
        f"{'at least' if is_floor else 'at most'} {metric.value(bound)}{_slack(one, bound, metric)}"
        for bound, is_floor in _bounds(one)
    ]
    return " and ".join(words)


def _slack(one: Requirement, bound: float, metric: Metric) -> str:
    slack = one.tolerance.of(bound)
    return f" (within {metric.size(slack)})" if slack else ""


def _reason(one: Requirement, outcome: GateOutcome, metric: Metric, estimate: Estimate) -> str:
    runs = f"the mean of {estimate.n} runs" if estimate.n > 1 else "one run"
    told = f"{metric.value(estimate.value)} is {runs}"
    if not estimate.has_interval:
        spread = "one run has no spread" if estimate.n == 1 else "no interval can be told"
        return f"{told}; {spread}, so how sure that is cannot be said."
    if estimate.low == estimate.high:
        return f"{told}, which all give the same value: there is no spread to be sure by."
    interval = f"its 95\u00a0% interval {metric.range(estimate.low, estimate.high)}"
    if outcome == "missed":
        reaches = [
            _holds(one, bound, is_floor, estimate.high if is_floor else estimate.low)
            for bound, is_floor in _bounds(one)
        ]
        side = "reaches to the right side." if all(reaches) else "lies wholly on the wrong side."
        return f"{told}; {interval} {side}"
    side = "lies wholly on the right side." if outcome == "met" else "reaches to the wrong side."
    return f"{told}; {interval} {side}"


def _against_baseline(
    one: Requirement, configuration: Configuration, side: Side, a: Analysed
) -> Gate:
    def gate(outcome: GateOutcome, reason: str, c: Comparison | None = None) -> Gate:
        estimate = c.candidate if c is not None and outcome != "not evaluated" else None
        return Gate(one, configuration.label, side, outcome, reason, asked, estimate, c)

    assert one.metric is not None
    metric = a.metrics[one.metric]
    tolerance = one.tolerance
    asked = "no worse than the baseline"
    if a.baseline is None:
        return gate("not evaluated", "No baseline is known.")
    if configuration is a.baseline and len(finite_values(a.values[one.metric], configuration)):
        return gate("met", "It is the baseline itself.")
    c = compare_configurations(
        *(metric, a.values[one.metric], configuration, a.baseline),
        replace(a.terms, tolerances={**a.terms.tolerances, one.metric: tolerance}),
    )
    d = c.difference
    if c.outcome == "not comparable" or d is None or c.baseline is None:
        return gate("not evaluated", c.reason, c)
    slack = tolerance.of(c.baseline.value)
    if slack:
        asked += f" (within {metric.size(slack)})"
    worst = min(metric.improvement(d.low), metric.improvement(d.high))
    sizes = [abs(side.value) for side in (c.candidate, c.baseline) if side is not None]
    least = -slack - _ROUNDING * max(*sizes, slack)
    if not metric.improvement(d.value) >= least:
        outcome: GateOutcome = "missed"
    elif d.has_interval and worst >= least:
        outcome = "met"
    else:
        outcome = "met, not certain"
    interval = (
        f"; 95\u00a0% interval {metric.delta_range(d.low, d.high)}"
        if d.has_interval
        else "; without an interval, so how sure that is cannot be said"
    )
    fine = metric.fine_for(d.value)
    return gate(outcome, f"{fine.delta(d.value)} against the baseline{interval}.", c)
