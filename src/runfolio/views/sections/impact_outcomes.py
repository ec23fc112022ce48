"""What the worth is made of: each outcome for champion and baseline, money and what is not."""

from __future__ import annotations

from runfolio.analysis.impact.draws import expected
from runfolio.analysis.impact.result import RUNNING_COST, Impact, SideImpact, Spread
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Span, Table
from runfolio.views.impact_inputs import running_label
from runfolio.views.impact_outcomes import amount, direction, range_of, verdict_of_range, verdict_on
from runfolio.views.impact_words import (
    NEEDS,
    case_of,
    has_money,
    money,
    money_range,
    rough,
    summed,
)
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_KINDS = {"revenue": "Revenue", "saving": "Saving", "cost": "Cost"}

RANGE = "Nine times of ten"
"""Heading of the column of ranges."""


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    impact = a.impact
    if impact is None or impact.champion is None:
        return ()
    if not impact.model.outcomes and not has_money(impact):
        return ()
    together = impact.difference is not None and case_of(a, impact) != "unlike"
    blocks: list[Block] = [Prose((*_sentence(view, impact, together), method_link("impact"), "."))]
    for is_money in (True, False):
        places = [i for i, o in enumerate(impact.model.outcomes) if bool(o.sign) == is_money]
        if places or (is_money and has_money(impact)):
            blocks.append(_table(view, impact, places, is_money, together))
    return tuple(blocks)


def _sentence(view: View, impact: Impact, together: bool) -> tuple[Span, ...]:
    """Name what carries the difference, and say what changes beside money."""
    if not together:
        return (f"What comes of the work of the champion {summed(impact)}. ",)
    pairs = list(zip(impact.model.outcomes, impact.outcomes, strict=True))
    gains = [o.name for o, s in pairs if o.sign and o.sign * s.mean > 0]
    losses = [o.name for o, s in pairs if o.sign and o.sign * s.mean < 0]
    running = _running(impact)
    if running is not None and running[0].mean < 0:
        losses.append(running[1])
    told = []
    if gains:
        told.append(f"The champion is ahead by {_quoted(gains)}")
    if losses:
        told.append(
            f"{'falls behind' if told else 'The champion falls behind'} by {_quoted(losses)}"
        )
    nothing = "In money nothing changes. " if has_money(impact) else "Nothing is priced in money. "
    sentence = f"{' and '.join(told)}. " if told else nothing
    others = [f"{o.name}: {amount(impact, o, s, signed=True)}" for o, s in pairs if not o.sign]
    if others:
        beside = "Beside the money" if has_money(impact) else "What changes"
        sentence += f"{beside}: {listed(others, 3)}. "
    return (sentence,)


def _quoted(names: list[str]) -> str:
    return listed([f"“{name}”" for name in names], 3)


def _table(view: View, impact: Impact, places: list[int], is_money: bool, together: bool) -> Table:
    brief = bool(view.options.get("brief"))
    sides = [("Champion", impact.champion)]
    if together:
        sides = [("Baseline", impact.baseline), *sides]
    columns = [Column("Outcome")]
    if is_money and not brief:
        columns.append(Column("Counts as"))
    columns += [Column(label, "number") for label, _ in sides]
    if together:
        columns += [Column("Difference", "number"), Column(RANGE, "number")]
        columns.append(Column("Verdict", "verdict"))
    rows = [
        _row(impact, i, [own for _, own in sides if own], is_money and not brief, together)
        for i in places
    ]
    if is_money:
        rows += _sums(impact, [own for _, own in sides if own], columns, together)
        when = summed(impact)
        caption = f"In money, {when}; costs stand below zero and, rounding apart, columns add up"
    else:
        caption = "What is not money"
    return Table(caption, tuple(columns), tuple(rows))


def _row(
    impact: Impact,
    place: int,
    sides: list[SideImpact],
    counted: bool,
    together: bool,
) -> Row:
    outcome = impact.model.outcomes[place]
    cells = [Cell(outcome.name, hint=outcome.explain)]
    if counted:
        cells.append(Cell(_KINDS.get(outcome.kind, outcome.kind)))
    cells += [Cell(amount(impact, outcome, own.outcomes[place])) for own in sides]
    if together:
        spread = impact.outcomes[place]
        cells += [
            Cell(amount(impact, outcome, spread, signed=True)),
            Cell(range_of(impact, outcome, spread) or "no range"),
            Cell(verdict=verdict_on(outcome, spread)) if direction(outcome) else Cell(),
        ]
    return Row(tuple(cells))


def _sums(
    impact: Impact, sides: list[SideImpact], columns: list[Column], together: bool
) -> list[Row]:
    """Return the rows below the outcomes: what running it costs, and the sum."""
    rows = []
    running = _running(impact)
    if running is not None:
        cost, label = running
        told = [Cell(money(impact, cost) if own is not impact.baseline else "") for own in sides]
        rows.append(_padded(columns, [Cell(label)], told, [Cell(money(impact, cost))] * together))
    totals = [Cell(money(impact, own.total)) for own in sides]
    last = []
    if together and impact.difference is not None:
        last = [
            Cell(money(impact, impact.difference, signed=True)),
            Cell(money_range(impact, impact.difference, signed=True) or "no range"),
            Cell(verdict=verdict_of_range(impact.difference)),
        ]
    rows.append(_padded(columns, [Cell("Together")], totals, last))
    return rows


def _padded(columns: list[Column], first: list[Cell], sides: list[Cell], last: list[Cell]) -> Row:
    counted = [Cell()] if columns[1].label == "Counts as" else []
    cells = [*first, *counted, *sides, *last]
    return Row((*cells, *([Cell()] * (len(columns) - len(cells)))))


def _running(impact: Impact) -> tuple[Spread, str] | None:
    """Return what running another model than the baseline costs, as it counts in the sum."""
    own, cost = impact.champion, impact.model.running_cost
    if cost is None or own is None or own is impact.baseline:
        return None
    found = -expected(cost) * impact.model.factors.get(RUNNING_COST, 1.0)
    return rough(found), running_label(impact)


section = SectionKind("impact-outcomes", "What it is made of", NEEDS, build)
