"""Stage 5: how a table is told in a message: in columns where these fit a telephone, else in rows.

In: a table. Out: `Entry` objects for the second form: a name with its verdict, and what else the
row says as labels with values. Both parts of a message use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runfolio.views.blocks import Cell, Mark, Table, Tone

__all__ = ["SIGNS", "Entry", "cell_text", "entries", "fits_in_columns"]

SIGNS: dict[Tone, str] = {"good": "✓", "bad": "✗", "unsure": "?", "none": ""}
"""Before a verdict's words, so that colour is never alone."""

_MOST_COLUMNS = 4
_MOST_CHARACTERS = 24
"""Of the longest words of all columns but the first, together."""
_LONGEST_CELL = 28


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table that has too many columns for a telephone.

    Parameters
    ----------
    name : Cell
        Its header.
    mark : Mark
    verdict : Cell or None
        The first verdict.
    details : tuple of (str, Cell)
        All other cells that hold something, with the labels of their columns.
    """

    name: Cell
    mark: Mark
    verdict: Cell | None
    details: tuple[tuple[str, Cell], ...]


def cell_text(cell: Cell) -> str:
    """Return what a cell says; a verdict with its sign."""
    if cell.verdict is None:
        return cell.text
    # The sign and its word stay on one line.
    return f"{SIGNS[cell.verdict.tone]}\N{NO-BREAK SPACE}{cell.verdict.text}".strip()


def fits_in_columns(table: Table) -> bool:
    """Whether all columns can be read side by side on a telephone."""
    if not 1 < len(table.columns) <= _MOST_COLUMNS or not any(c.label for c in table.columns):
        return False
    if any(column.kind == "spark" for column in table.columns):
        return False
    widths = [_longest_word(column.label) for column in table.columns[1:]]
    for row in table.rows:
        for number, cell in enumerate(row.cells[1:]):
            text = cell_text(cell)
            if len(text) > _LONGEST_CELL or number >= len(widths):
                return False
            widths[number] = max(widths[number], _longest_word(text))
    return sum(widths) <= _MOST_CHARACTERS


def _longest_word(text: str) -> int:
    return max(map(len, text.split(" ")))


def entries(table: Table) -> Iterator[Entry]:
    """Return the rows of a table one by one, each as a name and what is said of it."""
    for row in table.rows:
        verdict: Cell | None = None
        details = []
        for column, cell in zip(table.columns[1:], row.cells[1:], strict=False):
            if cell.verdict is not None and verdict is None:
                verdict = cell
            elif cell_text(cell):
                details.append((column.label, cell))
        yield Entry(row.cells[0], row.mark, verdict, tuple(details))
