"""Stage 1b: a table in which each row stands for a run, in any of the formats of tables.

In: a file. Out: its rows, up to a limit, by column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from runfolio.model.numbers import format_count
from runfolio.sources.reading.arrow_batches import ARROW_ENDINGS, SAFE_PYARROW, arrow_rows, is_safe
from runfolio.sources.reading.csv_head import head_of
from runfolio.sources.reading.csv_table import blocks, open_text, with_point
from runfolio.sources.reading.documents import read_text, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.json_lines import json_objects
from runfolio.sources.reading.parsing import ParseError, Tree, flatten, parse_json
from runfolio.storage.base import Place, StorageError

__all__ = ["CELL_LIMIT", "Rows", "rows_of"]

CELL_LIMIT = 100_000
"""Cells of one table; beyond, a row is hardly a run."""


class Rows(NamedTuple):
    """Rows of a table.

    Parameters
    ----------
    lines : list of int
        The line of each row, counted from 1; 0 where the format has no lines.
    columns : mapping of str to sequence
        A cell per row: stripped text, or what JSON can hold.
    """

    lines: list[int]
    columns: Mapping[str, Sequence[Tree]]


def rows_of(place: Place, findings: Findings) -> Rows:
    """Return the rows of a table; what is wrong with it is told.

    Parameters
    ----------
    place : Place
        A file whose name ends as its format asks for; CSV otherwise.
    findings : Findings
    """
    table = _Growing(findings)
    ending = place.name.lower().rpartition(".")[2]
    try:
        if ending in ARROW_ENDINGS:
            _read_arrow(place, ending, findings, table)
        elif ending in ("json", "jsonl", "ndjson"):
            _read_json(place, ending, findings, table)
        else:
            _read_text(place, findings, table)
    except (StorageError, ParseError) as error:
        unreadable(findings, error)
    return table.rows()


class _Growing:
    """A table to which rows are added; columns may come later than rows."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._lines: list[int] = []
        self._columns: dict[str, list[Tree]] = {}

    def add(self, lines: Sequence[int], columns: Mapping[str, Sequence[Tree]]) -> bool:
        """Add rows; return whether there is room for more."""
        have = len(self._lines)
        width = len(self._columns.keys() | columns.keys())
        room = max(0, CELL_LIMIT // max(1, width) - have)
        for name, cells in columns.items():
            column = self._columns.setdefault(name, [])
            column.extend([None] * (have - len(column)))
            column.extend(cells[:room])
        self._lines.extend(lines[:room])
        if room >= len(lines):
            return True
        self._findings.add(
            "rows-left-out",
            f"Only the first {format_count(len(self._lines))} rows were read: a row stands for a "
            "run, and there are too many.",
            "Split the table, or keep the rows that matter.",
        )
        return False

    def rows(self) -> Rows:
        for column in self._columns.values():
            column.extend([None] * (len(self._lines) - len(column)))
        return Rows(self._lines, self._columns)


def _read_text(place: Place, findings: Findings, table: _Growing) -> None:
    head = head_of(place)
    delimiter = head.delimiter if head else ","
    written = str.strip if delimiter == "," else with_point
    with open_text(place) as text:
        for block in blocks(text, findings, delimiter):
            cells = {name: list(map(written, column)) for name, column in block.columns.items()}
            if not table.add(block.lines, cells):
                return


def _read_json(place: Place, ending: str, findings: Findings, table: _Growing) -> None:
    has_lines = ending != "json"
    rows = json_objects(place, findings) if has_lines else _listed(place, findings)
    for number, row in rows:
        line = number if has_lines else 0
        try:
            if not isinstance(row, dict):
                raise ParseError("is no object of names and values")
            cells = {name: [value] for name, value in flatten(row)}
        except ParseError as error:
            findings.add(
                "json-line-unreadable",
                f"Row {number} {error}; it was left out.",
                'Write one object such as {"model": "forest", "accuracy": 0.9} per run.',
                line=line,
            )
        else:
            if not table.add([line], cells):
                return


def _listed(place: Place, findings: Findings) -> Iterator[tuple[int, Tree]]:
    text = read_text(place, findings)
    if text is None:
        return
    tree = parse_json(text)
    if not isinstance(tree, list):
        raise ParseError("holds no list of objects")
    yield from enumerate(tree, 1)


def _read_arrow(place: Place, ending: str, findings: Findings, table: _Growing) -> None:
    if not is_safe():
        findings.add(
            "library-missing",
            f"Files that end in .{ending} are read by the library pyarrow, from version "
            f"{SAFE_PYARROW} on, which is not installed; the file was left out.",
            "python -m pip install pyarrow",
            "error",
        )
        return
    with place.open() as file:
        for count, columns in arrow_rows(file, ending, CELL_LIMIT, findings):
            if not table.add([0] * count, columns):
                return
