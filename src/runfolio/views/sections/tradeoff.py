"""What the objective costs: each configuration by the objective and a cost metric."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import finite_values
from runfolio.analysis.interval import mean_of
from runfolio.analysis.metrics import Metric
from runfolio.views.blocks import Block, Cell, Chart, Column, Row, Table
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call

_COSTS = ("latency", "fpr", "false_positive", "memory", "size", "energy", "cost", "time", "seconds")


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    cost = _cost(view)
    if a.objective is None or cost is None:
        return ()
    metric = a.metrics[a.objective.metric]
    points = []
    for standing in a.standings:
        costs = finite_values(a.values[cost.name], standing.configuration)
        if len(costs):
            points.append((standing, mean_of(costs).value))
    if len(points) < 2:
        return ()
    data: dict[str, list[object]] = {
        "f0": [value * cost.scale for _, value in points],
        "f1": [s.estimate.value * metric.scale for s, _ in points],
        "f2": [s.configuration.label for s, _ in points],
        "f3": [a.mark(s.configuration) for s, _ in points],
    }
    table = Table(
        f"{metric.label} and {cost.label} of each configuration, means over its runs",
        (Column("Configuration"), Column(metric.label, "number"), Column(cost.label, "number")),
        tuple(
            Row(
                (
                    Cell(s.configuration.label),
                    Cell(metric.value(s.estimate.value)),
                    Cell(cost.value(value)),
                ),
                a.mark(s.configuration),  # type: ignore[arg-type]
            )
            for s, value in points
        ),
    )
    way = "Up" if metric.goal == "maximize" else "Down"
    return (
        Chart(
            key=f"tradeoff-{view.options.get('key', 'cost')}",
            kind="scatter",
            title=_finding(a, metric, cost),
            sentence=f"Each mark is one configuration: {call(cost)} to the right, "
            f"{call(metric)} upwards, means over its runs. {way} and "
            f"{'left' if cost.goal == 'minimize' else 'right'} is better.",
            data=data,
            titles={"@x": _axis(cost), "@y": _axis(metric)},
            table=table,
            static=True,
        ),
    )


def _cost(view: View) -> Metric | None:
    """Take the metric that the role names, else what gets worse, else what looks like a cost."""
    a = view.analysed
    named = view.options.get("metric")
    if isinstance(named, str) and named in a.metrics:
        return a.metrics[named]
    worse = [c.metric for c in a.scorecard if c.outcome == "worse"]
    if worse:
        return a.metrics[worse[0]]
    # What few runs logged says little about the others.
    usable = [
        m
        for m in a.metrics.values()
        if m.goal
        and a.objective is not None
        and m.name != a.objective.metric
        and 2 * m.runs >= a.metrics[a.objective.metric].runs
    ]
    for word in _COSTS:
        for metric in usable:
            if word in metric.name.lower():
                return metric
    return None


def _axis(metric: Metric) -> str:
    return f"{metric.label} ({metric.unit})" if metric.unit else metric.label


def _finding(a: Analysed, metric: Metric, cost: Metric) -> str:
    found = next((c for c in a.scorecard if c.metric == cost.name), None)
    if found is None or found.difference is None or found.outcome not in ("better", "worse"):
        return f"{metric.label} against {call(cost)}"
    size = cost.value(abs(found.difference.value)).replace("%", "points")
    more = "more" if found.difference.value > 0 else "less"
    word = "costs" if found.outcome == "worse" else "even comes with"
    return f"The champion {word} {size} {more} {call(cost)}"


section = SectionKind(
    "tradeoff", "What it costs", "a second metric such as latency or memory", build
)
