"""Stage 1b: MLflow's SQLite store (``mlflow.db``), schemas of MLflow 1.x to 3.x.

In: a database, recognised by its tables and not by its name. Out: a unit of work per
`_CHUNK` runs. Every table and column that is not in all schemas is asked for first; users,
paths, secrets and what else is none of a report's business is never selected.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from runfolio.model.records import ExperimentRecord, Records, RunRecord
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.findings import Findings
from runfolio.sources.mlflow_rules import experiment
from runfolio.sources.mlflow_sqlite_registry import models
from runfolio.sources.mlflow_sqlite_runs import Chunk, read_runs
from runfolio.sources.sqlite_file import Database, is_sqlite, open_database, report_error
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["MlflowSqlite", "source"]

_CHUNK = 32
_SCHEMA_HEAD = 256 * 1024
_ACTIVE_RUN = "COALESCE(r.lifecycle_stage, 'active') <> 'deleted'"
_ACTIVE_EXPERIMENT = "COALESCE(e.lifecycle_stage, 'active') <> 'deleted'"


class MlflowSqlite:
    """Reader of MLflow's SQLite store."""

    name = "mlflow-sqlite"
    title = "MLflow SQLite database"
    looks_like = "a SQLite file, usually mlflow.db, with MLflow's tables"
    order = 110

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        return WHOLE if entries is None and is_sqlite(place) and _has_tables(place) else None

    def discover(self, place: Place) -> Discovery:
        findings = Findings(place)
        units: list[Unit] = []
        records = Records()
        try:
            with open_database(place, findings) as database:
                units = _units(place, database, findings)
                records = Records(
                    experiments=tuple(_experiments(place, database)),
                    models=tuple(models(place, database)),
                    hidden_runs=_count(
                        database,
                        "runs r LEFT JOIN experiments e ON e.experiment_id = r.experiment_id",
                        f"NOT ({_ACTIVE_RUN} AND {_ACTIVE_EXPERIMENT})",
                    ),
                    hidden_experiments=_count(
                        database, "experiments e", f"NOT ({_ACTIVE_EXPERIMENT})"
                    ),
                )
                if not units and not findings.problems():
                    findings.add(
                        "mlflow-database-empty",
                        "The database holds no runs.",
                        "Check that it is the one that MLflow logs to.",
                        "note",
                    )
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        return Discovery(tuple(units), replace(records, problems=tuple(findings.problems())))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        runs: list[RunRecord] = []
        try:
            with open_database(unit.place) as database:
                runs.extend(read_runs(database, unit, findings))
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        return Records(runs=tuple(runs), problems=tuple(findings.problems()))


source = MlflowSqlite()


def _has_tables(place: Place) -> bool:
    try:
        with open_database(place) as database:
            return bool(
                database.columns("experiments") >= {"experiment_id", "name"}
                and "run_uuid" in database.columns("runs")
                and "run_uuid" in database.columns("metrics")
            )
    except (sqlite3.Error, StorageError):
        # Locked or damaged: the text of its schema, or its name, still tells whose it is.
        head = place.head(_SCHEMA_HEAD)
        known = b"latest_metrics" in head and b"run_uuid" in head
        return known or "mlflow" in place.name.lower()


def _units(place: Place, database: Database, findings: Findings) -> list[Unit]:
    ids: list[str] = []
    try:
        ids.extend(
            row[0]
            for row in database.rows(
                "SELECT r.run_uuid FROM runs r "
                "LEFT JOIN experiments e ON e.experiment_id = r.experiment_id "
                f"WHERE {_ACTIVE_RUN} AND {_ACTIVE_EXPERIMENT} ORDER BY r.rowid"
            )
        )
    except sqlite3.DatabaseError as error:
        report_error(findings, error)
    scan = not all(database.indexed(table, "run_uuid") for table in ("metrics", "params", "tags"))
    size = max(len(ids), 1) if scan else _CHUNK
    return [
        Unit(source.name, place, place.shown, len(chunk), Chunk(chunk, scan))
        for chunk in (tuple(ids[start : start + size]) for start in range(0, len(ids), size))
    ]


def _experiments(place: Place, database: Database) -> Iterator[ExperimentRecord]:
    tags: dict[object, dict[str, str]] = defaultdict(dict)
    if database.columns("experiment_tags"):
        for owner, key, value in database.rows(
            "SELECT experiment_id, key, value FROM experiment_tags"
        ):
            tags[owner][key] = value or ""
    for experiment_id, name in database.rows(
        f"SELECT experiment_id, name FROM experiments e WHERE {_ACTIVE_EXPERIMENT} "
        "ORDER BY experiment_id"
    ):
        yield experiment(name or str(experiment_id), place.shown, tags[experiment_id])


def _count(database: Database, tables: str, condition: str) -> int:
    return int(next(database.rows(f"SELECT COUNT(*) FROM {tables} WHERE {condition}"))[0])
