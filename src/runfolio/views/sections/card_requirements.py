"""A model card: what is asked of the model, and whether the champion meets it."""

from __future__ import annotations

from runfolio.analysis.gates import of_side
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.gate_words import asked_for, found, gate_sentence, gate_verdict, ordered
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None:
        return ()
    gates = ordered(of_side(a.gates, "champion"))
    if not gates:
        return (Prose(("Not stated: requirements: in report.yaml says what is asked of it.",)),)
    columns = (
        *(Column("Requirement"), Column("Verdict", "verdict"), Column("Asked for")),
        *(Column("Found"), Column("Why this verdict")),
    )
    rows = tuple(
        Row(
            (
                Cell(gate.requirement.name),
                Cell(verdict=gate_verdict(gate)),
                Cell(asked_for(gate)),
                Cell(found(gate, a)),
                Cell(gate.reason),
            )
        )
        for gate in gates
    )
    return (
        Prose((f"{gate_sentence(gates, a.champion.label)}. ", method_link("gates"), ".")),
        Table(
            "Requirements and what the champion shows",
            columns,
            rows,
        ),
    )


section = SectionKind(
    "card-requirements", "Requirements", "a champion, and requirements: in report.yaml", build
)
