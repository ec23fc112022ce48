"""Stage 1b: a table with the true class and the score of each case becomes a ROC curve.

In: the cells of two columns. Out: the curve over every threshold that the scores allow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.model.plots import RatedCurve, rated_curve
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of
from runfolio.sources.reading.plot_tables import numbers_of

__all__ = ["SCORES", "roc_of_scores"]

SCORES = (
    *("y_score", "score", "scores", "y_prob", "y_proba", "prob", "proba", "probability"),
    *("predicted_probability", "pred_proba", "prediction_score"),
)
"""Names of columns with the score of each case."""

_POSITIVE = frozenset({"1", "1.0", "true", "yes", "y", "positive", "pos"})


def roc_of_scores(
    name: str, actual: Sequence[Tree], scores: Sequence[Tree], findings: Findings
) -> RatedCurve | None:
    """Make a ROC curve of scores.

    Parameters
    ----------
    name : str
    actual : sequence
        The true class of each case: two in all, of which one is called ``1``, ``true``, ``yes``
        or ``positive``.
    scores : sequence
        The higher, the likelier that one. A case without a score that is a number is left out,
        and said.
    findings : Findings

    Returns
    -------
    RatedCurve or None
        None where it is not known which class is looked for, or one does not occur. From each
        of its thresholds on a case counts as positive.

    References
    ----------
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006),
    algorithm 1.
    """
    labels = [text_of(cell).strip().lower() for cell in actual]
    called = set(labels) & _POSITIVE
    if len(set(labels)) != 2 or len(called) != 1:
        return None
    values = numbers_of(scores)
    known = np.isfinite(values)
    lost = int(np.count_nonzero(~known))
    if lost:
        findings.add(
            "plot-point-not-a-number",
            f"{format_count(lost)} cases have a score that is no number; they were left out.",
            "Correct the table.",
        )
    positive = np.array([label in called for label in labels])[known]
    values = values[known]
    if not positive.any() or positive.all():
        return None
    order = np.argsort(-values, kind="stable")
    positive, values = positive[order], values[order]
    last = np.append(np.flatnonzero(np.diff(values)), len(values) - 1)  # of cases that score alike
    found, alarms = np.cumsum(positive)[last], np.cumsum(~positive)[last]
    rates = (alarms / alarms[-1], found / found[-1])
    return rated_curve("roc", name, "", *rates, thresholds=values[last])
