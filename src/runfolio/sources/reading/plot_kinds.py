"""Stage 1b: which kind of plot a table holds, told by its columns; see `plots_in`.

In: a file's name and text. Out: confusion matrices, curves and metrics of segments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runfolio.model.plots import (
    MOST_CLASSES,
    CurveKind,
    Plot,
    RatedCurve,
    rated_curve,
)
from runfolio.sources.reading.csv_head import word_of
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of
from runfolio.sources.reading.plot_confusion import confusion_of_matrix, confusion_of_pairs
from runfolio.sources.reading.plot_scores import SCORES, Scored, roc_of_scores
from runfolio.sources.reading.plot_segments import CLASSES, COUNTS, segment_column, segments_of
from runfolio.sources.reading.plot_tables import (
    NAMES,
    PlotTable,
    numbers_of,
    plot_tables,
    tell_left_out,
)

__all__ = ["looks_like_plot", "plots_in", "tells_plot"]

_NAMES = frozenset(
    "confusion cm roc pr prc precision_recall calibration reliability segment segments slice "
    "slices subgroup subgroups cohorts fairness per_class classification_report".split()
)
_HEAD = re.compile(
    rb"[\"',;\t ]?(fpr|false[_ ]positive[_ ]rate|prob_true|fraction_of_positives|actual|y_true|"
    rb"true_label|precision|segment|slice|subgroup|cohort|confusion_matrix|matrix)[\"',;:\t\r\n ]",
    re.IGNORECASE,
)

_FPR = ("fpr", "false_positive_rate")
_TPR = ("tpr", "true_positive_rate", "recall", "sensitivity")
_FNR = ("fnr", "false_negative_rate", "miss_rate")
_PRECISION = ("precision", "ppv")
_RECALL = ("recall", "tpr", "sensitivity")
_OBSERVED = ("prob_true", "fraction_of_positives", "observed", "observed_frequency")
_FORECAST = ("prob_pred", "mean_predicted_value", "mean_predicted_probability", "forecast")
_THRESHOLD = ("threshold", "thresholds", "cutoff", "score_threshold")
_ACTUAL = ("actual", "true_label", "y_true", "true", "actual_class", "true_class", "truth")
_PREDICTED = ("predicted", "predicted_label", "y_pred", "prediction", "pred", "predicted_class")

Floats = NDArray[np.float64]


def tells_plot(name: str) -> bool:
    """Tell by a file's name whether it may hold a plot: ``test_roc.csv``, ``segments.json``."""
    if not name.lower().endswith((".csv", ".tsv", ".json")):
        return False
    words = [w for w in re.split(r"[^a-z]+", word_of(name.rpartition(".")[0])) if w]
    pairs = {f"{one}_{two}" for one, two in pairwise(words)}
    return bool(_NAMES & {*words, *pairs})


def looks_like_plot(head: bytes) -> bool:
    """Tell by its first bytes whether a file may hold the columns of a plot."""
    return _HEAD.search(head) is not None


def plots_in(
    name: str, text: str, findings: Findings, renamed: Mapping[str, str] | None = None
) -> list[Plot]:
    """Return the plots in a file.

    Known are, by their columns: a ROC curve (``fpr`` and ``tpr``; ``fpr`` and ``fnr`` of a DET
    curve), a precision-recall curve (``precision`` and ``recall``), a calibration curve
    (``prob_true`` and ``prob_pred``), each for all rows or by ``class``; a confusion matrix
    (``actual`` and ``predicted``, with or without ``count``; or a square table of classes); a
    ROC curve of scores (``actual`` and ``score``, with or without ``count`` or ``class``); and
    metrics of segments (``segment`` and columns of numbers).

    Parameters
    ----------
    name : str
        The file's name, with its ending.
    text : str
    findings : Findings
    renamed : mapping of str to str, optional
        Columns whose meaning is known otherwise, and the names that they get.

    Raises
    ------
    ParseError
        If it is not of the format that its name tells.
    """
    stem = name.rpartition(".")[0] or name
    named = tells_plot(name)
    found: list[Plot] = []
    for table in plot_tables(name, text, findings):
        inner = [part for part in table.path if word_of(part) not in {word_of(stem), *_NAMES}]
        own = "/".join([stem, *(part for part in inner if part not in ("matrix",))])
        found += _plots_of(table, own, named, findings, renamed or {})
    curves = {plot.name for plot in found if isinstance(plot, RatedCurve)}
    if named and not found and not findings.problems():
        findings.add(
            "plot-not-known",
            "The file is named like a plot, but holds no columns of one that is known.",
            "Name the columns fpr and tpr, precision and recall, prob_true and prob_pred, actual "
            "and predicted, actual and score, or segment and those of metrics.",
            "note",
        )
    return [p for p in found if isinstance(p, RatedCurve) or p.name not in curves]


