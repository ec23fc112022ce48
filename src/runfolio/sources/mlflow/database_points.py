"""Stage 1b: the points of one run in an MLflow database.

In: rows of the table ``metrics``, some at a time. Out: the run's reduced series. Rows become
columns as they come: a row of Python's takes ten times the memory, and more time.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from runfolio.model.run_series import reduce_run
from runfolio.model.series import Logged, Series, Steps
from runfolio.sources.reading.sql_database import Row

__all__ = ["Points", "as_text"]

_INFINITY = 1.7976931348623157e308
"""What MLflow stores for infinity, which some databases cannot hold."""
_Columns = tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


class Points:
    """Gathers the points of one run.

    Parameters
    ----------
    run_id : str
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._keys = _Numbered()
        self._parts: list[_Columns] = []

    def add(self, rows: Sequence[Row]) -> list[Row]:
        """Take rows of (run, key, step, time, value); return those not made of numbers."""
        try:
            steps = array("q", [row[2] for row in rows])
            times = array("q", [row[3] for row in rows])
            values = array("d", [math.nan if row[4] is None else row[4] for row in rows])
        except (TypeError, OverflowError):
            return self._add_one_by_one(rows)
        numbers = np.fromiter([self._keys[row[1]] for row in rows], np.intp, len(rows))
        self._parts.append(
            (
                numbers,
                np.frombuffer(steps, np.int64),
                np.frombuffer(times, np.int64),
                np.frombuffer(values, np.float64),
            )
        )
        return []

    def series(self) -> tuple[Series, ...]:
        """Return the series of all points, by their metrics' names."""
        if not self._parts:
            return ()
        codes, steps, times, values = (
            np.concatenate(column) for column in zip(*self._parts, strict=True)
        )
        self._parts.clear()
        order = codes.argsort(kind="stable")
        steps, times, values = steps[order], times[order], values[order]
        huge = np.abs(values) >= _INFINITY
        if huge.any():
            values = np.where(huge, np.copysign(np.inf, values), values)
        ends = np.bincount(codes).cumsum().tolist()
        bounds = dict(zip(self._keys, zip([0, *ends], ends, strict=False), strict=True))
        logged: list[Logged] = []
        shared: Steps = steps[:0]
        for key in sorted(bounds, key=as_text):
            start, end = bounds[key]
            own = steps[start:end]
            if len(own) != len(shared) or not (own == shared).all():
                shared = own  # metrics that were logged together have theirs in common
            logged.append(Logged(as_text(key), shared, values[start:end], times[start:end]))
        return tuple(reduce_run(logged, last_rule="mlflow"))

    def _add_one_by_one(self, rows: Sequence[Row]) -> list[Row]:
        good = [row for row in rows if _is_point(row)]
        if good:
            self.add(good)
        return [row for row in rows if not _is_point(row)]


def as_text(value: object) -> str:
    """Return text that a database gave as str or bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class _Numbered(dict[object, int]):
    """Numbers keys in the order in which they are first asked for."""

    def __missing__(self, key: object) -> int:
        self[key] = number = len(self)
        return number


def _is_point(row: Row) -> bool:
    _, _, step, time, value = row
    whole = all(isinstance(part, int) and -(2**63) <= part < 2**63 for part in (step, time))
    return whole and (value is None or isinstance(value, int | float))
