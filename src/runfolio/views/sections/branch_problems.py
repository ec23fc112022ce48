"""What could not be compared on a branch, and why."""

from __future__ import annotations

from runfolio.views.blocks import Block, Callout, Cell, Column, Row, Table
from runfolio.views.diff_text import without_metrics
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed


def build(view: View) -> tuple[Block, ...]:
    found = view.analysed.branch
    if found is None:
        return ()
    diff = found.diff
    blocks: list[Block] = [
        Callout(
            "unsure",
            f"No metrics at {state.label}",
            ("No run that logged a metric was found in the files of that commit.",),
        )
        for state in without_metrics(diff)
    ]
    if not blocks:
        for changes, state, other in (
            (diff.of("gone"), diff.after, "before"),
            (diff.of("new"), diff.before, "after"),
        ):
            if changes:
                title = f"{count_of(len(changes), 'metric')} only {other}"
                names = listed([change.metric.label for change in changes])
                blocks.append(Callout("none", title, (f"Not at {state.label}: {names}.",)))
    if found.problems:
        blocks.append(
            Table(
                "Met while these two commits were read",
                (Column("Where"), Column("What"), Column("What to do")),
                tuple(Row((Cell(p.place), Cell(p.message), Cell(p.hint))) for p in found.problems),
            )
        )
    return tuple(blocks)


section = SectionKind(
    "branch-problems", "What is missing", "a branch: report build --compare main..HEAD", build
)
