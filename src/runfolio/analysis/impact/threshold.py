"""From which score on should a case count as positive, so that the model is worth most?

In: the champion's curves and the formulas. Out: what it would be worth at each place of its
mean curve, the best of them, and where it is now; or why that cannot be told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.impact.amounts import amounts_of
from runfolio.analysis.impact.draws import HIGH
from runfolio.analysis.impact.rates import Rate, Rates, find_rates
from runfolio.analysis.impact.result import ImpactModel, Spread, ThresholdChoice, ThresholdPoint
from runfolio.analysis.impact.roc import MeanRoc, mean_roc, roc_curves
from runfolio.analysis.impact.sides import Side
from runfolio.formula import Input
from runfolio.model.numbers import localized

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import ThresholdSettings

__all__ = ["threshold_of"]

Floats = NDArray[np.float64]

_NEAR = 0.03
"""How far off its curve the champion's own true positive rate may lie."""
_ASIDE = 0.01
_MOST_POINTS = 200
_POINT = 0.01


@dataclass(frozen=True, slots=True)
class _Totals:
    """What the champion is worth by its rates, all else as expected."""

    model: ImpactModel
    champion: Side
    rates: Rates
    positives: float

    def at(self, found: Floats, alarms: Floats) -> Floats:
        moved = self.rates.at(found, alarms, self.positives)
        values: dict[Input, float | Floats] = {**self.champion.means, **moved}
        total = amounts_of(self.model, values, is_baseline=self.champion.is_baseline).total
        return np.broadcast_to(total, found.shape)

    def one(self, found: float, alarms: float) -> float:
        return float(self.at(np.array([found]), np.array([alarms]))[0])


def threshold_of(
    a: Analysed, model: ImpactModel, champion: Side, settings: ThresholdSettings
) -> tuple[ThresholdChoice | None, str]:
    """Find the place on the champion's curve where it is worth most.

    The curve is the mean over its runs of the true positive rates at each false positive rate.
    Inputs that are rates move along it, all others are held.

    Parameters
    ----------
    a : Analysed
    model : ImpactModel
    champion : Side
    settings : ThresholdSettings

    Returns
    -------
    choice : ThresholdChoice or None
    why : str
        Why there is none, though there is a curve; empty where there is nothing to tell.

    References
    ----------
    Provost and Fawcett, "Robust classification for imprecise environments", Machine Learning 42
    (2001), for choosing a place on a ROC curve by costs.
    """
    curves, beside, why = roc_curves(a.tables.plots, champion.measured.runs, settings)
    if not curves:
        return None, why
    first = next(iter(curves.values()))
    labels = {name: metric.label for name, metric in a.metrics.items()}
    inputs = champion.measured.inputs
    rates = find_rates(inputs, settings, labels, settings.label or first.label)
    mean = mean_roc(list(curves.values()), beside)
    if mean is None:
        return None, f"The curve '{first.name}' does not tell the share of positive cases."
    if why := _why_not(rates):
        return None, why
    own = rates.now(champion.means)
    positives = _positives(own, mean)
    if "precision" in own and not 0 < positives < 1:
        return None, (
            "The formulas use the precision, and no precision-recall curve of the champion tells "
            "the share of positive cases."
        )
    found, alarms = _now(own, positives)
    if not (0 <= found <= 1 and 0 <= alarms <= 1):
        return None, "The champion's own rates do not fit together."
    off = _off(mean, found, alarms)
    if off > _NEAR:
        return None, (
            f"The champion's own rates do not lie on its curve '{first.name}': its true "
            f"positive rate is {localized(f'{100 * off:.0f}')} points off. They were measured on "
            "other cases, or the curve is of another class."
        )
    totals = _Totals(model, champion, rates, positives)
    choice = _choice(totals, mean, found, alarms)
    if choice is None:
        return None, "The formulas have no value along the curve."
    return replace(choice, gain=_gain(totals, mean, tuple(curves), choice)), ""


def _why_not(rates: Rates) -> str:
    roles = set(rates.roles.values())
    if rates.unknown:
        names = ", ".join(one.written for one in rates.unknown[:3])
        return (
            f"The formulas use {names}, which moves with the threshold, too, and how is not "
            "known. Formulas of recall, false alarms and precision can be told at each "
            "threshold; of shares of classes, where impact.threshold.label names the class that "
            "is looked for."
        )
    hits, alarms = roles & {"found", "missed"}, roles & {"alarms", "passed"}
    if not roles:
        return (
            "The formulas use no rate that moves with the threshold. impact.threshold can say "
            "which metrics are the true and the false positive rate."
        )
    if len([kind for kind in (hits, alarms, roles & {"precision"}) if kind]) < 2:
        what = "false alarms" if hits else "missed cases"
        return f"The formulas do not say what {what} cost, so one extreme would always be best."
    return ""


