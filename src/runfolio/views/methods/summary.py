"""Which value of a series a run shows."""

from __future__ import annotations

from runfolio.analysis.summary import SummaryRule, rule_in_words
from runfolio.views.methods import Method
from runfolio.views.view import View
from runfolio.views.words import count_of


def build(view: View) -> tuple[str, ...]:
    a = view.analysed
    rule = a.objective.summary if a.objective else SummaryRule()
    told = rule_in_words(rule, {metric.name: metric.goal for metric in a.metrics.values()})
    first = (
        f"For every metric, on every page, a run shows {told} of its series (objective: summary "
        "in report.yaml). In MLflow's logs the last value is the "
        "one with the highest step, then the latest time, then the highest value, as MLflow "
        "itself has it; elsewhere it is the one logged last. Lowest, highest, mean, first and "
        "last are computed from all points; NaN and infinite values are counted and left out of "
        "lowest, highest and mean."
    )
    parts = [first]
    if a.inexact:
        parts.append(
            f"Of {count_of(a.inexact, 'series', 'series')} the nearest step to the one that "
            "decides stands in, mostly one before, since none was logged or kept at that step."
        )
    if a.missing:
        parts.append(
            f"{count_of(a.missing, 'run has', 'runs have')} no value, since they logged no "
            f"finite {rule.metric}, which decides."
        )
    return tuple(parts)


method = Method("summary", "One number for each run", 20, build)
