"""Stage 1b: metrics as rows: ``metrics.csv``, ``metrics.jsonl`` and ``metrics.json``.

In: a file with a row per step, or with final values. Out: reduced series.

Nested objects become metrics whose names are joined with ``.``, as DVC has it. A column
called step, global_step, iteration, epoch … (of `STEPS` the first that is there) holds the
step, else the number of the row does. Columns of times and further counters are no metrics.
An empty cell, ``NA``, a null or a missing key was not logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TextIO

from runfolio.model.series import Series
from runfolio.sources.reading.csv_table import blocks, open_text
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.json_lines import json_objects
from runfolio.sources.reading.metric_columns import MetricColumns
from runfolio.sources.reading.parsing import ParseError, Tree, flatten, parse_json
from runfolio.storage.base import Place, StorageError

__all__ = ["names_in", "read_csv", "read_csv_file", "read_final", "read_jsonl_file"]


def names_in(folder: Place) -> set[str]:
    """Return the names in a folder; none where it cannot be listed any more."""
    try:
        return {entry.name for entry in folder.entries()}
    except StorageError:
        return set()


def read_csv(text: str, findings: Findings, *, delimiter: str = ",") -> list[Series]:
    """Return the series of a table with a header."""
    return _csv(StringIO(text, newline=""), findings, delimiter, None)


def read_csv_file(
    place: Place,
    findings: Findings,
    *,
    delimiter: str = ",",
    constants: dict[str, str] | None = None,
) -> list[Series]:
    """Return the series of a file with a table, which may be larger than the memory.

    Parameters
    ----------
    place : Place
    findings : Findings
        Told, too, where the file cannot be read or holds no number.
    delimiter : str
    constants : dict, optional
        Gets the columns that hold one text in all rows, which is then no problem.
    """
    try:
        with open_text(place) as text:
            return _csv(text, findings, delimiter, constants)
    except StorageError as error:
        unreadable(findings, error)
        return []


def read_jsonl_file(place: Place, findings: Findings) -> list[Series]:
    """Return the series of a file with one JSON object per line."""
    found = _rows(json_objects(place, findings), findings)
    if not found and not findings.problems():
        findings.add(
            "metric-empty",
            "There are no numbers under names in this file.",
            "Remove it, or log the metrics again.",
        )
    return found


def read_final(text: str, findings: Findings) -> list[Series]:
    """Return the series of one JSON document: final values, or a list of rows.

    Raises
    ------
    ParseError
        If it is neither.
    """
    tree = parse_json(text)
    if isinstance(tree, list):
        return _rows(enumerate(tree, 1), findings)
    if isinstance(tree, dict):
        columns = MetricColumns()
        columns.add_row(0, dict(flatten(tree)))
        return columns.series(findings)
    raise ParseError("holds neither an object nor a list of objects")


def _csv(
    text: TextIO, findings: Findings, delimiter: str, constants: dict[str, str] | None
) -> list[Series]:
    columns = MetricColumns(decimal="." if delimiter == "," else ",")
    for block in blocks(text, findings, delimiter):
        columns.add_block(block)
    if constants is not None:
        constants.update(columns.take_constants())
    found = columns.series(findings)
    if not found and not findings.problems():
        findings.add(
            "metric-empty",
            "There are no numbers below a header with names in this table.",
            "Remove it, or log the metrics again.",
        )
    return found


def _rows(trees: Iterable[tuple[int, Tree]], findings: Findings) -> list[Series]:
    columns = MetricColumns()
    for number, tree in trees:
        try:
            if not isinstance(tree, dict):
                raise ParseError("is no object of names and values")
            row = dict(flatten(tree)) if dict in map(type, tree.values()) else tree
        except ParseError as error:
            findings.add(
                "json-line-unreadable",
                f"Row {number} {error}; it was left out.",
                'Write one object such as {"step": 1, "loss": 0.5} per row.',
                line=number,
            )
        else:
            columns.add_row(number, row)
    return columns.series(findings)
