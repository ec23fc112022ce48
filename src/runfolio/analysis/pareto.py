"""Stage 3: which configurations are worth their costs?

In: the standings on one set of data and the metrics that count. Out: the front, which are the
configurations that no other beats in one metric without losing in another, and for each of the
rest one that dominates it. Judged by means; what lies within noise is told by who compares them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.comparison import finite_values
from runfolio.analysis.interval import mean_of
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric

__all__ = ["MOST_METRICS", "Front", "Place", "cost_metrics", "pareto_front"]

Values = NDArray[np.float64]

MOST_METRICS = 3

_COSTS = (
    *(("latency", "inference"), ("fpr", "false_positive"), ("memory", "ram", "vram")),
    *(("size", "parameters", "coefficients"), ("energy", "kwh", "power"), ("co2", "emissions")),
    *(("cost", "price"), ("flops", "macs"), ("time", "duration", "seconds")),
)
"""Words of metrics that say what a model costs, those that matter most in use first."""


@dataclass(frozen=True, slots=True)
class Place:
    """A configuration by the metrics that count.

    Parameters
    ----------
    standing : Standing
    means : tuple of float
        Of each metric, over the configuration's runs.
    dominated_by : Standing or None
        One that is as good in every metric and better in at least one; None on the front.
    """

    standing: Standing
    means: tuple[float, ...]
    dominated_by: Standing | None


@dataclass(frozen=True, slots=True)
class Front:
    """Every configuration that has all metrics.

    Parameters
    ----------
    metrics : tuple of Metric
    places : tuple of Place
        In the order of the leaderboard.
    """

    metrics: tuple[Metric, ...]
    places: tuple[Place, ...]

    @property
    def best(self) -> tuple[Place, ...]:
        """The front, in the order of the leaderboard."""
        return tuple(place for place in self.places if place.dominated_by is None)


def cost_metrics(
    metrics: Mapping[str, Metric], objective: str, worse: Sequence[str] = ()
) -> tuple[Metric, ...]:
    """Return the metrics that look like costs, the most telling first; one of each kind.

    Parameters
    ----------
    metrics : mapping of str to Metric
    objective : str
    worse : sequence of str
        Metrics in which the champion is worse than the baseline: its price, told first.

    Returns
    -------
    tuple of Metric
        Of those that at least half as many runs logged as the objective.
    """
    enough = [
        metric
        for metric in metrics.values()
        if metric.goal and metric.name != objective and 2 * metric.runs >= metrics[objective].runs
    ]
    names = {metric.name for metric in enough}
    found = [metrics[name] for name in worse if name in names][:1]
    for words in _COSTS:
        for metric in enough:
            own = set(re.split(r"[^a-z0-9]+", metric.name.lower()))
            if metric.goal == "minimize" and any(
                word in own or ("_" in word and word in metric.name.lower()) for word in words
            ):
                found.append(metric)
                break
    return tuple(dict.fromkeys(found))


def pareto_front(
    metrics: Sequence[Metric],
    values: Mapping[str, Mapping[str, float]],
    standings: Sequence[Standing],
) -> Front:
    """Tell the front from what is dominated, in the order of n log n.

    Equal configurations do not dominate each other. A dominated one is named with the one on
    the front that is nearest to it in the second metric; with the best one of all where that
    dominates it too.

    Parameters
    ----------
    metrics : sequence of Metric
        Two or three, each with a direction.
    values : mapping of str to (mapping of str to float)
        By metric and run.
    standings : sequence of Standing
        Configurations on the same data, best first.

    Returns
    -------
    Front
        Of the configurations with a finite mean of every metric.

    References
    ----------
    Kung, Luccio and Preparata, "On finding the maxima of a set of vectors", Journal of the ACM
    22 (1975).
    """
    known: list[tuple[Standing, tuple[float, ...]]] = []
    for standing in standings:
        own = [finite_values(values[m.name], standing.configuration) for m in metrics]
        if all(len(one) for one in own):
            known.append((standing, tuple(mean_of(one).value for one in own)))
    if not known:
        return Front(tuple(metrics), ())
    sign = np.array([-1.0 if metric.goal == "maximize" else 1.0 for metric in metrics])
    points = np.array([means for _, means in known]) * sign  # less is better
    by = _dominators(points)
    first = int(np.lexsort(points.T[::-1])[0])
    ahead = (points[first] <= points).all(axis=1) & (points[first] < points).any(axis=1)
    by[ahead] = first
    return Front(
        tuple(metrics),
        tuple(
            Place(standing, means, known[other][0] if other >= 0 else None)
            for (standing, means), other in zip(known, by.tolist(), strict=True)
        ),
    )


def _dominators(points: Values) -> NDArray[np.intp]:
    """Return for each point one on the front that dominates it, or -1; less is better.

    In the order of the first metric only earlier points can dominate. Of those the staircase is
    kept that no other beats in the second and third metric; on it, the step at or before a point
    in the second metric has the best third one.
    """
    distinct, which = np.unique(points, axis=0, return_inverse=True)
    which = which.reshape(-1)
    owner = np.full(len(distinct), -1, np.intp)
    owner[which[::-1]] = np.arange(len(points))[::-1]  # the first of equal ones
    found = np.full(len(distinct), -1, np.intp)
    third = distinct[:, 2] if distinct.shape[1] > 2 else np.zeros(len(distinct))
    seconds: list[float] = []
    steps: list[int] = []
    for place, (y, z) in enumerate(zip(distinct[:, 1].tolist(), third.tolist(), strict=True)):
        at = bisect_right(seconds, y)
        if at and third[steps[at - 1]] <= z:
            found[place] = owner[steps[at - 1]]
            continue
        end = at
        while end < len(steps) and third[steps[end]] >= z:
            end += 1
        start = at - 1 if at and seconds[at - 1] == y else at
        seconds[start:end] = [y]
        steps[start:end] = [place]
    return found[which]
