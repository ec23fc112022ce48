"""Stage 3: is more of a metric better, or less? Answered from its name alone."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["Goal", "infer_goal"]

Goal = Literal["maximize", "minimize", ""]
"""The direction in which a metric improves; empty where it is not known."""

_HIGHER = frozenset(
    """acc accuracy ap auc aucpr auprc auroc average_precision bleu cider concordance corr
    correlation dice ev explained_variance f1 f1score f2 fbeta fscore gini hit hits iou jaccard
    kappa likelihood map mcc meteor miou mrr ndcg npv pearson per_second per_sec ppv pr_auc
    precision profit prauc psnr purity r2 recall return revenue rew reward roc roc_auc rouge rougel
    saved savings score sensitivity silhouette spearman specificity speed speedup ssim success
    throughput tnr tpr top1 top5 true_positive true_negative uptime win wins yield""".split()
)
_LOWER = frozenset(
    """bce brier cer cost costs crossentropy cross_entropy delay deviance divergence drift
    duration ece emissions energy error errors err failure failures false_negative
    false_positive fid fnr fpr gap hinge inference_ms kl latency logloss log_loss loss losses mae
    mape mase max_error mce memory misses mse msle nll nrmse overfit pinball perplexity ppl regret
    residual residuals rmse rmsle rss seconds smape sse time wape wer violations waste""".split()
)
_NEGATED = frozenset({"neg", "negative", "minus"})
_NO_RESULT = frozenset(
    """lr learning_rate epoch step steps iteration iterations batch batch_size grad_norm
    gradient_norm momentum weight_decay gpu cpu system""".split()
)


def infer_goal(metric: str) -> Goal:
    """Infer from a metric's name whether more or less of it is better.

    The last telling word decides (``train/error_rate``, ``val_auc``); a leading ``neg`` turns
    the direction round (scikit-learn's ``neg_mean_squared_error``); learning rates, counters
    and machine load are no results and have no direction.

    Parameters
    ----------
    metric : str
        As logged: ``val/f1``, ``valAccuracy``, ``latency_p95`` …

    Returns
    -------
    {"maximize", "minimize", ""}

    Examples
    --------
    >>> infer_goal("val/roc_auc"), infer_goal("neg_log_loss"), infer_goal("lr")
    ('maximize', 'maximize', '')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", metric)
    words = [w for w in re.split(r"[^a-z0-9]+", spaced.lower()) if w]
    names = [n for i in range(len(words) - 1, -1, -1) for n in _names_ending_at(words, i)]
    if _NO_RESULT.intersection(names):
        return ""
    for name in names:
        if name in _HIGHER:
            return "maximize"
        if name in _LOWER:
            own = re.split(r"[^a-z0-9]+", spaced.lower().rpartition("/")[2])
            return "maximize" if own[0] in _NEGATED else "minimize"
    return ""


def _names_ending_at(words: list[str], i: int) -> list[str]:
    """Return the pair of words, the word and the word without its number (``ap50``)."""
    pair = [f"{words[i - 1]}_{words[i]}"] if i else []
    return [*pair, words[i], words[i].rstrip("0123456789")]
