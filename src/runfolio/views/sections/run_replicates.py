"""The same configuration with other seeds."""

from __future__ import annotations

from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of


def build(view: View) -> tuple[Block, ...]:
    a, run = view.analysed, view.run
    if run is None or run.configuration is None or run.configuration.n < 2:
        return ()
    if a.objective is None:
        return ()
    metric, values = a.metrics[a.objective.metric], a.values[a.objective.metric]
    rows = []
    for other_id in run.configuration.runs[:50]:
        other = view.runs[other_id]
        value = metric.value(values[other_id]) if other_id in values else ""
        here = other_id == run.id
        name = f"{other.label} (this run)" if here else other.label
        rows.append(Row((Cell(name, "" if here else other.page), Cell(other.seed), Cell(value))))
    standing = next((s for s in a.standings if s.configuration is run.configuration), None)
    spread, rule = "", "configurations"
    if standing is not None and standing.estimate.has_interval:
        e, rule = standing.estimate, "mean"
        spread = (
            f" Their mean is {metric.value(e.value)} "
            f"({metric.range(e.low, e.high)}, 95\u00a0% interval)."
        )
    return (
        Prose(
            (
                f"{count_of(run.configuration.n, 'run')} differ only in their seed.{spread} ",
                method_link(rule),
                ".",
            )
        ),
        Table(
            f"{metric.label} of each",
            (Column("Run"), Column("Seed", "number"), Column(metric.label, "number")),
            tuple(rows),
        ),
    )


section = SectionKind(
    "run-replicates", "The same with other seeds", "runs that differ only in their seed", build
)
