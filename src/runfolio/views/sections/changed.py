"""The params in which champion and baseline differ."""

from __future__ import annotations

from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None or a.baseline is None or a.champion is a.baseline:
        return ()
    shared = len(a.champion.params.keys() | a.baseline.params.keys()) - len(a.changed)
    if not a.changed:
        return (Prose(("Champion and baseline logged the same params.",)),)
    table = Table(
        "Params in which champion and baseline differ",
        (Column("Param"), Column("Champion"), Column("Baseline")),
        tuple(
            Row((Cell(d.param), Cell(_shown(d.candidate)), Cell(_shown(d.baseline))))
            for d in a.changed
        ),
    )
    rest = f"{count_of(shared, 'further param is', 'further params are')} the same."
    return (table, Prose((rest,), "note")) if shared else (table,)


def _shown(value: str | None) -> str:
    return "not set" if value is None else value if value.strip() else "(empty)"


section = SectionKind(
    "changed", "What is different about it", "a baseline and logged params", build
)
