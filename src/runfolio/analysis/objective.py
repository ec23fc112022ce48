"""Stage 3: which metric are the runs judged by?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from runfolio.analysis.direction import Goal
from runfolio.analysis.metrics import Metric
from runfolio.analysis.summary import SummaryRule, rule_of

if TYPE_CHECKING:
    from runfolio.config import Objective as ObjectiveSettings

__all__ = ["Objective", "choose_objective", "tracker_goals"]

_TRAINING = frozenset({"train", "training"})
_HELD_OUT = ("test", "val", "valid", "validation", "eval", "dev", "holdout", "cv", "oof")


@dataclass(frozen=True, slots=True)
class Objective:
    """The metric that ranks, its direction, and the rule for its one number per run.

    ``why`` is a clause that tells how it was chosen, for the methods page.
    """

    metric: str
    goal: Goal
    summary: SummaryRule
    why: str


def tracker_goals(experiments: pd.DataFrame) -> dict[str, Goal]:
    """Return the directions that trackers name, by metric."""
    rows = experiments[experiments["primary_metric"] != ""]
    return dict(zip(rows["primary_metric"], rows["goal"], strict=True))


def choose_objective(
    metrics: Mapping[str, Metric],
    experiments: pd.DataFrame,
    told: ObjectiveSettings,
    total: int,
) -> Objective | None:
    """Choose the objective.

    The configuration decides; else the trackers' primary-metric tag; else the metric with a
    known direction that most runs logged, where results come before costs (time, memory),
    what is not said to be of training data before what is, scores before losses, and what is
    said to be of held-out data before what says nothing.

    Parameters
    ----------
    metrics : mapping of str to Metric
    experiments : DataFrame
        `Tables.experiments`.
    told : runfolio.config.Objective
        What the configuration says.
    total : int
        Number of runs.

    Returns
    -------
    Objective or None
        None where no metric with a known direction was logged.
    """
    summary = rule_of(told.summary)
    if told.metric is not None:
        metric = metrics.get(told.metric)
        goal = told.goal or (metric.goal if metric else "")
        return Objective(told.metric, goal, summary, "the configuration names it")
    tagged = experiments[experiments["primary_metric"].isin(list(metrics))]
    if len(tagged):
        name = str(tagged["primary_metric"].value_counts(sort=True).index[0])
        if metrics[name].goal:
            return Objective(
                name, metrics[name].goal, summary, "the tracker marks it as the primary metric"
            )
    usable = [m for m in metrics.values() if m.goal]
    if not usable:
        return None
    best = min(usable, key=lambda m: (*_rank(m, total), m.name))
    why = f"no metric is named, and {best.runs} of {total} runs logged it"
    return Objective(best.name, best.goal, summary, why)


def _rank(metric: Metric, total: int) -> tuple[int, int, int, int, int]:
    """Sort key: well covered, result rather than cost, not on training data, score, held-out."""
    words = metric.name.lower().replace("/", "_").replace(".", "_").replace("-", "_").split("_")
    cost = {"time", "seconds", "duration", "latency", "memory", "second", "cost", "ms", "s"}
    return (
        0 if 2 * metric.runs >= total else 1,
        1 if cost.intersection(words) else 0,
        1 if _TRAINING.intersection(words) else 0,
        0 if metric.goal == "maximize" else 1,
        0 if any(w in _HELD_OUT for w in words) else 1,
    )
