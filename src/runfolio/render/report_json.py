"""Stage 5: ``report.json`` and the CSV files: the analysed numbers for other programs.

The JSON Schema of ``report.json`` is in ``runfolio.schema``. JSON has no NaN and no
infinity: they are written as the strings "NaN", "Infinity" and "-Infinity".
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from runfolio.analysis.analysed import Analysed
from runfolio.model.tables import METRIC_VALUES
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
        "data_as_of": _time(a.tables.newest),
        "sources": [
            {"format": s.format, "location": s.location, "runs": s.runs} for s in a.tables.sources
        ],
        "objective": {
            "metric": objective.metric,
            "goal": objective.goal,
            "summary": objective.summary,
        }
        if objective
        else None,
        "baseline": a.baseline_run,
        "champion": a.champion_run,
    }
    problems = [
        {
            "slug": p.slug,
            "severity": p.severity,
            "place": p.place,
            "message": p.message,
            "hint": p.hint,
        }
        for p in a.problems
    ]
    lines = [f"{_text(key)}: {_text(value)}" for key, value in head.items()]
    lines.append(f'"runs": {_list(_run(run) for run in runs.values())}')
    lines.append(f'"checks": {_list(map(_check, a.tables.checks.to_dict("records")))}')
    lines.append(f'"problems": {_list(problems)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def runs_csv(a: Analysed, runs: Mapping[str, RunFacts]) -> str:
    """Return one row per run: what is known of it, its metrics and its params."""
    params = [*a.params.varying, *a.params.constant]
    rows = [
        {
            "run": run.id,
            "name": run.label,
            "experiment": run.experiment,
            "status": run.status,
            "started": _time(run.started) or "",
            "ended": _time(run.ended) or "",
            "seed": run.seed,
            "mark": run.mark,
            "configuration": run.configuration.label if run.configuration else "",
        }
        for run in runs.values()
    ]
    frame = pd.DataFrame(rows)
    for name in a.metrics:
        values = a.values[name]
        frame[f"metric: {name}"] = [_exact(values.get(run)) for run in runs]
    for name in params:
        frame[f"param: {name}"] = [run.params.get(name, "") for run in runs.values()]
    return _csv(frame)


def metrics_csv(a: Analysed) -> str:
    """Return one row per run and metric with the exact summary values."""
    frame = a.tables.metrics.copy()
    frame.insert(1, "name", frame["run"].map(a.tables.runs["label"]))
    for column in METRIC_VALUES:
        if column not in ("count", "nonfinite"):
            frame[column] = [_exact(value) for value in frame[column].tolist()]
    return _csv(frame)


def _run(run: RunFacts) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "experiment": run.experiment,
        "format": run.format,
        "source": run.location,
        "status": run.status,
        "started": _time(run.started),
        "ended": _time(run.ended),
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


def _check(row: dict[Hashable, Any]) -> dict[str, Any]:
    return {
        **{str(name): value for name, value in row.items()},
        "share": None if pd.isna(row["share"]) else row["share"],
        "rows": None if pd.isna(row["rows"]) else int(row["rows"]),
        "checked": _time(row["checked"]),
    }


def _metric(row: MetricRow) -> dict[str, Any]:
    return {
        "first": _number(row.first),
        "last": _number(row.last),
        "last_step": _number(row.last_step),
        "min": _number(row.min),
        "min_step": _number(row.min_step),
        "max": _number(row.max),
        "max_step": _number(row.max_step),
        "mean": _number(row.mean),
        "count": row.count,
        "nonfinite": row.nonfinite,
    }


def _number(value: float) -> float | int | str:
    """Return a JSON number; whole ones without ``.0``, so that steps read as they were."""
    if math.isfinite(value):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _time(time: pd.Timestamp) -> str | None:
    if pd.isna(time):
        return None
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def _text(value: Any) -> str:
    """Return JSON on one line; lone surrogates stay escaped, so that it is always UTF-8."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text


def _list(items: Any) -> str:
    lines = ",\n".join(_text(item) for item in items)
    return f"[\n{lines}\n]" if lines else "[]"


def _exact(value: float | None) -> str:
    if value is None:
        return ""
    return repr(float(value)).replace("nan", "NaN").replace("inf", "Infinity")


def _csv(frame: pd.DataFrame) -> str:
    """Write CSV that a spreadsheet takes for data: text that would be a formula is quoted."""
    safe = frame.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = [_harmless(value) for value in safe[column].tolist()]
    safe.columns = [_harmless(str(column)) for column in safe.columns]
    return str(safe.to_csv(index=False, lineterminator="\n"))


def _harmless(text: str) -> str:
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        try:
            float(text)
        except ValueError:
            return f"'{text}"
    return text
