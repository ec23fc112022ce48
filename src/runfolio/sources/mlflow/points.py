"""Stage 1b: the points in the metric files of a run in an MLflow file store.

In: the bytes of the files ``metrics/<name>``. Out: their reduced series.

Nearly all lines are ``time value step``; where one is not, `LineReader` takes over. Most time
goes into numbers, so that none is read that need not be: the values of many files go through
a fast reader at once, and steps are read once for all metrics that were logged together.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.run_series import RunSeries
from runfolio.model.series import Logged, Series, Steps
from runfolio.sources.mlflow.lines import LineReader, Points
from runfolio.sources.reading.findings import Findings
from runfolio.storage.base import Place, readable

__all__ = ["PointsReader"]

_IN_VALUES = b"0123456789+-.eE,nainf"
_IN_STEPS = b"0123456789-"
_BATCH = 1024 * 1024
_ODD_LINES = 10_000
"""After so many lines that cannot be read, the rest of a file is left alone."""
_MOST_LINES = 4_200_000
"""Lines of one file at most: of MLflow's own, no file within `READ_LIMIT` has as many."""


class _Plain(NamedTuple):
    """A file in which every line has three fields: its values not yet read, as text."""

    path: str
    data: bytes
    values: bytes
    steps: Steps
    times: NDArray[np.int64]


class PointsReader:
    """Reads the metric files of one run, one after the other.

    Parameters
    ----------
    folder : Place
        The run's folder.
    problems : list of Problem
        Added to.
    """

    def __init__(self, folder: Place, problems: list[Problem]) -> None:
        self._folder = folder
        self._problems = problems
        self._series = RunSeries("mlflow")
        self._waiting: list[_Plain] = []
        self._size = 0
        # Of the file before, for metrics that are logged together have them in common.
        self._others: bytes | None = None
        self._steps: Steps = np.empty(0, np.int64)
        self._times: NDArray[np.int64] = np.empty(0, np.int64)

    def add(self, path: str, data: bytes) -> None:
        """Read the file ``metrics/<name>``, now or a little later."""
        if len(data) <= _BATCH:
            fields = data.split(b" ")  # time, value, step and next time, value …, step
            if self._knows(b" ".join(fields[0::2])):
                values = b",".join(fields[1::2])
                self._waiting.append(_Plain(path, data, values, self._steps, self._times))
                self._size += len(data)
                if self._size > _BATCH:
                    self._read_waiting()
                return
        self._read_pieces(path, data)

    def series(self) -> list[Series]:
        """Return the series of all files, by their metrics' names."""
        self._read_waiting()
        return sorted(self._series.reduced(), key=lambda series: series.metric)

    def _knows(self, others: bytes) -> bool:
        """Tell whether a file has the steps of the one before, or else other ones to go by."""
        if others != self._others:
            try:
                fields = _fields(others)
                steps = _steps(b" ".join(fields[1::2]))
                times = np.fromiter(map(int, fields[0::2]), np.int64)
            except (ValueError, OverflowError):
                return False
            self._others, self._steps, self._times = others, steps, times
        return True

    def _read_waiting(self) -> None:
        """Read the values of the files that were split."""
        values = _numbers(b",".join([plain.values for plain in self._waiting]))
        if len(values) == sum(len(plain.steps) for plain in self._waiting):
            start = 0
            for plain in self._waiting:
                end = start + len(plain.steps)
                self._series.add(
                    Logged(_metric(plain.path), plain.steps, values[start:end], plain.times)
                )
                start = end
        else:  # some number is odd: which one, the lines tell
            for plain in self._waiting:
                self._read_pieces(plain.path, plain.data)
        self._waiting.clear()
        self._size = 0

    def _read_pieces(self, path: str, data: bytes) -> None:
        """Read a file that is large or odd: where it is odd, line by line."""
        findings = Findings(self._folder / path)
        lines = LineReader(findings)
        pieces: list[Points] = []
        for piece in _pieces(data):
            if lines.number >= _MOST_LINES:
                findings.add(
                    "metric-too-long",
                    f"It has more than {format_count(_MOST_LINES)} lines; those from here on were "
                    "left out.",
                    "Check that it is a file that MLflow wrote.",
                    "error",
                    lines.number + 1,
                )
                break
            try:
                pieces.append(_read_piece(piece))
                lines.number += piece.count(b"\n")
            except (ValueError, OverflowError):
                pieces += lines.points(piece)
            if lines.odd > _ODD_LINES:
                findings.add(
                    "metric-unreadable",
                    f"Of the lines up to {format_count(lines.number)}, {format_count(lines.odd)} "
                    "could not be read; those behind it were left out.",
                    "Check that it is a file that MLflow wrote.",
                    "error",
                )
                break
        if not data.strip():
            findings.add(
                "metric-empty",
                "The metric's file is empty; the metric was left out.",
                "Remove the file, or log the metric again.",
            )
        self._problems += findings.problems()
        if pieces:
            steps, values, times = (np.concatenate(part) for part in zip(*pieces, strict=True))
            self._series.add(Logged(_metric(path), steps, values, times))


def _pieces(data: bytes) -> Iterator[bytes]:
    """Cut into pieces of whole lines: the fields of a large file take a multiple of it."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + _BATCH) + 1 or len(data)
        yield data[start:end]
        start = end


def _read_piece(data: bytes) -> Points:
    """Read lines of ``time value step``.

    Raises
    ------
    ValueError, OverflowError
        If one is something else.
    """
    if len(data) > 2 * _BATCH:
        raise ValueError("no line is that long")
    parts = data.split(b" ")
    fields, values = _fields(b" ".join(parts[0::2])), _numbers(b",".join(parts[1::2]))
    if len(fields) != 2 * len(values):
        raise ValueError("some number is odd")
    times, steps = (np.fromiter(map(int, fields[n::2]), np.int64) for n in (0, 1))
    return steps, values, times


def _fields(others: bytes) -> list[bytes]:
    """Return the fields of lines of ``time step``.

    Raises
    ------
    ValueError
        If a line is something else, or there is none.
    """
    rest = others.translate(None, _IN_STEPS)
    if not rest or rest != b" \n" * (len(rest) // 2):
        raise ValueError("something else than times and steps")
    return others.split()


@lru_cache(maxsize=2)
def _steps(text: bytes) -> NDArray[np.int64]:
    """Return steps; of most runs they are the same."""
    return np.fromiter(map(int, text.split()), np.int64)


def _metric(path: str) -> str:
    return readable(path.partition("/")[2])


def _numbers(text: bytes) -> NDArray[np.float64]:
    """Return numbers separated by commas exactly as `float` reads them; none if one is odd."""
    from pydantic_core import from_json  # reads a number in a sixth of the time of `float`

    if text.translate(None, _IN_VALUES):
        return np.empty(0)
    if b"n" in text:
        text = text.replace(b"nan", b"NaN").replace(b"inf", b"Infinity")
    try:
        found = from_json(b"[%b]" % text)
        numbers = np.fromiter(found, np.float64, len(found))
    except (ValueError, OverflowError):
        return np.empty(0)
    if not numbers.all() and b"-0," in text + b",":
        return np.empty(0)  # an integer there, which has no sign
    return numbers
