"""Databases with old schemas, made by MLflow's own migrations, and broken ones."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import OLD_REVISIONS
from reading import matches, only_run, place_of, read, slugs
from runfolio.registry import find
from runfolio.sources.reading import sqlite_file

INFINITE = 1.7976931348623157e308
RUNS = [f"{number:032x}" for number in range(3)]

# What every schema since the first can hold.
BARE = """
CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT, lifecycle_stage TEXT);
CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT, status TEXT, start_time BIGINT,
    end_time BIGINT, lifecycle_stage TEXT, experiment_id INTEGER);
CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT,
    is_nan BOOLEAN, PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE INDEX metrics_run ON metrics (run_uuid);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
CREATE INDEX params_run ON params (run_uuid);
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
CREATE INDEX tags_run ON tags (run_uuid);
CREATE TABLE latest_metrics (key TEXT, value FLOAT, run_uuid TEXT);
INSERT INTO experiments VALUES (1, 'triage', 'active');
"""


def fill(path: Path, runs: int = 1, steps: int = 2) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(BARE)
        for number in range(runs):
            run = f"{number:032x}"
            connection.execute(
                "INSERT INTO runs VALUES (?, ?, 'FINISHED', 1000, 2000, 'active', 1)",
                (run, f"run-{number}"),
            )
            connection.execute("INSERT INTO params VALUES ('lr', '0.1', ?)", (run,))
            connection.executemany(
                "INSERT INTO metrics VALUES ('loss', ?, ?, ?, ?, 0)",
                [(1.0 / (step + 1), step, run, step) for step in range(steps)],
            )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "mlflow.db"
    fill(path)
    return path


@pytest.mark.peer
@pytest.mark.parametrize("revision", OLD_REVISIONS)
def test_old_schemas(mlflow_old_databases: Path, tmp_path: Path, revision: str) -> None:
    path = tmp_path / "old.db"
    shutil.copy(mlflow_old_databases / f"{revision}.db", path)
    with closing(sqlite3.connect(path)) as connection, connection:
        has_step = revision != "initial"
        has_nan = OLD_REVISIONS.index(revision) >= 2
        connection.execute(
            "INSERT INTO experiments (experiment_id, name, lifecycle_stage) "
            "VALUES (1, 'triage', 'active'), (2, 'gone', 'deleted')"
        )
        connection.executemany(
            "INSERT INTO runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, "
            "experiment_id, source_type, source_name, user_id) "
            "VALUES (?, '', ?, 1000, ?, ?, ?, 'LOCAL', 'train.py', 'ada')",
            [
                (RUNS[0], "FINISHED", 2000, "active", 1),
                (RUNS[1], "RUNNING", None, "deleted", 1),
                (RUNS[2], "FAILED", 2000, "active", 2),
            ],
        )
        columns = "key, value, timestamp, run_uuid" + ", step" * has_step + ", is_nan" * has_nan
        width = 4 + has_step + has_nan
        points = [
            ("loss", 0.9, 10, RUNS[0], 0, False),
            ("acc", 0.1, 10, RUNS[0], 0, False),
            ("loss", 0.1 + 0.2, 20, RUNS[0], 1, False),
            ("acc", INFINITE, 20, RUNS[0], 1, False),
            ("loss", 7.0, 20, RUNS[1], 1, False),
        ]
        if has_nan:
            points.append(("acc", 0.0, 30, RUNS[0], 2, True))
        connection.executemany(
            f"INSERT INTO metrics ({columns}) VALUES ({','.join('?' * width)})",
            [point[:width] for point in points],
        )
        connection.execute("INSERT INTO params VALUES ('lr', '0.1', ?)", (RUNS[0],))
        connection.executemany(
            "INSERT INTO tags VALUES (?, ?, ?)",
            [
                ("mlflow.runName", "first try", RUNS[0]),
                ("mlflow.source.name", "/home/ada/train.py", RUNS[0]),
                ("team", "vision", RUNS[0]),
            ],
        )

    assert matches("mlflow-sqlite", path)
    records = read("mlflow-sqlite", path)
    run = only_run(records)
    assert records.problems == ()
    assert (records.hidden_runs, records.hidden_experiments) == (2, 1)
    assert (run.id, run.name, run.experiment) == (RUNS[0], "first try", "triage")
    assert (run.status, run.started, run.ended) == ("finished", 1000, 2000)
    assert (run.params, run.tags) == ({"lr": "0.1"}, {"team": "vision"})
    acc, loss = run.series
    assert loss.values.tolist() == [0.9, 0.1 + 0.2]
    assert loss.steps.tolist() == ([0, 1] if has_step else [0, 0])
    assert acc.values.tolist()[:2] == [0.1, math.inf]
    assert acc.summary.nonfinite == (2 if has_nan else 1)
    assert math.isnan(acc.summary.last) == has_nan
    assert "ada" not in repr(records)


def test_without_an_index_the_points_are_read_once_and_not_per_chunk(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    fill(path, runs=100)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP INDEX metrics_run")
    source = find("runfolio.sources", "source")["mlflow-sqlite"]
    units = source.discover(place_of(path)).units
    assert [unit.runs for unit in units] == [100]
    runs = source.read(units[0]).runs
    assert len(runs) == 100
    assert all(run.series[0].values.tolist() == [1.0, 0.5] for run in runs)


def test_runs_are_split_into_units(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    fill(path, runs=100)
    units = find("runfolio.sources", "source")["mlflow-sqlite"].discover(place_of(path)).units
    assert len(units) > 2
    assert sum(unit.runs for unit in units) == 100
    assert {run.name for run in read("mlflow-sqlite", path).runs} == {
        f"run-{number}" for number in range(100)
    }


def test_the_name_of_the_file_does_not_matter(database: Path, tmp_path: Path) -> None:
    odd = tmp_path / "run logs #1?%20.txt"
    database.rename(odd)
    assert matches("mlflow-sqlite", odd)
    assert only_run(read("mlflow-sqlite", odd)).location == odd.name


def test_other_files_are_not_taken_for_a_store(tmp_path: Path) -> None:
    other = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE experiments (experiment_id, name)")
    assert not matches("mlflow-sqlite", other)
    other.write_bytes(b"SQLite")
    assert not matches("mlflow-sqlite", other)
    other.write_bytes(b"")
    assert not matches("mlflow-sqlite", other)


def test_points_keep_the_order_of_logging_and_their_exact_values(database: Path) -> None:
    values = [0.1 + 0.2, 5e-324, -1e300, 1 / 3]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM metrics")
        connection.executemany(
            "INSERT INTO metrics VALUES ('loss', ?, 5, ?, ?, 0)",
            [(value, RUNS[0], 2**62 + 1 - at) for at, value in enumerate(values)],
        )
    (series,) = only_run(read("mlflow-sqlite", database)).series
    assert series.summary.first == values[0]
    assert series.values.tolist() == values[::-1]
    assert series.steps.tolist() == [2**62 + 1 - at for at in range(4)][::-1]


def test_a_database_without_runs_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    fill(path, runs=0)
    records = read("mlflow-sqlite", path)
    assert records.runs == ()
    assert slugs(records.problems) == ["mlflow-database-empty"]


def test_text_that_is_no_utf8_does_not_lose_the_run(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE params SET value = CAST(x'ff41' AS TEXT)")
        connection.execute("UPDATE metrics SET key = CAST(x'ff42' AS TEXT)")
    run = only_run(read("mlflow-sqlite", database))
    assert run.params == {"lr": "\ufffdA"}
    assert [series.metric for series in run.series] == ["\ufffdB"]


def test_a_point_that_is_no_number_is_told_and_left_out(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO metrics VALUES ('loss', 'n/a', 9, ?, 9, 0)", (RUNS[0],))
    records = read("mlflow-sqlite", database)
    assert only_run(records).series[0].summary.count == 2
    assert slugs(records.problems) == ["metric-not-a-number"]
    assert "n/a" in records.problems[0].message


def test_a_locked_database_is_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert matches("mlflow-sqlite", database)
        records = read("mlflow-sqlite", database)
    assert records.runs == ()
    assert slugs(records.problems) == ["database-locked"]


@pytest.fixture
def logged_ahead(database: Path) -> Iterator[Path]:
    """A database whose newest run is only in the write-ahead log, with its writer at work."""
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO runs VALUES ('new', 'newest', 'RUNNING', 3, NULL, NULL, 1)")
        yield database


def test_a_write_ahead_log_is_read_too(logged_ahead: Path) -> None:
    records = read("mlflow-sqlite", logged_ahead)
    assert {run.name for run in records.runs} == {"run-0", "newest"}
    assert records.problems == ()


def test_changes_that_cannot_be_undone_without_writing_are_told(tmp_path: Path) -> None:
    path, copy = tmp_path / "mlflow.db", tmp_path / "copy" / "mlflow.db"
    copy.parent.mkdir()
    fill(path, runs=3, steps=2000)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=5")
        writer.execute("BEGIN")
        writer.execute("UPDATE metrics SET value = value + 1")  # more than fits into memory
        shutil.copy(path, copy)  # as after a power cut
        shutil.copy(f"{path}-journal", f"{copy}-journal")
        writer.execute("ROLLBACK")
    before = copy.read_bytes()
    records = read("mlflow-sqlite", copy)
    assert len(records.runs) == 3
    assert "database-changes-unread" in slugs(records.problems)
    assert copy.read_bytes() == before
    assert Path(f"{copy}-journal").exists()


def test_reading_leaves_no_files_behind(database: Path) -> None:
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
    before = (sorted(os.listdir(database.parent)), database.read_bytes())
    assert len(read("mlflow-sqlite", database).runs) == 1
    assert (sorted(os.listdir(database.parent)), database.read_bytes()) == before


def test_what_lies_in_sound_parts_of_a_damaged_database_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    fill(path, runs=60, steps=400)
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        # A page of points, found by the schema: the tree of the table ends in such pages.
        pages = path.stat().st_size // size
    data = bytearray(path.read_bytes())
    leaf = next(
        page
        for page in range(pages // 2, pages)
        if data[page * size] == 13 and b"loss" in data[page * size : (page + 1) * size]
    )
    data[leaf * size : (leaf + 1) * size] = b"\xff" * size
    path.write_bytes(bytes(data))

    records = read("mlflow-sqlite", path)
    damaged = [run for run in records.runs if not run.series]
    sound = [run for run in records.runs if run.series]
    assert len(records.runs) == 60
    assert 1 <= len(damaged) <= 3
    assert all(run.series[0].summary.count == 400 for run in sound)
    assert all(run.params == {"lr": "0.1"} for run in records.runs)
    assert set(slugs(records.problems)) == {"database-damaged"}
    assert damaged[0].id in records.problems[0].message


def test_without_an_index_damage_loses_points_and_not_the_runs(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    fill(path, runs=60, steps=400)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX metrics_run")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    for page in range(len(data) // size):
        start, end = page * size, (page + 1) * size
        if data[start] in (10, 13) and data[start:end].count(b"loss") > 20:
            data[start:end] = b"\xff" * size  # of the table, or of its primary key
    path.write_bytes(bytes(data))
    records = read("mlflow-sqlite", path)
    assert len(records.runs) == 60
    assert all(run.params == {"lr": "0.1"} for run in records.runs)
    assert slugs(records.problems) == ["database-damaged"]


def test_a_database_cut_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    fill(path, runs=60, steps=400)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 8])
    assert matches("mlflow-sqlite", path)
    problems = read("mlflow-sqlite", path).problems
    assert problems
    assert {problem.severity for problem in problems} == {"error"}
