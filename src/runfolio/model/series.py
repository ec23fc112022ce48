"""Stage 2: a series is one metric of one run over steps, reduced while it is read.

In: the raw points of one series, in the order in which they were logged.
Out: exact summary values and a curve of at most `MAX_POINTS` points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MAX_POINTS",
    "LastRule",
    "Logged",
    "Series",
    "Steps",
    "Summary",
    "reduce_all",
    "reduce_series",
]

MAX_POINTS = 200
"""Points kept per curve; a longer series keeps the extremes of equal buckets."""

LastRule = Literal["order", "mlflow"]
"""Which point is the last one: by log order, or by MLflow's (step, time, value)."""

Steps = NDArray[np.int64] | NDArray[np.float64]


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
        Steps of the kept points, ascending; ``k <= MAX_POINTS``.
    values : ndarray of float64, shape (k,)
        Values of the kept points; NaN and infinities are kept.
    summary : Summary
        Computed from all points. The curve is thinned where ``summary.count > k``.
    """

    metric: str
    steps: Steps
    values: NDArray[np.float64]
    summary: Summary


class Logged(NamedTuple):
    """The raw points of one series, as `reduce_series` takes them."""

    metric: str
    steps: Steps
    values: NDArray[np.float64]
    times: NDArray[np.float64] | NDArray[np.int64] | None = None


def reduce_all(logged: Sequence[Logged], *, last_rule: LastRule = "order") -> list[Series]:
    """Reduce many series, in their order, each as `reduce_series` does.

    Short series that share one array of steps, as those of most runs do, are reduced in
    one go, which takes a fraction of the time.
    """
    together: dict[int, list[int]] = defaultdict(list)
    for at, points in enumerate(logged):
        if len(points.values) == len(points.steps) <= MAX_POINTS:
            together[id(points.steps)].append(at)
    reduced: dict[int, Series] = {}
    for alike in together.values():
        if len(alike) > 1:
            reduced |= _reduced_together(logged, alike)
    return [
        reduced.get(at) or reduce_series(*points, last_rule=last_rule)
        for at, points in enumerate(logged)
    ]


def _reduced_together(logged: Sequence[Logged], alike: list[int]) -> dict[int, Series]:
    """Reduce series with the same steps, as far as these rise and the values are usual."""
    steps = _owned(logged[alike[0]].steps)
    n = len(steps)
    if n == 0 or not (steps[1:] > steps[:-1]).all():
        return {}
    values = np.concatenate([logged[at].values for at in alike]).reshape(len(alike), n)
    rows = np.arange(len(alike))
    i_low, i_high = values.argmin(axis=1), values.argmax(axis=1)
    with np.errstate(invalid="ignore", over="ignore"):
        means = np.add.reduce(values, axis=1) / n
    last_step = float(steps[-1])
    reduced: dict[int, Series] = {}
    for at, kept, first, last, low, low_step, high, high_step, mean in zip(
        alike,
        values,
        values[:, 0].tolist(),
        values[:, -1].tolist(),
        values[rows, i_low].tolist(),
        steps[i_low].tolist(),
        values[rows, i_high].tolist(),
        steps[i_high].tolist(),
        means.tolist(),
        strict=True,
    ):
        if low > -1e300 and high < 1e300:  # a NaN counts as the lowest, and is not
            mean = min(max(mean, low), high)
            summary = Summary(
                first, last, last_step, low, float(low_step), high, float(high_step), mean, n, 0
            )
            reduced[at] = Series(logged[at].metric, steps, kept, summary)
    return reduced


def reduce_series(
    metric: str,
    steps: Steps,
    values: NDArray[np.float64],
    times: NDArray[np.float64] | NDArray[np.int64] | None = None,
    *,
    last_rule: LastRule = "order",
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
        Wall time of each point in ms; only compared with each other.
    last_rule : {"order", "mlflow"}
        ``"order"``: the last point is the one logged last. ``"mlflow"``: the maximum
        by (step, time, value), as MLflow's ``latest_metrics`` has it; NaN counts as
        the smallest value there.

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
    if finite_count == 0:
        low = high = mean = low_step = high_step = float("nan")
    else:
        masked_low = values if finite_count == n else np.where(finite, values, np.inf)
        masked_high = values if finite_count == n else np.where(finite, values, -np.inf)
        i_low, i_high = int(masked_low.argmin()), int(masked_high.argmax())
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
    if not ascending:
        order = np.argsort(steps, kind="stable")
        steps, values = steps[order], values[order]
    if n <= MAX_POINTS:
        return Series(metric, _owned(steps), _owned(values), summary)
    kept = _kept_points(values)
    return Series(metric, steps[kept], values[kept], summary)


def _owned(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy of a part of an array, of which else all would stay in memory."""
    return array if array.base is None else array.copy()


def _kept_points(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of the minimum and maximum of equal buckets, and of both ends.

    Non-finite values count as neither, except in a bucket that has nothing else,
    where the first of them is kept so that a gap in the curve stays visible.
    """
    n = len(values)
    buckets = (MAX_POINTS - 2) // 2
    starts = np.linspace(1, n - 1, buckets, endpoint=False).astype(np.int64)
    ends = np.append(starts[1:], n - 1)
    width = int((ends - starts).max())
    grid = starts[:, None] + np.arange(width)[None, :]
    inside = grid < ends[:, None]
    cells = values[np.minimum(grid, n - 1)]
    usable = inside & np.isfinite(cells)
    low = np.where(usable, cells, np.inf).argmin(axis=1)
    high = np.where(usable, cells, -np.inf).argmax(axis=1)
    picked = np.concatenate(([0, n - 1], starts + low, starts + high))
    return np.unique(picked)
