"""What was read, from where, what the trackers hide, and what was passed over."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.tables import Skipped, SourceTotal
from runfolio.views.blocks import Block, Cell, Column, Row, Table
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    tables = view.analysed.tables
    blocks = [_sources(tables.sources)] if tables.sources else []
    if tables.skipped:
        blocks.append(_skipped(tables.skipped))
    return tuple(blocks)


def _sources(sources: Sequence[SourceTotal]) -> Table:
    checks = any(s.checks for s in sources)
    return Table(
        "Log sources",
        (
            Column("Where"),
            Column("Format"),
            Column("Runs", "number"),
            *((Column("Checks of data", "number"),) if checks else ()),
            Column("Deleted runs, hidden", "number"),
            Column("Deleted experiments, hidden", "number"),
        ),
        tuple(
            Row(
                (
                    Cell(s.location),
                    Cell(s.title),
                    Cell(f"{s.runs:,}"),
                    *((Cell(f"{s.checks:,}"),) if checks else ()),
                    Cell(f"{s.hidden_runs:,}"),
                    Cell(f"{s.hidden_experiments:,}"),
                )
            )
            for s in sources
        ),
    )


def _skipped(skipped: Sequence[Skipped]) -> Table:
    return Table(
        "Passed over",
        (Column("What"), Column("How many", "number"), Column("Such as")),
        tuple(
            Row((Cell(s.reason), Cell(f"{s.count:,}"), Cell(", ".join(s.places)))) for s in skipped
        ),
    )


section = SectionKind("sources", "What was read", "runs", build)
