"""Who takes part in which step."""

from __future__ import annotations

from runfolio.model.lifecycle import ROLES, STEPS
from runfolio.views.blocks import Block, Cell, Column, Row, Table
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    return (
        Table(
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
        ),
    )


section = SectionKind(
    "lifecycle-roles", "Who takes part", "nothing: it is the same everywhere", build
)
