"""Stage 5: what is judged row by row, sorted by what must not be lost.

In: a table with verdicts. Out: `Judged`: the rows that failed, those told at once, and the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runfolio.views import blocks as b

__all__ = ["Folded", "Judged", "judged"]

_FEW = 10
"""Rows that did not fail and are told at once, at most."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What may be folded away, and left out where room is short."""

    title: str
    blocks: tuple[b.Block, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is judged row by row.

    Parameters
    ----------
    title, href : str
        Of the heading.
    sentence : tuple of Span
        What came of it.
    notes : tuple of Block
        What is to be known of it.
    columns : tuple of Column
    failed, told, rest : tuple of Row
        What failed, what else is told at once, and what is folded away.
    says : tuple of str
        What is said of one row that failed and of several, behind their number.
    others : tuple of str
        What the rest is called: one, and several.
    folded : tuple of Folded
        What belongs to it.
    finding : str
        What came of it, as a heading; or empty.
    """

    title: str
    href: str
    sentence: tuple[b.Span, ...]
    notes: tuple[b.Block, ...]
    columns: tuple[b.Column, ...]
    failed: tuple[b.Row, ...]
    told: tuple[b.Row, ...]
    rest: tuple[b.Row, ...]
    says: tuple[str, str]
    others: tuple[str, str]
    folded: tuple[Folded, ...] = ()
    finding: str = ""


def judged(
    title: str,
    href: str,
    blocks: Sequence[b.Block],
    *,
    says: tuple[str, str],
    others: tuple[str, str],
    place: Callable[[b.Verdict], str],
) -> Judged:
    """Sort the rows of the first table with verdicts by where they belong.

    Parameters
    ----------
    title, href : str
        Of the heading.
    blocks : sequence of Block
        A sentence, and a table with a column of verdicts.
    says, others : tuple of str
        As of `Judged`.
    place : callable
        Tells whether a verdict's row is ``failed``, ``told`` or of the ``rest``.
    """
    sentences = [one.spans for one in blocks if isinstance(one, b.Prose) and one.style != "note"]
    tables = [one for one in blocks if isinstance(one, b.Table)]
    table = next((one for one in tables if _verdicts(one) is not None), b.Table("", (), ()))
    placed = [(_place(row, _verdicts(table), place), row) for row in table.rows]
    if sum(where == "told" for where, _ in placed) > _FEW:
        placed = [("rest" if where == "told" else where, row) for where, row in placed]
    rows = {
        where: tuple(row for at, row in placed if at == where)
        for where in ("failed", "told", "rest")
    }
    return Judged(
        title=title,
        href=href,
        sentence=sentences[0] if sentences else (),
        notes=tuple(one for one in blocks if isinstance(one, b.Callout)),
        columns=table.columns,
        failed=rows["failed"],
        told=rows["told"],
        rest=rows["rest"],
        says=says,
        others=others,
    )


def _verdicts(table: b.Table) -> int | None:
    """Return which column has the verdicts; of several the first."""
    return next((n for n, one in enumerate(table.columns) if one.kind == "verdict"), None)


def _place(row: b.Row, column: int | None, place: Callable[[b.Verdict], str]) -> str:
    verdict = row.cells[column].verdict if column is not None and column < len(row.cells) else None
    return place(verdict) if verdict is not None else "rest"
