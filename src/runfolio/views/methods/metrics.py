"""Every metric with its direction."""

from __future__ import annotations

from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, Cell, Column, Row, Table
from runfolio.views.methods import Method
from runfolio.views.view import View
from runfolio.views.words import count_of


def build(view: View) -> tuple[str | Block, ...]:
    rows = tuple(
        Row(
            (
                Cell(m.label),
                Cell(m.name),
                Cell({"maximize": "more", "minimize": "less"}.get(m.goal, "not known")),
                Cell(m.goal_from or "nothing tells"),
                Cell(format_count(m.runs)),
                Cell(m.explain),
            )
        )
        for m in view.analysed.metrics.values()
    )
    if not rows:
        return ()
    return (
        Table(
            f"{count_of(len(rows), 'metric')} and the direction of each",
            (
                Column("Metric"),
                Column("As logged"),
                Column("Better is"),
                Column("Told by"),
                Column("Runs", "number"),
                Column("Meaning"),
            ),
            rows,
        ),
    )


method = Method("metrics", "Metrics", 900, build)
