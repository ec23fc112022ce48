"""Stage 1b: a table of classes becomes a confusion matrix.

In: pairs of an actual and a predicted class, or a square table of counts. Out: the matrix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.model.plots import MOST_CLASSES, Confusion
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of, to_float
from runfolio.sources.reading.plot_tables import PlotTable, numbers_of

__all__ = ["confusion_of_matrix", "confusion_of_pairs"]


def confusion_of_pairs(
    name: str,
    actual: list[Tree],
    predicted: list[Tree],
    count: list[Tree] | None,
    named: bool,
    findings: Findings,
) -> Confusion | None:
    """Count the pairs of an actual and a predicted class; None where there is no matrix.

    Where `named`, the file says that it is one, and too many classes are told.
    """
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


def confusion_of_matrix(table: PlotTable, name: str, findings: Findings) -> Confusion | None:
    """Take a square table of counts; None where it is none."""
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
