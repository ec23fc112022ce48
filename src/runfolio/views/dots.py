"""Stage 4: the dot chart: one row a configuration, a mark for each run, mean and interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric
from runfolio.views.blocks import Cell, Chart, Column, Row, Table
from runfolio.views.words import call

__all__ = ["dot_chart"]


def dot_chart(
    a: Analysed,
    standings: Sequence[Standing],
    *,
    key: str,
    title: str,
    static: bool,
    with_table: bool = True,
    metric: Metric | None = None,
) -> Chart:
    """Draw the objective, or another metric, of some configurations.

    Parameters
    ----------
    a : Analysed
    standings : sequence of Standing
        From top to bottom.
    key, title, static
        As of `Chart`.
    with_table : bool
        Whether the chart brings its own table; False where one stands beside it anyway.
    metric : Metric or None
        The metric that the standings are of; None for the objective.
    """
    if metric is None:
        assert a.objective is not None
        metric = a.metrics[a.objective.metric]
    rows: list[tuple[Any, ...]] = []
    for s in standings:
        name, mark, e = s.configuration.label, a.mark(s.configuration), s.estimate
        ends = (e.low * metric.scale, e.high * metric.scale) if e.has_interval else (None, None)
        rows.append((name, e.value * metric.scale, mark, "mean", *ends))
        if e.n > 1:
            rows += [(name, v * metric.scale, mark, "run", None, None) for v in s.values]
    table = Table(
        f"{metric.label} of each run",
        (Column("Configuration"), Column("Mean", "number"), Column("Runs", "number")),
        tuple(
            Row(
                (
                    Cell(s.configuration.label),
                    Cell(metric.value(s.estimate.value)),
                    Cell(", ".join(metric.number(v) for v in s.values)),
                ),
                a.mark(s.configuration),  # type: ignore[arg-type]
            )
            for s in standings
        ),
    )
    several = any(s.estimate.has_interval for s in standings)
    sentence = f"{metric.label} of each configuration; each small mark is one run"
    if several:
        sentence += ", the large one the mean, the bar its 95\u00a0% interval"
    way = "right" if metric.goal == "maximize" else "left"
    return Chart(
        key=key,
        kind="dots",
        title=title,
        sentence=f"{sentence}. Further {way} is better.",
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={"@x": f"{metric.label} ({metric.unit})" if metric.unit else call(metric)},
        table=table if with_table else None,
        static=static,
    )