def _plots_of(
    table: PlotTable, name: str, named: bool, findings: Findings, renamed: Mapping[str, str]
) -> Iterator[Plot]:
    columns = {word_of(renamed.get(key, key)): cells for key, cells in table.columns.items()}
    if not columns or not any(columns.values()):
        return
    if table.is_matrix:
        is_one = named or any("confusion" in part for part in table.path)
        if is_one and (matrix := confusion_of_matrix(table, name, findings)) is not None:
            yield matrix
        return
    count = _first(columns, COUNTS)
    if count is None and _is_numbered(columns.get(NAMES, [])):
        columns.pop(NAMES, None)  # no names, but the numbers that pandas gives to rows
    classes = _first(columns, CLASSES)
    repeated = classes is None or len(set(map(text_of, classes))) < len(classes)
    fpr, tpr, fnr = (_first(columns, names) for names in (_FPR, _TPR, _FNR))
    precision, recall = _first(columns, _PRECISION), _first(columns, _RECALL)
    observed, forecast = _first(columns, _OBSERVED), _first(columns, _FORECAST)
    actual, predicted = _first(columns, _ACTUAL), _first(columns, _PREDICTED)
    thresholds, scores = _first(columns, _THRESHOLD), _first(columns, SCORES)
    segments = segment_column(columns)
    if fpr is not None and (tpr or fnr) and repeated:
        rates = (fpr, tpr or fnr or [])
        yield from _curves(
            *("roc", name, rates, classes, findings), misses=not tpr, thresholds=thresholds
        )
    elif observed is not None and forecast is not None:
        yield from _curves(
            "calibration", name, (forecast, observed), classes, findings, weights=count
        )
    elif actual is not None and (predicted or scores) and not table.is_whole:
        findings.add(
            "plot-of-a-part",
            "The table has cases that were not read; what the others give may be far off, so no "
            "curve or matrix was made of them.",
            "Log cases drawn at random, or the curve or the matrix itself.",
        )
    elif actual is not None and predicted is not None:
        if scores is not None and count is None:  # with it, a row is a cell of the matrix
            own = f"{name}/scores"  # beside the matrix
            scored = roc_of_scores(own, actual, scores, findings, predicted=predicted)
            yield from scored.curves
            scored.tell(findings)
        confusion = confusion_of_pairs(name, actual, predicted, count, named, findings)
        if confusion is not None:
            yield confusion
    else:
        scored = Scored()
        if actual is not None and scores is not None:
            about = classes if repeated else None
            scored = roc_of_scores(name, actual, scores, findings, classes=about, counts=count)
        is_by_class = classes is not None and repeated
        if scored.curves or (scored.why and (segments in (None, NAMES) or is_by_class)):
            yield from scored.curves
            scored.tell(findings)
        elif segments is not None and not (precision and recall and is_by_class):
            yield from segments_of(columns, segments, name, count, findings)
        elif precision is not None and recall is not None and repeated:
            yield from _curves(
                *("precision-recall", name, (recall, precision), classes, findings),
                thresholds=thresholds,
            )


def _is_numbered(cells: Sequence[Tree]) -> bool:
    return all(text_of(cell) == str(number) for number, cell in enumerate(cells))


def _first(columns: Mapping[str, list[Tree]], names: Sequence[str]) -> list[Tree] | None:
    return next((columns[name] for name in names if name in columns), None)


def _curves(
    kind: CurveKind,
    name: str,
    axes: tuple[list[Tree], list[Tree]],
    classes: list[Tree] | None,
    findings: Findings,
    misses: bool = False,
    weights: list[Tree] | None = None,
    thresholds: list[Tree] | None = None,
) -> Iterator[RatedCurve]:
    x, y = (numbers_of(cells) for cells in axes)
    y = 1 - y if misses else y
    texts = [""] * len(x) if classes is None else [text_of(cell) for cell in classes]
    numbers = {label: number for number, label in enumerate(dict.fromkeys(texts))}
    own = np.array([numbers[text] for text in texts])  # an array of texts is as wide as the longest
    sizes = numbers_of(weights) if weights is not None else None
    places = numbers_of(thresholds) if thresholds is not None else None
    for label, number in list(numbers.items())[:MOST_CLASSES]:
        here = own == number
        good = here & np.isfinite(x) & np.isfinite(y)
        if sizes is not None:
            good &= np.isfinite(sizes) & (sizes >= 0)
        if not good.any():
            continue
        tell_left_out(
            *(findings, "plot-point-not-a-number", int(here.sum() - good.sum())),
            *("point of the curve is no number", "points of the curve are no numbers"),
        )
        ends = np.array([x[good].min(), y[good].min(), x[good].max(), y[good].max()])
        if ends[:2].min() < -1e-9 or ends[2:].max() > 1 + 1e-9:
            findings.add(
                "plot-outside-0-1",
                f"The curve has rates from {ends[:2].min():.4g} to {ends[2:].max():.4g}; rates "
                "lie between 0 and 1, so it was left out.",
                "Log shares, not per cent.",
            )
            continue
        own_x, own_y = np.clip(x[good], 0, 1), np.clip(y[good], 0, 1)
        own_sizes = None if sizes is None else sizes[good]
        own_places = None if places is None else places[good]
        yield rated_curve(kind, name, label, own_x, own_y, own_sizes, own_places)
