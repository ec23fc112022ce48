"""Stage 3: what does a run's curve say: overfitting, divergence, a plateau, a stop too early?

In: the curves of one run, of the objective, of its family and of losses. Out: `CurveFlags`,
each flag with its place and its size. Every threshold is relative to the noise
of the curve itself and to how much the curve has gained, so none depends on a metric's
unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median, median_low
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.curve_course import Course, course_of
from runfolio.analysis.metrics import Metric
from runfolio.model.tables import Curves
from runfolio.model.thinning import held_out

__all__ = [
    "CLEAR",
    "FAR",
    "FEWEST_POINTS",
    "LITTLE",
    "CurveFlag",
    "CurveFlags",
    "FlagKind",
    "curve_flags",
    "is_judged",
    "typical_flag",
]

FlagKind = Literal["overfitting", "divergence", "plateau", "stopped too early"]

FEWEST_POINTS = 8
"""Of fewer finite points only one thing is told: that a curve ends not finite."""
CLEAR = 5.0
"""A change is clear beyond as many standard deviations of a level."""
FAR = 10.0
"""A curve has left its course beyond as many standard deviations of a value."""
LITTLE = 0.05
"""Less than this share of what a curve has gained is little."""

_SURE = 0.995
_FEWEST_AT_END = 5
_ENOUGH_AT_END = 7
_DUST = 1e-9
_LOSSES = frozenset(
    "loss losses error nll bce crossentropy entropy logloss perplexity ppl mse rmse mae".split()
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CurveFlag:
    """One thing that a curve says.

    Parameters
    ----------
    kind : FlagKind
    metric : Metric
    step : float
        Of the best value (overfitting), of the first that is out of course (divergence), from
        which on it stays (plateau), or the last (stopped too early).
    size : float
        By how much it worsens after its best, or improves in its last fifth, in the metric's
        unit and positive; the last value of a divergence; NaN of a plateau.
    beside : Metric or None
        The training metric that improves meanwhile.
    """

    kind: FlagKind
    metric: Metric
    step: float
    size: float = math.nan
    beside: Metric | None = None


@dataclass(frozen=True, slots=True)
class CurveFlags:
    """What the curves of one run say.

    Parameters
    ----------
    flags : tuple of CurveFlag
    judged : tuple of Metric
        Whose curves were long enough.
    too_short : tuple of Metric
        Whose curves have more than one point and fewer than `FEWEST_POINTS`.
    """

    flags: tuple[CurveFlag, ...]
    judged: tuple[Metric, ...]
    too_short: tuple[Metric, ...]


def is_judged(metric: Metric, objective: Metric | None) -> bool:
    """Tell whether a metric has a direction and is the objective, of its family, or a loss."""
    is_near = objective is not None and metric.family == objective.family
    return bool(metric.goal) and (is_near or _is_loss(metric))


def curve_flags(
    curves: Curves, rows: Mapping[str, int], metrics: Mapping[str, Metric], objective: str = ""
) -> CurveFlags:
    """Judge the curves of one run.

    Parameters
    ----------
    curves : Curves
    rows : mapping of str to int
        By metric, the run's rows in `Tables.metrics`.
    metrics : mapping of str to Metric
        By logged name; those are judged of which `is_judged` is true.
    objective : str
        The objective's name, or empty.
    """
    chosen = metrics.get(objective)
    own = [metrics[name] for name in rows if is_judged(metrics[name], chosen)]
    flags: list[CurveFlag] = []
    courses: dict[str, Course] = {}
    too_short: list[Metric] = []
    for metric in own:
        steps, values = curves.of(rows[metric.name])
        finite = np.isfinite(values)
        if len(values) > 1 and not finite[-1]:
            # A score that never was a number has not left its course: it has none.
            if finite.any() or _is_loss(metric):
                out = int(np.flatnonzero(finite).max(initial=-1)) + 1
                flags.append(CurveFlag("divergence", metric, float(steps[out])))
        elif finite.sum() >= FEWEST_POINTS:
            courses[metric.name] = course_of(steps[finite], values[finite], metric.goal)
        elif len(values) > 1:
            too_short.append(metric)
    families: dict[str, list[Metric]] = {}
    for metric in own:
        if metric.name in courses:
            families.setdefault(metric.family, []).append(metric)
    for members in families.values():
        flags += _of_family(members, courses)
    known = tuple(metric for metric in own if metric.name in courses)
    return CurveFlags(tuple(flags), known, tuple(too_short))


def typical_flag(flags: Sequence[CurveFlag]) -> CurveFlag:
    """Return one flag for those of several runs: the medians of their steps and sizes."""
    sizes = [flag.size for flag in flags if math.isfinite(flag.size)]
    return replace(
        flags[0],
        step=median_low(flag.step for flag in flags),
        size=median(sizes) if 2 * len(sizes) > len(flags) else math.nan,
    )


def _of_family(members: list[Metric], courses: Mapping[str, Course]) -> Iterator[CurveFlag]:
    is_unseen = [bool(held_out([metric.name])) for metric in members]
    is_any = any(is_unseen)
    training = [m for m, unseen in zip(members, is_unseen, strict=True) if not unseen]
    training.sort(key=lambda metric: "train" not in metric.name.lower())
    for metric, unseen in zip(members, is_unseen, strict=True):
        course = courses[metric.name]
        if unseen and training and _overfits(course, courses[training[0].name]):
            # Up to the last level: what is best there is a spike, since that level is not.
            at = int(course.values[: -course.width].argmin())
            step, size = float(course.steps[at]), course.rise * course.unit
            yield CurveFlag("overfitting", metric, step, size, training[0])
        elif (out := _leaves(course, metric)) is not None:
            last = float(course.values[-1]) * course.unit
            yield CurveFlag("divergence", metric, float(course.steps[out]), last)
        elif unseen or not is_any:  # what was learnt by heart says nothing of either
            yield from _end_of(course, metric)


def _overfits(unseen: Course, training: Course) -> bool:
    """Tell whether a held-out curve clearly worsens after its best while training improves."""
    if unseen.rise <= max(CLEAR * unseen.spread, LITTLE * unseen.gain, _DUST):
        return False
    if not _side_by_side(unseen.steps, training.steps):
        return False
    middles = training.steps[training.width // 2 :][: len(training.levels)]
    at = min(int(np.searchsorted(middles, unseen.step(unseen.best))), len(middles) - 1)
    fall = float(training.levels[at] - training.levels[-1])
    return fall > max(CLEAR * training.spread, _DUST)


def _side_by_side(one: Floats, other: Floats) -> bool:
    """Tell whether two curves share most of their way, so that they count the same steps."""
    # Halves, since the distance of the ends may be too large for a number.
    shared = min(one[-1], other[-1]) / 2 - max(one[0], other[0]) / 2
    whole = max(one[-1], other[-1]) / 2 - min(one[0], other[0]) / 2
    return bool(2 * shared >= whole)


def _leaves(course: Course, metric: Metric) -> int | None:
    """Return where a loss goes beyond its first value by that value again, and stays there."""
    if not _is_loss(metric) or metric.goal != "minimize":
        return None
    first = float(course.values[0])
    limit = first + max(abs(first), course.gain, FAR * course.noise, _DUST)
    if course.levels[-1] <= limit or course.values[-1] <= limit:
        return None
    return int(np.flatnonzero(course.values <= limit).max()) + 1


def _end_of(course: Course, metric: Metric) -> Iterator[CurveFlag]:
    """Tell a plateau from the slope of the last third, a stop too early from the last fifth."""
    from scipy.special import stdtrit

    first, last = float(course.steps[0]), float(course.steps[-1])
    span = last / 2 - first / 2  # halves: the whole may be too large for a number
    if not span > 0:
        return
    little = LITTLE * course.gain
    points = len(course.steps)
    fewest = max(_FEWEST_AT_END, min(points // 3, _ENOUGH_AT_END))
    begin = min(_from(course.steps, last - span * (2 / 5)), points - fewest)
    slope, error = course.slope(begin, span)
    fifth = -slope * (2 / 5)
    if fifth > max(little, _DUST) and -slope > error * stdtrit(points - begin - 2, _SURE):
        yield CurveFlag("stopped too early", metric, last, fifth * course.unit)
        return
    begin = min(_from(course.steps, last - span * (2 / 3)), points - 3)
    slope, error = course.slope(begin, span)
    most = (-slope + 1.645 * error) * (2 / 3)
    is_level = most < little and course.rise <= little
    if course.gain > max(CLEAR * course.spread, _DUST) and is_level:
        above = np.flatnonzero(course.levels > course.levels.min() + little)
        yield CurveFlag("plateau", metric, course.step(int(above.max()) + 1))


def _from(steps: Floats, first: float) -> int:
    return int(np.searchsorted(steps, first))


def _is_loss(metric: Metric) -> bool:
    return metric.family.split(" ")[-1] in _LOSSES
