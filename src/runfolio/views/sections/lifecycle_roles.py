"""Who takes part in which step, what each reads the report for, and how an experiment goes."""

from __future__ import annotations

from runfolio.model.lifecycle import READS_FOR, ROLES, STEPS
from runfolio.views.blocks import Block, Cell, Column, Link, Prose, Row, Table
from runfolio.views.view import SectionKind, View

_WAY = (
    "An experiment goes: a ",
    Link("hypothesis", "experiments.html"),
    " is stated; ",
    Link("data", "data.html"),
    " are gathered and prepared; experiments are defined (model, hyperparameters, datasets); "
    "tracking is set up; they are ",
    Link("run", "runs.html"),
    " and analysed; the best model is ",
    Link("registered", "models.html"),
    " with all its details; the result is visualised, and shared.",
)


def build(view: View) -> tuple[Block, ...]:
    steps = Table(
        "Who takes part in which step",
        (Column("Step"), *(Column(title) for title in ROLES.values())),
        tuple(
            Row(
                (
                    Cell(f"{step.stage}: {step.number} {step.name}"),
                    *(Cell("\u2713" if r in step.roles else "") for r in ROLES),
                )
            )
            for step in STEPS
        ),
    )
    readers = Table(
        "What each reads this report for",
        (Column("Role"), Column("Takes part in steps"), Column("Reads it for")),
        tuple(
            Row(
                (
                    Cell(title, href=f"{name}.html"),
                    Cell(", ".join(str(step.number) for step in STEPS if name in step.roles)),
                    Cell(READS_FOR[name]),
                )
            )
            for name, title in ROLES.items()
        ),
    )
    return (steps, readers, Prose(_WAY))


section = SectionKind(
    "lifecycle-roles", "Who takes part", "nothing: it is the same everywhere", build
)
