"""What a branch changes in the metrics: each with its verdict and what that rests on."""

from __future__ import annotations

from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.diff_text import basis_of, change_rows
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    found = view.analysed.branch
    if found is None or not found.diff.metrics:
        return ()
    rows = change_rows(found.diff)
    told = any(row.tolerance for row in rows)
    columns = [
        Column("Metric"),
        Column("Verdict", "verdict"),
        Column("Before", "number"),
        Column("After", "number"),
        Column("Change", "number"),
        *([Column("Tolerance", "number", "differences up to this do not matter")] if told else []),
        Column("Why"),
    ]
    table = Table(
        f"Metrics at {found.diff.before.label}, and at {found.diff.after.label}",
        tuple(columns),
        tuple(
            Row(
                (
                    Cell(row.label),
                    Cell(verdict=row.verdict),
                    Cell(row.before),
                    Cell(row.after),
                    Cell(" ".join(filter(None, (row.change, row.relative)))),
                    *([Cell(row.tolerance)] if told else []),
                    Cell(row.reason),
                )
            )
            for row in rows
        ),
    )
    basis = basis_of(found.diff)
    link = method_link("revisions")
    return (table, Prose((f"{basis} ", link, ".") if basis else (link, "."), "note"))


section = SectionKind(
    "branch-metrics", "Metrics", "a branch: report build --compare main..HEAD", build
)
