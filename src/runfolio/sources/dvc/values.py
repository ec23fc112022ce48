"""Stage 1b: the values in the files that a ``dvc.yaml`` names.

In: a file's name and text, wherever it came from: the working tree, DVC's cache, a revision
in git. Out: reduced series, with nested keys joined with ".".
"""

from __future__ import annotations

import csv
import json
import posixpath
from collections.abc import Iterable

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.model.series import Series, reduce_series
from runfolio.sources.dvc.yaml import Plot
from runfolio.sources.dvclive.values import final_series
from runfolio.sources.reading.csv_table import LINE_LIMIT
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.metric_rows import read_csv, read_final
from runfolio.sources.reading.parsing import ParseError, Tree, to_float
from runfolio.sources.reading.value_files import DELIMITERS, parse, suffix_of

__all__ = ["is_table", "may_be_history", "metric_series", "plot_series"]

_TABLES = frozenset({".csv", ".tsv", ".json", ".yaml", ".yml"})
_COUNTERS = frozenset(
    "step steps global_step epoch epochs iteration iterations iter batch round".split()
)
_NO_CURVES = ("confusion", "scatter", "bar")
_MOST_LINES, _MOST_OBJECTS = 1_500_000, 200_000
"""Rows of a table at most, and of one in JSON or YAML."""


def metric_series(
    name: str, text: str, findings: Findings, separator: str = "."
) -> dict[str, Series]:
    """Return the metrics in a file: a row per step, or final values.

    Raises
    ------
    ParseError
        As for `parse`; also where it holds no values under names.
    """
    delimiter = DELIMITERS.get(suffix_of(name))
    if delimiter is not None:
        text = _first_lines(text, findings)
        return {one.metric: one for one in read_csv(text, findings, delimiter=delimiter)}
    tree = parse(name, text)
    if isinstance(tree, dict):
        return final_series(tree, findings, separator)
    if isinstance(tree, list):
        return {one.metric: one for one in read_final(_first_rows(tree, findings), findings)}
    number = to_float(tree)
    if number is None:
        raise ParseError("holds no values under names")
    stem = posixpath.splitext(posixpath.basename(name))[0]
    if suffix_of(name) in _TABLES:  # where names are usual
        findings.add(
            "metric-without-name",
            "The file holds one number without a name; the metric is called after the file.",
            "Nothing to do, or write a file with names and values.",
            "note",
        )
    return {stem: reduce_series(stem, np.array([0]), np.array([number]))}


def may_be_history(plot: Plot) -> bool:
    """Tell whether a plot is one over steps, before its file is read."""
    return not plot.template.startswith(_NO_CURVES) and (
        plot.x is None or plot.x.lower() in _COUNTERS
    )


def is_table(path: str) -> bool:
    """Tell by its name whether a file may hold the rows of a plot; others are pictures."""
    return suffix_of(path) in _TABLES


def plot_series(plot: Plot, text: str, findings: Findings) -> dict[str, Series]:
    """Return the columns of a plot over steps; nothing of a plot over anything else.

    Raises
    ------
    ParseError
        As for `parse`.
    """
    delimiter = DELIMITERS.get(suffix_of(plot.path))
    if delimiter is not None:
        head, end, rest = _first_lines(text, findings).partition("\n")
        if len(head) > LINE_LIMIT:
            raise ParseError(f"has a header of more than {LINE_LIMIT // 1024 // 1024} MB")
        try:
            cells = next(csv.reader([head.rstrip("\r")], delimiter=delimiter), [])
        except csv.Error as error:
            raise ParseError("has a header that cannot be read") from error
        header = [cell.strip() for cell in cells]
        step = _step_column(plot, header)
        if step is None:
            return {}
        if step and "step" not in header:
            head = delimiter.join("step" if cell == step else _quoted(cell) for cell in header)
        series = read_csv(head + end + rest, findings, delimiter=delimiter)
    else:
        rows = _rows(parse(plot.path, text))
        header = list(rows[0]) if rows else []
        step = _step_column(plot, header)
        if step is None:
            return {}
        if step and "step" not in header:
            rows = [{("step" if k == step else k): v for k, v in row.items()} for row in rows]
        series = read_final(_first_rows(rows, findings), findings)
    return {one.metric: one for one in series if not plot.ys or one.metric in plot.ys}


def _step_column(plot: Plot, header: Iterable[str]) -> str | None:
    """Return the column of steps; "" if the number of the row is the step; None if no curve."""
    columns = [column for column in header if column]
    if not columns or not may_be_history(plot):
        return None
    if plot.x is not None:
        return plot.x if plot.x in columns else None
    counter = next((column for column in columns if column.lower() in _COUNTERS), None)
    if counter is not None:
        return counter
    return "" if plot.ys or len(columns) == 1 else None


def _rows(tree: Tree, depth: int = 0) -> list[dict[str, Tree]]:
    """Return the first list of objects in a tree."""
    if isinstance(tree, list):
        return [row for row in tree if isinstance(row, dict)]
    inner = tree.values() if isinstance(tree, dict) and depth < 4 else ()
    return next((rows for value in inner if (rows := _rows(value, depth + 1))), [])


def _first_lines(text: str, findings: Findings) -> str:
    """Return a table without the rows that there is no time for."""
    lines = text.count("\n")
    if lines <= _MOST_LINES:
        return text
    _tell_too_long(findings, lines - _MOST_LINES)
    end = 0
    for _ in range(_MOST_LINES):
        end = text.index("\n", end) + 1
    return text[:end]


def _first_rows(rows: list[Tree], findings: Findings) -> str:
    """Return a list of rows as JSON, without those that there is no time for."""
    if len(rows) > _MOST_OBJECTS:
        _tell_too_long(findings, len(rows) - _MOST_OBJECTS)
    return json.dumps(rows[:_MOST_OBJECTS])


def _tell_too_long(findings: Findings, left_out: int) -> None:
    findings.add(
        "history-too-long",
        f"The table has more rows than there is time for; the last {format_count(left_out)} were "
        "left out.",
        "Log less often, or split the run.",
    )


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
