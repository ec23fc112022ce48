"""Stage 1b: metrics as rows: ``metrics.csv``, ``metrics.jsonl`` and ``metrics.json``.

In: the bytes of a file with a row per step, or with final values. Out: reduced series.

Nested objects become metrics whose names are joined with ``.``, as DVC has it. A column
called step, global_step, iteration or epoch (the first of these that is there) holds the
step, else the number of the row does. Columns of times and further counters are no metrics.
An empty cell, a null or a missing key was not logged.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from runfolio.model.series import Series, Steps, reduce_series
from runfolio.sources.findings import SHOWN_PER_KIND, Findings
from runfolio.sources.parsing import (
    ParseError,
    Tree,
    flatten,
    parse_json,
    text_of,
    to_float,
    to_step,
    to_steps,
)

__all__ = ["read_csv", "read_final", "read_jsonl"]

_STEPS = ("step", "global_step", "iteration", "epoch")
_TIMES = frozenset(
    {"timestamp", "time", "datetime", "date", "wall_time", "walltime", "created_at", "updated_at"}
)
_Row = tuple[int, dict[str, Tree]]
"""Number of the line, counted from 1, and the cells by name."""


def read_csv(text: str, findings: Findings, *, delimiter: str = ",") -> list[Series]:
    """Return the series of a table with a header."""
    return _series(_csv_rows(text, findings, delimiter), findings)


def read_jsonl(text: str, findings: Findings) -> list[Series]:
    """Return the series of a file with one JSON object per line."""
    return _series(_jsonl_rows(text, findings), findings)


def read_final(text: str, findings: Findings) -> list[Series]:
    """Return the series of one JSON document: final values, or a list of rows.

    Raises
    ------
    ParseError
        If it is neither.
    """
    tree = parse_json(text)
    if isinstance(tree, list):
        return _series(_flat_rows(enumerate(tree, 1), findings), findings)
    if isinstance(tree, dict):
        return _series([(0, dict(flatten(tree)))], findings)
    raise ParseError("holds neither an object nor a list of objects")


def _csv_rows(text: str, findings: Findings, delimiter: str) -> Iterator[_Row]:
    reader = csv.reader(StringIO(text.replace("\0", "\ufffd"), newline=""), delimiter=delimiter)
    header: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped) or stripped == header:
                continue  # a resumed run may have written the header once more
            if not header:
                header = _unique(stripped, findings)
                continue
            if len(stripped) > len(header):
                findings.add(
                    "row-too-long",
                    f"The row has {len(stripped)} cells, the header {len(header)}; the cells "
                    "beyond it were left out.",
                    "Correct the row, or give the columns a name.",
                    line=reader.line_num,
                )
            yield (
                reader.line_num,
                {name: cell for name, cell in zip(header, stripped, strict=False) if name and cell},
            )
    except csv.Error as error:
        findings.add(
            "csv-unreadable",
            f"The table cannot be read from here on ({error}).",
            "Correct the line.",
            "error",
            reader.line_num,
        )


def _unique(names: Sequence[str], findings: Findings) -> list[str]:
    """Return the header with the second of two equal names left out."""
    header: list[str] = []
    for name in names:
        if name and name in header:
            findings.add(
                "column-repeated",
                f"There are two columns {name!r}; only the first was read.",
                "Rename or remove one of them.",
                line=1,
            )
        header.append("" if name in header else name)
    return header


def _jsonl_rows(text: str, findings: Findings) -> Iterator[_Row]:
    def trees() -> Iterator[tuple[int, Tree]]:
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield number, parse_json(line)
            except ParseError as error:
                cut = number == len(lines)  # no line end behind it
                findings.add(
                    "json-line-cut" if cut else "json-line-unreadable",
                    "The last line is cut off in its middle; it was left out."
                    if cut
                    else f"The line {error}; it was left out.",
                    "Nothing to do if the run is still going on." if cut else "Correct the line.",
                    "note" if cut else "warning",
                    number,
                )

    yield from _flat_rows(trees(), findings)


def _flat_rows(trees: Iterable[tuple[int, Tree]], findings: Findings) -> Iterator[_Row]:
    for number, tree in trees:
        try:
            if not isinstance(tree, dict):
                raise ParseError("is no object of names and values")
            yield number, dict(flatten(tree))
        except ParseError as error:
            findings.add(
                "json-line-unreadable",
                f"Row {number} {error}; it was left out.",
                'Write one object such as {"step": 1, "loss": 0.5} per row.',
                line=number,
            )


class _Column:
    """The cells of one column so far."""

    __slots__ = ("odd", "odd_count", "rows", "values")

    def __init__(self) -> None:
        self.rows = array("q")
        self.values = array("d")
        self.odd: list[tuple[int, str]] = []
        self.odd_count = 0

    def add(self, row: int, line: int, cell: Tree) -> None:
        number = to_float(cell)
        if number is not None:
            self.rows.append(row)
            self.values.append(number)
            return
        self.odd_count += 1
        if len(self.odd) < SHOWN_PER_KIND:
            self.odd.append((line, text_of(cell)[:80]))


def _series(rows: Iterable[_Row], findings: Findings) -> list[Series]:
    columns: dict[str, _Column] = {}
    counters: dict[str, list[int | float | None]] = {}
    words: dict[str, str] = {}
    lines = array("q")
    for index, (line, row) in enumerate(rows):
        lines.append(line)
        for name, cell in row.items():
            word = words.get(name)
            if word is None:
                word = words[name] = name.strip().lower()
            if cell is None or word in _TIMES:
                continue
            if word in _STEPS:
                counter = counters.setdefault(word, [])
                counter.extend([None] * (index - len(counter)))
                counter.append(to_step(cell))
            else:
                if name not in columns:
                    columns[name] = _Column()
                columns[name].add(index, line, cell)
    word = next((word for word in _STEPS if word in counters), None)
    steps, known = _steps(counters[word] if word else range(len(lines)), len(lines))
    if word:
        _report_unstepped(word, known, columns.values(), lines, findings)
    found: list[Series] = []
    for name, column in columns.items():
        at = np.frombuffer(column.rows, np.int64)
        kept = known[at]
        if kept.any():
            values = np.frombuffer(column.values, np.float64)[kept]
            found.append(reduce_series(name, steps[at[kept]], values))
        _report_odd(name, column, findings)
    return found


def _steps(counter: Sequence[int | float | None], count: int) -> tuple[Steps, NDArray[np.bool_]]:
    """Return the step of each row (0 where it has none), and whether it has one."""
    known = np.zeros(count, np.bool_)
    known[: len(counter)] = [step is not None for step in counter]
    padded = [step or 0 for step in counter] + [0] * (count - len(counter))
    return to_steps(padded), known


def _report_unstepped(
    word: str,
    known: NDArray[np.bool_],
    columns: Iterable[_Column],
    lines: Sequence[int],
    findings: Findings,
) -> None:
    used = np.zeros(len(known), np.bool_)
    for column in columns:
        used[np.frombuffer(column.rows, np.int64)] = True
    for row in np.flatnonzero(used & ~known).tolist():
        findings.add(
            "step-not-a-number",
            f"The row has no number as its {word}; it was left out.",
            "Write the step into the row.",
            line=lines[row],
        )


def _report_odd(name: str, column: _Column, findings: Findings) -> None:
    if column.odd and not column.rows:
        line, cell = column.odd[0]
        findings.add(
            "column-without-numbers",
            f"{name!r} holds no number (but for instance {cell!r}); it is none of the metrics.",
            "Log what is no number as a param or tag.",
            "note",
            line,
        )
        return
    for line, cell in column.odd:
        findings.add(
            "metric-not-a-number",
            f"{name!r} is {cell!r}, not a number (NaN itself is one); this point was left out.",
            "Correct the cell, or leave it empty where nothing was logged.",
            line=line,
        )
    findings.also("metric-not-a-number", column.odd_count - len(column.odd))
