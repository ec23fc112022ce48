"""Stage 3: ROC, precision-recall and calibration curves of candidate and baseline.

In: the curves of the runs. Out: for each side the mean curve on a common grid with a band, the
area of every run, and what separates the areas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.delta import Delta
from runfolio.analysis.interval import Estimate, mean_of
from runfolio.analysis.pairing import delta_between
from runfolio.model.order import natural
from runfolio.model.plots import CurveKind, Plot, RatedCurve

__all__ = ["GRID", "CurvePair", "MeanCurve", "curves_of"]

GRID = np.linspace(0, 1, 101)
"""Where curves of rates are averaged: at every per cent."""
BINS = 10
"""Equal parts of [0, 1] in which the points of calibration curves are averaged."""

_ORDER: tuple[CurveKind, ...] = ("roc", "precision-recall", "calibration")
_DET = "det"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanCurve:
    """The curves of one configuration.

    Parameters
    ----------
    x, y : ndarray of float64, shape (k,)
        Mean over the runs at each x.
    low, high : ndarray of float64, shape (k,)
        The 95 % interval of each mean, cut at 0 and 1; NaN where one run has a value.
    area : Estimate or None
        Mean of the runs' areas; None where no run's area is known.
    floor : float
        Of precision-recall: mean precision where every positive is found, which for a curve
        over all thresholds is the share of positives; NaN otherwise.
    runs : int
    """

    x: Floats
    y: Floats
    low: Floats
    high: Floats
    area: Estimate | None
    floor: float
    runs: int


@dataclass(frozen=True, slots=True)
class CurvePair:
    """Curves of one kind, name and class, of both sides; `delta` is that of the areas."""

    kind: CurveKind
    name: str
    label: str
    candidate: MeanCurve
    baseline: MeanCurve | None
    delta: Delta | None


def curves_of(
    plots: Mapping[str, Sequence[Plot]],
    candidate: Configuration,
    baseline: Configuration | None,
    partners: Mapping[str, str] | None = None,
) -> tuple[CurvePair, ...]:
    """Put the curves of both sides together, by kind, name and class.

    ROC curves are averaged vertically: at each false positive rate the mean of the true positive
    rates, which within a run are interpolated along a straight line. Precision at a recall is
    that of the first point that reaches it. Points of calibration curves are averaged in ten
    equal parts of the predicted probability, by the cases behind them where these are logged.

    Parameters
    ----------
    plots : mapping of str to sequence of Plot
        By run; `Tables.plots`.
    candidate : Configuration
    baseline : Configuration or None
        None, or the candidate itself: there is nothing to compare with.

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006), section 8.
    """
    ours = _by_name(plots, candidate)
    theirs = _by_name(plots, baseline) if baseline and baseline is not candidate else {}
    keys = sorted(ours, key=lambda key: (_ORDER.index(key[0]), natural(key[1]), natural(key[2])))
    return tuple(_pair(key, ours[key], theirs.get(key, []), partners or {}) for key in keys)


def _by_name(
    plots: Mapping[str, Sequence[Plot]], side: Configuration
) -> dict[tuple[CurveKind, str, str], list[tuple[str, RatedCurve]]]:
    found: dict[tuple[CurveKind, str, str], list[tuple[str, RatedCurve]]] = {}
    for run in side.runs:
        for plot in plots.get(run, ()):
            if isinstance(plot, RatedCurve):
                found.setdefault((plot.kind, plot.name, plot.label), []).append((run, plot))
    # A DET curve is the ROC curve once more, read the other way round.
    if any(kind == "roc" and name != _DET for kind, name, _ in found):
        found = {key: curves for key, curves in found.items() if key[1] != _DET}
    return found


def _pair(
    key: tuple[CurveKind, str, str],
    ours: list[tuple[str, RatedCurve]],
    theirs: list[tuple[str, RatedCurve]],
    partners: Mapping[str, str],
) -> CurvePair:
    areas = [{run: curve.area for run, curve in side} for side in (ours, theirs)]
    means = [_mean(key[0], [curve for _, curve in side]) for side in (ours, theirs) if side]
    return CurvePair(
        *key,
        means[0],
        means[1] if theirs else None,
        delta_between(areas[0], areas[1], partners),
    )


def _areas(curves: Sequence[RatedCurve]) -> Floats:
    areas = np.array([curve.area for curve in curves], dtype=np.float64)
    return areas[np.isfinite(areas)]


def _mean(kind: CurveKind, curves: Sequence[RatedCurve]) -> MeanCurve:
    areas = _areas(curves)
    area = mean_of(areas) if len(areas) else None
    if kind == "calibration":
        x, rows = _binned(curves)
    else:
        along = _roc_along if kind == "roc" else _precision_along
        x, rows = GRID, [along(curve) for curve in curves]
    y, low, high = _band(rows)
    floors = [float(c.y[-1]) for c in curves if kind == "precision-recall" and c.x[-1] == 1]
    known = np.isfinite(y)
    return MeanCurve(
        x[known],
        y[known],
        low[known],
        high[known],
        area,
        float(np.mean(floors)) if len(floors) == len(curves) else math.nan,
        len(curves),
    )


def _roc_along(curve: RatedCurve) -> Floats:
    return np.interp(GRID, curve.x, curve.y)


def _precision_along(curve: RatedCurve) -> Floats:
    at = np.searchsorted(curve.x, GRID - 1e-12)
    return np.append(curve.y, np.nan)[at]


def _binned(curves: Sequence[RatedCurve]) -> tuple[Floats, list[Floats]]:
    """Return the mean x of each part of [0, 1], and the mean y in it of each run."""
    sums = np.zeros((3, len(curves), BINS))
    for number, curve in enumerate(curves):
        weights = curve.weights if curve.weights.sum() > 0 else np.ones(len(curve.x))
        at = np.minimum((curve.x * BINS).astype(int), BINS - 1)
        for row, own in enumerate((weights, weights * curve.x, weights * curve.y)):
            np.add.at(sums[row, number], at, own)
    with np.errstate(all="ignore"):
        x = sums[1].sum(axis=0) / sums[0].sum(axis=0)
        return x, list(sums[2] / sums[0])


def _band(rows: Sequence[Floats]) -> tuple[Floats, Floats, Floats]:
    """Return mean and interval of each column over the rows that have a value in it."""
    columns = [column[np.isfinite(column)] for column in np.array(rows).T]
    means = [mean_of(column) if len(column) else None for column in columns]

    def each(of: Callable[[Estimate], float]) -> Floats:
        return np.array([math.nan if mean is None else of(mean) for mean in means])

    low, high = each(lambda mean: mean.low), each(lambda mean: mean.high)
    return each(lambda mean: mean.value), np.clip(low, 0, 1), np.clip(high, 0, 1)
