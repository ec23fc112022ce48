"""Stage 1b: what an MLflow database holds, whichever database it is; MLflow 1.x to 3.x.

In: an open database. Out: a unit of work per `_CHUNK` runs, and what is known without reading
them. Every table and column that is not in all schemas is asked for first; users, paths,
secrets and what else is none of a report's business is never selected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from runfolio.model.records import ExperimentRecord, Records
from runfolio.sources.base import Unit
from runfolio.sources.mlflow.artifacts import Artifacts
from runfolio.sources.mlflow.database_registry import models
from runfolio.sources.mlflow.database_runs import Chunk
from runfolio.sources.mlflow.rules import experiment
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.sql_database import SqlDatabase
from runfolio.storage.base import Place

__all__ = ["has_tables", "known", "tell_if_empty", "units"]

_CHUNK = 32
_ACTIVE_RUN = "COALESCE(r.lifecycle_stage, 'active') <> 'deleted'"
_ACTIVE_EXPERIMENT = "COALESCE(e.lifecycle_stage, 'active') <> 'deleted'"


def has_tables(database: SqlDatabase) -> bool:
    """Tell whether a database has the tables that MLflow has always had."""
    return bool(
        database.columns("experiments") >= {"experiment_id", "name"}
        and "run_uuid" in database.columns("runs")
        and "run_uuid" in database.columns("metrics")
    )


def units(
    source: str, place: Place, database: SqlDatabase, damaged: Callable[[Exception], None]
) -> list[Unit]:
    """Return the units of work, in which each run is once."""
    ids: list[str] = []
    order = database.as_logged("r", "start_time", "run_uuid")
    for batch in database.batches(
        "SELECT r.run_uuid FROM runs r "
        "LEFT JOIN experiments e ON e.experiment_id = r.experiment_id "
        f"WHERE {_ACTIVE_RUN} AND {_ACTIVE_EXPERIMENT} ORDER BY {order}",
        (),
        damaged,
    ):
        ids += [row[0] for row in batch]
    scan = not all(database.indexed(table, "run_uuid") for table in ("metrics", "params", "tags"))
    size = max(len(ids), 1) if scan else _CHUNK
    return [
        Unit(source, place, place.shown, len(chunk), Chunk(chunk, scan))
        for chunk in (tuple(ids[start : start + size]) for start in range(0, len(ids), size))
    ]


def known(place: Place, database: SqlDatabase, artifacts: Artifacts | None = None) -> Records:
    """Return what is known without reading the runs; `artifacts` lie beside a database."""
    return Records(
        experiments=tuple(_experiments(place, database)),
        models=tuple(models(place, database, artifacts)),
        hidden_runs=_count(
            database,
            "runs r LEFT JOIN experiments e ON e.experiment_id = r.experiment_id",
            f"NOT ({_ACTIVE_RUN} AND {_ACTIVE_EXPERIMENT})",
        ),
        hidden_experiments=_count(database, "experiments e", f"NOT ({_ACTIVE_EXPERIMENT})"),
    )


def tell_if_empty(found: list[Unit], findings: Findings) -> None:
    """Add a note if a database that could be read holds no runs."""
    if not found and not findings.problems():
        findings.add(
            "mlflow-database-empty",
            "The database holds no runs.",
            "Check that it is the one that MLflow logs to.",
            "note",
        )


def _experiments(place: Place, database: SqlDatabase) -> Iterator[ExperimentRecord]:
    tags: dict[object, dict[str, str]] = defaultdict(dict)
    if database.columns("experiment_tags"):
        for owner, key, value in database.rows(
            "SELECT t.experiment_id, t.key, t.value FROM experiment_tags t"
        ):
            tags[owner][key] = value or ""
    for experiment_id, name in database.rows(
        f"SELECT experiment_id, name FROM experiments e WHERE {_ACTIVE_EXPERIMENT} "
        "ORDER BY experiment_id"
    ):
        yield experiment(name or str(experiment_id), place.shown, tags[experiment_id])


def _count(database: SqlDatabase, tables: str, condition: str) -> int:
    return int(next(database.rows(f"SELECT COUNT(*) FROM {tables} WHERE {condition}"))[0])
