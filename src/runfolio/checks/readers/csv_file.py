"""Stage 1d: CSV, also with other delimiters and encodings, also compressed with gzip.

Every cell is read as text: nothing is guessed of a column's type, so that ``007`` stays what it
is and no value depends on which others stand near it.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from runfolio.checks.base import UnreadableError
from runfolio.checks.batch import Batch
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.storage.base import Place, StorageError

if TYPE_CHECKING:
    from runfolio.config import DataSet

__all__ = ["MISSING", "opened_bytes", "reader"]

MISSING = (
    *("#N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan"),
    "null",
)
"""Texts that stand for no value in text files, unless a set names its own: those of pandas."""

_HEAD = 256 * 1024
_BLOCK = 2 << 20
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(slots=True)
class _Csv:
    """An open CSV file."""

    place: Place
    file: BinaryIO
    delimiter: str
    encoding: str
    missing: tuple[str, ...]
    columns: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        import pyarrow as pa
        import pyarrow.csv as pa_csv

        odd = 0

        def skip(row: Any) -> str:
            nonlocal odd
            odd += 1
            return "skip"

        # Without any column rows could not be counted.
        wanted = list(columns) or list(self.columns[:1])
        first = 1
        try:
            stream = pa_csv.open_csv(
                self.file,
                read_options=pa_csv.ReadOptions(block_size=_BLOCK, encoding=self.encoding),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=skip
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(wanted, pa.string()),
                    include_columns=wanted,
                    null_values=["", *self.missing],
                    strings_can_be_null=True,
                ),
            )
            for batch in stream:
                own = dict(zip(batch.schema.names, batch.columns, strict=True))
                yield Batch(own, first, batch.num_rows)
                first += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeError, EOFError) as error:
            raise UnreadableError(_reason(error, first), _hint(error)) from error
        if odd:
            self.problems.append(
                Problem(
                    self.place.shown,
                    "data-rows-odd",
                    f"{format_count(odd)} row{'s have' if odd > 1 else ' has'} more or fewer "
                    "cells than the header has columns and could not be checked.",
                    "Put cells that hold the delimiter into quotes.",
                )
            )


class CsvReader:
    """Reads CSV files."""

    name = "csv"

    def matches(self, path: str) -> bool:
        return path.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt"))

    @contextmanager
    def open(self, place: Place, told: DataSet) -> Iterator[_Csv]:
        delimiter, names = _header(place, told)
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise UnreadableError(
                f"has two columns that are called '{doubled[0]}'", "Give each its own name."
            )
        missing = MISSING if told.missing is None else told.missing
        with opened_bytes(place) as file:
            yield _Csv(place, file, delimiter, _codec(told.encoding), missing, names)


@contextmanager
def opened_bytes(place: Place) -> Iterator[Any]:
    """Open a file as bytes, decompressed where it is a gzip file."""
    import pyarrow as pa

    try:
        compressed = place.head(2) == b"\x1f\x8b"
        with place.open() as file:
            stream = pa.PythonFile(file, mode="r")
            yield pa.CompressedInputStream(stream, "gzip") if compressed else stream
    except StorageError as error:
        raise UnreadableError(str(error)) from error


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise UnreadableError(
            f"is said to be encoded as '{encoding[:40]}', which is not known",
            "Name the encoding as Python does, such as utf-8, latin-1 or cp1252.",
        ) from None
    return "utf8" if name in ("utf-8", "utf-8-sig", "ascii") else name


def _header(place: Place, told: DataSet) -> tuple[str, list[str]]:
    """Return the delimiter and the names of the columns."""
    import pyarrow as pa

    with opened_bytes(place) as file:
        try:
            head = bytes(file.read(_HEAD))
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError("is damaged: it cannot be decompressed") from error
    codec = "utf-8-sig" if (codec := _codec(told.encoding)) == "utf8" else codec
    text = codecs.getincrementaldecoder(codec)(errors="replace").decode(head)
    if not text.strip():
        raise UnreadableError("is empty", "It needs a line with the names of its columns.")
    found = {sign: _first_row(text, sign) for sign in _DELIMITERS}
    delimiter = told.delimiter or max(found, key=lambda sign: len(found[sign]))
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(delimiter) != 1 or not delimiter.isascii():
        raise UnreadableError(
            f"is said to have '{delimiter[:20]}' between its cells, which is no single character",
            "Write one, such as ';', or \\t for a tab.",
        )
    return delimiter, found.get(delimiter) or _first_row(text, delimiter)


def _first_row(text: str, delimiter: str) -> list[str]:
    lines = iter(text.splitlines(keepends=True))
    try:
        return next((row for row in csv.reader(lines, delimiter=delimiter) if row), [])
    except csv.Error:
        return []


def _reason(error: Exception, row: int) -> str:
    text = str(error)
    at = f" from about row {format_count(row)} on" if row > 1 else ""
    if isinstance(error, UnicodeError) or "UTF8" in text or "UTF-8" in text:
        return f"holds text that is not in the encoding given{at}"
    if "straddling" in text:
        return f"has a row that is longer than {_BLOCK >> 20} MiB, or a quote that never ends,{at}"
    return f"cannot be read{at}"


def _hint(error: Exception) -> str:
    if "UTF" in str(error) or isinstance(error, UnicodeError):
        return "Name its encoding, such as encoding: latin-1."
    return "Check that it is a whole CSV file."


reader = CsvReader()
