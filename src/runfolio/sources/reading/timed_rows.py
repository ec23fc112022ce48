"""Stage 1b: rows with a time, gathered by column as a file streams by.

In: which columns are wanted, and cells of CSV, JSON or Parquet. Out: times, and columns of numbers
or of texts; a row without a time, and a cell that is no number, are told.
"""

from __future__ import annotations

import fnmatch
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.model.problems import Problem, near_miss
from runfolio.model.production import Columns
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.mixed_column import MixedColumn
from runfolio.sources.reading.parsing import parse_time, text_of

__all__ = ["ReadRows", "TimedRows", "Wish"]

MOST_COLUMNS = 500
"""Columns that are read of one file."""

_TIME_NAMES = ("timestamp", "time", "datetime", "date", "day", "ts")
_EARLIEST, _LATEST = 100_000_000_000, 8_000_000_000_000
"""Milliseconds since 1970, of the years 1973 and 2223: what lies outside is no time of a log."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which columns are wanted.

    Parameters
    ----------
    time : str or None
        The column with the time; None for one of the usual names.
    needs_time : bool
        Whether rows without a time are no rows.
    version : str
        The column with the version of the model.
    needs_version : bool
        Whether that column is named by the configuration, and not only likely.
    columns : tuple of str
        Named ones, which must be there.
    likely : tuple of str
        Those that are read where they are there.
    patterns : tuple of str
    everything : bool
        Whether all columns are wanted.
    """

    time: str | None = None
    needs_time: bool = True
    version: str = ""
    needs_version: bool = False
    columns: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    everything: bool = False

    def has(self, name: str) -> bool:
        """Tell whether a column is wanted."""
        return (
            self.everything
            or name in self.columns
            or name in self.likely
            or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns)
        )


@dataclass(frozen=True, slots=True)
class ReadRows:
    """What was read: rows with a time in the order of the file, or all rows of a reference.

    ``times`` are milliseconds since 1970 in UTC; ``versions`` is empty without such a column.
    """

    times: NDArray[np.int64]
    columns: Columns
    versions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


class TimedRows:
    """Rows so far, of a log or of a reference.

    Parameters
    ----------
    wish : Wish
    findings : Findings
        Told of what cannot be read.
    """

    def __init__(self, wish: Wish, findings: Findings) -> None:
        self._wish = wish
        self._findings = findings
        self._time = ""
        self._seen: dict[str, None] = {}
        self._times = array("q")
        self._columns: dict[str, MixedColumn] = {}
        self._wanted: dict[str, bool] = {}
        self._last: tuple[Any, int | None] = (None, None)

    def begin(self, names: Sequence[str]) -> bool:
        """Look at the names of columns; False where there is no time among them."""
        self._seen.update(dict.fromkeys(names))
        if self._time or not self._wish.needs_time:
            return True
        told = self._wish.time
        usual = (name for word in _TIME_NAMES for name in names if name.strip().lower() == word)
        found = (told if told in names else None) if told else next(usual, None)
        if found is None:
            hint = "Name the column with the time under time: in report.yaml."
            self._findings.add(
                "production-no-time-column",
                f"There is no column {told!r}, which is to hold the time; nothing was read."
                if told
                else "No column says when its row was measured; nothing was read.",
                near_miss(told, names[:20], "Columns are") if told else hint,
                "error",
            )
            return False
        self._time = found
        return True

    def add_block(self, lines: Sequence[int], cells: Mapping[str, Sequence[Any]]) -> None:
        """Add rows: the lines that they stand in, and their cells by column."""
        keep: list[int] | None = None
        if self._wish.needs_time:
            times = self._parsed(lines, cells.get(self._time) or [None] * len(lines))
            if any(time is None for time in times):
                keep = [index for index, time in enumerate(times) if time is not None]
            self._times.extend([time for time in times if time is not None])
        else:
            self._times.extend([0] * len(lines))
        rows = len(self._times)
        own = [lines[i] for i in keep] if keep is not None else lines
        for name, column in cells.items():
            if name == self._time or not self._wants(name):
                continue
            known = self._columns.get(name)
            if known is None:
                if len(self._columns) >= MOST_COLUMNS:
                    continue
                known = self._columns[name] = MixedColumn(as_text=name == self._wish.version)
            known.pad(rows - len(own))
            known.add(own, column if keep is None else [column[i] for i in keep])

    def _wants(self, name: str) -> bool:
        known = self._wanted.get(name)  # patterns are slow, and JSON asks in every line
        if known is None:
            known = name == self._wish.version or self._wish.has(name)
            self._wanted[name] = known
        return known

    def _parsed(self, lines: Sequence[int], cells: Sequence[Any]) -> list[int | None]:
        times = []
        for line, cell in zip(lines, cells, strict=True):
            if cell != self._last[0] or cell is None:
                found = None if cell is None else parse_time(text_of(cell))
                known = found is not None and _EARLIEST < found < _LATEST
                self._last = (cell, found if known else None)
            if self._last[1] is None:
                shown = "empty" if cell is None or cell == "" else repr(text_of(cell)[:40])
                self._findings.add(
                    "production-no-time",
                    f"The time ({self._time!r}) is {shown}, which is none; the row was left out.",
                    "Write ISO 8601, such as 2026-11-30T08:00:00Z, or seconds since 1970.",
                    line=line,
                )
            times.append(self._last[1])
        return times

    def result(self) -> ReadRows:
        """Return what was gathered, with all that was wrong."""
        wish, numbers, texts = self._wish, {}, {}
        if self._seen and (self._time or not wish.needs_time):
            for told in self._missing():
                self._tell_missing(told)
        for column in self._columns.values():
            column.pad(len(self._times))
        version = self._columns.pop(wish.version, None)
        for name, column in self._columns.items():
            if column.is_text and name not in wish.columns:
                texts[name] = column.as_texts()
                continue
            numbers[name] = column.numbers
            for line, cell in column.odd:
                self._findings.add(
                    "production-not-a-number",
                    f"{name!r} is {cell!r}, not a number; it was taken for not logged.",
                    "Correct the cell, or leave it empty where nothing was measured.",
                    line=line,
                )
            self._findings.also("production-not-a-number", column.texts - len(column.odd))
        if not len(self._times) and not self._findings.problems():
            self._findings.add(
                "production-empty", "The file holds no rows.", "Log to it, and build again."
            )
        if len(self._seen) > MOST_COLUMNS and len(self._columns) >= MOST_COLUMNS:
            self._findings.add(
                "production-too-many-columns",
                f"There are more than {MOST_COLUMNS} columns; the others were left out.",
                "Name those that matter under metrics: in report.yaml.",
            )
        versions = tuple(text or "" for text in version.as_texts()) if version else ()
        return ReadRows(
            np.array(self._times, np.int64),
            Columns(numbers, texts),
            versions,
            tuple(self._findings.problems()),
        )

    def _missing(self) -> Iterator[str]:
        wish = self._wish
        named = (*wish.columns, *((wish.version,) if wish.needs_version else ()))
        yield from (name for name in dict.fromkeys(named) if name not in self._seen)
        for pattern in wish.patterns:
            if not any(fnmatch.fnmatchcase(name, pattern) for name in self._seen):
                yield pattern

    def _tell_missing(self, name: str) -> None:
        self._findings.add(
            "production-column-missing",
            f"There is no column {name!r}, which report.yaml names; nothing is told of it.",
            near_miss(name, [*self._seen][:20], "Columns are"),
        )