def _positives(own: Mapping[Rate, float], mean: MeanRoc) -> float:
    """Return the share of positives: as the curve tells, else as three rates together do."""
    if math.isfinite(mean.positives) or not {"found", "alarms", "precision"} <= set(own):
        return mean.positives
    right = (1 - own["precision"]) * own["found"]
    wrong = own["precision"] * own["alarms"]
    return wrong / (right + wrong) if right + wrong > 0 else math.nan


def _now(own: Mapping[Rate, float], positives: float) -> tuple[float, float]:
    """Return the champion's true and false positive rate; NaN where its precision tells none."""
    precision = own.get("precision", math.nan)
    with np.errstate(all="ignore"):
        wrong = np.float64(1 - precision) / precision * positives / (1 - positives)
        found = own["found"] if "found" in own else float(own["alarms"] / wrong)
        alarms = own["alarms"] if "alarms" in own else float(found * wrong)
    return found, alarms


def _off(mean: MeanRoc, found: float, alarms: float) -> float:
    """Return by how much a true positive rate misses the curve about its false positive rate."""
    around = np.clip([alarms - _ASIDE, alarms + _ASIDE], 0, 1)
    low, high = np.interp(around, mean.alarms, mean.found).tolist()
    low = 0.0 if alarms <= _ASIDE else low
    return float(max(low - found, found - high, 0.0))


def _choice(totals: _Totals, mean: MeanRoc, found: float, alarms: float) -> ThresholdChoice | None:
    worth = totals.at(mean.found, mean.alarms)
    known = np.flatnonzero(np.isfinite(worth))
    if not len(known):
        return None
    top = worth[known].max()
    best = int(known[np.argmax(worth[known] >= top - ROUNDING * abs(top))])
    distance = np.hypot(mean.found - found, mean.alarms - alarms)
    nearest = int(np.argmin(distance))
    here = _threshold(mean, nearest) if distance[nearest] <= _NEAR else None
    now_worth = totals.one(found, alarms)
    rounding = ROUNDING * max(abs(top), abs(now_worth), totals.champion.total.size)
    now = ThresholdPoint(found, alarms, here, now_worth)
    kept = {int(known[i]) for i in np.linspace(0, len(known) - 1, _MOST_POINTS).round().astype(int)}
    points = {
        at: ThresholdPoint(
            float(mean.found[at]), float(mean.alarms[at]), _threshold(mean, at), float(worth[at])
        )
        for at in sorted({*kept, best})
    }
    return ThresholdChoice(
        curve=mean.name,
        points=tuple(points.values()),
        best=points[best] if worth[best] - now_worth > rounding else now,
        now=now,
        missed=now_worth - totals.one(found - _POINT, alarms),
        false_alarm=now_worth - totals.one(found, alarms + _POINT),
        held=tuple(
            one.written for one in totals.champion.measured.inputs if one not in totals.rates.roles
        ),
    )


def _gain(
    totals: _Totals, mean: MeanRoc, runs: tuple[str, ...], choice: ThresholdChoice
) -> Spread | None:
    """Return what the best is worth more than now, by the spread over the runs (Student's t)."""
    if choice.best is choice.now or len(runs) < 2:
        return None
    measured = totals.champion.measured
    gains: list[float] = []
    for run, (alarms, found) in zip(runs, mean.rows, strict=True):
        row = measured.values[measured.runs.index(run)].tolist()
        own = totals.rates.now(dict(zip(measured.inputs, row, strict=True)))
        here = _now(own, totals.positives)
        there = choice.best.false_positive_rate
        at = 0.0 if choice.best.true_positive_rate == 0 else float(np.interp(there, alarms, found))
        gains.append(totals.one(at, there) - totals.one(*here))
    if not all(map(math.isfinite, gains)):
        return None
    from scipy.special import stdtrit

    value = float(np.mean(gains))
    error = float(np.std(gains, ddof=1)) / math.sqrt(len(gains))
    half = float(stdtrit(len(gains) - 1, HIGH)) * error
    return Spread(value, value - half, value + half)


def _threshold(mean: MeanRoc, at: int) -> float | None:
    value = float(mean.thresholds[at])
    return value if math.isfinite(value) else None
