"""Every number that the team states: its value and range, where it comes from, who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runfolio.analysis.impact.result import Impact
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table, Verdict
from runfolio.views.gate_words import quoted
from runfolio.views.impact_inputs import (
    owner_title,
    quantity_label,
    quantity_mean,
    quantity_range,
    quantity_value,
    running_label,
)
from runfolio.views.impact_stated import is_used, used_quantities
from runfolio.views.impact_words import NEEDS
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

if TYPE_CHECKING:
    from runfolio.config import Quantity

_SHAPES = {
    "triangular": "most likely the value",
    "pert": "most likely the value, the ends hardly",
    "uniform": "all alike",
    "normal": "nine times of ten",
    "lognormal": "nine times of ten, sometimes far above",
}
"""How likely what lies in a range is, in words."""


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None:
        return ()
    stated, unused = _all(impact), _unused(impact)
    if not stated:
        return (Prose((unused,)),) if unused else ()
    brief = bool(view.options.get("brief"))
    ordered = sorted(stated, key=lambda one: -_swing(impact, one[2]))
    skewed = any(_is_skewed(one) for _, one, _ in stated)
    columns = [Column("Assumption"), Column("Value", "number"), Column("Range", "number")]
    if skewed:
        columns.append(Column("On average", "number"))
    if not brief:
        columns.append(Column("Likely", hint="How likely what lies in the range is"))
    columns += [Column("Source"), Column("Owner")]
    if not brief:
        columns.append(Column("What it is"))
    table = Table(
        "What the figures rest on, those that matter most first",
        tuple(columns),
        tuple(_row(view, impact, label, one, brief, skewed) for label, one, _ in ordered),
    )
    return (Prose((f"{_sentence(stated)}{unused} ", method_link("impact-range"), ".")), table)


def _all(impact: Impact) -> list[tuple[str, Quantity, str]]:
    """Return the label, the quantity and the name of everything that is stated and used."""
    model = impact.model
    found = [
        (quantity_label(name, one), one, name) for name, one in used_quantities(impact).items()
    ]
    if model.running_cost is not None:
        found.append((running_label(impact), model.running_cost, "running cost"))
    if model.fixed_cost is not None:
        label = model.fixed_cost.label or "Bringing it in, once"
        found.append((label, model.fixed_cost, ""))
    return found


def _unused(impact: Impact) -> str:
    """Say what no formula uses, on which no figure rests."""
    names = [
        quoted(quantity_label(name, one))
        for name, one in impact.model.quantities.items()
        if not is_used(impact, name)
    ]
    return f" Stated, but used by no formula that is computed: {listed(names, 4)}." if names else ""


def _swing(impact: Impact, name: str) -> float:
    return next(
        (
            driver.swing
            for driver in impact.drivers
            if driver.input.kind == "quantity" and driver.input.names[0] == name
        ),
        0.0,
    )


def _sentence(stated: list[tuple[str, Quantity, str]]) -> str:
    """Say how many have no source, no owner or no range."""
    total = count_of(len(stated), "number is", "numbers are")
    told = [f"{total} stated by the team and not measured here."]
    sourceless = [quoted(label) for label, one, _ in stated if not one.source]
    ownerless = [quoted(label) for label, one, _ in stated if not one.owner]
    both = [label for label in sourceless if label in ownerless]
    if both and both == sourceless == ownerless:
        told.append(f"Without a source and an owner: {listed(both, 4)}.")
    else:
        if sourceless:
            told.append(f"Without a source: {listed(sourceless, 4)}.")
        if ownerless:
            told.append(f"Without an owner: {listed(ownerless, 4)}.")
    if not sourceless and not ownerless:
        told.append("Each has a source and an owner.")
    certain = [quoted(label) for label, one, _ in stated if one.range is None]
    if certain:
        verb = "counts" if len(certain) == 1 else "count"
        told.append(f"Without a range, {listed(certain, 4)} {verb} as certain.")
    if any(_is_skewed(one) for _, one, _ in stated):
        told.append(
            "Where a range reaches further to one side, the average lies towards that side of the "
            "value; all figures use the average."
        )
    return " ".join(told)


def _is_skewed(one: Quantity) -> bool:
    if one.range is None or one.distribution == "normal":
        return False
    low, high = one.range
    return abs((high - one.value) - (one.value - low)) > 0.02 * (high - low)


def _row(view: View, impact: Impact, label: str, one: Quantity, brief: bool, skewed: bool) -> Row:
    cells = [
        Cell(label),
        Cell(quantity_value(impact, one)),
        Cell(quantity_range(impact, one) or "certain"),
        *([Cell(quantity_mean(impact, one) if _is_skewed(one) else "")] if skewed else []),
    ]
    if not brief:
        cells.append(Cell(_SHAPES[one.distribution] if one.range is not None else ""))
    cells += [
        Cell(text) if text else Cell(verdict=Verdict("Not given", "unsure"))
        for text in (one.source, owner_title(view, one.owner))
    ]
    if not brief:
        cells.append(Cell(one.explain))
    return Row(tuple(cells))


section = SectionKind("impact-assumptions", "What the figures rest on", NEEDS, build)
