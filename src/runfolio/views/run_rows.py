"""Stage 4: all runs as one table, and their curves: what the page's scripts draw from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_number, with_unit
from runfolio.views.blocks import Cell, Column, Row, Table
from runfolio.views.data import MetricSeries, SeriesData, TableColumn, TableData, TableRow
from runfolio.views.facts import RunFacts

__all__ = ["first_rows", "run_rows", "series_data"]

FIRST_ROWS = 100
_SHOWN = 8
_TEXT_LIMIT = 120


def run_rows(a: Analysed, facts: dict[str, RunFacts]) -> TableData:
    """Return every run with all that can be shown of it.

    Columns are name, experiment, status, started, seed, then metrics (the objective first),
    then params, varying ones first. Rows are best first where there is an objective.
    """
    metrics = _metric_order(a)
    varying = set(a.params.varying)
    params = [*a.params.varying, *a.params.constant]
    numeric = {p: _all_numbers(rows) for p, rows in a.tables.params.groupby("param")["value"]}
    tags = sorted(a.tables.tags["tag"].unique())
    columns = [
        TableColumn("r:name", "Run", "run"),
        TableColumn("r:experiment", "Experiment", "run"),
        TableColumn("r:status", "Status", "run"),
        TableColumn("r:started", "Started (UTC)", "run", "time", shown=False),
        TableColumn("r:seed", "Seed", "run", "number", shown=bool(a.tables.runs["seed"].any())),
        *(
            TableColumn(
                f"m:{m.name}",
                m.label,
                "result",
                "number",
                m.scale,
                m.digits,
                m.unit,
                m.goal,
                shown=i < _SHOWN,
            )
            for i, m in enumerate(metrics)
        ),
        *(
            TableColumn(
                f"p:{p}",
                p,
                "param",
                "number" if numeric[p] else "text",
                shown=p in varying and i < _SHOWN,
            )
            for i, p in enumerate(params)
        ),
        *(TableColumn(f"t:{t}", t, "tag", shown=False) for t in tags),
    ]
    rows = [
        TableRow(
            run.slug,
            (
                run.label,
                run.experiment,
                run.status,
                None if pd.isna(run.started) else run.started.timestamp() * 1000,
                run.seed or None,
                *(a.values[m.name].get(run.id) for m in metrics),
                *(run.params.get(p) for p in params),
                *(run.tags.get(t) for t in tags),
            ),
            run.mark,
        )
        for run in _best_first(a, list(facts.values()))
    ]
    return TableData(tuple(columns), tuple(rows))


def first_rows(data: TableData, caption: str) -> Table:
    """Return the first rows with the columns that are shown at first."""
    shown = [i for i, column in enumerate(data.columns) if column.shown]
    return Table(
        caption,
        tuple(
            Column(data.columns[i].label, "number" if data.columns[i].type == "number" else "text")
            for i in shown
        ),
        tuple(
            Row(
                tuple(
                    Cell(
                        cell_text(data.columns[i], row.cells[i]),
                        f"runs/{row.slug}.html" if i == 0 else "",
                    )
                    for i in shown
                ),
                row.mark,
            )
            for row in data.rows[:FIRST_ROWS]
        ),
    )


def cell_text(column: TableColumn, cell: str | float | None) -> str:
    """Write a cell as the page's script does."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if len(cell) <= _TEXT_LIMIT else f"{cell[: _TEXT_LIMIT - 1]}…"
    if column.type == "time":
        return f"{pd.Timestamp(cell, unit='ms'):%Y-%m-%d %H:%M}"
    text = format_number(cell, column.scale, column.digits)
    return with_unit(text, column.unit) if math.isfinite(cell) else text


def series_data(a: Analysed, run: RunFacts) -> SeriesData:
    """Return the curves of a run, in the order of its metrics."""
    curves = []
    for row in run.metrics:
        metric = a.metrics[row.metric]
        steps, values = a.tables.curves.of(row.row)
        curves.append(
            MetricSeries(
                metric.name,
                metric.label,
                steps,
                values,
                metric.scale,
                metric.digits,
                metric.unit,
            )
        )
    return SeriesData(run.slug, run.label, tuple(curves))


def _metric_order(a: Analysed) -> list[Metric]:
    """Order metrics by use: the objective, then families with a direction, then by coverage."""
    first = a.objective.metric if a.objective else ""
    ranks: dict[str, tuple[bool, bool, int]] = {}
    for m in a.metrics.values():
        rank = (m.name != first, not m.goal, -m.runs)
        ranks[m.family] = min(rank, ranks.get(m.family, rank))
    place = {name: number for number, name in enumerate(a.metrics)}
    return sorted(
        a.metrics.values(),
        key=lambda m: (m.name != first, *ranks[m.family], m.family, place[m.name]),
    )


def _best_first(a: Analysed, runs: Sequence[RunFacts]) -> list[RunFacts]:
    if a.objective is None:
        return list(runs)
    values, sign = a.values[a.objective.metric], -1 if a.objective.goal == "maximize" else 1
    ranked = {run: sign * value for run, value in values.items() if math.isfinite(value)}
    compared = ("finished", "unknown")
    return sorted(
        runs,
        key=lambda run: (run.status not in compared, ranked.get(run.id, math.inf)),
    )


def _all_numbers(values: pd.Series) -> bool:
    return bool(pd.to_numeric(values, errors="coerce").notna().all())
