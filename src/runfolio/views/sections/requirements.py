"""What is asked of the model, and whether the champion meets it; what it meets is shown, too."""

from __future__ import annotations

from runfolio.analysis.gate import Gate
from runfolio.analysis.gates import of_side
from runfolio.views.blocks import Block, Callout, Cell, Column, Link, Prose, Row, Table
from runfolio.views.gate_words import asked_for, found, gate_sentence, gate_verdict, ordered
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    own = of_side(a.gates, "champion")
    if not own or a.champion is None:
        return tuple(
            Callout("unsure", "The requirements are not judged.", (f"{one.message} {one.hint}",))
            for one in a.problems
            if one.slug == "requirements-without-champion"
        )
    before = {gate.requirement.name: gate for gate in of_side(a.gates, "baseline")}
    brief = bool(view.options.get("brief"))
    more: tuple[str | Link, ...] = (
        (" ", Link("All requirements, and which candidates meet them", "requirements.html"), ".")
        if brief
        else ()
    )
    sentence = Prose(
        (f"{gate_sentence(own, a.champion.label)}. ", method_link("gates"), ".", *more)
    )
    kinds = view.options.get("kinds")
    shown = [g for g in ordered(own) if not isinstance(kinds, list) or g.requirement.kind in kinds]
    if not shown:
        return (sentence,)
    columns = [Column("Requirement"), Column("Champion", "verdict"), Column("Asked for")]
    columns.append(Column("Found", hint="The champion's mean with its 95 % interval, or evidence"))
    if before:
        columns.append(Column("Baseline", "verdict"))
    table = Table(
        "Each requirement, judged for the champion",
        tuple(columns),
        tuple(_row(view, gate, before) for gate in shown),
    )
    if brief:
        return (sentence, table)
    about = Table(
        "Who asks for it, and why",
        tuple(map(Column, ("Requirement", "About", "Severity", "Owner", "Why"))),
        tuple(map(_about, shown)),
    )
    return (sentence, table, about)


def _row(view: View, gate: Gate, before: dict[str, Gate]) -> Row:
    one = gate.requirement
    told = found(gate, view.analysed) or gate.reason
    cells = [Cell(one.name), Cell(verdict=gate_verdict(gate)), Cell(asked_for(gate)), Cell(told)]
    if before:
        own = before.get(one.name)
        cells.append(Cell(verdict=gate_verdict(own)) if own is not None else Cell())
    return Row(tuple(cells))


def _about(gate: Gate) -> Row:
    one = gate.requirement
    why = (one.why, _waiver(gate), one.source and f"Source: {one.source}.")
    told = (one.name, one.kind, one.severity, one.owner, " ".join(filter(None, why)))
    return Row(tuple(map(Cell, told)))


def _waiver(gate: Gate) -> str:
    waiver = gate.requirement.waiver
    if waiver is None or not gate.waived:
        return ""
    return f"Waived until {waiver.until.isoformat()} by {waiver.by}: {waiver.reason}"


section = SectionKind(
    "requirements",
    "What is asked of it",
    "requirements: in report.yaml, each with a metric and a threshold, or with evidence",
    build,
)
