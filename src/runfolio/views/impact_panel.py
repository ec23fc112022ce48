"""Stage 4: the what-if panel: sliders for all that enters the impact, and what they start from.

In: the impact, and what is asked of the model. Out: a `WhatIf`, whose formulas the page's script
evaluates as `runfolio.formula.evaluate` does, so that it shows what Python would compute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.draws import expected
from runfolio.analysis.impact.result import (
    RUNNING_COST,
    Impact,
    ImpactModel,
    ModelOutcome,
    SideImpact,
)
from runfolio.formula import Input, as_json, inputs_of
from runfolio.model.money import money_style
from runfolio.views.asked_thresholds import AskedThreshold, asked_thresholds
from runfolio.views.blocks import Cell, Column, Row, Table, WhatIf
from runfolio.views.impact_outcomes import amount
from runfolio.views.impact_sliders import (
    running_name,
    slider_of_measured,
    slider_of_quantity,
    slider_of_threshold,
)
from runfolio.views.impact_words import has_money, money, per, summed
from runfolio.views.view import View

__all__ = ["MOST_SIDES", "what_if"]

MOST_SIDES = 200
"""Configurations that are computed again at every move of a slider, those worth most first."""

_HEADINGS = ("Champion", "Baseline", "Difference")


def what_if(view: View) -> WhatIf | None:
    """Make the panel; None where the champion's worth cannot be told.

    Parameters
    ----------
    view : View
    """
    a, impact = view.analysed, view.analysed.impact
    if impact is None or impact.champion is None:
        return None
    model = impact.model
    used = tuple(dict.fromkeys(one for told in model.outcomes for one in inputs_of(told.formula)))
    at = {one: place for place, one in enumerate(used)}
    moved = [one for one in used if one.kind == "quantity"]
    if model.running_cost is not None:
        moved.append(RUNNING_COST)
    sliders = [slider_of_quantity(impact, one, at.get(one)) for one in moved]
    moved += [one for one in used if one.kind != "quantity"]
    sliders += [slider_of_measured(view, impact, one, at[one]) for one in moved[len(sliders) :]]
    asked = asked_thresholds(a)
    # Where the two were not measured alike there is no difference to be told.
    baseline = impact.baseline if impact.difference is not None else None
    sides = _sides(impact, baseline)
    data = {
        "period": model.period,
        "money": money_style(model.currency).for_scripts(),
        "outcomes": [_outcome(told, at) for told in model.outcomes],
        "running": moved.index(RUNNING_COST) if RUNNING_COST in moved else None,
        "runningName": running_name(impact),
        "isPriced": has_money(impact),
        "known": len(impact.sides),
        "requirements": [
            _requirement(one, len(sliders) + place, moved) for place, one in enumerate(asked)
        ],
        "baseline": 1 if baseline is not None else None,
        "sides": [_side(a, model, side, used, asked) for side in sides],
    }
    sliders += map(slider_of_threshold, asked)
    data["inputs"] = _with_keys([slider.data for slider in sliders])
    over = "Champion over the baseline" if baseline is not None else "The champion"
    money_words = f"In {model.currency} {summed(impact)}; what counts against it has a minus"
    return WhatIf(
        table=_table(impact, baseline, pays=a.champion is not a.baseline),
        inputs=tuple(slider.shown for slider in sliders),
        question=f"{over}, {summed(impact)}" if has_money(impact) else "",
        amounts=money_words if has_money(impact) else "What comes of it, each in its unit",
        sides=_HEADINGS if baseline is not None else _HEADINGS[:1],
        data=data,
    )


def _outcome(told: ModelOutcome, at: Mapping[Input, int]) -> dict[str, Any]:
    return {
        "name": told.name,
        "unit": per(told.unit),
        "sign": told.sign,
        "factor": told.factor,
        "formula": as_json(told.formula, at),
    }


def _requirement(one: AskedThreshold, place: int, moved: Sequence[Input]) -> dict[str, Any]:
    """Return a bound, the place of its slider, and that of the slider of its metric."""
    own = Input("metric", (one.metric.name,))
    return {
        "name": one.name,
        "input": place,
        "floor": one.is_floor,
        "absolute": one.absolute,
        "relative": one.relative,
        "digits": one.metric.digits,
        "measured": moved.index(own) if own in moved else None,
    }


def _side(
    a: Analysed,
    model: ImpactModel,
    side: SideImpact,
    used: Sequence[Input],
    asked: Sequence[AskedThreshold],
) -> dict[str, Any]:
    """Return what a configuration measured: as formulas use it, and as requirements ask."""
    return {
        "label": side.configuration.label,
        # The baseline has no running cost: it is there already.
        "pays": side.configuration is not a.baseline,
        "values": [
            side.values[one] * model.factors[one] if one in side.values else None for one in used
        ],
        "means": [one.mean_of(side.configuration) for one in asked],
    }


def _sides(impact: Impact, baseline: SideImpact | None) -> list[SideImpact]:
    """Return champion and baseline, then the others that are worth most."""
    assert impact.champion is not None
    first = [impact.champion, *([baseline] if baseline is not None else [])]
    known = {side.configuration.label for side in first}
    others = [side for side in impact.sides if side.configuration.label not in known]
    return [*first, *others[: MOST_SIDES - len(first)]]


def _with_keys(inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each input a name of its own in the address: two requirements may be called alike."""
    count = Counter[str]()
    for one in inputs:
        count[one["key"]] += 1
        if count[one["key"]] > 1:
            one["key"] += f" {count[one['key']]}"
    return inputs


def _table(impact: Impact, baseline: SideImpact | None, *, pays: bool) -> Table:
    """Return the outcomes at the expected values; what counts against it has a minus."""
    champion, model = impact.champion, impact.model
    assert champion is not None
    sides = [champion, *([baseline] if baseline is not None else [])]
    rows: dict[bool, list[Row]] = {True: [], False: []}
    for place, told in enumerate(model.outcomes):
        cells = [amount(impact, told, side.outcomes[place]) for side in sides]
        if baseline is not None:
            cells.append(amount(impact, told, impact.outcomes[place], signed=True))
        rows[bool(told.sign)].append(Row((Cell(told.name), *map(Cell, cells))))
    if has_money(impact):
        rows[True] += _sums(impact, sides, pays=pays)
    headings = _HEADINGS if baseline is not None else _HEADINGS[:1]
    return Table(
        f"What comes of it {summed(impact)}, at the expected values",
        (Column("Outcome"), *(Column(name, "number") for name in headings)),
        (*rows[True], *rows[False]),
    )


def _sums(impact: Impact, sides: Sequence[SideImpact], *, pays: bool) -> list[Row]:
    """Return the rows below those of money: what running it costs, and the sum."""
    rows = []
    cost = impact.model.running_cost
    if cost is not None and pays:
        own = -expected(cost) * impact.model.factors[RUNNING_COST]
        costs = [own, 0.0, own] if len(sides) > 1 else [own]
        told = (Cell(money(impact, one)) for one in costs)
        rows.append(Row((Cell(running_name(impact)), *told)))
    totals = [money(impact, side.total) for side in sides]
    if len(sides) > 1 and impact.difference is not None:
        totals.append(money(impact, impact.difference, signed=True))
    rows.append(Row((Cell("Together"), *map(Cell, totals))))
    return rows
