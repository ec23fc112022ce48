"""A model card: which versions of which data the champion was made and measured with."""

from __future__ import annotations

from runfolio.model.numbers import format_number
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed


def build(view: View) -> tuple[Block, ...]:
    made = view.analysed.models.reproduction
    if made is None:
        return ()
    if not made.data:
        return (Prose(("Not logged: on which data it was trained and measured cannot be told.",)),)
    columns = (Column("Data"), Column("Used for"), Column("Version"), Column("Digest"))
    rows = tuple(
        Row(
            (
                Cell(one.name),
                Cell(one.context or "not logged"),
                Cell(one.version or "not logged"),
                Cell(one.digest or "not logged"),
                Cell("not logged" if one.rows is None else format_number(one.rows, 1, 0)),
            )
        )
        for one in made.data
    )
    blocks: list[Block] = [
        Table("Data that the champion's runs used", (*columns, Column("Rows", "number")), rows)
    ]
    versions = {(one.name, one.digest) for one in made.data}
    names = {name for name, _ in versions}
    if len(versions) > len(names):
        mixed = sorted(name for name in names if sum(own == name for own, _ in versions) > 1)
        told = f"Its runs did not all use one version of {listed(mixed, 3)}."
        blocks.append(Prose((told,)))
    return tuple(blocks)


section = SectionKind("card-data", "Data", "a champion, and runs that name their data", build)
