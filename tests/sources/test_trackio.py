"""Trackio: databases and inboxes put together by hand, and what the real logger writes."""

from __future__ import annotations

import json
import math
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import DatasetUse, Records
from runfolio.sources.trackio.reader import source
from sites import Site
from stores import put

NOW = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL,
    timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL,
    metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL,
    run_name TEXT NOT NULL, config TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE(run_id));
CREATE INDEX idx_metrics_run_step ON metrics(run_id, step);
"""
BEFORE_IDS = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,
    run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_name TEXT NOT NULL,
    config TEXT NOT NULL, created_at TEXT NOT NULL);
"""
TIME = "2025-03-01T12:00:00.500000+00:00"
LATER = "2025-03-01T13:00:00+00:00"

Row = tuple[str, int, str | bytes]
"""Time, step and metrics."""


def database(path: Path, runs: Mapping[str, Sequence[Row]], config: str | bytes = "") -> Path:
    """Write a database whose runs are called run-<id>."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(NOW)
        for run_id, rows in runs.items():
            connection.executemany(
                "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics, log_id) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (run_id, time, f"run-{run_id}", step, metrics, f"{run_id}-{number}")
                    for number, (time, step, metrics) in enumerate(rows)
                ],
            )
            if config:
                connection.execute(
                    "INSERT INTO configs (run_id, run_name, config, created_at) "
                    "VALUES (?, ?, ?, ?)",
                    (run_id, f"run-{run_id}", config, LATER),
                )
    return path


def fragment(*rows: dict[str, Any]) -> str:
    common = {"v": 1, "kind": "metric", "project": "my study", "run": "run-a", "run_id": "a"}
    return "".join(json.dumps({**common, "timestamp": TIME, **row}) + "\n" for row in rows)


def points(records: Records) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for s in only_run(records).series
    }


def claimed(path: Path) -> set[str]:
    """Return the entries of a folder that are taken."""
    place = place_of(path)
    claim = source.matches(place, place.entries())
    assert claim is not None
    return set(claim.names or ())


def test_all_that_a_database_can_say(tmp_path: Path) -> None:
    config = b"""{"lr": 1e-3, "model": {"depth": 4, "layers": [64, 32]}, "x": "NaN",
        "_Username": "marker-user", "_Created": "2025-03-01T11:00:00+00:00", "_Group": "folds"}"""
    row = (
        b'{"loss": 0.5, "val": {"f1": {"macro": 0.25}}, "odd": "NaN", "inf": "Infinity", '
        b'"ninf": "-Infinity", "none": null, "text": "hi", "on": true, '
        b'"img": {"_type": "trackio.image", "size": 3}}'
    )
    path = database(tmp_path / "study.db", {"a": [(TIME, 3, row)]}, config)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "CREATE TABLE system_metrics (run_id, run_name, timestamp, metrics);"
            f"INSERT INTO system_metrics VALUES ('a', 'run-a', '{TIME}', '{{\"gpu\": 1}}');"
            "CREATE TABLE artifacts (id, name, type);"
            "CREATE TABLE artifact_versions (id, artifact_id, version);"
            "CREATE TABLE run_artifact_links (run_id, run_name, artifact_version_id, direction);"
            "INSERT INTO artifacts VALUES (1, 'patients', 'dataset'), (2, 'model', 'model');"
            "INSERT INTO artifact_versions VALUES (7, 1, 3), (8, 2, 0);"
            "INSERT INTO run_artifact_links VALUES ('a', 'run-a', 7, 'input'), "
            "('a', 'run-a', 8, 'output'), ('b', 'run-b', 8, 'input');"
        )
    assert matches("trackio", path)
    records = read("trackio", path)
    run = only_run(records)
    assert (run.id, run.name, run.experiment) == ("a", "run-a", "study")
    assert (run.location, run.path, run.status) == ("study.db", "", "unknown")
    assert (run.started, run.ended) == (1740826800000, None)
    assert run.params == {
        "lr": "1e-3",
        "model.depth": "4",
        "model.layers": "[64, 32]",
        "x": "NaN",
    }
    assert run.tags == {"group": "folds"}
    assert run.datasets == (DatasetUse("patients", "v3", "input"),)
    assert repr(points(records)) == (
        "{'inf': [(3, inf)], 'loss': [(3, 0.5)], 'ninf': [(3, -inf)], 'odd': [(3, nan)], "
        "'val.f1.macro': [(3, 0.25)]}"
    )
    assert {(p.slug, p.severity) for p in records.problems} == {("column-without-numbers", "note")}
    assert [p.message.split()[0] for p in records.problems] == ["'on'", "'text'"]
    assert "marker" not in repr(run)


def test_rows_are_in_the_order_of_their_time(tmp_path: Path) -> None:
    rows = [(LATER, 2, '{"a": 3}'), (TIME, 1, '{"a": 1}'), (TIME, 1, '{"a": 2}')]
    (series,) = only_run(read("trackio", database(tmp_path / "s.db", {"a": rows}))).series
    assert (series.summary.first, series.summary.last, series.summary.count) == (1, 3, 3)


def test_a_run_without_a_config_begins_with_its_first_row(tmp_path: Path) -> None:
    rows = [(LATER, 2, '{"a": 3}'), (TIME, 1, '{"a": 1}')]
    run = only_run(read("trackio", database(tmp_path / "s.db", {"a": rows})))
    assert (run.started, run.params) == (1740830400500, {})


def test_databases_from_before_runs_had_ids(tmp_path: Path) -> None:
    path = tmp_path / "old study.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(BEFORE_IDS)
        connection.executemany(
            "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?)",
            [(TIME, "brave-fox-1", 0, '{"a": 1}'), (TIME, "calm-owl-2", 0, b'{"a": 2}')],
        )
        connection.execute(
            "INSERT INTO configs (run_name, config, created_at) "
            f"VALUES ('calm-owl-2', '{{\"lr\": 0.5}}', '{TIME}')"
        )
    runs = {run.id: run for run in read("trackio", path).runs}
    assert {(r.id, r.name, r.experiment) for r in runs.values()} == {
        ("brave-fox-1", "brave-fox-1", "old study"),
        ("calm-owl-2", "calm-owl-2", "old study"),
    }
    assert runs["calm-owl-2"].params == {"lr": "0.5"}
    assert runs["calm-owl-2"].series[0].summary.last == 2


def test_rows_of_runs_that_went_on_at_once_are_told_apart(tmp_path: Path) -> None:
    path = database(tmp_path / "s.db", {}, "")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("DROP INDEX idx_metrics_run_step")
        connection.executemany(
            "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) "
            f"VALUES (?, '{TIME}', 'r', ?, ?)",
            [(f"r{n % 40}", n // 40, f'{{"a": {n}}}') for n in range(120)],
        )
        connection.execute(
            f"INSERT INTO configs VALUES (1, 'only', 'has no rows', '{{\"lr\": 1}}', '{TIME}')"
        )
    records = read("trackio", path)
    assert records.problems == ()
    values = {run.id: [s.values.tolist() for s in run.series] for run in records.runs}
    assert values == {f"r{n}": [[n, n + 40, n + 80]] for n in range(40)} | {"only": []}


def test_rows_that_are_only_in_the_write_ahead_log(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(NOW)
        connection.execute(
            "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) "
            f"VALUES ('a', '{TIME}', 'run-a', 0, '{{\"loss\": 1}}')"
        )
        connection.commit()
        assert points(read("trackio", tmp_path / "s.db")) == {"loss": [(0, 1.0)]}


@pytest.mark.parametrize("name", ["study.db", "study", "study.sqlite", "study.sqlite3"])
def test_what_is_taken_for_a_database(tmp_path: Path, name: str) -> None:
    assert matches("trackio", database(tmp_path / name, {}))


def test_what_is_not(tmp_path: Path) -> None:
    for name in ("study.parquet", "study.db.bak", "study.lock"):
        assert not matches("trackio", database(tmp_path / name, {}))
    for name, table in {"mlflow.db": "metrics (key, value)", "registry-models.db": "x (y)"}.items():
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            connection.execute(f"CREATE TABLE {table}")
        assert not matches("trackio", tmp_path / name)
    registry = database(tmp_path / "registry-all.db", {})
    with closing(sqlite3.connect(registry)) as connection:
        connection.execute("CREATE TABLE registry_events (id)")
    assert not matches("trackio", registry)
    put(tmp_path, {"text.db": "no database", "inbox/me/notes.jsonl": '{"kind": "metric"}\n'})
    assert not matches("trackio", tmp_path / "text.db")
    assert not matches("trackio", tmp_path)
    put(tmp_path, {"inbox/me/00000000.jsonl": '{"loss": 1}\n'})
    assert not matches("trackio", tmp_path)


def test_an_inbox_alone(tmp_path: Path) -> None:
    put(
        tmp_path / "store",
        {
            "inbox/w1/00000000.jsonl": fragment(
                {"metrics": {"a": 1}, "step": 0, "log_id": "1", "config": {"lr": 0.5}},
                {"metrics": {"a": "NaN", "b": {"c": 2}}, "step": 5, "log_id": "2"},
                {"metrics": {"gpu": 1}, "kind": "system_metric"},
                {"title": "hot", "kind": "alert"},
            ),
            "inbox/w1/00000001.jsonl": fragment(
                {"metrics": {"a": 3}, "step": None, "log_id": "3", "timestamp": LATER},
                {"metrics": {"a": 3}, "step": None, "log_id": "3", "timestamp": LATER},
            ),
            "inbox/w1/tmp123.tmp": "half of a fra",
            "inbox/w2/00000000.jsonl": fragment({"run": "other", "run_id": None, "metrics": {}}),
        },
    )
    assert claimed(tmp_path / "store") == {"inbox"}
    records = read("trackio", tmp_path / "store")
    assert records.problems == ()
    first, other = records.runs
    assert (first.id, first.name, first.experiment) == ("a", "run-a", "my study")
    assert (first.params, first.started) == ({"lr": "0.5"}, 1740830400500)
    assert (other.id, other.name, other.series) == ("other", "other", ())
    found = {s.metric: (s.steps.tolist(), s.values.tolist()) for s in first.series}
    assert repr(found) == "{'a': ([0, 5, 6], [1.0, nan, 3.0]), 'b.c': ([5], [2.0])}"


def test_a_run_in_the_inbox_and_in_the_database_has_each_row_once(tmp_path: Path) -> None:
    rows = [(TIME, 0, '{"a": 1}'), (TIME, 1, '{"a": 2}')]
    database(tmp_path / "store" / "mystudy.db", {"a": rows, "b": rows}, '{"lr": 0.5}')
    put(
        tmp_path / "store",
        {
            "inbox/w/00000000.jsonl": fragment(
                {"metrics": {"a": 2}, "step": 1, "log_id": "a-1"},
                {"metrics": {"a": 3}, "step": 2, "log_id": "new", "timestamp": LATER},
                {"metrics": {"a": 9}, "run_id": "c", "run": "run-c", "step": 0, "log_id": "c"},
            )
        },
    )
    assert claimed(tmp_path / "store") == {"inbox", "mystudy.db"}
    records = read("trackio", tmp_path / "store")
    assert records.problems == ()
    runs = {run.id: run for run in records.runs}
    assert len(records.runs) == len(runs) == 3
    assert {run.experiment for run in records.runs} == {"mystudy"}
    values = {name: run.series[0].values.tolist() for name, run in runs.items()}
    assert values == {"a": [1, 2, 3], "b": [1, 2], "c": [9]}
    assert runs["a"].params == {"lr": "0.5"}


DEEP = '{"a":' * 200 + "1" + "}" * 200


@pytest.mark.parametrize(
    ("rows", "config", "slug"),
    [
        (["{"], "", "trackio-row-unreadable"),
        (["[1, 2]"], "", "trackio-row-unreadable"),
        (["[" * 100_000], "", "trackio-row-unreadable"),
        (['{"a": "n/a"}'], "", "metric-not-a-number"),
        ([f'{{"deep": {DEEP}}}'], "", "column-without-numbers"),
        (["{}"], "{", "trackio-config-unreadable"),
        (["{}"], "[1]", "trackio-config-unreadable"),
        (["{}"], DEEP, "trackio-config-unreadable"),
    ],
)
def test_bad_rows_are_told_and_the_rest_is_read(
    tmp_path: Path, rows: list[str], config: str, slug: str
) -> None:
    every = ['{"a": 1}', *rows, '{"a": 3}']
    path = database(tmp_path / "s.db", {"x": [(TIME, n, r) for n, r in enumerate(every)]}, config)
    records = read("trackio", path)
    (problem,) = records.problems
    assert (problem.slug, problem.place) == (slug, "s.db")
    assert problem.hint
    assert points(records)["a"] == [(0, 1.0), (2, 3.0)]


@pytest.mark.parametrize(
    ("line", "slug", "severity"),
    [
        ('{"kind": "metric"}\n', "trackio-row-unreadable", "warning"),
        (fragment({"metrics": [1]}), "trackio-row-unreadable", "warning"),
        (fragment({"metrics": {}, "config": [1]}), "trackio-row-unreadable", "warning"),
        ("{\n", "json-line-unreadable", "warning"),
        ("[1]\n", "json-line-unreadable", "warning"),
        (fragment({"metrics": {"a": 3}})[:-9], "json-line-cut", "note"),
    ],
)
def test_bad_fragments_are_told_and_the_rest_is_read(
    tmp_path: Path, line: str, slug: str, severity: str
) -> None:
    put(
        tmp_path / "store",
        {"inbox/w/00000000.jsonl": fragment({"metrics": {"a": 1}, "step": 0}) + line},
    )
    records = read("trackio", tmp_path / "store")
    (problem,) = records.problems
    assert (problem.slug, problem.severity) == (slug, severity)
    assert problem.place == "store/inbox/w/00000000.jsonl:2"
    assert points(records) == {"a": [(0, 1.0)]}


def test_a_database_without_runs_is_told(tmp_path: Path) -> None:
    assert slugs(read("trackio", database(tmp_path / "s.db", {})).problems) == [
        "trackio-database-empty"
    ]


def test_a_damaged_database_keeps_what_can_be_read(tmp_path: Path) -> None:
    rows = [(TIME, step, json.dumps({"a": step, "pad": "x" * 300})) for step in range(2000)]
    path = database(tmp_path / "s.db", {"x": rows, "y": rows[:5], "z": rows[:5]})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(data)
    assert matches("trackio", path)
    records = read("trackio", path)
    assert "database-unreadable" in slugs(records.problems)
    runs = {run.id: run.series[0].summary for run in records.runs}
    assert runs.keys() == {"x", "y", "z"}
    assert runs["y"].count == runs["z"].count == 5
    assert (runs["x"].first, runs["x"].last) == (0, 1999), "what is before and behind the damage"
    assert 1500 < runs["x"].count < 2000


def test_a_locked_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.reading.sqlite_file.BUSY_SECONDS", 0.01)
    path = database(tmp_path / "s.db", {"x": [(TIME, 0, '{"a": 1}')]})
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert matches("trackio", path)
        assert slugs(read("trackio", path).problems) == ["database-locked"]


def test_no_cut_of_a_fragment_stops_the_reader(tmp_path: Path) -> None:
    data = fragment({"metrics": {"a": 1}, "step": 0}, {"metrics": {"a": 2}, "step": 1})
    edges = {0, len(data) // 2, len(data) // 2 - 1, len(data) - 1}
    for end in range(len(data)):
        put(tmp_path / "store", {"inbox/w/00000000.jsonl": data[:end]})
        unit = source.discover(place_of(tmp_path / "store")).units[0]
        records = source.read(unit)
        assert records.problems or end in edges, end


FIELDS = ("metrics", "step", "timestamp", "config", "log_id", "run", "run_id")
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(FIELDS, JSON),
        )
    )
)
def test_no_row_stops_the_reader(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), {"store/inbox/w/00000000.jsonl": fragment(*rows)})
        unit = source.discover(place_of(Path(folder) / "store")).units[0]
        assert all(problem.hint for problem in source.read(unit).problems)


EDGE = ("--edge", "--runs", "4", "--metrics", "3", "--steps", "250")


@pytest.mark.peer
@pytest.mark.parametrize("mode", [(), ("--jsonl",)])
def test_what_the_real_logger_logged(peers: Peers, tmp_path: Path, mode: tuple[str, ...]) -> None:
    made = peers.made("make_trackio.py", *EDGE, *mode, needs="trackio")
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    said = peers.said("trackio_says.py", made, tmp_path / "copy")
    assert len(said) == 4
    assert ours.keys() == {run["id"] for run in said}
    odd = 0
    for theirs in said:
        run = ours[theirs["id"]]
        assert (run["name"], run["status"]) == (theirs["name"], "unknown")
        assert run["experiment"] == ("demo project" if mode else "demoproject")
        assert run["started"] == theirs["started"]
        assert run["params"] == theirs["params"]
        assert run["tags"] == theirs["tags"]
        assert run["metrics"].keys() == theirs["metrics"].keys()
        for name, logged in theirs["metrics"].items():
            odd += check_metric(run["metrics"][name], logged)
    assert odd == 2 * 4, "NaN and infinity, in each run"


def check_metric(ours: dict[str, Any], logged: list[tuple[int, str]]) -> bool:
    """Compare a metric with its points; tell whether some are not finite."""
    points = [(step, float(value)) for step, value in logged]
    values = [value for _, value in points if math.isfinite(value)]
    assert ours["count"] == len(points)
    assert ours["nonfinite"] == len(points) - len(values)
    assert repr(float(ours["first"])) == repr(points[0][1])
    assert repr(float(ours["last"])) == repr(points[-1][1])
    assert ours["last_step"] == points[-1][0]
    if values:
        assert (ours["min"], ours["max"]) == (min(values), max(values))
        assert ours["mean"] == pytest.approx(math.fsum(values) / len(values), rel=1e-12)
    return len(values) < len(points)
