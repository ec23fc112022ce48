"""From where on the answer turns round: the break-even value of each input."""

from __future__ import annotations

from runfolio.analysis.impact.result import RUNNING_COST, BreakEven, Impact
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table, Verdict
from runfolio.views.gate_words import quoted
from runfolio.views.impact_inputs import input_label, input_value
from runfolio.views.impact_words import NEEDS
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_NOT_LIKELY = Verdict("Not by likely values", "good")
_NO_RANGE = Verdict("No range stated", "none")


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
        loses = _loses(impact)
        told = [_clause(view, impact, one, loses=loses) for one in within[:2]]
        left = len(within) - 2
        verb = "turns" if left == 1 else "turn"
        more = (
            f"; {count_of(left, 'more input')} {verb} it round by likely values" if left > 0 else ""
        )
        alone = ", one of them moved at a time" if len(told) > 1 else ""
        word = "if" if loses else "as long as"
        would = "would be" if loses else "is"
        return f"The champion {would} worth more {word} {f', or {word} '.join(told)}{alone}{more}."
    even = [one for one in ordered if one.value is not None]
    if even and not any(_has_range(impact, one) for one in even):
        return (
            "What enters has no range, so which values are likely is not known; where champion and "
            "baseline would be worth the same the table says."
        )
    if even:
        return (
            "No likely value of one input alone makes champion and baseline worth the same; where "
            "they would be the table says."
        )
    return "No possible value of any one input makes champion and baseline worth the same."


def _loses(impact: Impact) -> bool:
    return impact.difference is not None and impact.difference.mean < 0


def _has_range(impact: Impact, one: BreakEven) -> bool:
    """Tell whether anything says which values of an input are likely."""
    if one.within_range or any(driver.input == one.input for driver in impact.drivers):
        return True
    if one.input == RUNNING_COST:
        stated = impact.model.running_cost
    else:
        stated = impact.model.quantities.get(one.input.names[0])
    return one.input.kind == "quantity" and stated is not None and stated.range is not None


def _clause(view: View, impact: Impact, one: BreakEven, *, loses: bool) -> str:
    assert one.value is not None
    label = quoted(input_label(view, impact, one.input))
    way = "above" if one.sides == "above" else "below"
    value = input_value(view, impact, one.input, one.value)
    return f"{label} {'were' if loses else 'is'} {way} {value}"


def _row(view: View, impact: Impact, one: BreakEven) -> Row:
    if one.value is not None:
        loses = _loses(impact)
        clause = _clause(view, impact, one, loses=loses)
        told = f"Would be worth more if {clause}." if loses else f"Worth more as long as {clause}."
        where = Verdict("Can turn it", "unsure") if one.within_range else _NOT_LIKELY
        where = where if _has_range(impact, one) else _NO_RANGE
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
