"""The champion's mean ROC curve, with thresholds where these are logged.

In: the curves of its runs, ROC or precision-recall. Out: their mean at every place where one of
them bends, so that no corner is cut.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.model.order import natural
from runfolio.model.plots import Plot, RatedCurve

if TYPE_CHECKING:
    from runfolio.config import ThresholdSettings

__all__ = ["MeanRoc", "curve_names", "mean_roc", "roc_curves"]

Floats = NDArray[np.float64]

_DET = "det"
"""A DET curve is the ROC curve once more."""


@dataclass(frozen=True, slots=True)
class MeanRoc:
    """A mean ROC curve.

    Parameters
    ----------
    name : str
    alarms, found : ndarray of float64, shape (k,)
        False and true positive rate, by ascending false positive rate; the first is (0, 0),
        where no case is called positive.
    thresholds : ndarray of float64, shape (k,)
        Mean over the runs; NaN where a run has none.
    positives : float
        Share of positive cases by the precision where all are called positive; NaN where no
        precision-recall curve tells.
    rows : tuple of (ndarray, ndarray)
        False and true positive rates of each run.
    """

    name: str
    alarms: Floats
    found: Floats
    thresholds: Floats
    positives: float
    rows: tuple[tuple[Floats, Floats], ...]


def curve_names(plots: Mapping[str, Sequence[Plot]]) -> tuple[str, ...]:
    """Return the names of all ROC and precision-recall curves that were logged."""
    found = {
        plot.name
        for own in plots.values()
        for plot in own
        if isinstance(plot, RatedCurve) and plot.kind != "calibration"
    }
    return tuple(sorted(found, key=natural))


def roc_curves(
    plots: Mapping[str, Sequence[Plot]], runs: Sequence[str], settings: ThresholdSettings
) -> tuple[dict[str, RatedCurve], list[RatedCurve], str]:
    """Choose the curves of some runs, one of each.

    Returns
    -------
    curves : dict of str to RatedCurve
        By run; ROC curves before precision-recall curves.
    beside : list of RatedCurve
        Of the same class, precision-recall curves, which tell the share of positive cases.
    why : str
        Why there are none, though there are curves.
    """
    found: dict[tuple[str, str, str], dict[str, RatedCurve]] = {}
    for run in runs:
        for plot in plots.get(run, ()):
            if isinstance(plot, RatedCurve) and plot.kind != "calibration":
                found.setdefault((plot.kind, plot.name, plot.label), {})[run] = plot
    fitting = {
        key: curves
        for key, curves in found.items()
        if settings.curve.casefold() in key[1].casefold()
        and (not settings.label or key[2] in ("", settings.label))
    }
    if found and not fitting:
        names = ", ".join(sorted({name for _, name, _ in found}, key=natural)[:5])
        return {}, [], f"No curve of the champion fits impact.threshold; it has {names}."
    for kind in ("roc", "precision-recall"):
        own = [key for key in fitting if key[0] == kind]
        if len(own) > 1:
            own = [key for key in own if key[1] != _DET]
        labelled = [key for key in own if key[2] == settings.label]
        own = labelled if settings.label and labelled else own
        if len({key[1] for key in own}) > 1:
            names = ", ".join(sorted({key[1] for key in own}, key=natural)[:5])
            return {}, [], f"There are several curves ({names}): impact.threshold.curve names one."
        if len(own) > 1:
            labels = ", ".join(sorted((key[2] for key in own), key=natural)[:5])
            return (
                {},
                [],
                (
                    f"There are curves of several classes ({labels}): impact.threshold.label names "
                    "the one that is looked for."
                ),
            )
        if own:
            return fitting[own[0]], _beside(found, own[0]), ""
    return {}, [], ""


def _beside(
    found: Mapping[tuple[str, str, str], Mapping[str, RatedCurve]], chosen: tuple[str, str, str]
) -> list[RatedCurve]:
    """Return the precision-recall curves of the same class, if there is one set of them."""
    if chosen[0] == "precision-recall":
        return list(found[chosen].values())
    own = [
        list(curves.values())
        for (kind, _, label), curves in found.items()
        if kind == "precision-recall" and label == chosen[2]
    ]
    return own[0] if len(own) == 1 else []


def mean_roc(curves: Sequence[RatedCurve], beside: Sequence[RatedCurve]) -> MeanRoc | None:
    """Average curves over runs: at each false positive rate the true positive rates.

    A precision-recall curve becomes a ROC curve by the share π of positive cases, its precision
    where all of them are found: ``fpr = tpr (1 - p) / p · π / (1 - π)``. That holds for curves
    that go on until every case is called positive; of one that stops at the first threshold that
    finds all, π comes out too large.

    Returns
    -------
    MeanRoc or None
        None where a precision-recall curve does not reach a recall of 1.

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006), section 8.
    Davis and Goadrich, "The relationship between precision-recall and ROC curves", ICML (2006).
    """
    rows = [_as_roc(curve) for curve in curves]
    known = [row for row in rows if row is not None]
    if not known or len(known) < len(rows):
        return None
    alarms = np.unique(np.concatenate([row[0] for row in known]))
    found = np.mean([np.interp(alarms, row[0], row[1]) for row in known], axis=0)
    places = [np.interp(alarms, row[0], row[2]) for row in known]  # NaN beside a NaN
    floors = [_floor(curve) for curve in beside]
    return MeanRoc(
        curves[0].name,
        np.concatenate(([0.0], alarms)),
        np.concatenate(([0.0], found)),
        np.concatenate(([np.nan], np.mean(places, axis=0))),
        float(np.mean(floors)) if floors else math.nan,
        tuple((row[0], row[1]) for row in known),
    )


def _as_roc(curve: RatedCurve) -> tuple[Floats, Floats, Floats] | None:
    """Return false and true positive rates and thresholds, by ascending false positive rate."""
    places = curve.thresholds if len(curve.thresholds) else np.full(len(curve.x), np.nan)
    if curve.kind == "roc":
        return curve.x, curve.y, places
    positives = _floor(curve)
    if not 0 < positives < 1:
        return None
    good = curve.y > 0
    found, precision, places = curve.x[good], curve.y[good], places[good]
    alarms = found * (1 - precision) / precision * positives / (1 - positives)
    order = np.lexsort((found, alarms))
    alarms, found, places = np.clip(alarms[order], 0, 1), found[order], places[order]
    if alarms[0] > 0:
        alarms, found = np.append(0.0, alarms), np.append(0.0, found)
        places = np.append(np.nan, places)
    return alarms, found, places


def _floor(curve: RatedCurve) -> float:
    """Return the precision where every positive case is found; NaN where that is not logged."""
    full = curve.x >= 1
    return float(curve.y[full].min()) if full.any() else math.nan
