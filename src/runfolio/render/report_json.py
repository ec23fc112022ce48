"""Stage 5: ``report.json`` and the CSV files: the analysed numbers for other programs.

The JSON Schema of ``report.json`` is in ``runfolio.schema``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.history import Moves
from runfolio.model.tables import METRIC_VALUES
from runfolio.render.csv_text import exact_text, harmless
from runfolio.render.data_json import data_json, features_json, lineage_json
from runfolio.render.experiment_data import comparison_json, experiment_json
from runfolio.render.gate_data import checklist_json, gate_json
from runfolio.render.impact_json import impact_json
from runfolio.render.json_text import (
    exact_number,
    json_line,
    json_lines,
    json_object,
    problem_items,
    utc_time,
)
from runfolio.render.models_json import models_json
from runfolio.render.monitoring_data import monitoring_json
from runfolio.render.quality_json import quality_json
from runfolio.views.facts import MetricRow, RunFacts

__all__ = ["metrics_csv", "report_json", "runs_csv"]

FORMAT = "runfolio-report"
VERSION = 1


def report_json(a: Analysed, runs: Mapping[str, RunFacts], title: str) -> str:
    """Return the text of ``report.json``, one run a line.

    Parameters
    ----------
    a : Analysed
    runs : mapping of str to RunFacts
    title : str
    """
    objective = a.objective
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": title,
        "data_as_of": utc_time(a.tables.newest),
        "sources": [
            {"format": s.format, "location": s.location, "runs": s.runs} for s in a.tables.sources
        ],
        "objective": {
            "metric": objective.metric,
            "goal": objective.goal,
            "summary": objective.summary.name,
        }
        if objective
        else None,
        "baseline": a.baseline_run,
        "champion": a.champion_run,
        "configurations": {
            "baseline": _configuration(a.baseline),
            "champion": _configuration(a.champion),
        },
        "comparisons": [comparison_json(c) for c in a.scorecard],
    }
    told: dict[str, Any] = {}
    if a.experiments:
        told["experiments"] = json_lines(map(experiment_json, a.experiments))
    if a.gates:
        told["gates"] = json_lines(map(gate_json, a.gates))
    if a.compliance:
        told["compliance"] = json_lines(map(checklist_json, a.compliance))
    if a.impact is not None:
        told["impact"] = json_line(impact_json(a.impact))
    if a.monitoring is not None:
        told["monitoring"] = json_line(monitoring_json(a.monitoring))
    if a.features is not None:
        told["features"] = json_line(features_json(a.features))
    if a.data:
        told["data"] = json_lines(map(data_json, a.data))
    if a.quality.sets:
        told["data_quality"] = json_lines(map(quality_json, a.quality.sets))
    if a.lineage is not None:
        told["lineage"] = json_line(lineage_json(a.lineage))
    if (models := models_json(a.models)) is not None:
        told["models"] = json_line(models)
    histories = {"histories": json_lines(map(_history, a.histories))} if a.histories else {}
    return json_object(
        head,
        **histories,
        **told,
        runs=json_lines(_run(run) for run in runs.values()),
        checks=json_lines(map(_check, a.tables.checks.to_dict("records"))),
        problems=json_lines(problem_items(a.problems)),
    )


def runs_csv(a: Analysed, runs: Mapping[str, RunFacts]) -> str:
    """Return one row per run: what is known of it, its metrics and its params."""
    params = [*a.params.varying, *a.params.constant]
    rows = [
        {
            "run": run.id,
            "name": run.label,
            "experiment": run.experiment,
            "status": run.status,
            "started": utc_time(run.started) or "",
            "ended": utc_time(run.ended) or "",
            "seed": run.seed,
            "mark": run.mark,
            "configuration": run.configuration.label if run.configuration else "",
        }
        for run in runs.values()
    ]
    # All at once: a table to which thousands of columns are added one by one takes minutes.
    columns = {
        **{name: [row[name] for row in rows] for name in (rows[0] if rows else ())},
        **{
            f"metric: {name}": [exact_text(a.values[name].get(run)) for run in runs]
            for name in a.metrics
        },
        **{
            f"param: {name}": [run.params.get(name, "") for run in runs.values()] for name in params
        },
    }
    return _csv(pd.DataFrame(columns, dtype=object))


def metrics_csv(a: Analysed) -> str:
    """Return one row per run and metric with the exact summary values."""
    frame = a.tables.metrics.copy()
    frame.insert(1, "name", frame["run"].map(a.tables.runs["label"]))
    for column in METRIC_VALUES:
        if column not in ("count", "nonfinite"):
            frame[column] = [exact_text(value) for value in frame[column].tolist()]
    return _csv(frame)


def _configuration(configuration: Configuration | None) -> dict[str, Any] | None:
    if configuration is None:
        return None
    return {"label": configuration.label, "runs": list(configuration.runs)}


def _run(run: RunFacts) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "experiment": run.experiment,
        "format": run.format,
        "source": run.location,
        "status": run.status,
        "started": utc_time(run.started),
        "ended": utc_time(run.ended),
        "parent": run.parent or None,
        "commit": run.commit or None,
        "seed": run.seed or None,
        "params": run.params,
        "tags": run.tags,
        "metrics": {row.metric: _metric(row) for row in run.metrics},
        "datasets": [
            {"name": name, "digest": digest, "context": context}
            for name, digest, context in run.datasets
        ],
        "also_in": run.also_in.splitlines(),
        "page": run.page,
    }


def _history(moves: Moves) -> dict[str, Any]:
    history = moves.history
    first, last = history.commits.iloc[0], history.commits.iloc[-1]
    return {
        "name": history.name,
        "branch": history.branch or None,
        "commits": len(history.commits),
        "first": {"id": first["commit"], "time": utc_time(first["time"])},
        "last": {"id": last["commit"], "time": utc_time(last["time"])},
        "regressions": "regressions.json",
    }


def _check(row: dict[Hashable, Any]) -> dict[str, Any]:
    return {
        **{str(name): value for name, value in row.items()},
        "share": None if pd.isna(row["share"]) else row["share"],
        "rows": None if pd.isna(row["rows"]) else int(row["rows"]),
        "checked": utc_time(row["checked"]),
    }


def _metric(row: MetricRow) -> dict[str, Any]:
    return {
        "first": exact_number(row.first),
        "last": exact_number(row.last),
        "last_step": exact_number(row.last_step),
        "min": exact_number(row.min),
        "min_step": exact_number(row.min_step),
        "max": exact_number(row.max),
        "max_step": exact_number(row.max_step),
        "mean": exact_number(row.mean),
        "count": row.count,
        "nonfinite": row.nonfinite,
    }


def _csv(frame: pd.DataFrame) -> str:
    """Write CSV that a spreadsheet takes for data: text that would be a formula is quoted."""
    safe = pd.DataFrame(
        {
            harmless(str(name)): column
            if pd.api.types.is_numeric_dtype(column)
            else [harmless(value) for value in column.tolist()]
            for name, column in frame.items()
        }
    )
    return str(safe.to_csv(index=False, lineterminator="\n"))
