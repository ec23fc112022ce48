"""What one more point of each metric is worth."""

from __future__ import annotations

from runfolio.analysis.impact.inputs import share_inputs
from runfolio.analysis.impact.result import Impact, OnePoint
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.gate_words import quoted
from runfolio.views.impact_inputs import input_label, plain_number
from runfolio.views.impact_words import NEEDS, money, money_range, summed, turned
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None or impact.champion is None or not impact.points:
        return ()
    ordered = sorted(impact.points, key=lambda one: -abs(one.worth.mean))
    table = Table(
        f"What one more of each metric of the champion is worth, {summed(impact)}",
        (
            Column("Metric"),
            Column("One more is"),
            Column("Worth", "number"),
            Column("Nine times of ten", "number"),
        ),
        tuple(_row(view, impact, one) for one in ordered),
    )
    return (Prose((_sentence(view, impact, ordered), " ", method_link("impact-point"), ".")), table)


def _sentence(view: View, impact: Impact, ordered: list[OnePoint]) -> str:
    told = [
        f"{_step(view, impact, one)} more of {_called(view, impact, one)} "
        f"{'brings' if one.worth.mean > 0 else 'costs'} about {_size(impact, one)}"
        for one in ordered[:2]
    ]
    return f"{told[0]} {summed(impact)}{'; ' if told[1:] else ''}{''.join(told[1:])}."


def _size(impact: Impact, one: OnePoint) -> str:
    return money(impact, one.worth if one.worth.mean >= 0 else turned(one.worth))


def _called(view: View, impact: Impact, one: OnePoint) -> str:
    metric = view.analysed.metrics.get(one.input.names[0]) if one.input.kind == "metric" else None
    return call(metric) if metric is not None else quoted(input_label(view, impact, one.input))


def _step(view: View, impact: Impact, one: OnePoint) -> str:
    """Say what one more is: a hundredth of a share, else one in the metric's unit."""
    metric = view.analysed.metrics.get(one.input.names[0]) if one.input.kind == "metric" else None
    unit = metric.unit if metric is not None else ""
    if one.input.kind == "share" or unit == "%":
        return "1\u00a0point"
    if one.input in share_inputs(view.analysed, impact.model):
        return plain_number(0.01)
    return f"1\u00a0{unit}" if unit else "1"


def _row(view: View, impact: Impact, one: OnePoint) -> Row:
    return Row(
        (
            Cell(input_label(view, impact, one.input)),
            Cell(_step(view, impact, one)),
            Cell(money(impact, one.worth, signed=True)),
            Cell(money_range(impact, one.worth, signed=True) or "no range"),
        )
    )


section = SectionKind("impact-points", "What one more point is worth", NEEDS, build)
