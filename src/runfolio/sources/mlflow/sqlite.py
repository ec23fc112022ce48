"""Stage 1b: MLflow's SQLite store (``mlflow.db``).

In: a database, recognised by its tables and not by its name. Out: what `mlflow_database`
finds in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from runfolio.model.records import Records, RunRecord
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.mlflow.artifacts import Artifacts
from runfolio.sources.mlflow.database import has_tables, known, tell_if_empty, units
from runfolio.sources.mlflow.database_runs import read_runs
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.sqlite_file import is_sqlite, open_database, report_error
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["MlflowSqlite", "source"]

_SCHEMA_HEAD = 256 * 1024


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
        found: list[Unit] = []
        records = Records()
        artifacts = Artifacts(place.parent)
        try:
            with open_database(place, findings) as database:
                found = units(self.name, place, database, partial(report_error, findings))
                records = known(place, database, artifacts)
                tell_if_empty(found, findings)
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        problems = (*findings.problems(), *artifacts.problems)
        return Discovery(tuple(found), replace(records, problems=problems))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        runs: list[RunRecord] = []
        artifacts = Artifacts(unit.place.parent)
        try:
            with open_database(unit.place) as database:
                runs.extend(read_runs(database, unit, findings, artifacts))
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        problems = (*findings.problems(), *artifacts.problems)
        return Records(runs=tuple(runs), problems=problems)


source = MlflowSqlite()


def _has_tables(place: Place) -> bool:
    try:
        with open_database(place) as database:
            return has_tables(database)
    except (sqlite3.Error, StorageError):
        # Locked or damaged: the text of its schema, or its name, still tells whose it is.
        head = place.head(_SCHEMA_HEAD)
        known_tables = b"latest_metrics" in head and b"run_uuid" in head
        return known_tables or "mlflow" in place.name.lower()
