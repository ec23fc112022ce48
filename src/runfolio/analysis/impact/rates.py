"""Which inputs of the formulas are rates that move with the threshold of a classifier?

In: the inputs, the configuration and the names of metrics. Out: what each of them is on a ROC
curve: recall, false alarms, precision, or the rest of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.families import family_of
from runfolio.formula import Input

if TYPE_CHECKING:
    from runfolio.config import ThresholdSettings

__all__ = ["Rate", "Rates", "find_rates"]

Rate = Literal["found", "missed", "alarms", "passed", "precision"]
"""The share of positives found and missed, of negatives called positive and not, and of those
called positive that are."""

Floats = NDArray[np.float64]

_NAMES: Mapping[str, Rate] = {
    **dict.fromkeys(("recall", "tpr", "true positive rate", "sensitivity", "hit rate"), "found"),
    **dict.fromkeys(("fnr", "false negative rate", "miss rate"), "missed"),
    **dict.fromkeys(("fpr", "false positive rate", "false alarms", "fall out"), "alarms"),
    **dict.fromkeys(("false alarm rate",), "alarms"),
    **dict.fromkeys(("specificity", "tnr", "true negative rate", "selectivity"), "passed"),
    **dict.fromkeys(("precision", "ppv", "positive predictive value"), "precision"),
}
_MOVES = frozenset(
    "accuracy acc f1 f2 fbeta fscore mcc kappa npv jaccard informedness youden markedness".split()
)
"""Words of metrics that move with the threshold, but not as a rate that is known here."""
_POSITIVE = frozenset({"1", "1.0", "true", "yes", "positive", "pos"})


@dataclass(frozen=True, slots=True)
class Rates:
    """The inputs that move with the threshold.

    Parameters
    ----------
    roles : mapping of Input to Rate
    unknown : tuple of Input
        Inputs that move with it, too, but nobody knows how.
    """

    roles: Mapping[Input, Rate]
    unknown: tuple[Input, ...]

    def at(self, found: Floats, alarms: Floats, positives: float) -> dict[Input, Floats]:
        """Return the inputs at some places of the curve.

        Parameters
        ----------
        found, alarms : ndarray of float64, shape (n,)
            True and false positive rates.
        positives : float
            Share of positive cases; NaN where it is not known.
        """
        with np.errstate(all="ignore"):
            right = found * positives
            rates: dict[Rate, Floats] = {
                "found": found,
                "missed": 1 - found,
                "alarms": alarms,
                "passed": 1 - alarms,
                "precision": right / (right + alarms * (1 - positives)),
            }
        return {one: rates[role] for one, role in self.roles.items()}

    def now(self, means: Mapping[Input, float]) -> dict[Rate, float]:
        """Return the rates that the champion has, by what was measured."""
        own: dict[Rate, float] = {}
        for one, role in self.roles.items():
            value = means[one]
            if role in ("missed", "passed"):
                role, value = ("found" if role == "missed" else "alarms"), 1 - value
            own.setdefault(role, value)
        return own


def find_rates(
    inputs: Sequence[Input],
    settings: ThresholdSettings,
    labels: Mapping[str, str],
    positive: str,
) -> Rates:
    """Find the rates among the measured inputs of the formulas.

    Parameters
    ----------
    inputs : sequence of Input
    settings : ThresholdSettings
        Metrics that it names are taken, whatever they are called.
    labels : mapping of str to str
        What people call each metric.
    positive : str
        The class that is looked for; empty where only its name can tell it.
    """
    told: dict[str, Rate] = {}
    if settings.true_positive_rate:
        told[settings.true_positive_rate] = "found"
    if settings.false_positive_rate:
        told[settings.false_positive_rate] = "alarms"
    if settings.precision:
        told[settings.precision] = "precision"
    roles: dict[Input, Rate] = {}
    unknown: list[Input] = []
    looked_for = positive or _named_positive(inputs)
    for one in inputs:
        role = (
            told.get(one.names[0]) or _by_name(one.names[0], labels, told)
            if one.kind == "metric"
            else _of_cell(one, looked_for)
        )
        if role is not None:
            roles[one] = role
        elif one.kind != "metric" or _MOVES & set(_words(one.names[0])):
            unknown.append(one)
    return Rates(roles, tuple(unknown))


def _by_name(name: str, labels: Mapping[str, str], told: Mapping[str, Rate]) -> Rate | None:
    """Return what a metric is by its name; nothing where another one is said to be that."""
    for text in (family_of(name), labels.get(name, "")):
        role = _NAMES.get(" ".join(_words(text)))
        if role is not None:
            return None if role in told.values() else role
    return None


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", text.lower()) if word]


def _named_positive(inputs: Sequence[Input]) -> str:
    names = {name for one in inputs if one.kind != "metric" for name in one.names}
    found = [name for name in names if name.strip().lower() in _POSITIVE]
    return found[0] if len(found) == 1 else ""


def _of_cell(one: Input, positive: str) -> Rate | None:
    """Return what a share of the cases of a class is."""
    if one.kind != "share" or not positive:
        return None
    actual, called = one.names
    if actual == positive:
        return "found" if called == positive else "missed"
    return "alarms" if called == positive else "passed"
