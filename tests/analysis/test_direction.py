"""The direction of a metric is told from its name."""

from __future__ import annotations

import pytest

from runfolio.analysis.direction import infer_goal


@pytest.mark.parametrize(
    "name",
    [
        "accuracy", "val/accuracy", "val_acc", "valAccuracy", "test/f1", "F1-score", "macro avg f1",
        "roc_auc", "val/recall", "precision_at_5", "r2", "metrics/mAP50", "true_positive_rate",
        "specificity", "neg_mean_squared_error", "val/neg_log_loss", "cases_per_second",
        "throughput", "reward", "bleu",
    ],
)  # fmt: skip
def test_more_is_better(name: str) -> None:
    assert infer_goal(name) == "maximize"


@pytest.mark.parametrize(
    "name",
    [
        "loss", "val/loss", "train_loss", "rmse", "val_mae", "logloss", "cross_entropy",
        "error_rate", "val/fpr", "false_positive_rate", "false_negative_rate", "latency_p95",
        "train_seconds", "perplexity", "wer", "duration",
    ],
)  # fmt: skip
def test_less_is_better(name: str) -> None:
    assert infer_goal(name) == "minimize"


@pytest.mark.parametrize("name", ["lr", "learning_rate", "epoch", "grad_norm", "gpu/mem_gb", "x"])
def test_what_is_no_result_has_no_direction(name: str) -> None:
    assert infer_goal(name) == ""
