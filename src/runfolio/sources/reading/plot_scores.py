"""Stage 1b: a table with the true class and the score of each case becomes a ROC curve.

In: the cells of its columns. Out: the curve over every threshold that the scores allow, one for
each class where the table has several, or why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.model.plots import MOST_CLASSES, RatedCurve, rated_curve
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of, to_float
from runfolio.sources.reading.plot_tables import numbers_of, tell_left_out

__all__ = ["SCORES", "Scored", "roc_of_scores"]

SCORES = (
    *("y_score", "score", "scores", "y_prob", "y_proba", "prob", "proba", "probability"),
    *("predicted_probability", "pred_proba", "prediction_score"),
)
"""Names of columns with the score of each case."""

_PAIRS = (("0", "1"), ("-1", "1"), ("false", "true"), ("no", "yes"), ("negative", "positive"))
"""Classes of which the second is looked for. Of others, such as 1 and 2, nobody knows which."""
_NEGATIVE, _POSITIVE = (frozenset(labels) for labels in zip(*_PAIRS, strict=True))
_SHORT = {
    **{"n": "no", "y": "yes", "f": "false", "t": "true"},
    **{"neg": "negative", "pos": "positive"},
}
_EMPTY = frozenset({"", "null", "nan", "none", "na", "n/a", "<na>"})

_ONE_AND_ZERO = "Write 1 for the class that is looked for, and 0 for the other."

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of scores.

    Parameters
    ----------
    curves : tuple of RatedCurve
    why, hint : str
        Why some curves, or all, are missing, as a clause, and what to do about it. Empty where
        none is, and where the table does not look like one of classes and scores.
    """

    curves: tuple[RatedCurve, ...] = ()
    why: str = ""
    hint: str = ""

    def tell(self, findings: Findings) -> None:
        """Say why curves are missing, if any are."""
        if self.why:
            some = "Some" if self.curves else "The"
            message = f"{some} scores of the table gave no ROC curve: {self.why}."
            findings.add("plot-scores-unused", message, self.hint, "note")


_ONE_CLASS = Scored(
    why="only one class has cases with a score",
    hint="Log the scores of cases of both classes.",
)
_OF_PREDICTED = Scored(
    why="no threshold on them gives the predicted classes, so they seem to be of the predicted "
    "class and not always of the one that is looked for",
    hint="Log the score of the class that is looked for.",
)


def roc_of_scores(
    name: str,
    actual: Sequence[Tree],
    scores: Sequence[Tree],
    findings: Findings,
    *,
    predicted: Sequence[Tree] | None = None,
    classes: Sequence[Tree] | None = None,
    counts: Sequence[Tree] | None = None,
) -> Scored:
    """Make ROC curves of scores.

    Parameters
    ----------
    name : str
    actual : sequence
        The true class of each case: 1 for the one that is looked for and 0 or -1 for the other,
        or true and false, yes and no, positive and negative.
    scores : sequence
        The higher, the likelier the class that is looked for.
    findings : Findings
        Where curves come of them, it is said how many cases had no class or score.
    predicted : sequence, optional
        The predicted class of each case. Many tables hold the score of the predicted class; so
        there is only a curve where one threshold on the score parts the predicted classes.
    classes : sequence, optional
        The class that each row is about: each has a curve of its own.
    counts : sequence, optional
        How many cases each row stands for.

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006),
    algorithm 1.
    """
    labels = _labels(actual)
    if not _are_classes(labels):
        return Scored()
    values = numbers_of(scores)
    sizes = np.ones(len(values)) if counts is None else numbers_of(counts)
    has_label = np.array([label != "" for label in labels], np.bool_)
    has_score, has_size = np.isfinite(values), np.isfinite(sizes) & (sizes >= 0)
    good = has_label & has_score & has_size
    called = {label for label, is_good in zip(labels, good.tolist(), strict=True) if is_good}
    if predicted is not None and len(called) > 2:
        return Scored()  # the score is that of the predicted class, and the matrix tells the rest
    lacking = _lacking(called, classes)
    if lacking is not None:
        return lacking
    positive = np.array([label in _POSITIVE for label in labels], np.bool_)
    calls = None if predicted is None else _labels(predicted)
    curves: list[RatedCurve] = []
    missing = Scored()
    for label, here in _by_class(classes, len(labels)):
        own = good & here
        if not all((sizes[own] * (positive[own] == side)).any() for side in (True, False)):
            missing = _ONE_CLASS
        elif calls is not None and not _is_of_positive(values, calls, own):
            missing = _OF_PREDICTED
        else:
            curves.append(_roc(name, label, positive[own], values[own], sizes[own]))
    if curves:
        _tell_lost(findings, ~has_label, "case has no true class", "cases have no true class")
        _tell_lost(
            *(findings, has_label & ~has_score, "case has a score that is no number"),
            "cases have a score that is no number",
        )
        _tell_lost(
            *(findings, has_label & has_score & ~has_size, "row has a count that is none"),
            "rows have a count that is none",
        )
    return Scored(tuple(curves), missing.why, missing.hint)


