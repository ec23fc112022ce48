"""Which configurations meet which requirement, all side by side."""

from __future__ import annotations

from runfolio.analysis.gate import Gate
from runfolio.views.blocks import Block, Cell, Column, Mark, Prose, Row, Table
from runfolio.views.gate_words import gate_verdict
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed, number_word

_MOST = 20
_MOST_COLUMNS = 12


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    by_configuration: dict[str, list[Gate]] = {}
    for gate in a.gates:
        by_configuration.setdefault(gate.configuration, []).append(gate)
    if len(by_configuration) < 2:
        return ()
    full = [label for label, own in by_configuration.items() if all(g.is_met for g in own)]
    sentence = (
        f"{number_word(len(full)).capitalize() if full else 'None'} of "
        f"{count_of(len(by_configuration), 'configuration')} "
        f"{'meets' if len(full) < 2 else 'meet'} every requirement"
        + (f": {listed(full, 4)}. " if full else ". ")
    )
    shown = list(by_configuration.items())[:_MOST]
    columns = _telling([own for _, own in shown])
    names = [gate.requirement.name for gate in shown[0][1]]
    if len(columns) < len(names):
        sentence += (
            f"The table has {number_word(len(columns))} of the {len(names)} requirements, first "
            "those that tell configurations apart. "
        )
    table = Table(
        "Requirements by configuration"
        + (f", the first {_MOST}" if len(by_configuration) > _MOST else ""),
        (Column("Configuration"), *(Column(names[i], "verdict") for i in columns)),
        tuple(
            Row(
                (Cell(label), *(Cell(verdict=gate_verdict(own[i])) for i in columns)),
                _mark(own[0]),
            )
            for label, own in shown
        ),
    )
    return (Prose((sentence, method_link("gates"), ".")), table)


def _telling(rows: list[list[Gate]]) -> list[int]:
    """Return which requirements have a column: all of a few, else those that differ first."""
    places = range(len(rows[0]))
    if len(places) <= _MOST_COLUMNS:
        return list(places)
    alike = {i: len({own[i].outcome for own in rows}) == 1 for i in places}
    return sorted(sorted(places, key=lambda i: (alike[i], i))[:_MOST_COLUMNS])


def _mark(gate: Gate) -> Mark:
    return gate.side if gate.side != "candidate" else ""


section = SectionKind(
    "requirement-candidates",
    "Which candidates meet them",
    "requirements: in report.yaml, and several configurations",
    build,
)
