"""Stage 1b: a run's history as trackers of JSON keep it: rows with a step and what was logged.

In: names and values, row by row. Out: reduced series. Objects in objects become metrics whose
names are joined with ``.``; objects with a ``_type`` are pictures, tables and the like. Of text
only the three words for numbers that JSON cannot write are numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.model.run_series import RunSeries
from runfolio.model.series import Logged, Series
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import MOST_NAMES, tell_names
from runfolio.sources.reading.parsing import (
    LONGEST_NAME,
    MAX_NESTING,
    Tree,
    parse_time,
    text_of,
    to_float,
    to_step,
    to_steps,
)

__all__ = [
    "MEDIA",
    "MOST_POINTS",
    "ROWS_PER_LOOK",
    "Column",
    "History",
]

MEDIA = "_type"
"""The key that marks an object as something else than nested metrics."""

_WORDS = frozenset({"NaN", "Infinity", "-Infinity"})
MOST_POINTS = 30_000_000
"""Points of one unit of work at most; memory is for no more."""
ROWS_PER_LOOK = 1 << 16
"""Rows after which it is asked again whether there is room for more."""
_LARGE = 10**300
_POINTS_PER_NAME = 20
_POINTS_PER_ROW = 20
"""What names and rows take of memory, as if it were points."""


class Column:
    """The points of one metric: the rows that they stand in, and their values."""

    __slots__ = ("name", "rows", "values")

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = array("i")
        self.values = array("d")


class History:
    """Collects the rows of one run."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._steps: list[int | float] = []
        self._media: set[str] = set()
        self._words: dict[str, tuple[int, str]] = {}
        self.values_left_out = 0
        """Values whose names are more than there is room for."""
        self.left_out = 0
        """Points beyond those that memory is for."""

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another name."""
        return len(self._columns) >= MOST_NAMES

    @property
    def names(self) -> int:
        """How many metrics there are."""
        return len(self._columns)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._steps)

    @property
    def size(self) -> int:
        """What it takes of memory, in points; to count them is not cheap."""
        names = len(self._columns) + len(self._words)
        points = sum(len(column.rows) for column in self._columns.values())
        return points + names * _POINTS_PER_NAME + len(self._steps) * _POINTS_PER_ROW

    @property
    def last_step(self) -> int | float:
        """The highest step; 0 where there is none."""
        return max(self._steps, default=0)

    def end_row(self, step: Tree) -> None:
        """End the row to which `add` added; without a step it is the one after the last."""
        number = to_step(step)
        if number is None:
            number = self._steps[-1] + 1 if self._steps else 0
        self._steps.append(number)

    def column(self, name: str) -> Column:
        """Return the column of a metric, to which points may be added.

        Behind the last name that there is room for they are not kept.
        """
        column = self._columns.get(name)
        if column is None:
            column = Column(name)
            if not self.is_full:
                self._columns[name] = column
            else:
                self.values_left_out += 1
        return column

    def latest(self, name: str) -> float | None:
        """Return what the row that is not ended yet has under a name."""
        column = self._columns.get(name)
        if column is None or not column.rows or column.rows[-1] != self.rows:
            return None
        return column.values[-1]

    def mark_media(self, name: str) -> None:
        """Leave out all names within this one."""
        if len(self._media) < MOST_NAMES:
            self._media.add(f"{name}.")

    def add_all(self, values: dict[str, Tree]) -> None:
        """Add the values of the row that is ended next."""
        columns, row = self._columns, self.rows
        for name, value in values.items():
            kind = type(value)
            if kind is float or (kind is int and -_LARGE < value < _LARGE):  # nearly always
                column = columns.get(name)
                if column is None:
                    if self.is_full:
                        self.values_left_out += 1
                        continue
                    column = self.column(name)
                column.rows.append(row)
                column.values.append(value)
            else:
                self.add(name, value)

    def add(self, name: str, value: Tree) -> None:
        """Add a value of the row that is ended next."""
        pending = [(name, value, 0)]
        while pending:
            name, value, depth = pending.pop()
            if isinstance(value, dict) and depth < MAX_NESTING:
                if len(name) > LONGEST_NAME:
                    self._word(name[:80], "values under longer names than are read")
                elif MEDIA not in value:
                    pending += [(f"{name}.{key}", item, depth + 1) for key, item in value.items()]
            elif value in _WORDS if isinstance(value, str) else not isinstance(value, list | dict):
                number = to_float(value)
                if number is not None:
                    column = self.column(name)
                    column.rows.append(self.rows)
                    column.values.append(number)
                elif value is not None:
                    self._word(name, value)
            else:
                self._word(name, value)

    def series(
        self,
        hidden: Sequence[str] = (),
        *,
        times: Sequence[str] | None = None,
        clock: str = "",
        once_per_step: bool = False,
    ) -> tuple[Series, ...]:
        """Return the metrics, sorted by name.

        Parameters
        ----------
        hidden : sequence of str
            Names that are no metrics.
        times : sequence of str, optional
            A time for each row, by which the rows are put in order.
        clock : str
            The name under which rows hold their time, in seconds since 1970.
        once_per_step : bool
            Of the points of a metric at one step keep the one that was added last.
        """
        steps = to_steps(self._steps)
        rank = None if times is None else _ranks(times)
        walls = self._seconds(clock) if times is None else _milliseconds(times)
        found = RunSeries()
        for name in sorted(self._columns.keys() - set(hidden)):
            column = self._columns[name]
            if not column.rows or self._is_media(name):
                continue
            rows = np.frombuffer(column.rows, np.int32)
            values = np.frombuffer(column.values, np.float64)
            if rank is not None:
                order = np.argsort(rank[rows], kind="stable")
                rows, values = rows[order], values[order]
            at = steps[rows]
            logged = None if walls is None else walls[rows]
            if once_per_step:
                _, from_end = np.unique(at[::-1], return_index=True)
                kept = np.sort(len(at) - 1 - from_end)
                at, values = at[kept], values[kept]
                logged = None if logged is None else logged[kept]
            found.add(Logged(name, at, values, logged))
        return tuple(found.reduced())

    def tell(self, findings: Findings, hidden: Sequence[str] = ()) -> None:
        """Tell of what was logged and is no number."""
        for name, (count, text) in sorted(self._words.items()):
            if name in hidden or self._is_media(name):
                continue
            if name in self._columns:
                findings.add(
                    "metric-not-a-number",
                    f"{name!r} is {text!r} and no number in {count} of its rows; these points "
                    "were left out.",
                    "Log text under a name of its own.",
                )
            else:
                findings.add(
                    "column-without-numbers",
                    f"{name!r} holds no number (but for instance {text!r}); it is none of the "
                    "metrics.",
                    "Nothing to do; what describes a run is better logged as its config.",
                    "note",
                )
        if self.values_left_out:
            tell_names(findings, "metrics", self.values_left_out)
        if self.left_out:
            findings.add(
                "history-too-long",
                f"The run logged more than {format_count(MOST_POINTS)} points; "
                f"{format_count(self.left_out)} rows behind them were left out.",
                "Log less often, or split the run.",
            )

    def _seconds(self, clock: str) -> NDArray[np.float64] | None:
        """Return the time of each row in ms, as a column has it; None without that one."""
        column = self._columns.get(clock)
        if column is None:
            return None
        times = np.full(self.rows, np.nan)
        with np.errstate(over="ignore"):  # what is no time may be any number
            times[np.frombuffer(column.rows, np.int32)] = np.multiply(column.values, 1000.0)
        return times

    def _word(self, name: str, value: Tree) -> None:
        count, text = self._words.get(name) or (0, text_of(value)[:80])
        if count or len(self._words) < MOST_NAMES:
            self._words[name] = (count + 1, text)

    def _is_media(self, name: str) -> bool:
        """Tell whether a name lies within one that was marked."""
        if not self._media:
            return False
        end = name.find(".")
        while end >= 0:
            if name[: end + 1] in self._media:
                return True
            end = name.find(".", end + 1)
        return False


def _milliseconds(times: Sequence[str]) -> NDArray[np.float64]:
    """Return times in ms since 1970; NaN for what is none."""
    known = {text: parse_time(text) for text in set(times)}
    return np.array([known[text] for text in times], np.float64)


def _ranks(times: Sequence[str]) -> NDArray[np.int64] | None:
    """Return the place of each row in the order of time; None where they are in it."""
    if all(earlier <= later for earlier, later in pairwise(times)):
        return None
    ranks = np.empty(len(times), np.int64)
    ranks[sorted(range(len(times)), key=times.__getitem__)] = np.arange(len(times))
    return ranks
