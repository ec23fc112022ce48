"""Stage 2: what a run logged as a table rather than as a series: errors, curves, segments.

In: the values of one such table. Out: a confusion matrix, a curve with its exact area and at
most `MOST_POINTS` points, or a metric of a segment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MOST_CLASSES",
    "MOST_POINTS",
    "Confusion",
    "CurveKind",
    "Plot",
    "RatedCurve",
    "SegmentValue",
    "rated_curve",
]

MOST_CLASSES = 100
"""Classes of a confusion matrix at most: a table of more is no longer read by anybody."""
MOST_POINTS = 200
"""Points kept of a curve."""

CurveKind = Literal["roc", "precision-recall", "calibration"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Which class was taken for which.

    Parameters
    ----------
    name : str
        As logged, by which it is found again in other runs.
    labels : tuple of str
        The k classes, each once.
    counts : ndarray of float64, shape (k, k), finite, >= 0
        Row i: cases that are of class i; column j: cases that were called j. Whole numbers of
        cases, or shares.
    """

    name: str
    labels: tuple[str, ...]
    counts: Floats


@dataclass(frozen=True, slots=True)
class RatedCurve:
    """One curve of rates over rates; see `rated_curve`.

    Parameters
    ----------
    kind : CurveKind
    name : str
        As logged, by which it is found again in other runs.
    label : str
        The class that it is about; empty where there is one curve.
    x, y : ndarray of float64, shape (k,), in [0, 1], k <= `MOST_POINTS`
        roc: false and true positive rate. precision-recall: recall and precision.
        calibration: mean predicted probability and share of positives. By ascending x.
    weights : ndarray of float64, shape (k,) or (0,)
        Cases in each bin of a calibration curve; empty where they are not logged.
    area : float
        roc: area under it; precision-recall: average precision; calibration: expected
        calibration error, NaN without weights.
    points : int
        How many were logged.
    thresholds : ndarray of float64, shape (k,) or (0,)
        From which score on a case counts as positive at each point; NaN where a point has none,
        empty where none are logged.
    """

    kind: CurveKind
    name: str
    label: str
    x: Floats
    y: Floats
    weights: Floats
    area: float
    points: int
    thresholds: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True)
class SegmentValue:
    """One metric of one segment of the cases; `count`: cases in it, NaN where not logged."""

    name: str
    metric: str
    segment: str
    value: str
    number: float
    count: float = math.nan


Plot = Confusion | RatedCurve | SegmentValue


def rated_curve(
    kind: CurveKind,
    name: str,
    label: str,
    x: Floats,
    y: Floats,
    weights: Floats | None = None,
    thresholds: Floats | None = None,
) -> RatedCurve:
    """Make a curve of points in the order in which they were logged.

    Parameters
    ----------
    kind, name, label
        As of `RatedCurve`.
    x, y : ndarray of float64, shape (n,), in [0, 1], n >= 1
    weights : ndarray of float64, shape (n,), optional
        Of a calibration curve.
    thresholds : ndarray of float64, shape (n,), optional
        What is not finite is none.

    Returns
    -------
    RatedCurve
        With the area over all n points. A ROC curve runs from (0, 0) to (1, 1), whether these
        were logged or not. Average precision is the sum of (R_i - R_{i-1}) P_i by ascending
        recall, which does not interpolate. The expected calibration error is the mean of
        |y - x|, weighted by the cases in each bin.

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006). Davis and
    Goadrich, "The relationship between precision-recall and ROC curves", ICML (2006), for why
    precision is not interpolated. Naeini, Cooper and Hauskrecht, "Obtaining well calibrated
    probabilities using Bayesian binning", AAAI (2015).
    """
    points = len(x)
    order = _order(x, y, falling=kind == "precision-recall")
    x, y = x[order], y[order]
    own = np.empty(0) if weights is None else weights[order]
    at = np.empty(0) if thresholds is None else thresholds[order]
    at = np.where(np.isfinite(at), at, np.nan)
    if kind == "roc":
        before, behind = (x[0], y[0]) != (0, 0), (x[-1], y[-1]) != (1, 1)
        x = np.concatenate(([0.0] * before, x, [1.0] * behind))
        y = np.concatenate(([0.0] * before, y, [1.0] * behind))
        if len(at):
            at = np.concatenate(([np.nan] * before, at, [np.nan] * behind))
        area = float(np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2)
    elif kind == "precision-recall":
        area = float(np.sum(np.diff(x, prepend=0.0) * y))
    else:
        total = float(own.sum())
        area = float(np.sum(own * np.abs(y - x)) / total) if total > 0 else math.nan
    kept = _kept(x, y)
    weighted, known = own[kept[: len(own)]], at[kept[: len(at)]]
    return RatedCurve(kind, name, label, x[kept], y[kept], weighted, area, points, known)


def _order(x: Floats, y: Floats, *, falling: bool) -> NDArray[np.intp]:
    """Return the order of ascending x; among equal x that of the log, or its reverse."""
    steps = np.diff(x)
    if (steps >= 0).all() and (steps > 0).any():
        return np.arange(len(x))
    if (steps <= 0).all() and (steps < 0).any():
        return np.arange(len(x))[::-1]
    return np.lexsort((-y if falling else y, x))


def _kept(x: Floats, y: Floats) -> NDArray[np.intp]:
    """Return points at about equal distances along the curve, its ends among them."""
    if len(x) <= MOST_POINTS:
        return np.arange(len(x))
    along = np.concatenate(([0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))))
    found = np.searchsorted(along, np.linspace(0, along[-1], MOST_POINTS - 1))
    return np.unique(np.concatenate((found, [len(x) - 1])))
