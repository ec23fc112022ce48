"""What was read, from where, and what the trackers hide."""

from __future__ import annotations

from runfolio.views.blocks import Block, Cell, Column, Row, Table
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    sources = view.analysed.tables.sources
    if not sources:
        return ()
    return (
        Table(
            "Log sources",
            (
                Column("Where"),
                Column("Format"),
                Column("Runs", "number"),
                Column("Deleted runs, hidden", "number"),
                Column("Deleted experiments, hidden", "number"),
            ),
            tuple(
                Row(
                    (
                        Cell(s.location),
                        Cell(s.title),
                        Cell(f"{s.runs:,}"),
                        Cell(f"{s.hidden_runs:,}"),
                        Cell(f"{s.hidden_experiments:,}"),
                    )
                )
                for s in sources
            ),
        ),
    )


section = SectionKind("sources", "What was read", "runs", build)
