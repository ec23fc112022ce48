"""How it may come: a bad case, the expected one and a good one, with what makes them so."""

from __future__ import annotations

import math

from runfolio.analysis.impact.result import RUNNING_COST, Impact, Scenario, Spread
from runfolio.formula import Input
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.impact_inputs import input_label, input_value, running_label
from runfolio.views.impact_outcomes import amount
from runfolio.views.impact_words import NEEDS, ends_of, has_money, money, rough, summed, turned
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View

_MOST_INPUTS = 12


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None or impact.champion is None or not has_money(impact):
        return ()
    if not impact.scenarios:
        return (
            (Prose(("Nothing that enters has a range, so there is only the one case. ",)),)
            if not view.options.get("brief")
            else ()
        )
    blocks: list[Block] = [
        Prose((_sentence(impact), " ", method_link("impact-scenarios"), ".")),
        _results(impact),
    ]
    inputs = [] if view.options.get("brief") else _inputs(impact)[:_MOST_INPUTS]
    if inputs:
        blocks.append(_made_of(view, impact, inputs))
    return tuple(blocks)


def _sentence(impact: Impact) -> str:
    by_name = {one.name: one for one in impact.scenarios}
    bad, good = by_name.get("pessimistic"), by_name.get("optimistic")
    told = ""
    if bad is not None and impact.difference is not None:
        case = _total(impact, bad)
        worst = case.mean
        size = money(impact, case if worst >= 0 else turned(case))
        if worst < 0:
            told = f"If it comes badly, it loses {size} {summed(impact)} against the baseline. "
        elif worst > 0:
            told = (
                f"Even if it comes badly, it is worth {size} {summed(impact)} more than the "
                "baseline. "
            )
    return f"{told}One time in twenty it is worse than the pessimistic case" + (
        ", and one time in twenty better than the optimistic one." if good else "."
    )


def _columns(first: str, scenarios: tuple[Scenario, ...]) -> tuple[Column, ...]:
    return (Column(first), *(Column(one.name.capitalize(), "number") for one in scenarios))


def _results(impact: Impact) -> Table:
    against = impact.difference is not None
    what = "Worth, against the baseline" if against else "Worth"
    rows = [
        Row(
            (
                Cell(what),
                *(
                    Cell(money(impact, _total(impact, one), signed=against))
                    for one in impact.scenarios
                ),
            )
        ),
        *(
            Row(
                (
                    Cell(outcome.name),
                    *(Cell(_amount(impact, one, place, against)) for one in impact.scenarios),
                )
            )
            for place, outcome in enumerate(impact.model.outcomes)
        ),
        *_running(impact, against),
    ]
    caption = f"What comes of it {summed(impact)} in each case"
    return Table(
        f"{caption}, as the difference to the baseline" if against else caption,
        _columns("Result", impact.scenarios),
        tuple(rows),
    )


def _running(impact: Impact, against: bool) -> list[Row]:
    """Return what running another model costs, which is in the worth and in no outcome."""
    own = impact.champion
    factor = impact.model.factors.get(RUNNING_COST)
    if impact.model.running_cost is None or factor is None or own is None:
        return []
    if impact.baseline is not None and own.configuration is impact.baseline.configuration:
        return []  # it runs already
    costs = [-factor * one.inputs.get(RUNNING_COST, math.nan) for one in impact.scenarios]
    if not all(map(math.isfinite, costs)):
        return []
    told = (Cell(money(impact, rough(cost), signed=against)) for cost in costs)
    return [Row((Cell(running_label(impact)), *told))]


def _total(impact: Impact, one: Scenario) -> Spread:
    """Return what a case comes to; the bad and the good one are the ends of the range."""
    whole = impact.difference or (impact.champion.total if impact.champion else None)
    if whole is None or ends_of(whole) is None:
        return rough(one.total)
    if one.name == "expected":
        return Spread(one.total, whole.low, whole.high)
    end = whole.low if one.name == "pessimistic" else whole.high
    return rough(end, whole.high - whole.low)


def _amount(impact: Impact, one: Scenario, place: int, against: bool) -> str:
    like = impact.outcomes[place] if against and impact.outcomes else None
    spread = _case(one, one.outcomes[place], like)
    return amount(impact, impact.model.outcomes[place], spread, signed=against)


def _case(one: Scenario, value: float, like: Spread | None) -> Spread:
    """Return an amount of a case; what is expected is rounded as it is everywhere."""
    if one.name != "expected" or like is None or ends_of(like) is None:
        return rough(value)
    return Spread(value, like.low, like.high)


def _inputs(impact: Impact) -> list[Input]:
    """Return the inputs that differ between the cases, those that matter most first."""
    swing = {driver.input: driver.swing for driver in impact.drivers}
    first = impact.scenarios[0].inputs
    varied = [
        one for one in first if len({scenario.inputs.get(one) for scenario in impact.scenarios}) > 1
    ]
    return sorted(varied, key=lambda one: -swing.get(one, 0.0))


def _made_of(view: View, impact: Impact, inputs: list[Input]) -> Table:
    return Table(
        "What the inputs are like in each case, those that matter most first",
        _columns("Input", impact.scenarios),
        tuple(
            Row(
                (
                    Cell(input_label(view, impact, one)),
                    *(
                        Cell(input_value(view, impact, one, scenario.inputs[one]))
                        for scenario in impact.scenarios
                    ),
                )
            )
            for one in inputs
        ),
    )


section = SectionKind("impact-scenarios", "How it may come", NEEDS, build)
