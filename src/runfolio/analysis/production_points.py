"""Stage 3: the rows of a log of production become the points of one metric.

In: a log and a column. Out: one point a time, with the cases behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.service_levels import HOUR
from runfolio.model.production import ProductionLog

__all__ = ["MOST_POINTS", "Points", "are_shares", "points_of"]

MOST_POINTS = 1000
"""Points of one metric; of more, those of an hour, a day, a week … are one."""

_PERIODS = (HOUR, 24 * HOUR, 7 * 24 * HOUR, 28 * 24 * HOUR)
_ROUNDED = 0.001
"""By how much a share may be rounded in a log."""


@dataclass(frozen=True, slots=True)
class Points:
    """A metric over time; ``cases`` are None where what lies behind a value is not known."""

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    cases: NDArray[np.float64] | None


def points_of(log: ProductionLog, column: str, count: str | None = None) -> Points:
    """Return the points of a metric.

    Rows without a finite value, or without a case behind it, are none. Rows of one time become
    their mean, weighted by cases where these are logged; where they are not, each row is a case.

    Parameters
    ----------
    log : ProductionLog
    column : str
    count : str or None
        The column with the number of cases; None for the one called like the metric with ``_n``.
    """
    values = log.columns.numbers[column]
    counted = log.columns.numbers.get(count or f"{column}_n")
    known = np.isfinite(values)
    if counted is not None:
        known &= np.isfinite(counted) & (counted > 0)
    times, values = log.times[known], values[known]
    cases = counted[known] if counted is not None else None
    keys = _keys(times)
    ends = np.flatnonzero(np.append(keys[1:] != keys[:-1], True)) if len(keys) else np.empty(0, int)
    if len(ends) == len(times):
        return Points(times, values, cases)
    weights = np.ones(len(values)) if cases is None else cases
    starts = np.concatenate(([0], ends[:-1] + 1))
    whole = np.add.reduceat(weights, starts)
    return Points(times[ends], np.add.reduceat(weights * values, starts) / whole, whole)


def are_shares(values: NDArray[np.float64], cases: NDArray[np.float64] | None) -> bool:
    """Tell whether values are shares of their cases: all of them make whole numbers of cases."""
    if cases is None or not len(values) or bool(np.any((values < 0) | (values > 1))):
        return False
    whole = values * cases
    off = np.abs(whole - np.rint(whole))
    return bool(np.all(off <= np.minimum(_ROUNDED * cases, 0.25) + 1e-6))


def _keys(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what rows of one point share: their time, or of too many the hour, day …"""
    if len(times) <= MOST_POINTS or len(np.unique(times)) <= MOST_POINTS:
        return times
    for period in _PERIODS:
        keys = times // period
        if len(np.unique(keys)) <= MOST_POINTS:
            break
    return keys
