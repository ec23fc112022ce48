"""Stage 1b: logs of production (CSV, JSON lines, Parquet): one time a row, and any columns.

In: a file that the configuration names, and which of its columns are wanted. Out: times, and
columns of numbers or of texts; a cell that is of neither costs no other. The rows that inputs are
compared with (a reference) are read by the same rules, without times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runfolio.sources.reading.arrow_batches import ARROW_ENDINGS, SAFE_PYARROW, arrow_rows, is_safe
from runfolio.sources.reading.csv_head import head_of
from runfolio.sources.reading.csv_table import CELL_LIMIT, blocks, open_text, with_point
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.json_lines import json_objects
from runfolio.sources.reading.parsing import ParseError, flatten
from runfolio.sources.reading.timed_rows import ReadRows, TimedRows, Wish
from runfolio.storage.base import Place, StorageError

__all__ = ["ReadRows", "Wish", "read_rows"]


_JSON_ENDINGS = ("jsonl", "ndjson", "json")


def read_rows(place: Place, wish: Wish) -> ReadRows:
    """Read a file.

    Parameters
    ----------
    place : Place
    wish : Wish

    Returns
    -------
    ReadRows
        Without any row where nothing could be read; `problems` tell why.
    """
    findings = Findings(place)
    gathered = TimedRows(wish, findings)
    try:
        ending = place.name.lower().rpartition(".")[2]
        if ending in _JSON_ENDINGS:
            _gather_objects(place, gathered, findings)
        elif ending in ARROW_ENDINGS:
            _gather_arrow(place, ending, gathered, findings)
        else:
            _gather_table(place, gathered, findings)
    except StorageError as error:
        unreadable(findings, error)
    return gathered.result()


def _gather_table(place: Place, gathered: TimedRows, findings: Findings) -> None:
    head = head_of(place)
    if head is None:
        findings.add(
            "production-no-table",
            "The file is no table with a header of two columns or more.",
            "A log of production is CSV with a header, or JSON lines (.jsonl).",
            "error",
        )
        return
    with open_text(place) as text:
        for block in blocks(text, findings, head.delimiter):
            if not gathered.begin(tuple(block.columns)):
                return
            columns: Mapping[str, Sequence[str]] = block.columns
            if head.delimiter != ",":
                columns = {name: [*map(with_point, cells)] for name, cells in columns.items()}
            gathered.add_block(block.lines, columns)


def _gather_objects(place: Place, gathered: TimedRows, findings: Findings) -> None:
    for line, tree in json_objects(place, findings):
        try:
            row = dict(flatten(tree))
        except ParseError as error:
            findings.add("line-unreadable", f"The line {error}.", "Correct it.", line=line)
            continue
        if not gathered.begin(tuple(row)):
            return
        gathered.add_block([line], {name: [value] for name, value in row.items()})


def _gather_arrow(place: Place, ending: str, gathered: TimedRows, findings: Findings) -> None:
    if not is_safe():
        findings.add(
            "needs-pyarrow",
            f"Reading it takes pyarrow {SAFE_PYARROW} or newer, which is not installed.",
            "python -m pip install pyarrow",
            "error",
        )
        return
    try:
        with place.open() as file:
            rows = 0
            for count, columns in arrow_rows(file, ending, CELL_LIMIT, findings):
                if not gathered.begin(tuple(columns)):
                    return
                gathered.add_block(range(rows + 1, rows + count + 1), columns)
                rows += count
    except ParseError as error:
        unreadable(findings, error)
