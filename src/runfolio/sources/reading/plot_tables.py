"""Stage 1b: tables of few columns, in the shapes in which loggers write them.

In: the text of a CSV, TSV or JSON file. Out: columns of cells, or a matrix with its labels.
Read are

- rows below a header; a list of objects; objects of lists of equal length;
- ``{"columns": [...], "data": [[...]]}``, as pandas, MLflow and W&B write tables;
- ``{"labels": [...], "matrix": [[...]]}``, a list of lists, and a table whose header is what
  stands at the left of its rows;
- an object of objects, a row each, as scikit-learn's ``classification_report`` gives it;
- one of these inside of others, as DVCLive's ``{"roc": [...]}``: the keys on the way name it.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, parse_json, text_of, to_float
from runfolio.sources.reading.value_files import DELIMITERS, parse, suffix_of

__all__ = ["MOST_ROWS", "NAMES", "PlotTable", "numbers_of", "plot_tables", "tell_left_out"]

MOST_ROWS = 250_000
"""Rows of one table that are read: as many as a small file may hold of cases."""
NAMES = ""
"""The column of what stands at the left of rows, without a name of its own."""

_MOST_TABLES = 50
_MOST_COLUMNS = 500
_DEPTH = 3
_MATRIX = ("matrix", "confusion_matrix", "cm")
_LABELS = ("labels", "classes", "class_names", "names")


@dataclass(frozen=True, slots=True)
class PlotTable:
    """A table.

    Parameters
    ----------
    path : tuple of str
        Keys on the way to it.
    columns : mapping of str to list
        Cells by the name of their column; all of one length.
    is_matrix : bool
        Whether columns are classes, and `NAMES` holds those of the rows.
    is_whole : bool
        False where rows were left out behind the first `MOST_ROWS`.
    """

    path: tuple[str, ...]
    columns: Mapping[str, list[Tree]]
    is_matrix: bool = False
    is_whole: bool = True


def plot_tables(name: str, text: str, findings: Findings) -> list[PlotTable]:
    """Return the tables in a file.

    Raises
    ------
    ParseError
        If it is not of the format that its name tells.
    """
    delimiter = DELIMITERS.get(suffix_of(name))
    if delimiter is not None:
        table = _from_rows(text, delimiter, findings)
        return [table] if table is not None else []
    tree = parse_json(text) if suffix_of(name) == ".json" else parse(name, text)
    found: list[PlotTable] = []
    for table in _in_tree(tree, (), findings):
        found.append(table)
        if len(found) == _MOST_TABLES:
            break
    return found


def numbers_of(cells: Sequence[Tree]) -> NDArray[np.float64]:
    """Return cells as numbers; NaN for what is none."""
    numbers = (to_float(cell) for cell in cells)
    return np.array([math.nan if number is None else number for number in numbers], np.float64)


def tell_left_out(
    findings: Findings,
    slug: str,
    count: int,
    one: str,
    more: str,
    hint: str = "Correct the table.",
) -> None:
    """Say what is wrong with some rows, if any: ``case has no class``, ``cases have no class``."""
    if count:
        told = f"1 {one}; it was" if count == 1 else f"{format_count(count)} {more}; they were"
        findings.add(slug, f"{told} left out.", hint)


def _from_rows(text: str, delimiter: str, findings: Findings) -> PlotTable | None:
    head = text.lstrip("\r\n").partition("\n")[0]
    if delimiter == "," and head.count(";") > head.count(","):
        delimiter = ";"
    rows: list[list[str]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append([cell.strip() for cell in row])
            if len(rows) > MOST_ROWS + 1:  # with the header
                break
    except csv.Error as error:
        raise ParseError(f"is no table that can be read (line {reader.line_num})") from error
    if len(rows) < 2:
        return None
    header = rows[0]
    body, is_whole = _first_rows(rows[1:], findings)
    if len(header) > _MOST_COLUMNS:
        return None
    tell_left_out(
        *(findings, "plot-row-ragged", sum(len(row) != len(header) for row in body)),
        *("row has more or fewer cells than the header",),
        *("rows have more or fewer cells than the header", "Correct the rows."),
    )
    whole = [row for row in body if len(row) == len(header)]
    columns = dict(zip(header, map(list, zip(*whole, strict=True)), strict=False))
    return PlotTable((), columns, _is_square(header, columns), is_whole) if columns else None


def _is_square(header: Sequence[str], columns: Mapping[str, list[Tree]]) -> bool:
    """Tell whether the header is what stands at the left of the rows, or numbers them all."""
    if len(columns) != len(header):
        return False
    left = columns[header[0]]
    return len(header) > 2 and sorted(map(text_of, left)) == sorted(header[1:])


def _in_tree(tree: Tree, path: tuple[str, ...], findings: Findings) -> Iterator[PlotTable]:
    if isinstance(tree, list):
        yield from _in_list(tree, path, findings)
    elif isinstance(tree, dict):
        yield from _in_object(tree, path, findings)


def _in_list(tree: list[Tree], path: tuple[str, ...], findings: Findings) -> Iterator[PlotTable]:
    tree, is_whole = _first_rows(tree, findings)
    rows = [row for row in tree if isinstance(row, dict)]
    if rows:
        names = list(rows[0])[:_MOST_COLUMNS]
        cells = {name: [row.get(name) for row in rows] for name in names}
        yield PlotTable(path, cells, is_whole=is_whole)
    elif matrix := _matrix(tree, [str(number) for number in range(len(tree))]):
        yield PlotTable(path, matrix, True)


def _in_object(
    tree: dict[str, Tree], path: tuple[str, ...], findings: Findings
) -> Iterator[PlotTable]:
    names, rows = tree.get("columns"), tree.get("data")
    if isinstance(names, list) and isinstance(rows, list):
        header = [text_of(name) for name in names[:_MOST_COLUMNS]]
        rows, is_whole = _first_rows(rows, findings)
        whole = [row for row in rows if isinstance(row, list) and len(row) == len(names)]
        columns = {name: [row[place] for row in whole] for place, name in enumerate(header)}
        yield PlotTable(path, columns, is_whole=is_whole)
        return
    labels = next((tree[key] for key in _LABELS if isinstance(tree.get(key), list)), None)
    for key in _MATRIX:
        cells = tree.get(key)
        if isinstance(cells, list):
            own = labels if labels is not None else range(len(cells))
            if matrix := _matrix(cells, [text_of(label) for label in own]):
                yield PlotTable((*path, key), matrix, True)
                return
    lists = {name: cells for name, cells in tree.items() if _is_flat(cells)}
    if len(lists) > 1 and len(set(map(len, lists.values()))) == 1 and len(lists) <= _MOST_COLUMNS:
        _, is_whole = _first_rows(next(iter(lists.values())), findings)
        columns = {name: cells[:MOST_ROWS] for name, cells in lists.items()}
        yield PlotTable(path, columns, is_whole=is_whole)
        return
    inner = {name: row for name, row in tree.items() if isinstance(row, dict)}
    if len(inner) > 1 and all(_is_row(row) for row in inner.values()):
        yield _of_rows(path, inner)
        return
    if len(path) < _DEPTH:
        for name, value in list(tree.items())[:_MOST_TABLES]:
            yield from _in_tree(value, (*path, name), findings)


def _of_rows(path: tuple[str, ...], rows: dict[str, dict[str, Tree]]) -> PlotTable:
    """Return the table of an object of objects, whose keys stand at the left."""
    shown = list(rows)[:MOST_ROWS]
    names = list(dict.fromkeys(name for row in shown[:_MOST_COLUMNS] for name in rows[row]))
    columns: dict[str, list[Tree]] = {NAMES: list(shown)}
    columns |= {name: [rows[row].get(name) for row in shown] for name in names[:_MOST_COLUMNS]}
    return PlotTable(path, columns, sorted(names) == sorted(shown))


def _matrix(cells: list[Tree], labels: list[str]) -> dict[str, list[Tree]] | None:
    size = len(cells)
    square = all(isinstance(row, list) and len(row) == size for row in cells)
    if size < 2 or size > _MOST_COLUMNS or not square or len(set(labels)) != size:
        return None
    return {
        NAMES: list(labels),
        **{label: [row[place] for row in cells] for place, label in enumerate(labels)},
    }


def _is_flat(value: Tree) -> bool:
    return isinstance(value, list) and bool(value) and not isinstance(value[0], list | dict | bool)


def _is_row(row: dict[str, Tree]) -> bool:
    return bool(row) and not any(isinstance(value, list | dict) for value in row.values())


def _first_rows(rows: list[Tree], findings: Findings) -> tuple[list[Tree], bool]:
    """Return the first rows, and whether they are all; where not, this is said."""
    if len(rows) <= MOST_ROWS:
        return rows, True
    findings.add(
        "plot-too-long",
        f"Only the first {format_count(MOST_ROWS)} rows of the table were read.",
        "Log fewer points, or counts instead of a row for each case.",
    )
    return rows[:MOST_ROWS], False
