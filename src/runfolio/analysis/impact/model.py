"""What does the team say a model's work is worth, and can it be computed from what was logged?

In: ``impact:`` of the configuration, and what was logged. Out: formulas with their units, ready
to be evaluated; what is wrong with them as problems. An outcome that cannot be computed is left
out, and never counts as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from runfolio.analysis.impact.absent import Absent, absent_of, problems_of_absent
from runfolio.analysis.impact.result import RUNNING_COST, ImpactModel, ModelOutcome
from runfolio.analysis.metrics import Metric
from runfolio.formula import (
    FormulaError,
    Input,
    Node,
    Unit,
    fixed_cost_factor,
    inputs_of,
    outcome_unit,
    parse_formula,
    parse_unit,
    running_cost_factor,
    unit_of,
    unit_of_input,
)
from runfolio.model.problems import Problem, near_miss

if TYPE_CHECKING:
    from runfolio.config import ImpactSettings, Outcome, Quantity

__all__ = ["PLACE", "compile_model", "measured_inputs", "why_no_total"]

PLACE = "report.yaml"

_CostKey = Literal["running_cost", "fixed_cost"]
_COSTS: dict[_CostKey, tuple[str, str]] = {
    "running_cost": ("The running cost", "No total is told without it."),
    "fixed_cost": ("The fixed cost", "No pay-back is told."),
}
_SIGNS = {"revenue": 1, "saving": 1, "cost": -1, "non-monetary": 0}


@dataclass(frozen=True, slots=True)
class _Logged:
    """What formulas may use, and what is wrong so far."""

    settings: ImpactSettings
    metrics: Mapping[str, Metric]
    problems: list[Problem] = field(default_factory=list)

    def tell(self, place: str, error: FormulaError, what: str) -> str:
        """Keep a mistake as a problem, and return why the outcome is left out."""
        slug = error.slug.replace("config-", "impact-", 1)
        self.problems.append(Problem(PLACE, slug, f"{place} {error.message} {what}", error.hint))
        return f"{place} {error.message}"


def compile_model(
    settings: ImpactSettings, metrics: Mapping[str, Metric], classes: tuple[str, ...]
) -> tuple[ImpactModel, list[Problem]]:
    """Make the formulas ready to be evaluated.

    Parameters
    ----------
    settings : ImpactSettings
    metrics : mapping of str to Metric
        All that were logged.
    classes : tuple of str
        All classes of the confusion matrices that were logged.

    Returns
    -------
    model : ImpactModel
        Without the outcomes and costs that cannot be computed; these are in its ``left_out`` and
        its ``costs_left_out``.
    problems : list of Problem
    """
    logged = _Logged(settings, metrics)
    outcomes: list[ModelOutcome] = []
    left_out: dict[str, str] = {}
    absent: dict[Absent, list[str]] = {}
    for told in settings.outcomes:
        try:
            formula = parse_formula(told.formula)
            missing = absent_of(inputs_of(formula), metrics, classes)
            for one in missing:
                absent.setdefault(one, []).append(told.name)
            if missing:
                why = f"uses {missing[0].what}, and {missing[0].why}."
                left_out[told.name] = f"The outcome '{told.name}' {why}"
            else:
                outcomes.append(_outcome(told, formula, logged))
        except FormulaError as error:
            what = (
                "The outcome is left out."
                if told.kind == "non-monetary"
                else "No total is told without it."
            )
            left_out[told.name] = logged.tell(f"The outcome '{told.name}'", error, what)
    money = frozenset(one.name for one in settings.outcomes if one.kind != "non-monetary")
    logged.problems.extend(problems_of_absent(PLACE, absent, money))
    costs_left_out: dict[_CostKey, str] = {}
    running = _cost(
        settings.running_cost,
        lambda unit: running_cost_factor(unit, settings.currency, settings.period),
        ("running_cost", f"{settings.currency}/{settings.period}", logged, costs_left_out),
    )
    fixed = _cost(
        settings.fixed_cost,
        lambda unit: fixed_cost_factor(unit, settings.currency),
        ("fixed_cost", settings.currency, logged, costs_left_out),
    )
    model = ImpactModel(
        currency=settings.currency,
        period=settings.period,
        quantities=settings.quantities,
        outcomes=tuple(outcomes),
        running_cost=running,
        fixed_cost=fixed,
        horizon=settings.horizon,
        discount_rate=settings.discount_rate,
        left_out=left_out,
        costs_left_out=costs_left_out,
        factors=_factors(outcomes, logged) | ({RUNNING_COST: 1.0} if running else {}),
    )
    if outcomes and not measured_inputs(model):
        logged.problems.append(
            Problem(
                PLACE,
                "impact-without-metric",
                "No formula of the impact uses a metric, so every model is worth the same.",
                "Use metric('NAME') in the formula of what a better model changes.",
                "note",
            )
        )
    return model, logged.problems


def why_no_total(model: ImpactModel, settings: ImpactSettings) -> str:
    """Return why the total is not known: some money cannot be computed; empty where it can."""
    money = [told.name for told in settings.outcomes if told.kind != "non-monetary"]
    missing = [model.left_out[name] for name in money if name in model.left_out]
    if "running_cost" in model.costs_left_out:
        missing.append(model.costs_left_out["running_cost"])
    if not missing and not model.outcomes:
        return "No outcome of the impact can be computed."
    return missing[0] if missing else ""


def measured_inputs(model: ImpactModel) -> tuple[Input, ...]:
    """Return what formulas use that was measured, each once."""
    found = (one for outcome in model.outcomes for one in inputs_of(outcome.formula))
    return tuple(dict.fromkeys(one for one in found if one.kind != "quantity"))


def _outcome(told: Outcome, formula: Node, logged: _Logged) -> ModelOutcome:
    units = {one: _unit(one, logged) for one in inputs_of(formula)}
    unit, factor = outcome_unit(
        unit_of(formula, units),
        is_money=told.kind != "non-monetary",
        unit=told.unit,
        currency=logged.settings.currency,
        period=logged.settings.period,
    )
    sign = _SIGNS[told.kind]
    return ModelOutcome(
        name=told.name,
        kind=told.kind,
        sign=sign,
        formula=formula,
        factor=factor,
        unit=unit,
        goal=told.goal or ("" if sign == 0 else "maximize" if sign > 0 else "minimize"),
        explain=told.explain,
        source=told.source,
        owner=told.owner,
        written=told.formula,
    )


def _unit(one: Input, logged: _Logged) -> Unit:
    """Return the unit of an input in formulas.

    Raises
    ------
    FormulaError
        If nobody states it.
    """
    quantities = logged.settings.quantities
    if one.kind == "quantity" and one.names[0] not in quantities:
        raise FormulaError(
            f"uses '{one.names[0]}', which is no quantity.",
            near_miss(one.names[0], quantities, "Quantities are")
            if quantities
            else "Give it a value under quantities.",
        )
    unit, _ = unit_of_input(
        one,
        {name: told.unit for name, told in quantities.items()},
        {name: metric.unit for name, metric in logged.metrics.items()},
    )
    return unit


def _factors(outcomes: list[ModelOutcome], logged: _Logged) -> dict[Input, float]:
    """Return by what each input's own value is multiplied in formulas."""
    found: dict[Input, float] = {}
    for one in dict.fromkeys(one for outcome in outcomes for one in inputs_of(outcome.formula)):
        if one.kind == "quantity":
            found[one] = _size(logged.settings.quantities[one.names[0]].unit)
        elif one.kind == "metric":
            metric = logged.metrics[one.names[0]]
            # Shown per cent are a hundredth; a share that is shown so was scaled up before.
            found[one] = metric.scale * _size(metric.unit)
        else:
            found[one] = 1.0
    return found


def _size(unit: str) -> float:
    try:
        return parse_unit(unit).plain[1]
    except FormulaError:
        return 1.0  # no formula that uses it could be read


def _cost(
    told: Quantity | None,
    factor_of: Callable[[str], float],
    about: tuple[_CostKey, str, _Logged, dict[_CostKey, str]],
) -> Quantity | None:
    """Return what the model itself costs in the given unit; a mistake leaves it out."""
    if told is None:
        return None
    key, unit, logged, left_out = about
    try:
        factor = factor_of(told.unit)
    except FormulaError as error:
        place, what = _COSTS[key]
        left_out[key] = logged.tell(place, error, what)
        return None
    span = tuple(end * factor for end in told.range) if told.range is not None else None
    return told.model_copy(update={"value": told.value * factor, "range": span, "unit": unit})
