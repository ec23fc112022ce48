"""Logs plots with the real loggers: ``plots_make.py FOLDER LOGGER``; prints what they are of.

The last line is the JSON of what scikit-learn says of the same predictions.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import (
    auc,
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)


def cases() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    truth = (rng.random(400) < 0.4).astype(int)
    return truth, np.round(np.clip(rng.normal(0.35 + 0.3 * truth, 0.2), 0, 1), 3)


def dvclive(out: Path, truth: np.ndarray, shares: np.ndarray) -> None:
    from dvclive import Live

    with Live(str(out / "dvclive"), save_dvc_exp=False, report=None) as live:
        live.log_metric("auc", 0.9)
        for kind in ("roc", "precision_recall", "det", "calibration"):
            live.log_sklearn_plot(kind, truth, shares)
        live.log_sklearn_plot("confusion_matrix", truth, (shares > 0.5).astype(int))


def wandb(out: Path, truth: np.ndarray, shares: np.ndarray) -> None:
    import wandb

    run = wandb.init(project="p", dir=str(out))
    both = np.c_[1 - shares, shares]
    names = ["benign", "malignant"]
    run.log({"roc": wandb.plot.roc_curve(truth, both, labels=names), "acc": 0.9})
    run.log({"pr": wandb.plot.pr_curve(truth, both, labels=names)})
    called = (shares > 0.5).astype(int).tolist()
    for calls in ((1 - truth).tolist(), called):  # the second is the newest
        matrix = wandb.plot.confusion_matrix(y_true=truth.tolist(), preds=calls, class_names=names)
        run.log({"errors": matrix})
    table = wandb.Table(columns=["segment", "recall", "count"], data=[["a", 0.5, 8], ["b", 0.6, 9]])
    run.log({"by_site": table})
    run.finish()


def mlflow(out: Path, truth: np.ndarray, shares: np.ndarray) -> None:
    import mlflow
    import pandas as pd

    for uri, location in (
        (f"file:{out}/mlruns", ""),
        (f"sqlite:///{out}/mlflow.db", f"{out}/mlartifacts/1"),
    ):
        mlflow.set_tracking_uri(uri)
        experiment = mlflow.create_experiment("errors", location or None)
        with mlflow.start_run(experiment_id=experiment):
            mlflow.log_metric("auc", 0.9)
            fpr, tpr, thresholds = roc_curve(truth, shares)
            roc = pd.DataFrame({"fpr": fpr, "tpr": tpr, "threshold": thresholds})
            mlflow.log_text(roc.to_csv(index=False), "evaluation/curve.csv")
            precision, recall, _ = precision_recall_curve(truth, shares)
            mlflow.log_table({"precision": precision, "recall": recall}, "pr_curve.json")
            matrix = confusion_matrix(truth, shares > 0.5).tolist()
            mlflow.log_dict({"labels": ["0", "1"], "matrix": matrix}, "confusion_matrix.json")
            mlflow.log_text("name,age\nAda,36\n", "patients.csv")


if __name__ == "__main__":
    folder, logger = Path(sys.argv[1]), sys.argv[2]
    truth, shares = cases()
    globals()[logger](folder, truth, shares)
    fpr, tpr, _ = roc_curve(truth, shares)
    said = {
        "roc": auc(fpr, tpr),
        "roc_auc": roc_auc_score(truth, shares),
        "precision-recall": average_precision_score(truth, shares),
        "confusion": confusion_matrix(truth, shares > 0.5).tolist(),
    }
    (folder / "said.txt").write_text(json.dumps(said))
