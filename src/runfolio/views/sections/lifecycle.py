"""The nine steps of the project: what shows that each was done, and what nothing shows."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.lifecycle import StepEvidence, StepState
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Prose,
    Row,
    Table,
    Tone,
    Verdict,
)
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed, number_word

_WORDS: dict[StepState, tuple[str, Tone]] = {
    "done": ("Done", "good"),
    "in progress": ("In progress", "unsure"),
    "no evidence": ("No evidence", "none"),
}


def build(view: View) -> tuple[Block, ...]:
    steps = view.analysed.lifecycle
    role = view.options.get("role")
    if role:
        steps = tuple(step for step in steps if role in step.step.roles)
    if not steps:
        return ()
    blocks: list[Block] = [Prose((_sentence(steps), method_link("lifecycle"), "."))]
    if view.options.get("brief"):
        return (*blocks, _table(steps))
    stages = list(dict.fromkeys(step.step.stage for step in steps))
    for stage in stages:
        blocks.append(Heading(f"{stage}"))
        blocks.append(_table([step for step in steps if step.step.stage == stage], stage))
    return tuple(blocks)


def _sentence(steps: tuple[StepEvidence, ...]) -> str:
    by_state: dict[StepState, list[str]] = {state: [] for state in _WORDS}
    for step in steps:
        by_state[step.state].append(f"{step.step.number} {step.step.name}")
    done = len(by_state["done"])
    told = f"{number_word(done).capitalize()} of {number_word(len(steps))} steps "
    told += "is shown to be done" if done == 1 else "are shown to be done"
    if by_state["in progress"]:
        told += f"; under way: {listed(by_state['in progress'], 9)}"
    if by_state["no evidence"]:
        told += f"; nothing here shows {listed(by_state['no evidence'], 9)}"
    return f"{told}. "


def _table(steps: Sequence[StepEvidence], stage: str = "") -> Table:
    return Table(
        f"Steps of the stage {stage}" if stage else "Steps of the project",
        (
            Column("Step"),
            Column("State", "verdict"),
            Column("What shows it"),
            Column("What nothing shows yet"),
        ),
        tuple(_row(step) for step in steps),
    )


def _row(step: StepEvidence) -> Row:
    words, tone = _WORDS[step.state]
    stated = [f"{one.says} (stated by {one.owner}, {one.date.isoformat()})" for one in step.stated]
    told = [one.told for one in step.shown if one.told]
    page = next((one.page for one in step.shown if one.told and one.page), "")
    link = next((one.link for one in step.stated if one.link), "")
    return Row(
        (
            Cell(f"{step.step.number} {step.step.name}", href=f"{page}.html" if page else ""),
            Cell(verdict=Verdict(words, tone)),
            Cell("; ".join((*told, *stated)), href=link),
            Cell("; ".join(step.missing)),
        )
    )


section = SectionKind(
    "lifecycle", "How far the project is", "nothing: it says what is shown", build
)
