"""Stage 1b: the runs in a Trackio database.

In: an open database. Out: its runs, one after another, so that no more than one is in memory.
All rows are read at once, put in order by SQLite: to ask for each run's would take longer, and
where no index leads to them as much as the square of it. What an older schema lacks (ids of
runs and of rows) is asked of the database itself.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Container, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from runfolio.model.numbers import format_count
from runfolio.model.records import DatasetUse
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, decode, parse_json
from runfolio.sources.reading.sqlite_file import Database, report_error
from runfolio.sources.trackio.run import LoggedRun

__all__ = ["MOST_RUNS", "MOST_SERIES", "has_tables", "read_runs"]

MOST_RUNS = 10_000
MOST_SERIES = 300_000
"""Metrics of all runs together, of which memory holds a curve each."""
MOST_BYTES = 80_000_000
"""Bytes of metrics read of a database, each row counted as if it had `_ROW_BYTES` more."""
_ROW_BYTES = 64
_MOST_CONFIG_BYTES = 24_000_000
_LARGEST = 16 * 1024 * 1024
"""Bytes of a row's metrics, or of a config, at most."""
_MOST_BAD = 300_000
"""Rows that are no JSON, after which the rest is left out."""
_MOST_LINKS = 100_000
_NEEDED = frozenset({"run_name", "timestamp", "step", "metrics"})


def has_tables(database: Database) -> bool:
    """Tell whether the tables are Trackio's."""
    registry = database.columns("registry_events")  # of models, in a database of its own
    return database.columns("metrics") >= _NEEDED and not registry


def _key_of(database: Database, table: str = "metrics") -> str:
    """Return the column that tells runs apart: their id, or in old databases their name."""
    return "run_id" if "run_id" in database.columns(table) else "run_name"


def read_runs(
    database: Database,
    begin: Callable[[str, str], LoggedRun],
    findings: Findings,
    known: Container[str] = (),
) -> Iterator[tuple[str, LoggedRun]]:
    """Yield each run by its key, with all that the database has of it.

    Parameters
    ----------
    database : Database
    begin : callable
        Returns what there is of a run so far, by its key and name.
    findings : Findings
    known : container of str
        Ids of rows that were read elsewhere.
    """
    configs, names = _configs(database, findings)
    datasets = _datasets(database)

    def finish(key: str, run: LoggedRun) -> None:
        _configure(database, run, configs[key], findings)
        run.datasets += datasets[key]

    done: set[str] = set()
    series = bad = 0
    for raw_key, rows in groupby(_rows(database, findings), key=itemgetter(0)):
        key = _decoded(raw_key)
        if key in done:
            continue
        if len(done) >= MOST_RUNS or series > MOST_SERIES:
            _tell_too_many(findings, len(done))
            return
        done.add(key)
        run: LoggedRun | None = None
        for _, name, *row in rows:
            run = run or begin(key, _decoded(name))
            if bad < _MOST_BAD and not _add_row(run, row, findings, known):
                bad += 1
                if bad == _MOST_BAD:
                    _tell_too_bad(findings, run.name)
        if run is not None:
            finish(key, run)
            series += run.history.names
            yield key, run
    for key in [key for key in names if key not in done][: MOST_RUNS - len(done)]:
        run = begin(key, names[key])
        finish(key, run)
        yield key, run


