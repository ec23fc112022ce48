"""Stage 4: the table of what every configuration is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping

from runfolio.analysis.gate import Gate
from runfolio.analysis.impact.result import Impact, SideImpact, Spread
from runfolio.analysis.leaderboard import typical_run
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Cell, Column, Row, Table, Verdict
from runfolio.views.impact_words import CONFIDENT, chance, is_fixed, money, money_range, summed
from runfolio.views.view import View
from runfolio.views.words import listed

__all__ = ["Told", "worth_table"]

Told = Mapping[str, tuple[Spread, float]]
"""By label: the difference to the baseline, and the probability of being worth more."""


def worth_table(
    view: View,
    impact: Impact,
    shown: list[SideImpact],
    told: Told,
    held: Mapping[str, tuple[Gate, ...]],
) -> Table:
    """Return the table of what configurations are worth.

    Parameters
    ----------
    view : View
    impact : Impact
    shown : list of SideImpact
    told : mapping of str to (Spread, float)
        By label: the difference to the baseline, and the probability of being worth more.
    held : mapping of str to tuple of Gate
        By label: the requirements that hold it back, of those that were judged.
    """
    columns = [Column("Configuration")]
    if told:
        columns += [
            Column("Against the baseline", "number"),
            Column("Nine times of ten", "number"),
            Column("Worth more", "verdict", "With which probability it is worth more"),
        ]
    if held:
        columns.append(Column("May be used", "verdict"))
    if not told:
        columns += [Column(f"Worth {summed(impact)}", "number")]
        columns += [Column("Nine times of ten", "number")]
    columns.append(Column("Runs", "number"))
    caption = f"What each configuration is worth {summed(impact)}, in {impact.model.currency}"
    if len(shown) < len(impact.sides):
        caption += f"; {len(shown)} of {format_count(len(impact.sides))}, those worth most first"
    return Table(
        caption,
        tuple(columns),
        tuple(_row(view, impact, own, told, held) for own in shown),
    )


def _row(
    view: View,
    impact: Impact,
    own: SideImpact,
    told: Told,
    held: Mapping[str, tuple[Gate, ...]],
) -> Row:
    a = view.analysed
    c = own.configuration
    run = typical_run(c, own.by_run)
    cells = [Cell(c.label, view.runs[run].page if run in view.runs else "")]
    if told:
        cells += _against(impact, told.get(c.label), is_baseline=c is a.baseline)
    if held:
        holding = held.get(c.label)
        names = listed([gate.requirement.name for gate in holding or ()], 2)
        free = Verdict("Not judged") if holding is None else Verdict("Yes", "good")
        cells.append(Cell(verdict=Verdict(f"No: {names}", "bad") if holding else free))
    if not told:
        ends = money_range(impact, own.total) or "no range"
        cells += [Cell(money(impact, own.total)), Cell(ends)]
    runs = format_count(len(own.by_run))
    cells.append(Cell(runs if own.has_spread else f"{runs}, no spread"))
    return Row(tuple(cells), a.mark(c))  # type: ignore[arg-type]


def _against(impact: Impact, pair: tuple[Spread, float] | None, *, is_baseline: bool) -> list[Cell]:
    if is_baseline:
        return [Cell(), Cell(), Cell(verdict=Verdict("Baseline"))]
    if pair is None:
        return [Cell(), Cell(), Cell(verdict=Verdict("Not told"))]
    spread, probability = pair
    cells = [
        Cell(money(impact, spread, signed=True)),
        Cell(money_range(impact, spread, signed=True) or "no range"),
    ]
    if is_fixed(spread):
        return [*cells, Cell(verdict=Verdict("No range stated"))]
    if not math.isfinite(probability):
        return [*cells, Cell(verdict=Verdict("Not told"))]
    verdict = Verdict(f"Not certain: {chance(probability)}", "unsure")
    if probability >= CONFIDENT:
        verdict = Verdict(f"Yes: {chance(probability)}", "good")
    elif probability <= 1 - CONFIDENT:
        verdict = Verdict(f"No: {chance(probability)}", "bad")
    return [*cells, Cell(verdict=verdict)]
