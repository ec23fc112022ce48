"""Stage 2: the series of a run, reduced with a view to each other.

In: the raw points of several series. Out: the series, each as `runfolio.model.series` reduces
it, but quicker; and of one run so that each keeps its values where another was at its best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from runfolio.model.series import LastRule, Logged, Series, Summary, extremes, owned, reduce_series
from runfolio.model.thinning import MAX_POINTS, held_out
from runfolio.model.wall_times import seconds_together

__all__ = ["RunSeries", "reduce_all", "reduce_run"]

_MOST_WAITING = 2_000_000
"""Points that wait for the rest of their run at most; they take 24 bytes each."""
_NOWHERE: NDArray[np.float64] = np.empty(0)


class RunSeries:
    """The series of one run, as a reader that meets them one after the other hands them on.

    Parameters
    ----------
    last_rule : {"order", "mlflow"}
        As of `runfolio.model.series.reduce_series`.

    Notes
    -----
    They are reduced together at the end, by `reduce_run`. A run of more than two million
    points is reduced in several parts; then series keep their values only at the steps at
    which a held-out metric of their own part or of one before was at its best, so that
    such metrics are best added first.
    """

    def __init__(self, last_rule: LastRule = "order") -> None:
        self._last_rule = last_rule
        self._waiting: list[Logged] = []
        self._points = 0
        self._decided = _NOWHERE
        self._series: list[Series] = []

    def add(self, logged: Logged) -> None:
        """Take a series."""
        self._waiting.append(logged)
        self._points += len(logged.values)
        if self._points > _MOST_WAITING:
            self._reduce()

    def reduced(self) -> list[Series]:
        """Return all series in their order."""
        self._reduce()
        return self._series

    def _reduce(self) -> None:
        own = _deciding_steps(self._waiting)
        self._decided = np.union1d(self._decided, own) if len(self._decided) else own
        self._series += reduce_all(self._waiting, last_rule=self._last_rule, also_at=self._decided)
        self._waiting.clear()
        self._points = 0


def reduce_run(logged: Sequence[Logged], *, last_rule: LastRule = "order") -> list[Series]:
    """Reduce the series of one run, in their order.

    Long ones keep their values at the steps at which the others decide: see `RunSeries`.
    """
    return reduce_all(logged, last_rule=last_rule, also_at=_deciding_steps(logged))


def _deciding_steps(logged: Sequence[Logged]) -> NDArray[np.float64]:
    """Return the steps at which held-out metrics of a run were lowest and highest.

    At these, the values of other metrics may be asked for. Where no series is so long that
    points of it are left out there are none.
    """
    if all(len(points.values) <= MAX_POINTS for points in logged):
        return _NOWHERE
    names = set(held_out(points.metric for points in logged))
    steps: set[float] = set()
    for points in logged:
        if points.metric in names and (found := extremes(points.values)):
            steps.update(float(points.steps[at]) for at in found)
    return np.array(sorted(steps))


def reduce_all(
    logged: Sequence[Logged],
    *,
    last_rule: LastRule = "order",
    also_at: NDArray[np.float64] = _NOWHERE,
) -> list[Series]:
    """Reduce many series, in their order, each as `reduce_series` does.

    Short series that share one array of steps, as those of most runs do, are reduced in
    one go, which takes a fraction of the time.
    """
    together: dict[int, list[int]] = defaultdict(list)
    for at, points in enumerate(logged):
        n = len(points.values)
        if n == len(points.steps) <= MAX_POINTS and (
            points.times is None or len(points.times) == n
        ):
            together[id(points.steps)].append(at)
    reduced: dict[int, Series] = {}
    for alike in together.values():
        if len(alike) > 1:
            reduced |= _reduced_together(logged, alike)
    return [
        reduced.get(at) or reduce_series(*points, last_rule=last_rule, also_at=also_at)
        for at, points in enumerate(logged)
    ]


def _reduced_together(logged: Sequence[Logged], alike: list[int]) -> dict[int, Series]:
    """Reduce series with the same steps, as far as these rise and the values are usual."""
    steps = owned(logged[alike[0]].steps)
    n = len(steps)
    if n == 0 or not (steps[1:] > steps[:-1]).all():
        return {}
    values = np.concatenate([logged[at].values for at in alike]).reshape(len(alike), n)
    rows = np.arange(len(alike))
    i_low, i_high = values.argmin(axis=1), values.argmax(axis=1)
    with np.errstate(invalid="ignore", over="ignore"):
        means = np.add.reduce(values, axis=1) / n
    last_step = float(steps[-1])
    times = seconds_together([logged[at].times for at in alike])
    reduced: dict[int, Series] = {}
    for at, kept, seconds, first, last, low, low_step, high, high_step, mean in zip(
        alike,
        values,
        times,
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
            reduced[at] = Series(logged[at].metric, steps, kept, summary, seconds)
    return reduced