def _rows(database: Database, findings: Findings) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that there is time for, by run and in the order of their time."""
    key = _key_of(database)
    part = (
        f"SELECT {database.raw(key)} AS key, {database.raw('run_name')}, id AS row, "
        f"{database.pick('metrics', 'log_id')}, {database.raw('timestamp')} AS time, step, "
        f"CASE WHEN length(metrics) <= {_LARGEST} THEN {database.raw('metrics')} END "
        f"FROM metrics WHERE id BETWEEN ? AND ? AND {key} IS NOT NULL"
    )
    spans = _spans(database, findings)
    if not spans:
        return
    query = f"{' UNION ALL '.join([part] * len(spans))} ORDER BY key, time, row"
    try:
        yield from database.rows(query, sum(spans, ()))
    except sqlite3.DatabaseError as error:
        report_error(findings, error)


def _spans(database: Database, findings: Findings) -> list[tuple[Any, ...]]:
    """Return the first and last ids of the rows that there is time for, around any damage."""
    spans: list[tuple[Any, ...]] = []
    room = MOST_BYTES
    for order in ("ASC", "DESC"):
        damage: sqlite3.DatabaseError | None = None
        ids: list[Any] = []
        try:
            for row_id, size in database.rows(
                f"SELECT id, length(metrics) FROM metrics ORDER BY id {order}"
            ):
                room -= (size or 0) + _ROW_BYTES
                if room < 0:
                    findings.add(
                        "history-too-long",
                        f"The database holds more than {MOST_BYTES // 1_000_000} MB of metrics; "
                        f"those from row {row_id} on were left out.",
                        "Log less often, or give each project a database of its own.",
                    )
                    break
                ids[1:] = [row_id]
        except sqlite3.DatabaseError as error:
            damage = error
        if ids:
            spans.append((min(ids), max(ids)))
        if damage is None:
            break
        if order == "ASC":
            report_error(findings, damage)
    return spans


def _add_row(run: LoggedRun, row: list[Any], findings: Findings, known: Container[str]) -> bool:
    """Add a row, unless it is known or there is no room; return whether it is one."""
    row_id, log_id, time, step, document = row
    if log_id in known or not run.has_room():
        return True
    try:
        if document is None:
            raise ParseError("holds nothing, or too much")
        values = parse_json(decode(document)[0])
        if not isinstance(values, dict):
            raise ParseError("is no object of names and values")
    except ParseError as error:
        findings.add(
            "trackio-row-unreadable",
            f"Row {row_id} of {run.name!r} {error}; it was left out.",
            "Log the step again.",
        )
        return False
    run.log(values, step, _decoded(time))
    return True


def _configs(database: Database, findings: Findings) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Return the rows of each run's configs, and its name, by its key."""
    rows: dict[str, list[int]] = defaultdict(list)
    names: dict[str, str] = {}
    if not database.columns("configs") >= {"run_name", "config", "created_at"}:
        return rows, names
    room = _MOST_CONFIG_BYTES
    query = (
        f"SELECT CAST({_key_of(database, 'configs')} AS TEXT) AS key, CAST(run_name AS TEXT), "
        "rowid, length(config) FROM configs WHERE key IS NOT NULL ORDER BY rowid"
    )
    try:
        for key, name, row, size in database.rows(query):
            room -= (size or 0) + _ROW_BYTES
            if room < 0:
                findings.add(
                    "trackio-configs-too-large",
                    f"The configs of the runs have more than {_MOST_CONFIG_BYTES // 1_000_000} "
                    "MB; those behind were left out.",
                    "Keep large things out of the config.",
                )
                break
            rows[key].append(row)
            names.setdefault(key, name or "")
    except sqlite3.DatabaseError as error:
        report_error(findings, error)
    return rows, names


def _configure(database: Database, run: LoggedRun, rows: list[int], findings: Findings) -> None:
    """Give a run its config, where it has none yet; of several the last."""
    query = (
        f"SELECT created_at, CASE WHEN length(config) <= {_LARGEST} THEN config END "
        "FROM configs WHERE rowid = ?"
    )
    try:
        for row in rows if not run.config else ():
            for time, document in database.rows(query, (row,)):
                run.configure(parse_json(_text(document), numbers_as_text=True), str(time or ""))
    except ParseError as error:
        findings.add(
            "trackio-config-unreadable",
            f"The config of {run.name!r} {error}; it was left out.",
            "Log the run's config again.",
        )
    except sqlite3.DatabaseError as error:
        report_error(findings, error)


def _datasets(database: Database) -> dict[str, list[DatasetUse]]:
    """Return the datasets that runs used, by the run's key."""
    found: dict[str, list[DatasetUse]] = defaultdict(list)
    links, versions = "run_artifact_links", "artifact_versions"
    if (
        database.columns(links) >= {_key_of(database), "artifact_version_id", "direction"}
        and database.columns(versions) >= {"id", "artifact_id", "version"}
        and database.columns("artifacts") >= {"id", "name", "type"}
    ):
        query = (
            f"SELECT CAST(l.{_key_of(database)} AS TEXT), a.name, v.version FROM {links} l "
            f"JOIN {versions} v ON v.id = l.artifact_version_id "
            "JOIN artifacts a ON a.id = v.artifact_id "
            f"WHERE a.type = 'dataset' AND l.direction = 'input' LIMIT {_MOST_LINKS}"
        )
        for key, name, version in database.rows(query):
            found[key].append(DatasetUse(str(name), f"v{version}", "input"))
    return found


def _tell_too_many(findings: Findings, read: int) -> None:
    findings.add(
        "trackio-too-many-runs",
        f"The database holds more runs or metrics than there is room for; {format_count(read)} "
        "runs were read.",
        "Give each project a database of its own.",
    )


def _tell_too_bad(findings: Findings, name: str) -> None:
    findings.add(
        "history-too-long",
        f"{format_count(_MOST_BAD)} rows are no JSON; those behind them, from {name!r} on, were "
        "left out.",
        "Log the runs again.",
    )


def _decoded(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")


def _text(document: Any) -> str:
    """Return JSON as text: Trackio writes its bytes into columns of text."""
    if document is None:
        raise ParseError("holds nothing, or too much")
    return decode(document)[0] if isinstance(document, bytes) else str(document)