def _labels(cells: Sequence[Tree]) -> list[str]:
    """Return classes in one spelling: 1.0 is 1, y is yes; empty where there is none."""
    texts = [text_of(cell) for cell in cells]
    spelled = {}
    for text in set(texts):
        word = text.strip().lower()
        number = to_float(word)
        if number is not None and number.is_integer():
            word = str(int(number))
        spelled[text] = "" if word in _EMPTY else _SHORT.get(word, word)
    return [spelled[text] for text in texts]


def _are_classes(labels: Iterable[str]) -> bool:
    """Tell classes from what a regression is about: few, and no number with a fraction."""
    called = set(labels)
    numbers = (to_float(label) for label in called)
    return len(called) <= MOST_CLASSES and all(n is None or n.is_integer() for n in numbers)


def _lacking(called: set[str], classes: Sequence[Tree] | None) -> Scored | None:
    """Return why there can be no curve; None where there can be."""
    if len(called) < 2:
        return _ONE_CLASS
    if len(called) > 2:
        return Scored(
            why="there are more than two true classes",
            hint="Write a row for each case and class: the class, actual as 1 or 0, its score.",
        )
    if not any(called == set(pair) for pair in _PAIRS):
        return Scored(
            why="it is not known which of the two classes is looked for", hint=_ONE_AND_ZERO
        )
    about = set() if classes is None else set(_labels(classes))
    if about & called:
        return Scored(
            why="the column of classes has the names of the true ones, and may be the predicted "
            "class as well as the one that is scored",
            hint="Call the column predicted, or leave it out.",
        )
    if len(about) > MOST_CLASSES:
        return Scored(
            why=f"there are more than {MOST_CLASSES} classes", hint="Log those that matter."
        )
    return None


def _by_class(classes: Sequence[Tree] | None, rows: int) -> Iterable[tuple[str, Flags]]:
    if classes is None:
        return [("", np.ones(rows, np.bool_))]
    texts = [text_of(cell) for cell in classes]
    places = {label: place for place, label in enumerate(dict.fromkeys(texts))}
    own = np.array([places[text] for text in texts])
    return [(label, own == place) for label, place in places.items()]


def _is_of_positive(values: Floats, calls: Sequence[str], own: Flags) -> bool:
    """Tell whether scores are of the class that is looked for, and not of the predicted one.

    If so, those that were called positive score above those that were not. Scores that all lie
    between a half and 1 are what a prediction of two classes is sure of itself.
    """
    told = {call for call, is_own in zip(calls, own.tolist(), strict=True) if is_own}
    if not told <= {"", *_POSITIVE, *_NEGATIVE}:
        return False
    above = values[own & np.array([call in _POSITIVE for call in calls], np.bool_)]
    below = values[own & np.array([call in _NEGATIVE for call in calls], np.bool_)]
    if not len(above) or not len(below):
        return len(above) > 0  # of the positive class either way
    is_sure = below.min() >= 0.5 and above.max() <= 1
    return bool(below.max() <= above.min()) and not is_sure


def _roc(name: str, label: str, positive: Flags, values: Floats, sizes: Floats) -> RatedCurve:
    order = np.argsort(-values, kind="stable")
    positive, values, sizes = positive[order], values[order], sizes[order]
    last = np.append(np.flatnonzero(np.diff(values)), len(values) - 1)  # of cases that score alike
    found, alarms = np.cumsum(sizes * positive)[last], np.cumsum(sizes * ~positive)[last]
    rates = (alarms / alarms[-1], found / found[-1])
    return rated_curve("roc", name, label, *rates, thresholds=values[last])


def _tell_lost(findings: Findings, lost: Flags, one: str, more: str) -> None:
    tell_left_out(findings, "plot-point-not-a-number", int(lost.sum()), one, more)
