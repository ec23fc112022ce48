"""Stage 3: how do the curves of a configuration's runs go, and how far apart are they?

In: the tables and the rows of one metric's curves. Out: `Line`, a run's points along steps,
epochs or time, and `Band`, the median and the spread of several runs at common places. Runs
that log at different steps are read between their own points along straight lines, never
beyond them: at each place only the runs count that have reached it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.model.tables import Tables

__all__ = ["FEWEST_FOR_QUARTILES", "MOST_PLACES", "Axis", "Band", "Line", "band_of", "curve_lines"]

Axis = Literal["step", "epoch", "time"]

MOST_PLACES = 300
"""Where the runs' points lie at more places than these, as many equally far apart are read."""
FEWEST_FOR_QUARTILES = 5
"""Of fewer runs the band goes from the lowest to the highest."""

_LARGE = 1e150
"""From here on values are halved often enough that no difference of two overflows."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """The points of one run.

    Parameters
    ----------
    x : ndarray of float64, shape (points,)
        Ascending, each value once: steps, epochs, or seconds since the start.
    y : ndarray of float64, shape (points,)
        NaN where no finite value was logged.
    """

    x: Floats
    y: Floats


@dataclass(frozen=True, slots=True)
class Band:
    """Several runs at common places.

    Parameters
    ----------
    x : ndarray of float64, shape (places,)
        Ascending.
    median, low, high : ndarray of float64, shape (places,)
        NaN where no run has a value.
    reached : ndarray of int64, shape (places,)
        How many runs have a value there.
    runs : int
        How many runs have any.
    """

    x: Floats
    median: Floats
    low: Floats
    high: Floats
    reached: NDArray[np.int64]
    runs: int

    @property
    def is_quartiles(self) -> bool:
        """Whether the band goes from the lower to the upper quartile, not from end to end."""
        return self.runs >= FEWEST_FOR_QUARTILES

    def shared(self) -> Band:
        """Return the part in which at least half of the runs have a value; all if there is none."""
        kept = 2 * self.reached >= self.runs
        if not kept.any():
            return self
        columns = (self.x, self.median, self.low, self.high)
        x, median, low, high = (column[kept] for column in columns)
        return Band(x, median, low, high, self.reached[kept], self.runs)

    def at(self, x: float) -> float:
        """Return the median at the last place that is not beyond `x`; NaN before the first."""
        place = int(np.searchsorted(self.x, x, side="right")) - 1
        return float(self.median[place]) if place >= 0 else math.nan


def curve_lines(
    tables: Tables, rows: Mapping[str, Mapping[str, int]], metric: str, axis: Axis = "step"
) -> dict[str, Line]:
    """Return the curves of a metric along steps, epochs or time.

    Parameters
    ----------
    tables : Tables
    rows : mapping of str to (mapping of str to int)
        By run and metric: the row of `Tables.metrics`.
    metric : str
    axis : {"step", "epoch", "time"}
        The epoch of a step is the last value of the run's metric ``epoch`` that was logged at
        or before it; of several points in one epoch the last counts. Time is in seconds since
        the runs' starts, or, unless all are known and before the first point, since each
        run's first point.

    Returns
    -------
    dict of str to Line
        By run, those with at least two finite values. Empty where the epochs or the times of
        one of them are not known, where each step is an epoch, and where more than half of a
        run's points share their times: they were logged together, after the training.
    """
    curves = {run: own[metric] for run, own in rows.items() if metric in own}
    curves = {
        run: row for run, row in curves.items() if np.isfinite(tables.curves.of(row)[1]).sum() > 1
    }
    places: dict[str, Floats] = {}
    if axis == "time":
        places = _times(tables, curves)
    for run, row in curves.items():
        if axis == "step":
            places[run] = tables.curves.of(row)[0]
        elif axis == "epoch":
            places[run] = _epochs(tables, rows[run], tables.curves.of(row)[0])
    if any(not np.isfinite(places[run]).any() for run in curves):
        return {}
    if axis == "time" and any(2 * len(np.unique(own)) < len(own) for own in places.values()):
        return {}
    if axis == "epoch" and all(
        np.ptp(places[run] - tables.curves.of(row)[0]) == 0 for run, row in curves.items()
    ):
        return {}
    return {run: _line(places[run], tables.curves.of(row)[1]) for run, row in curves.items()}


def _times(tables: Tables, curves: Mapping[str, int]) -> dict[str, Floats]:
    """Return the seconds since the start at each point of each run."""
    times = {run: tables.curves.times_of(row) for run, row in curves.items()}
    firsts = {run: float(own[np.isfinite(own)].min(initial=math.inf)) for run, own in times.items()}
    started = tables.runs["started"].loc[list(curves)]
    starts = firsts
    if started.notna().all():
        starts = {run: begun.timestamp() for run, begun in zip(curves, started, strict=True)}
    if any(starts[run] > first for run, first in firsts.items()):
        starts = firsts
    return {run: own - starts[run] for run, own in times.items()}


def _epochs(tables: Tables, own: Mapping[str, int], steps: Floats) -> Floats:
    """Return the epoch of each step, NaN before the first that is known."""
    names = [name for name in own if name.lower().rsplit("/", 1)[-1] == "epoch"]
    if not names:
        return np.full(len(steps), np.nan)
    at, epochs = tables.curves.of(own[names[0]])
    known = np.isfinite(epochs)
    at, epochs = at[known], np.append(epochs[known], np.nan)  # the last stands for "before all"
    found: Floats = epochs[np.searchsorted(at, steps, side="right") - 1]
    return found


def _line(x: Floats, y: Floats) -> Line:
    """Put points in order; of several at one place the one that was logged last counts."""
    known = np.isfinite(x)
    x, y = x[known], y[known]
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    last = np.append(x[1:] != x[:-1], True)
    return Line(x[last], np.where(np.isfinite(y[last]), y[last], np.nan))


def band_of(lines: Sequence[Line]) -> Band | None:
    """Return the median and the spread of several runs.

    The places are those of all points, or `MOST_PLACES` equally far apart where there are
    more; whole numbers stay whole. A value that is not finite is a gap up to the points
    beside it. Quantiles are interpolated linearly between the ordered values (Hyndman & Fan,
    Sample quantiles in statistical packages, 1996, definition 7).

    Returns
    -------
    Band or None
        None where no run has a finite value.
    """
    lines = [line for line in lines if np.isfinite(line.y).any()]
    if not lines:
        return None
    x = _places(np.unique(np.concatenate([line.x for line in lines])))
    top = max(float(np.nanmax(np.abs(line.y))) for line in lines)
    unit = 2.0**4 if top > _LARGE else 1.0  # a power of two: exact
    values = np.array(
        [np.interp(x, line.x, line.y / unit, left=np.nan, right=np.nan) for line in lines]
    )
    values[~np.isfinite(values)] = np.nan
    reached = np.isfinite(values).sum(axis=0)
    values.sort(axis=0)  # NaN to the end
    outer = 0.25 if len(lines) >= FEWEST_FOR_QUARTILES else 0.0
    low, median, high = (
        _quantile(values, reached, share) * unit for share in (outer, 0.5, 1 - outer)
    )
    return Band(x, median, low, high, reached, len(lines))


def _places(x: Floats) -> Floats:
    if len(x) <= MOST_PLACES:
        return x
    # Halves, since the distance of the ends may be too large for a number.
    even: Floats = (x[0] / 2 + (x[-1] / 2 - x[0] / 2) * np.linspace(0, 1, MOST_PLACES)) * 2
    even[0], even[-1] = x[0], x[-1]
    return np.unique(np.round(even)) if np.array_equal(x, np.round(x)) else np.unique(even)


def _quantile(ordered: Floats, counts: NDArray[np.int64], share: float) -> Floats:
    """Return a quantile of each column, of its first `counts` values."""
    place = share * np.maximum(counts - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(counts - 1, 0))
    low = np.take_along_axis(ordered, below[None], axis=0)[0]
    high = np.take_along_axis(ordered, above[None], axis=0)[0]
    part = place - below
    found: Floats = low + (high - low) * part
    return found
