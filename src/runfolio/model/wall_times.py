"""Stage 2: when the points of a series were logged, in one unit.

In: wall times in ms since 1970 in UTC, as readers have them. Out: seconds, as the tables have
them; NaN for what is no time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_TIMES", "Times", "seconds_of", "seconds_together"]

Times = NDArray[np.int64] | NDArray[np.float64]
"""Wall times in ms since 1970 in UTC, as logged; NaN where one is not known."""

NO_TIMES: NDArray[np.float64] = np.empty(0)
"""The times of a series of which none is known."""

_EARLIEST, _LATEST = 1e8, 1e11
"""Seconds since 1970, of the years 1973 and 5138: what lies outside is no time in ms."""


def seconds_of(times: Times) -> NDArray[np.float64]:
    """Return times in seconds, NaN for what is none; empty where all are none."""
    seconds: NDArray[np.float64] = times / 1000.0
    known = (seconds > _EARLIEST) & (seconds < _LATEST)
    if known.all():
        return seconds
    return np.where(known, seconds, np.nan) if known.any() else NO_TIMES


def seconds_together(times: Sequence[Times | None]) -> list[NDArray[np.float64]]:
    """Return the times of several series of one length, each as `seconds_of` does.

    Those that share an array share the result.
    """
    distinct = {id(one): one for one in times if one is not None}
    if not distinct:
        return [NO_TIMES] * len(times)
    rows = np.stack(list(distinct.values())) / 1000.0
    known = (rows > _EARLIEST) & (rows < _LATEST)
    found: dict[int, NDArray[np.float64]] = dict(zip(distinct, rows, strict=True))
    if not known.all():
        rows = np.where(known, rows, np.nan)
        found = {
            key: row if some.any() else NO_TIMES
            for key, row, some in zip(distinct, rows, known, strict=True)
        }
    return [found.get(id(one), NO_TIMES) for one in times]
