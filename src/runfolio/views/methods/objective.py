"""Which metric decides."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    a = view.analysed
    if a.objective is None:
        return ()
    metric = a.metrics[a.objective.metric]
    name = f" ({metric.name})" if metric.name != metric.label else ""
    return (
        f"Runs are judged by {metric.label}{name}, because {a.objective.why}. "
        f"{'More' if metric.goal == 'maximize' else 'Less'} is better, as told by "
        f"{metric.goal_from}.",
    )


method = Method("objective", "The objective", 10, build)
