"""Stage 1b: MLflow's store in a database on a server: PostgreSQL, MySQL or MariaDB.

In: a place that is such a database. Out: what `mlflow_database` finds in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from runfolio.model.records import Records, RunRecord
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.mlflow.database import has_tables, known, tell_if_empty, units
from runfolio.sources.mlflow.database_runs import read_runs
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.sql_server import open_server, report_server_error, url_of
from runfolio.storage.base import Entry, Place

__all__ = ["MlflowServer", "source"]


class MlflowServer:
    """Reader of MLflow's store on a database server."""

    name = "mlflow-server"
    title = "MLflow database on a server"
    looks_like = "a URL such as postgresql://user@host/database or mysql://user@host/database"
    order = 115

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        return WHOLE if entries is None and url_of(place) else None

    def discover(self, place: Place) -> Discovery:
        findings = Findings(place)
        found: list[Unit] = []
        records = Records()
        with _told(findings), open_server(place) as database:
            if has_tables(database):
                records = known(place, database)
                found = units(self.name, place, database, lambda error: None)
                tell_if_empty(found, findings)
            else:
                findings.add(
                    "mlflow-tables-missing",
                    "The database has none of MLflow's tables, or that user may not see them.",
                    "Name the database that is MLflow's --backend-store-uri.",
                    "error",
                )
        return Discovery(tuple(found), replace(records, problems=tuple(findings.problems())))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        runs: list[RunRecord] = []
        with _told(findings), open_server(unit.place) as database:
            runs.extend(read_runs(database, unit, findings))
        return Records(runs=tuple(runs), problems=tuple(findings.problems()))


source = MlflowServer()


@contextmanager
def _told(findings: Findings) -> Iterator[None]:
    """Turn the errors of the database into a problem."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        report_server_error(findings, error)
