"""The model of the impact as the team wrote it down: formulas, costs, time."""

from __future__ import annotations

from runfolio.analysis.impact.result import Impact
from runfolio.formula import Input
from runfolio.model.numbers import format_percent
from runfolio.views.blocks import Block, Callout, Cell, Column, Prose, Row, Table, Verdict
from runfolio.views.impact_inputs import input_label, input_value, owner_title, quantity_value
from runfolio.views.impact_words import NEEDS, per, spoken_span, summed
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_KINDS = {
    "revenue": "Revenue, counts for it",
    "saving": "Saving, counts for it",
    "cost": "Cost, counts against it",
    "non-monetary": "Not money",
}
_COSTS = {"running_cost": "The running cost", "fixed_cost": "What bringing it in costs once"}


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None:
        return ()
    blocks: list[Block] = [
        Callout("unsure", f"“{name}” cannot be computed", (why,))
        for name, why in impact.model.left_out.items()
    ]
    blocks += [
        Callout("unsure", f"{_COSTS[cost]} cannot be used", (why,))
        for cost, why in impact.model.costs_left_out.items()
    ]
    blocks.append(Prose((_sentence(impact), " ", method_link("impact"), ".")))
    if impact.model.outcomes:
        blocks.append(_formulas(view, impact))
    measured = _measured(view, impact)
    if measured is not None:
        blocks.append(measured)
    return tuple(blocks)


def _sentence(impact: Impact) -> str:
    model = impact.model
    told = [
        f"All amounts are in {model.currency} {summed(impact)}. What counts for it, less what "
        "counts against it, is what a configuration is worth."
    ]
    if model.running_cost is not None:
        told.append(
            "Running another model than the baseline costs "
            f"{quantity_value(impact, model.running_cost)} more, which is in its worth."
        )
    if model.fixed_cost is not None:
        told.append(
            f"Bringing it in costs {quantity_value(impact, model.fixed_cost)} once, which is only "
            "in the pay-back."
        )
    if model.horizon is not None:
        discount = (
            f"discounted by {format_percent(model.discount_rate, 1)} a year"
            if model.discount_rate
            else "without discounting"
        )
        told.append(f"The pay-back looks {spoken_span(model.horizon)} ahead, {discount}.")
    return " ".join(told)


def _formulas(view: View, impact: Impact) -> Table:
    model = impact.model
    columns = ["Outcome", "Counts as", "Formula", "Gives", "In plain words", "Source", "Owner"]
    return Table(
        "The formulas as they stand in report.yaml",
        tuple(map(Column, columns)),
        tuple(
            Row(
                (
                    Cell(one.name),
                    Cell(_KINDS[one.kind]),
                    Cell(one.written),
                    Cell(f"{one.unit} {summed(impact)}" if one.sign else per(one.unit)),
                    Cell(one.explain),
                    *(
                        Cell(text) if text else Cell(verdict=Verdict("Not given", "none"))
                        for text in (one.source, owner_title(view, one.owner))
                    ),
                )
            )
            for one in model.outcomes
        ),
    )


def _measured(view: View, impact: Impact) -> Table | None:
    """Return what of the runs enters the formulas."""
    sides = [("Champion", impact.champion), ("Baseline", impact.baseline)]
    if view.analysed.champion is view.analysed.baseline:
        sides = sides[:1]
    there = [(label, own) for label, own in sides if own is not None and own.values]
    inputs: list[Input] = list(dict.fromkeys(one for _, own in there for one in own.values))
    if not inputs:
        return None
    names = listed([own.configuration.label for _, own in there])
    return Table(
        f"What was measured of {names}: means over their runs",
        (Column("Metric"), Column("In formulas"), *(Column(label, "number") for label, _ in there)),
        tuple(
            Row(
                (
                    Cell(input_label(view, impact, one)),
                    Cell(one.written),
                    *(
                        Cell(input_value(view, impact, one, own.values[one]))
                        if one in own.values
                        else Cell()
                        for _, own in there
                    ),
                )
            )
            for one in inputs
        ),
    )


section = SectionKind("impact-model", "How it is computed", NEEDS, build)
