"""Stage 1b: tables of text (CSV, TSV), read as they stream by.

In: a file, or a text. Out: its rows in blocks that are small however large the file is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import zip_longest
from typing import NamedTuple, TextIO

from runfolio.sources.reading.findings import Findings
from runfolio.storage.base import Place, readable

__all__ = ["MISSING", "Block", "blocks", "names_of", "open_text"]

MISSING = frozenset({"", "NA", "<NA>", "null", "NULL", "None"})
"""Cells that say "not logged". The number NaN (``nan``, ``NaN``) is none of them."""

FILE_LIMIT = 256 * 1024 * 1024
"""Characters read of one table."""

LINE_LIMIT = 1024 * 1024
CELL_LIMIT = 32 * 1024 * 1024
"""Cells of one table, counted with those that too short rows do not have."""

_BLOCK_CELLS = 64 * 1024
_UNNAMED = re.compile(r"Unnamed: \d+")


class Block(NamedTuple):
    """Some rows of a table.

    Parameters
    ----------
    lines : sequence of int
        The line in which each row ends, counted from 1.
    columns : dict of str to sequence of str
        The rows' cells by the column's name, as they stand there: with blanks around them.
    """

    lines: Sequence[int]
    columns: dict[str, Sequence[str]]


@contextmanager
def open_text(place: Place) -> Iterator[TextIO]:
    """Give a file as a stream of text for `blocks`.

    Raises
    ------
    StorageError
        If it cannot be read.
    """
    with place.open() as file:
        text = TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")
        try:
            yield text
        finally:
            text.detach()


def blocks(text: TextIO, findings: Findings, delimiter: str) -> Iterator[Block]:
    """Yield the rows of a table with a header.

    Empty lines are left out, and the header where a resumed run wrote it once more. A row
    that is too short has nothing in its last columns, which is told.

    Parameters
    ----------
    text : TextIO
        From `open_text`, or a `StringIO` that was made with ``newline=""``.
    findings : Findings
    delimiter : str
    """
    source = _Lines(text, findings)
    reader = csv.reader(source, delimiter=delimiter)
    names: list[str] = []
    first = ""
    rows: list[list[str]] = []
    lines: list[int] = []
    width = total = needed = 0
    try:
        for cells in reader:
            start = cells[0].strip() if cells else ""
            if not start and not any(map(str.strip, cells)):
                continue
            if not names:
                first = start
                names = names_of(cells, findings)
                needed = max((place for place, name in enumerate(names, 1) if name), default=0)
                continue
            if start == first and names_of(cells) == names:
                continue
            if len(cells) > len(names):
                _tell_too_long(names, cells, reader.line_num, findings)
            elif len(cells) < needed and not source.unended:
                _tell_too_short(names, cells, reader.line_num, findings)
            width = max(width, len(cells))
            if rows and (len(rows) + 1) * width > _BLOCK_CELLS:
                yield _block(names, rows, lines)
                rows, lines, width = [], [], len(cells)
            rows.append(cells)
            lines.append(reader.line_num)
            total += width
            if total > CELL_LIMIT:
                raise csv.Error(f"it has more than {CELL_LIMIT:,} cells")
    except (csv.Error, OSError) as error:
        findings.add(
            "csv-unreadable",
            f"The table cannot be read from here on ({error}).",
            "Correct the line.",
            "error",
            reader.line_num + 1 if source.broken else reader.line_num,
        )
    else:
        if rows and source.unended:
            _judge_end(names, rows, lines, findings)
    if rows:
        yield _block(names, rows, lines)


class _Lines:
    """The lines of a text, each with its end, as `csv` asks for them."""

    def __init__(self, text: TextIO, findings: Findings) -> None:
        self._text = text
        self._findings = findings
        self._read = 0
        self._clean = True
        self.unended = False
        self.broken = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LINE_LIMIT)
        if not line:
            raise StopIteration
        self._read += len(line)
        self.unended = line[-1] not in "\r\n"
        if self.unended and len(line) == LINE_LIMIT:
            self._break(f"a line is longer than {LINE_LIMIT // 1024 // 1024} MB")
        if self._read > FILE_LIMIT:
            self._break(f"the file is larger than {FILE_LIMIT // 1024 // 1024} MB")
        if "\0" in line:
            line = line.replace("\0", "\ufffd")
        return line if line.isascii() else self._cleaned(line)

    def _break(self, why: str) -> None:
        self.broken = True
        raise csv.Error(why)

    def _cleaned(self, line: str) -> str:
        clean = readable(line)
        if self._clean and clean != line:
            self._clean = False
            self._findings.add(
                "not-utf8",
                "Some bytes are not UTF-8; they are shown as replacement characters.",
                "Save the file as UTF-8.",
                "note",
            )
        return clean


def names_of(cells: Sequence[str], findings: Findings | None = None) -> list[str]:
    """Return a header's names; empty for unnamed columns and the second of two equal ones."""
    names: list[str] = []
    seen: set[str] = set()
    for cell in cells:
        name = cell.strip()
        if not names:
            name = name.lstrip("#").lstrip()  # as numpy.savetxt writes it
        if name in seen and findings:
            findings.add(
                "column-repeated",
                f"There are two columns {name!r}; only the first was read.",
                "Rename or remove one of them.",
                line=1,
            )
        names.append("" if name in seen or _UNNAMED.fullmatch(name) else name)
        if name:
            seen.add(name)
    return names


def _block(names: Sequence[str], rows: list[list[str]], lines: list[int]) -> Block:
    columns = zip(names, zip_longest(*rows, fillvalue=""), strict=False)
    return Block(lines, {name: cells for name, cells in columns if name})


def _tell_too_long(
    names: Sequence[str], cells: Sequence[str], line: int, findings: Findings
) -> None:
    if any(map(str.strip, cells[len(names) :])):
        findings.add(
            "row-too-long",
            f"The row has {len(cells)} cells, the header {len(names)}; the cells "
            "beyond it were left out.",
            "Correct the row, or give the columns a name.",
            line=line,
        )


def _tell_too_short(
    names: Sequence[str], cells: Sequence[str], line: int, findings: Findings
) -> None:
    findings.add(
        "row-too-short",
        f"The row has {len(cells)} cells, the header {len(names)}; what is missing was "
        "taken for not logged.",
        "Correct the row, or write a separator for each cell that is empty.",
        "note",
        line,
    )


def _judge_end(
    names: Sequence[str], rows: list[list[str]], lines: list[int], findings: Findings
) -> None:
    """Leave out a last row that was cut off, and tell where it may have been."""
    last = rows[-1]
    if len(last) < len(names):
        if len(rows) > 1 and len(rows[-2]) < len(names):
            return  # it is as short as the others
        findings.add(
            "row-cut",
            "The last line is cut off in its middle; it was left out.",
            "Nothing to do if the run is still going on.",
            "note",
            lines[-1],
        )
        del rows[-1], lines[-1]
        return
    others = [len(row[len(last) - 1].strip()) for row in rows[:-1] if len(row) >= len(last)]
    if len(last[-1].strip()) < min(others, default=1):
        findings.add(
            "row-cut",
            "The last line has no line end and its last cell is shorter than all above it: it may "
            "be cut off. It was read as it stands.",
            "Nothing to do if the run is still going on, or if the line is right.",
            "note",
            lines[-1],
        )
