"""The commits of a branch, the newest first."""

from __future__ import annotations

from runfolio.views.blocks import Block, Cell, Column, Link, Prose, Row, Table
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_SHORT_ID = 7


def build(view: View) -> tuple[Block, ...]:
    found = view.analysed.branch
    if found is None:
        return ()
    branch, web = found.branch, found.branch.web
    if not branch.commits:
        return (Prose((f"{branch.name} has no commit that {branch.onto} does not have.",)),)
    count = count_of(branch.commit_count, "commit")
    shown = len(branch.commits)
    caption = f"{count} since it left {branch.onto}"
    if shown < branch.commit_count:
        caption = f"The newest {shown} of {caption}"
    table = Table(
        caption,
        (Column("Commit"), Column("What it says")),
        tuple(
            Row(
                (
                    Cell(commit.id[:_SHORT_ID], web.commit.format(commit.id) if web else ""),
                    Cell(commit.subject or "(no message)"),
                )
            )
            for commit in branch.commits
        ),
    )
    if web is None:
        return (table,)
    everything = Link("The whole change on the web", web.compare.format(branch.base, branch.tip))
    return (table, Prose((everything, "."), "note"))


section = SectionKind(
    "branch-commits", "Its commits", "a branch: report build --compare main..HEAD", build
)
