"""Stage 1b: which kind of plot a table holds, told by its columns; see `plots_in`.

In: a file's name and text. Out: confusion matrices, curves and metrics of segments.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.model.plots import (
    MOST_CLASSES,
    Confusion,
    CurveKind,
    Plot,
    RatedCurve,
    rated_curve,
)
from runfolio.sources.reading.csv_head import word_of
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of, to_float
from runfolio.sources.reading.plot_scores import SCORES, roc_of_scores
from runfolio.sources.reading.plot_segments import CLASSES, COUNTS, segment_column, segments_of
from runfolio.sources.reading.plot_tables import NAMES, PlotTable, numbers_of, plot_tables

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
    ROC curve of scores (``actual`` and ``score``); and metrics of segments (``segment`` and
    columns of numbers).

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
            "and predicted, or segment and those of metrics.",
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
        if is_one and (matrix := _of_matrix(table, name, findings)) is not None:
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
    elif actual is not None and (predicted is not None or scores is not None):
        if scores is not None:
            own = name if predicted is None else f"{name}/scores"  # beside the matrix
            if (curve := roc_of_scores(own, actual, scores, findings)) is not None:
                yield curve
        if predicted is not None:
            confusion = _of_pairs(name, actual, predicted, count, named, findings)
            if confusion is not None:
                yield confusion
    elif segments is not None and not (precision and recall and classes is not None and repeated):
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
    own = np.array([""] * len(x) if classes is None else [text_of(c) for c in classes])
    sizes = numbers_of(weights) if weights is not None else None
    places = numbers_of(thresholds) if thresholds is not None else None
    for label in list(dict.fromkeys(own.tolist()))[:MOST_CLASSES]:
        here = own == label
        good = here & np.isfinite(x) & np.isfinite(y)
        if sizes is not None:
            good &= np.isfinite(sizes) & (sizes >= 0)
        if not good.any():
            continue
        lost = int(here.sum() - good.sum())
        if lost:
            findings.add(
                "plot-point-not-a-number",
                f"{format_count(lost)} points of the curve are no numbers; they were left out.",
                "Correct the table.",
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


def _of_pairs(
    name: str,
    actual: list[Tree],
    predicted: list[Tree],
    count: list[Tree] | None,
    named: bool,
    findings: Findings,
) -> Confusion | None:
    rows, columns = ([text_of(cell) for cell in cells] for cells in (actual, predicted))
    labels = list(dict.fromkeys(rows + columns))
    if len(labels) > MOST_CLASSES:
        if named:
            _tell_classes(findings, len(labels))
        return None
    place = {label: number for number, label in enumerate(_sorted(labels))}
    counts = np.zeros((len(labels), len(labels)))
    cells = np.ones(len(rows)) if count is None else numbers_of(count)
    at = ([place[row] for row in rows], [place[column] for column in columns])
    np.add.at(counts, at, np.where(np.isfinite(cells) & (cells >= 0), cells, np.nan))
    return _checked(Confusion(name, tuple(place), counts), findings)


def _of_matrix(table: PlotTable, name: str, findings: Findings) -> Confusion | None:
    left = next(iter(table.columns))
    rows = [text_of(cell) for cell in table.columns[left]]
    labels = [label for label in table.columns if label != left]
    if len(labels) > MOST_CLASSES:
        _tell_classes(findings, len(labels))
        return None
    place = {label: number for number, label in enumerate(rows)}
    counts = np.array([numbers_of(table.columns[label]) for label in labels]).T
    counts = counts[[place[label] for label in labels]]
    return _checked(Confusion(name, tuple(labels), counts), findings)


def _checked(confusion: Confusion, findings: Findings) -> Confusion | None:
    if np.isfinite(confusion.counts).all() and (confusion.counts >= 0).all():
        return confusion
    findings.add(
        "plot-point-not-a-number",
        "The confusion matrix has cells that are no counts; it was left out.",
        "Write a number of cases into each cell.",
    )
    return None


def _sorted(labels: Sequence[str]) -> list[str]:
    """Sort numbers as such; words stay in the order of the log."""
    numbers = [to_float(label) for label in labels]
    if any(number is None or math.isnan(number) for number in numbers):
        return list(labels)
    return [label for _, label in sorted(zip(numbers, labels, strict=True))]


def _tell_classes(findings: Findings, classes: int) -> None:
    findings.add(
        "plot-too-many-classes",
        f"The confusion matrix has {format_count(classes)} classes, more than {MOST_CLASSES}; it "
        "was left out.",
        "Log the classes that matter, or groups of them.",
    )
