"""Stage 2: a series is one metric of one run over steps, reduced while it is read.

In: the raw points of one series, in the order in which they were logged.
Out: exact summary values and a bounded curve, of those points that
`runfolio.model.thinning` keeps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runfolio.model.thinning import MAX_POINTS, kept_points
from runfolio.model.wall_times import NO_TIMES, Times, seconds_of

__all__ = [
    "MAX_POINTS",
    "LastRule",
    "Logged",
    "Series",
    "Steps",
    "Summary",
    "Times",
    "extremes",
    "owned",
    "reduce_series",
]

LastRule = Literal["order", "mlflow"]
"""Which point is the last one: by log order, or by MLflow's (step, time, value)."""

Steps = NDArray[np.int64] | NDArray[np.float64]
_NOWHERE: NDArray[np.float64] = np.empty(0)


@dataclass(frozen=True, slots=True)
class Summary:
    """Exact summary values of one series.

    ``min``, ``max`` and ``mean`` are over the finite values and NaN where there are
    none; ``first`` and ``last`` are as logged and may be NaN or infinite.
    ``nonfinite`` counts NaN, inf and -inf; ``count`` counts all points.
    """

    first: float
    last: float
    last_step: float
    min: float
    min_step: float
    max: float
    max_step: float
    mean: float
    count: int
    nonfinite: int


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of one run.

    Parameters
    ----------
    metric : str
        The metric's name as logged.
    steps : ndarray of int64 or float64, shape (k,)
        Steps of the kept points, ascending; ``k <= MAX_POINTS`` but for the points kept at
        deciding steps, two for each of at most 16 held-out metrics.
    values : ndarray of float64, shape (k,)
        Values of the kept points; NaN and infinities are kept.
    summary : Summary
        Computed from all points. The curve is thinned where ``summary.count > k``.
    times : ndarray of float64, shape (k,) or (0,)
        Wall time of the kept points in seconds since 1970 in UTC, NaN where it is not known;
        empty where none is. Several series may share one array.
    """

    metric: str
    steps: Steps
    values: NDArray[np.float64]
    summary: Summary
    times: NDArray[np.float64] = field(default_factory=lambda: NO_TIMES)


class Logged(NamedTuple):
    """The raw points of one series, as `reduce_series` takes them."""

    metric: str
    steps: Steps
    values: NDArray[np.float64]
    times: Times | None = None


def reduce_series(
    metric: str,
    steps: Steps,
    values: NDArray[np.float64],
    times: Times | None = None,
    *,
    last_rule: LastRule = "order",
    also_at: NDArray[np.float64] = _NOWHERE,
) -> Series:
    """Reduce the raw points of one series to summary values and a bounded curve.

    Parameters
    ----------
    metric : str
        The metric's name as logged.
    steps : ndarray of int64 or float64, shape (n,), n >= 1
        Step of each point, in log order; may repeat, go back or be negative.
    values : ndarray of float64, shape (n,)
        Value of each point.
    times : ndarray, shape (n,), optional
        Wall time of each point in ms since 1970 in UTC; NaN where it is not known.
    last_rule : {"order", "mlflow"}
        ``"order"``: the last point is the one logged last. ``"mlflow"``: the maximum
        by (step, time, value), as MLflow's ``latest_metrics`` has it; NaN counts as
        the smallest value there.
    also_at : ndarray of float64
        Steps at which a long series keeps its value, for a metric that decides is best there.

    Returns
    -------
    Series

    Raises
    ------
    ValueError
        If there is no point, or the lengths differ.
    """
    n = len(values)
    if n == 0 or len(steps) != n or (times is not None and len(times) != n):
        raise ValueError(f"series {metric!r}: {len(steps)} steps for {n} values")

    ascending = n == 1 or bool((steps[1:] > steps[:-1]).all())
    last = n - 1
    if last_rule == "mlflow" and not ascending:
        at_last_step = np.flatnonzero(steps == steps.max())
        if times is not None:
            latest = times[at_last_step]
            at_last_step = at_last_step[latest == latest.max()]
        ranked = np.nan_to_num(values[at_last_step], nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        last = int(at_last_step[int(ranked.argmax())])

    finite = np.isfinite(values)
    finite_count = int(np.count_nonzero(finite))
    found = extremes(values)
    if found is None:
        low = high = mean = low_step = high_step = float("nan")
    else:
        i_low, i_high = found
        low, low_step = float(values[i_low]), float(steps[i_low])
        high, high_step = float(values[i_high]), float(steps[i_high])
        usable = values if finite_count == n else values[finite]
        # The sum of values near the largest float would overflow: divide them first.
        overflows = max(high, -low) > 1e300
        mean = float((usable / finite_count).sum() if overflows else usable.mean())
        mean = min(max(mean, low), high)

    summary = Summary(
        first=float(values[0]),
        last=float(values[last]),
        last_step=float(steps[last]),
        min=low,
        min_step=low_step,
        max=high,
        max_step=high_step,
        mean=mean,
        count=n,
        nonfinite=n - finite_count,
    )
    seconds = NO_TIMES if times is None else seconds_of(times)
    if not ascending:
        order = np.argsort(steps, kind="stable")
        steps, values = steps[order], values[order]
        seconds = seconds[order] if len(seconds) else seconds
    if n <= MAX_POINTS:
        return Series(metric, owned(steps), owned(values), summary, seconds)
    kept = kept_points(steps, values, also_at)
    seconds = seconds[kept] if len(seconds) else seconds
    return Series(metric, steps[kept], values[kept], summary, seconds)


def extremes(values: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return where the lowest and the highest finite value are first; None if there is none."""
    low, high = int(values.argmin()), int(values.argmax())
    if math.isfinite(values[low]) and math.isfinite(values[high]):  # a NaN counts as both
        return low, high
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return None
    usable = values[finite]
    return int(finite[usable.argmin()]), int(finite[usable.argmax()])


def owned(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy of a part of an array, of which else all would stay in memory."""
    return array if array.base is None else array.copy()
