"""Training and measuring: one recipe, one seed, real models, real stopwatch.

In go a recipe, the cases and a seed; out come the trained model and its metrics, each as
(step, value) pairs. A recipe that trains in stages also yields curves over the stages.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline

from cases import DIAGNOSIS, Cases, Split, split
from errors import error_tables
from recipes import MISSED_CASE_WEIGHT, THRESHOLD, Recipe

Curve = list[tuple[int, float]]

WARM_UP = 20
TIMED_CASES = 200


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model, the cases it was judged on, and what was measured of it and logged."""

    model: Pipeline
    split: Split
    metrics: dict[str, Curve]
    tables: dict[str, str]

    def last(self, metric: str) -> float:
        """Return the final value of a metric."""
        return self.metrics[metric][-1][1]


def train(recipe: Recipe, cases: Cases, seed: int) -> Trained:
    """Train a recipe and measure it on the cases held back by `seed`."""
    columns = recipe.columns([name for name in cases.table.columns if name != DIAGNOSIS])
    parts = split(cases, columns, seed)
    model = recipe.build(seed)
    weights = np.where(parts.train_y == 1, recipe.malignant_weight, 1)
    started = time.perf_counter()
    model.fit(parts.train_x, parts.train_y, model__sample_weight=weights)
    seconds = time.perf_counter() - started

    metrics: dict[str, Curve] = {}
    final_step = 0
    if isinstance(model["model"], GradientBoostingClassifier):
        metrics.update(stage_curves(model, parts))
        final_step = metrics["val/loss"][-1][0]
    shares = model.predict_proba(parts.held_x)[:, 1]
    final = {
        **judge(parts.held_y, shares),
        "train_seconds": seconds,
        "latency_p95": float(np.percentile(single_case_ms(model, parts.held_x), 95)),
        "cases_per_second": batch_rate(model, parts.held_x),
    }
    for name, value in final.items():
        # A staged model has its recall as a curve already; its last point is this value.
        metrics.setdefault(name, [(final_step, value)])
    return Trained(model, parts, metrics, error_tables(cases, parts, shares))


def judge(malignant: np.ndarray, shares: np.ndarray) -> dict[str, float]:
    """Return the metrics of called cases: `shares` is the model's probability of malignant."""
    counts = count(malignant, shares >= THRESHOLD)
    cost = MISSED_CASE_WEIGHT * counts["missed"] + counts["false_alarms"]
    return {
        "val/recall": ratio(counts["caught"], counts["caught"] + counts["missed"]),
        "val/precision": ratio(counts["caught"], counts["caught"] + counts["false_alarms"]),
        "val/fpr": ratio(counts["false_alarms"], counts["false_alarms"] + counts["cleared"]),
        "val/f1": ratio(
            2 * counts["caught"], 2 * counts["caught"] + counts["missed"] + counts["false_alarms"]
        ),
        "val/roc_auc": float(roc_auc_score(malignant, shares)),
        "val/triage_cost": 100 * cost / len(malignant),
    }


def count(malignant: np.ndarray, called: np.ndarray) -> dict[str, int]:
    """Count the four outcomes of calling some cases malignant."""
    positive = malignant == 1
    return {
        "caught": int(np.sum(called & positive)),
        "missed": int(np.sum(~called & positive)),
        "false_alarms": int(np.sum(called & ~positive)),
        "cleared": int(np.sum(~called & ~positive)),
    }


def ratio(part: float, whole: float) -> float:
    """Divide, and give NaN where there is nothing to divide by."""
    return part / whole if whole else float("nan")


def stage_curves(model: Pipeline, parts: Split) -> dict[str, Curve]:
    """Return loss and recall after each tree of a boosted model."""
    train_shares = model["model"].staged_predict_proba(parts.train_x)
    held_shares = model["model"].staged_predict_proba(parts.held_x)
    curves: dict[str, Curve] = {
        name: [] for name in ("train/loss", "val/loss", "val/loss_gap", "val/recall")
    }
    for tree, (seen, held) in enumerate(zip(train_shares, held_shares, strict=True), start=1):
        train_loss = log_loss(parts.train_y, seen)
        held_loss = log_loss(parts.held_y, held)
        called = count(parts.held_y, held[:, 1] >= THRESHOLD)
        curves["train/loss"].append((tree, train_loss))
        curves["val/loss"].append((tree, held_loss))
        curves["val/loss_gap"].append((tree, held_loss - train_loss))
        recall = ratio(called["caught"], called["caught"] + called["missed"])
        curves["val/recall"].append((tree, recall))
    return curves


def log_loss(malignant: np.ndarray, shares: np.ndarray) -> float:
    """Return the log loss, unclipped: being certain and wrong costs infinity."""
    of_truth = np.where(malignant == 1, shares[:, 1], shares[:, 0])
    with np.errstate(divide="ignore"):
        return float(np.mean(-np.log(of_truth)))


def single_case_ms(model: Pipeline, held: pd.DataFrame) -> np.ndarray:
    """Time one case at a time, as the triage desk would ask, in milliseconds."""
    rows = [held.iloc[[index % len(held)]] for index in range(WARM_UP + TIMED_CASES)]
    times = np.empty(len(rows))
    for index, row in enumerate(rows):
        started = time.perf_counter()
        model.predict_proba(row)
        times[index] = 1000 * (time.perf_counter() - started)
    return times[WARM_UP:]


def batch_rate(model: Pipeline, held: pd.DataFrame, repeats: int = 5) -> float:
    """Return cases per second when all held-back cases are asked for at once (median)."""
    rates = []
    for _ in range(repeats):
        started = time.perf_counter()
        model.predict_proba(held)
        rates.append(len(held) / (time.perf_counter() - started))
    return float(np.median(rates))
