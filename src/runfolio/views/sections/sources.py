"""What was read, from where, what the trackers hide, and what was passed over."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.numbers import format_count
from runfolio.model.tables import Skipped, SourceTotal
from runfolio.views.blocks import Block, Cell, Column, Row, Table
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    tables = view.analysed.tables
    is_outside = tables.not_shown.is_outside
    blocks = [_sources(tables.sources, with_places=not is_outside)] if tables.sources else []
    if tables.skipped and not is_outside:
        blocks.append(_skipped(tables.skipped))
    return tuple(blocks)


def _sources(sources: Sequence[SourceTotal], *, with_places: bool) -> Table:
    counts: list[tuple[str, list[int]]] = [
        ("Runs", [s.runs for s in sources]),
        ("Checks of data", [s.checks for s in sources]),
        ("Deleted runs, hidden", [s.hidden_runs for s in sources]),
        ("Deleted experiments, hidden", [s.hidden_experiments for s in sources]),
    ]
    used = [(title, numbers) for title, numbers in counts if any(numbers) or title == "Runs"]
    return Table(
        "Log sources",
        (
            *((Column("Where"),) if with_places else ()),
            Column("Format"),
            *(Column(title, "number") for title, _ in used),
        ),
        tuple(
            Row(
                (
                    *((Cell(s.location),) if with_places else ()),
                    Cell(s.title),
                    *(Cell(format_count(n[i])) for _, n in used),
                )
            )
            for i, s in enumerate(sources)
        ),
    )


def _skipped(skipped: Sequence[Skipped]) -> Table:
    return Table(
        "Passed over",
        (Column("What"), Column("How many", "number"), Column("Such as")),
        tuple(
            Row((Cell(s.reason), Cell(format_count(s.count)), Cell(", ".join(s.places))))
            for s in skipped
        ),
    )


section = SectionKind("sources", "What was read", "runs", build)
