"""Configuration: do the formulas of the impact name what there is, and do their units fit?

What only the logs can tell (whether a metric was logged, and in which unit where none is stated)
is asked later, by the analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from runfolio.config.impact import ImpactSettings, Outcome
from runfolio.config.marked_yaml import Marked, Mistake, Where
from runfolio.config.mistakes import line_of, shown_at
from runfolio.config.settings import Settings
from runfolio.formula import (
    FormulaError,
    Input,
    Node,
    Unit,
    fixed_cost_factor,
    inputs_of,
    outcome_unit,
    parse_formula,
    running_cost_factor,
    unit_of,
    unit_of_input,
)
from runfolio.model.problems import near_miss

__all__ = ["impact_mistakes"]


_Wrong = tuple[Where, FormulaError]


def impact_mistakes(settings: Settings, marked: Marked) -> list[Mistake]:
    """Return what is wrong in the model of the impact, each with its line."""
    impact = settings.impact
    if impact is None:
        return []
    formulas = [parse_formula(outcome.formula) for outcome in impact.outcomes]
    inputs = dict.fromkeys(one for formula in formulas for one in inputs_of(formula))
    units, wrong = _units(inputs, settings, impact)
    for number, (outcome, formula) in enumerate(zip(impact.outcomes, formulas, strict=True)):
        where: Where = ("impact", "outcomes", number, "formula")
        unknown = [one for one in inputs_of(formula) if one not in units]
        wrong += [(where, _no_quantity(one.names[0], settings, impact)) for one in unknown]
        if not unknown:
            wrong += _told(where, partial(_fit, outcome, formula, units, impact))
    if (running := impact.running_cost) is not None:
        check = partial(running_cost_factor, running.unit, impact.currency, impact.period)
        wrong += _told(("impact", "running_cost"), check)
    if (fixed := impact.fixed_cost) is not None:
        check = partial(fixed_cost_factor, fixed.unit, impact.currency)
        wrong += _told(("impact", "fixed_cost"), check)
    return [
        Mistake(line_of(where, marked), e.slug, f"'{shown_at(where)}' {e.message}", e.hint)
        for where, e in wrong
    ]


def _units(
    inputs: Iterable[Input], settings: Settings, impact: ImpactSettings
) -> tuple[dict[Input, Unit | None], list[_Wrong]]:
    """Return the units of all inputs that there are: None where only the logs can tell."""
    quantities = {name: one.unit for name, one in impact.quantities.items()}
    metrics = {name: one.unit for name, one in settings.metrics.items() if one.unit}
    found: dict[Input, Unit | None] = {}
    wrong: list[_Wrong] = []
    for one in inputs:
        name = one.names[0]
        if one.kind == "quantity" and name not in quantities:
            continue
        found[one] = None
        if one.kind != "metric" or name in metrics:
            try:
                found[one], _ = unit_of_input(one, quantities, metrics)
            except FormulaError as error:  # quantities' units were read before
                wrong.append((("metrics", name, "unit"), error))
    return found, wrong


def _fit(
    outcome: Outcome, formula: Node, units: Mapping[Input, Unit | None], impact: ImpactSettings
) -> None:
    outcome_unit(
        unit_of(formula, units),
        is_money=outcome.kind != "non-monetary",
        unit=outcome.unit,
        currency=impact.currency,
        period=impact.period,
    )


def _told(where: Where, check: Callable[[], object]) -> list[_Wrong]:
    try:
        check()
    except FormulaError as error:
        return [(where, error)]
    return []


def _no_quantity(name: str, settings: Settings, impact: ImpactSettings) -> FormulaError:
    told = {*settings.metrics, settings.objective.metric or "", *settings.aliases.values()}
    metric = next((one for one in sorted(told) if one and _plain(one) == _plain(name)), None)
    hint = (
        f"What runs measure is written metric('{metric}')."
        if metric is not None
        else near_miss(name, impact.quantities, "Quantities")
        if impact.quantities
        else "Write it down under impact → quantities, with its value and unit."
    )
    return FormulaError(f"names '{name}', which is no quantity.", hint, "config-unknown-quantity")


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
