"""Stage 1b: tables of text (CSV, TSV), read as they stream by.

In: a file, or a text. Out: its rows in blocks that are small however large the file is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO, TextIOWrapper
from itertools import chain, compress, zip_longest
from typing import NamedTuple, TextIO

from runfolio.model.numbers import format_count
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import to_float
from runfolio.storage.base import Place, readable

__all__ = ["MISSING", "Block", "blocks", "names_of", "open_text", "with_point"]

MISSING = frozenset({"", "NA", "<NA>", "null", "NULL", "None"})
"""Cells that say "not logged". The number NaN (``nan``, ``NaN``) is none of them."""

FILE_LIMIT = 256 * 1024 * 1024
"""Characters read of one table."""

LINE_LIMIT = 1024 * 1024
MOST_LINES = 3_000_000
CELL_LIMIT = 8_000_000
"""Cells of one table, counted with those that too short rows do not have."""

_PIECE = 256 * 1024
_BLOCK_CELLS = 256 * 1024
_BLOCK_ROWS = 256
"""Rows of a block at most: what is made of them stays in the processor's cache."""
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
    reader = csv.reader(chain.from_iterable(source.pieces()), delimiter=delimiter)
    header: list[str] = []
    names: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    left = CELL_LIMIT
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                header, names = list(map(str.strip, cells)), names_of(cells, findings)
                break
        width = len(header)
        needed = max((place for place, name in enumerate(names, 1) if name), default=0)
        room = min(_BLOCK_ROWS, max(1, _BLOCK_CELLS // max(1, width)))
        for cells in reader:
            if len(cells) != width:
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) > width:
                    _tell_too_long(names, cells, reader.line_num, findings)
                    del cells[width:]
                elif len(cells) < needed and not source.unended:
                    _tell_too_short(names, cells, reader.line_num, findings)
            if len(rows) == room:
                yield from _blocks(header, names, rows, lines)
                rows, lines = [], []
            left -= width
            if left < 0:
                raise _TooLargeError(f"{format_count(CELL_LIMIT)} cells")
            rows.append(cells)
            lines.append(reader.line_num)
    except _TooLargeError as error:
        findings.add(
            "table-too-large",
            f"The table has more than {error}; what comes from here on was left out.",
            "Log less often, or into several files.",
            line=reader.line_num + source.broken,
        )
    except (csv.Error, OSError) as error:
        findings.add(
            "csv-unreadable",
            f"The table cannot be read from here on ({error}).",
            "Correct the line.",
            "error",
            reader.line_num + source.broken,
        )
    else:
        if rows and source.unended:
            _judge_end(names, rows, lines, findings)
    if rows:
        yield from _blocks(header, names, rows, lines)


class _TooLargeError(Exception):
    """There is no time for the rest of a table; the message is what it has too much of."""


class _Lines:
    """The lines of a text, each with its end, as `csv` asks for them."""

    def __init__(self, text: TextIO, findings: Findings) -> None:
        self._text = text
        self._findings = findings
        self._clean = True
        self.unended = False
        """Whether the line that was given last has no end, as only the last of a file."""
        self.broken = False
        """Whether reading ended before a line, so that this is not counted."""

    def pieces(self) -> Iterator[Sequence[str]]:
        """Yield the lines, some at a time."""
        rest, room, lines_left = "", FILE_LIMIT, MOST_LINES
        while more := self._text.read(min(_PIECE, room + 1)):
            lines = list(StringIO(rest + self._cleaned(more), newline=""))
            rest = lines.pop()  # more of it may come, or the second half of its end
            yield lines[:lines_left]
            room, lines_left = room - len(more), lines_left - len(lines)
            self.broken = lines_left < 0 or room < 0 or len(rest) > LINE_LIMIT
            if lines_left < 0:
                raise _TooLargeError(f"{format_count(MOST_LINES)} lines")
            if room < 0:
                raise _TooLargeError(f"{FILE_LIMIT // 1024 // 1024} MB")
            if self.broken:
                raise csv.Error(f"a line is longer than {LINE_LIMIT // 1024 // 1024} MB")
        self.unended = not rest.endswith(("\r", "\n"))
        if rest:
            yield [rest]

    def _cleaned(self, text: str) -> str:
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
        clean = readable(text)
        if self._clean and clean != text:
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


def with_point(cell: str) -> str:
    """Return a stripped cell, a number with a decimal comma as one with a point."""
    cell = cell.strip()
    pointed = cell.replace(",", ".", 1)
    return pointed if pointed != cell and to_float(pointed) is not None else cell


def _blocks(
    header: Sequence[str], names: Sequence[str], rows: list[list[str]], lines: list[int]
) -> Iterator[Block]:
    """Yield rows as a block, without those that hold nothing, or the header once more."""
    starts = {row[0].strip() for row in rows}
    if "" in starts or header[0] in starts:
        kept = [
            any(map(str.strip, row))
            and (row[0].strip() != header[0] or list(map(str.strip, row)) != header)
            for row in rows
        ]
        rows, lines = list(compress(rows, kept)), list(compress(lines, kept))
    if rows:
        columns = zip(names, zip_longest(*rows, fillvalue=""), strict=False)
        yield Block(lines, {name: cells for name, cells in columns if name})


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
