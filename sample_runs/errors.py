"""Which cases a model gets wrong: tables that are logged as artifacts beside the metrics.

In go the held-back cases and the model's shares; out come small files by name, as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from cases import DIAGNOSIS, Cases, Split
from recipes import THRESHOLD

SIZES = ("small", "medium", "large")
SIZE = "mean radius"
BINS = 10


def error_tables(cases: Cases, parts: Split, shares: np.ndarray) -> dict[str, str]:
    """Return the files; `shares` is the model's probability of malignant for each held case."""
    truth = parts.held_y
    called = shares >= THRESHOLD
    counts = confusion_matrix(truth, called, labels=[0, 1]).tolist()
    false_alarms, caught, thresholds = roc_curve(truth, shares)
    precision, recall, _ = precision_recall_curve(truth, shares, drop_intermediate=True)
    observed, predicted = calibration_curve(truth, shares, n_bins=BINS)
    sizes = np.histogram(shares, np.linspace(0, 1, BINS + 1))[0]
    return {
        "confusion_matrix.json": json.dumps({"labels": ["benign", "malignant"], "matrix": counts}),
        "roc_curve.csv": _table(
            "fpr,tpr,threshold", zip(false_alarms, caught, thresholds, strict=True)
        ),
        "pr_curve.csv": _table("recall,precision", zip(recall, precision, strict=True)),
        "calibration.csv": _table(
            "prob_pred,prob_true,count", zip(predicted, observed, sizes[sizes > 0], strict=True)
        ),
        "segments_by_size.csv": _by_size(cases, parts, called),
    }


def _by_size(cases: Cases, parts: Split, called: np.ndarray) -> str:
    """Return the recall on small, medium and large tumours: thirds of all malignant cases."""
    malignant = cases.table[DIAGNOSIS] == 1
    bounds = np.quantile(cases.table.loc[malignant, SIZE], (1 / 3, 2 / 3))
    positive = parts.held_y == 1
    third = np.digitize(parts.held_x[SIZE], bounds)
    rows = []
    for number, size in enumerate(SIZES):
        here = positive & (third == number)
        rows.append((size, float(np.mean(called[here])) if here.any() else "", int(here.sum())))
    return _table("segment,recall,cases", rows)


def _table(header: str, rows: Iterable[tuple[object, ...]]) -> str:
    lines = [
        ",".join(cell if isinstance(cell, str) else f"{cell:.6g}" for cell in row) for row in rows
    ]
    return "\n".join((header, *lines)) + "\n"
