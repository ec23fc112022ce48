"""Stage 1b: the runs in a Trackio database.

In: an open database. Out: its runs, one after another, so that no more than one is in memory.
What an older schema lacks (ids of runs and of rows) is asked of the database itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator
from typing import Any

from runfolio.model.records import DatasetUse
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, decode, parse_json
from runfolio.sources.reading.sqlite_file import Database, report_error
from runfolio.sources.trackio.run import LoggedRun

__all__ = ["has_tables", "read_run", "run_names"]

_LARGEST = 16 * 1024 * 1024
"""Bytes of a row's metrics, or of a config, at most."""
_NEEDED = frozenset({"run_name", "timestamp", "step", "metrics"})


def has_tables(database: Database) -> bool:
    """Tell whether the tables are Trackio's."""
    registry = database.columns("registry_events")  # of models, in a database of its own
    return database.columns("metrics") >= _NEEDED and not registry


def _key_of(database: Database, table: str = "metrics") -> str:
    """Return the column that tells runs apart: their id, or in old databases their name."""
    return "run_id" if "run_id" in database.columns(table) else "run_name"


def run_names(database: Database) -> dict[str, str]:
    """Return the name of each run by its key, in the order of their first rows."""
    parts = []
    for table in ("metrics", "configs"):
        if "run_name" in database.columns(table):
            key, first = _key_of(database, table), "MIN(id)" if table == "metrics" else "9e18"
            parts.append(f"SELECT {key}, MAX(run_name), {first} FROM {table} GROUP BY {key}")
    names: dict[str, str] = {}
    for key, name, _ in database.rows(" UNION ALL ".join(parts) + " ORDER BY 3, 1"):
        if key is not None:
            names.setdefault(str(key), str(name or ""))
    return names


def read_run(
    database: Database, key: str, run: LoggedRun, findings: Findings, known: Container[str] = ()
) -> None:
    """Add all that the database has of a run, but no rows whose ids are known already."""
    try:
        if not run.config:
            _read_config(database, key, run, findings)
        _read_rows(database, key, run, findings, known)
        run.datasets += _datasets(database, key)
    except sqlite3.DatabaseError as error:
        report_error(findings, error)


def _read_rows(
    database: Database, key: str, run: LoggedRun, findings: Findings, known: Container[str]
) -> None:
    query = (
        f"SELECT id, {database.pick('metrics', 'log_id')}, timestamp, step, "
        f"CASE WHEN length(metrics) <= {_LARGEST} THEN metrics END "
        f"FROM metrics WHERE {_key_of(database)} = ? ORDER BY timestamp, id"
    )
    for number, (row_id, log_id, time, step, document) in enumerate(database.rows(query, (key,))):
        if log_id in known:
            continue
        if not run.has_room():
            count = f"SELECT COUNT(*) FROM metrics WHERE {_key_of(database)} = ?"
            run.history.left_out += next(database.rows(count, (key,)))[0] - number - 1
            return
        try:
            values = parse_json(_text(document))
            if not isinstance(values, dict):
                raise ParseError("is no object of names and values")
        except ParseError as error:
            findings.add(
                "trackio-row-unreadable",
                f"Row {row_id} of {run.name!r} {error}; it was left out.",
                "Log the step again.",
            )
        else:
            run.log(values, step, time)


def _read_config(database: Database, key: str, run: LoggedRun, findings: Findings) -> None:
    if not database.columns("configs") >= {"config", "created_at"}:
        return
    query = (
        f"SELECT created_at, CASE WHEN length(config) <= {_LARGEST} THEN config END "
        f"FROM configs WHERE {_key_of(database, 'configs')} = ? ORDER BY id"
    )
    try:
        for time, document in database.rows(query, (key,)):
            run.configure(parse_json(_text(document), numbers_as_text=True), str(time or ""))
    except ParseError as error:
        findings.add(
            "trackio-config-unreadable",
            f"The config of {run.name!r} {error}; it was left out.",
            "Log the run's config again.",
        )


def _datasets(database: Database, key: str) -> Iterator[DatasetUse]:
    links, versions = "run_artifact_links", "artifact_versions"
    if not (
        database.columns(links) >= {_key_of(database), "artifact_version_id", "direction"}
        and database.columns(versions) >= {"id", "artifact_id", "version"}
        and database.columns("artifacts") >= {"id", "name", "type"}
    ):
        return
    for name, version in database.rows(
        f"SELECT a.name, v.version FROM {links} l "
        f"JOIN {versions} v ON v.id = l.artifact_version_id "
        "JOIN artifacts a ON a.id = v.artifact_id "
        f"WHERE a.type = 'dataset' AND l.direction = 'input' AND l.{_key_of(database)} = ?",
        (key,),
    ):
        yield DatasetUse(str(name), f"v{version}", "input")


def _text(document: Any) -> str:
    """Return JSON as text: Trackio writes its bytes into columns of text."""
    if document is None:
        raise ParseError("holds nothing, or too much")
    return decode(document)[0] if isinstance(document, bytes) else str(document)
