"""From where on the answer turns round: the break-even value of each input."""

from __future__ import annotations

from runfolio.analysis.impact.result import BreakEven, Impact
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table, Verdict
from runfolio.views.gate_words import quoted
from runfolio.views.impact_inputs import input_label, input_value
from runfolio.views.impact_words import NEEDS
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_NOT_LIKELY = Verdict("Not by likely values", "good")


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None or impact.difference is None or not impact.break_evens:
        return ()
    ordered = sorted(impact.break_evens, key=lambda one: (one.value is None, not one.within_range))
    limit = view.options.get("limit")
    shown = ordered[:limit] if isinstance(limit, int) else ordered
    table = Table(
        "Where both are worth the same, with one input moved and all others as expected",
        (
            Column("Input"),
            Column("Expected", "number"),
            Column("Break-even", "number"),
            Column(
                "By itself", "verdict", "Whether values that are likely, nine times of ten, turn it"
            ),
            Column("In words"),
        ),
        tuple(_row(view, impact, one) for one in shown),
    )
    return (
        Prose((_sentence(view, impact, ordered), " ", method_link("impact-break-even"), ".")),
        table,
    )


def _sentence(view: View, impact: Impact, ordered: list[BreakEven]) -> str:
    within = [one for one in ordered if one.within_range]
    if within:
        told = [_clause(view, impact, one) for one in within[:2]]
        many = len(within) > 2
        more = f", and {len(within) - 2} more inputs turn it round by likely values" if many else ""
        return f"The champion is worth more as long as {listed(told)}{more}."
    if any(one.value is not None for one in ordered):
        return (
            "No likely value of one input alone makes champion and baseline worth the same; where "
            "they would be the table says."
        )
    return "No possible value of any one input makes champion and baseline worth the same."


def _clause(view: View, impact: Impact, one: BreakEven) -> str:
    assert one.value is not None
    label = quoted(input_label(view, impact, one.input))
    way = "above" if one.sides == "above" else "below"
    return f"{label} is {way} {input_value(view, impact, one.input, one.value)}"


def _row(view: View, impact: Impact, one: BreakEven) -> Row:
    if one.value is not None:
        told = f"Worth more as long as {_clause(view, impact, one)}."
        where = Verdict("Can turn it", "unsure") if one.within_range else _NOT_LIKELY
    elif one.sides == "always":
        told, where = "Worth more whatever it is.", Verdict("Cannot turn it", "good")
    else:
        told, where = "Worth no more whatever it is.", Verdict("Cannot turn it", "none")
    value = "none" if one.value is None else input_value(view, impact, one.input, one.value)
    return Row(
        (
            Cell(input_label(view, impact, one.input)),
            Cell(input_value(view, impact, one.input, one.now)),
            Cell(value),
            Cell(verdict=where),
            Cell(told),
        )
    )


section = SectionKind("impact-break-even", "When the answer turns round", NEEDS, build)
