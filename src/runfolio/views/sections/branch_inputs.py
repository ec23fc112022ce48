"""What a branch changes in params, versions of data and other files."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.views.blocks import Block, Cell, Column, Details, Prose, Row, Table
from runfolio.views.diff_text import OtherRow, other_rows
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_FEW = 8
"""Files that are named in a sentence; more are folded away."""


def build(view: View) -> tuple[Block, ...]:
    found = view.analysed.branch
    if found is None:
        return ()
    blocks: list[Block] = []
    params, data = other_rows(found.diff.params), other_rows(found.diff.data)
    if params:
        blocks.append(_table("Params that differ", "Param", params))
    if data:
        blocks.append(_table("Versions of data that differ", "Data", data))
    missing = [what for what, rows in (("param", params), ("version of data", data)) if not rows]
    if missing:
        blocks.append(Prose((f"No {' and no '.join(missing)} differs.",)))
    branch = found.branch
    if not branch.file_count:
        blocks.append(Prose(("No other file was changed.",)))
    elif branch.file_count <= _FEW:
        files = count_of(branch.file_count, "other file")
        blocks.append(Prose((f"{files} changed: {listed(branch.files, _FEW)}.",)))
    else:
        rows = tuple(Row((Cell(path),)) for path in branch.files)
        some = f", of which {len(rows)} are named" if branch.file_count > len(rows) else ""
        summary = f"{count_of(branch.file_count, 'other file')} changed{some}"
        blocks.append(Details(summary, (Table("Files changed", (Column("File"),), rows),)))
    return tuple(blocks)


def _table(caption: str, what: str, rows: Sequence[OtherRow]) -> Table:
    return Table(
        caption,
        (Column(what), Column("Before"), Column("After")),
        tuple(Row((Cell(row.name), Cell(row.before), Cell(row.after))) for row in rows),
    )


section = SectionKind(
    "branch-inputs", "What else it changes", "a branch: report build --compare main..HEAD", build
)
