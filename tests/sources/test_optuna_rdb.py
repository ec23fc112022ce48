"""Optuna's SQLite storage: what Optuna reads back, the schemas of old versions, damage."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import MetricFact, Records, RunRecord
from runfolio.registry import find

LR = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1}}'
DEPTH = '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 8}}'
CHOICE = (
    '{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true, 1e-3]}}'
)

SINCE_3 = """
CREATE TABLE studies (study_id INTEGER PRIMARY KEY, study_name VARCHAR(512) NOT NULL);
CREATE TABLE study_directions (direction VARCHAR(8) NOT NULL, study_id INTEGER, objective INTEGER);
CREATE TABLE study_user_attributes (study_id INTEGER, key VARCHAR(512), value_json TEXT);
CREATE TABLE study_system_attributes (study_id INTEGER, key VARCHAR(512), value_json TEXT);
CREATE TABLE trials (trial_id INTEGER PRIMARY KEY, number INTEGER, study_id INTEGER,
    state VARCHAR(8) NOT NULL, datetime_start DATETIME, datetime_complete DATETIME);
CREATE TABLE trial_user_attributes (trial_id INTEGER, key VARCHAR(512), value_json TEXT);
CREATE TABLE trial_params (trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
    distribution_json TEXT, UNIQUE (trial_id, param_name));
CREATE TABLE trial_values (trial_id INTEGER, objective INTEGER, value FLOAT,
    value_type VARCHAR(7), UNIQUE (trial_id, objective));
CREATE TABLE trial_intermediate_values (trial_id INTEGER, step INTEGER, intermediate_value FLOAT,
    intermediate_value_type VARCHAR(7), UNIQUE (trial_id, step));
"""
VERSION_2_4 = SINCE_3.replace(",\n    value_type VARCHAR(7)", "").replace(
    ",\n    intermediate_value_type VARCHAR(7)", ""
)
VERSION_1_3 = """
CREATE TABLE studies (study_id INTEGER PRIMARY KEY, study_name VARCHAR(512) NOT NULL,
    direction VARCHAR(8) NOT NULL);
CREATE TABLE study_user_attributes (study_id INTEGER, key VARCHAR(512), value_json VARCHAR(2048));
CREATE TABLE study_system_attributes (study_id INTEGER, key VARCHAR(512), value_json VARCHAR(2048));
CREATE TABLE trials (trial_id INTEGER PRIMARY KEY, study_id INTEGER, state VARCHAR(8) NOT NULL,
    value FLOAT, datetime_start DATETIME, datetime_complete DATETIME, number INTEGER);
CREATE TABLE trial_user_attributes (trial_id INTEGER, key VARCHAR(512), value_json VARCHAR(2048));
CREATE TABLE trial_params (trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
    distribution_json VARCHAR(2048), UNIQUE (trial_id, param_name));
CREATE TABLE trial_values (trial_id INTEGER, step INTEGER, value FLOAT, UNIQUE (trial_id, step));
"""
VERSION_1_0 = VERSION_1_3.replace(", number INTEGER", "")

Rows = dict[str, Sequence[Sequence[Any]]]
DAY = "2025-03-01 12:00:00.000000"
NOON = 1740830400000


def write(path: Path, rows: Rows, schema: str = SINCE_3) -> Path:
    """Write a database; rows in the order of their table's columns."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(schema)
        for table, of_table in rows.items():
            for row in of_table:
                marks = ",".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)
    return path


def small(**more: Sequence[Sequence[Any]]) -> Rows:
    """Return a study with a finished trial, and more rows."""
    rows: Rows = {
        "studies": [(1, "tune")],
        "study_directions": [("MINIMIZE", 1, 0)],
        "trials": [(1, 0, 1, "COMPLETE", DAY, "2025-03-01 12:00:02.500000")],
        "trial_params": [(1, "lr", 0.01, LR)],
        "trial_values": [(1, 0, 0.5, "FINITE")],
    }
    return {**rows, **{table: [*rows.get(table, ()), *new] for table, new in more.items()}}


def facts(path: Path) -> tuple[MetricFact, ...]:
    source = find("runfolio.sources", "source")["optuna-rdb"]
    found: tuple[MetricFact, ...] = source.discover(place_of(path)).records.metrics
    return found


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


def test_a_trial_is_a_run(tmp_path: Path) -> None:
    rows = small(
        trial_params=[(1, "depth", 3.0, DEPTH), (1, "optimizer", 0.0, CHOICE)],
        trial_intermediate_values=[(1, 1, 0.7, "FINITE"), (1, 0, 0.9, "FINITE")],
        trial_user_attributes=[(1, "note", '"first"'), (1, "cv", '{"folds": 5, "by": [1, 2]}')],
        study_user_attributes=[(1, "dataset", '"patients\\nv3"'), (1, "rows", "569")],
        study_system_attributes=[(1, "study:metric_names", '["val/loss"]')],
    )
    path = write(tmp_path / "tune.db", rows)
    assert matches("optuna-rdb", path)
    records = read("optuna-rdb", path)
    run = only_run(records)
    assert records.problems == ()
    assert run.id.startswith("tune#0-")
    assert (run.name, run.experiment, run.location) == ("trial 0", "tune", "tune.db")
    assert (run.status, run.started, run.ended) == ("finished", NOON, NOON + 2500)
    assert run.params == {"depth": "3", "lr": "0.01", "optimizer": "adam"}
    assert run.tags == {"note": "first", "cv.folds": "5", "cv.by": "[1, 2]"}
    assert points(run) == {"val/loss": [(0, 0.5)], "intermediate": [(0, 0.9), (1, 0.7)]}
    assert not run.path
    (experiment,) = records.experiments
    assert experiment.notes == "- dataset: patients v3\n- rows: 569"
    assert (experiment.primary_metric, experiment.greater_is_better) == ("val/loss", False)
    assert facts(path) == (
        MetricFact("intermediate", "minimize"),
        MetricFact("val/loss", "minimize"),
    )


@pytest.mark.parametrize(
    ("state", "status", "tags"),
    [
        ("COMPLETE", "finished", {}),
        ("FAIL", "failed", {}),
        ("PRUNED", "killed", {"optuna.state": "pruned"}),
        ("RUNNING", "unfinished", {}),
        ("WAITING", "scheduled", {}),
        ("PAUSED", "unknown", {}),
    ],
)
def test_states(tmp_path: Path, state: str, status: str, tags: dict[str, str]) -> None:
    rows = small() | {"trials": [(1, 0, 1, state, None, None)]}
    run = only_run(read("optuna-rdb", write(tmp_path / "a.db", rows)))
    assert (run.status, run.tags, run.started) == (status, tags, None)


@pytest.mark.parametrize(
    ("distribution", "stored", "shown"),
    [
        (CHOICE, 0.0, "adam"),
        (CHOICE, 1.0, "null"),
        (CHOICE, 2.0, "true"),
        (CHOICE, 3.0, "1e-3"),
        (DEPTH, 7.0, "7"),
        (LR, 1e-5, "1e-05"),
        (LR, 3.0, "3.0"),
        ('{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}', 0.5, "0.5"),
        ('{"name": "LogUniformDistribution", "attributes": {"low": 1, "high": 2}}', 1.5, "1.5"),
        ('{"name": "DiscreteUniformDistribution", "attributes": {"q": 0.25}}', 0.75, "0.75"),
        ('{"name": "IntUniformDistribution", "attributes": {"low": 1, "high": 8}}', 4.0, "4"),
        ('{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 8}}', 4.0, "4"),
        ('{"type": "int", "low": 1, "high": 8}', 4.0, "4"),
        ('{"type": "categorical", "choices": ["a", "b"]}', 1.0, "b"),
    ],
)
def test_params_are_shown_as_they_were_suggested(
    tmp_path: Path, distribution: str, stored: float, shown: str
) -> None:
    rows = small(trial_params=[(1, "p", stored, distribution)])
    records = read("optuna-rdb", write(tmp_path / "a.db", rows))
    assert only_run(records).params["p"] == shown
    assert records.problems == ()


def test_several_objectives_have_a_direction_each(tmp_path: Path) -> None:
    rows = small(study_directions=[("MAXIMIZE", 1, 1)], trial_values=[(1, 1, None, "INF_POS")])
    path = write(tmp_path / "a.db", rows)
    records = read("optuna-rdb", path)
    assert points(only_run(records)) == {"objective 0": [(0, 0.5)], "objective 1": [(0, math.inf)]}
    assert records.experiments[0].primary_metric is None
    assert facts(path) == (
        MetricFact("objective 0", "minimize"),
        MetricFact("objective 1", "maximize"),
    )


def test_studies_that_differ_on_a_metric_leave_its_direction_open(tmp_path: Path) -> None:
    rows = small(studies=[(2, "other")], study_directions=[("MAXIMIZE", 2, 0)])
    path = write(tmp_path / "a.db", rows)
    assert facts(path) == ()
    told = {e.name: e.greater_is_better for e in read("optuna-rdb", path).experiments}
    assert told == {"tune": False, "other": True}


@pytest.mark.parametrize("names", ['["a"]', '["a", "a"]', '["a", ""]', "3", "not JSON"])
def test_names_that_do_not_fit_the_objectives_are_not_used(tmp_path: Path, names: str) -> None:
    rows = small(
        study_directions=[("NOT_SET", 1, 1)],
        study_system_attributes=[(1, "study:metric_names", names)],
    )
    path = write(tmp_path / "a.db", rows)
    assert "objective 0" in points(only_run(read("optuna-rdb", path)))
    assert facts(path) == (MetricFact("objective 0", "minimize"),)


def test_an_objective_called_as_the_intermediate_values_are(tmp_path: Path) -> None:
    rows = small(
        trial_intermediate_values=[(1, 0, 0.9, "FINITE")],
        study_system_attributes=[(1, "study:metric_names", '["intermediate"]')],
    )
    run = only_run(read("optuna-rdb", write(tmp_path / "a.db", rows)))
    assert points(run) == {"intermediate": [(0, 0.5)], "intermediate value": [(0, 0.9)]}


def test_nan_and_the_infinities(tmp_path: Path) -> None:
    rows = small(
        trial_intermediate_values=[
            (1, 0, None, "NAN"),
            (1, 1, None, "INF_POS"),
            (1, 2, None, "INF_NEG"),
            (1, 3, -3.402823466e38, "FINITE"),
        ]
    )
    (_, series) = only_run(read("optuna-rdb", write(tmp_path / "a.db", rows))).series
    assert str(series.values.tolist()) == "[nan, inf, -inf, -3.402823466e+38]"


def old_rows(schema: str) -> Rows:
    """Return the same two trials in the tables of an old version."""
    rows: Rows = {
        "studies": [(1, "tune", "MAXIMIZE")],
        "study_directions": [("MAXIMIZE", 1, 0)],
        "trials": [(7, 1, "COMPLETE", 0.5, DAY, DAY, 0), (8, 1, "FAIL", None, DAY, DAY, 1)],
        "trial_params": [
            (7, "depth", 3.0, DEPTH.replace("IntDistribution", "IntUniformDistribution"))
        ],
        "trial_values": [(7, 0, 0.25), (7, 1, None), (7, 2, 3.4028234663852886e38)],
        "trial_user_attributes": [(7, "note", '"first"')],
    }
    if schema is VERSION_1_0:
        rows["trials"] = [row[:-1] for row in rows["trials"]]
    if schema is VERSION_2_4:
        rows["studies"] = [(1, "tune")]
        rows["trials"] = [(7, 0, 1, "COMPLETE", DAY, DAY), (8, 1, 1, "FAIL", DAY, DAY)]
        rows["trial_intermediate_values"] = rows["trial_values"]
        rows["trial_values"] = [(7, 0, 0.5), (8, 0, None)]
    else:
        del rows["study_directions"]
    return rows


@pytest.mark.parametrize("schema", [VERSION_1_0, VERSION_1_3, VERSION_2_4])
def test_schemas_of_old_versions(tmp_path: Path, schema: str) -> None:
    path = write(tmp_path / "tune.sqlite3", old_rows(schema), schema)
    assert matches("optuna-rdb", path)
    records = read("optuna-rdb", path)
    assert records.problems == ()
    assert [run.name for run in records.runs] == ["trial 0", "trial 1"]
    first, second = records.runs
    assert (first.status, second.status) == ("finished", "failed")
    assert (first.params, first.tags) == ({"depth": "3"}, {"note": "first"})
    assert str(points(first)) == str(
        {"objective": [(0, 0.5)], "intermediate": [(0, 0.25), (1, math.nan), (2, math.inf)]}
    )
    assert points(second) == {}
    assert records.experiments[0].greater_is_better is True


def test_a_copy_of_a_study_has_its_ids_and_another_of_its_name_has_not(tmp_path: Path) -> None:
    first = only_run(read("optuna-rdb", write(tmp_path / "a.db", small())))
    moved = small() | {"trials": [(9, 0, 1, "COMPLETE", DAY, None)]}
    moved["trial_params"] = [(9, "lr", 0.01, LR)]
    assert only_run(read("optuna-rdb", write(tmp_path / "b.db", moved))).id == first.id
    # Written on a machine two hours ahead, as a database does: in its local time.
    away = moved | {"trials": [(9, 0, 1, "COMPLETE", DAY.replace(" 12", " 14"), None)]}
    assert only_run(read("optuna-rdb", write(tmp_path / "c.db", away))).id == first.id
    for number, (param, began) in enumerate([(0.02, DAY), (0.01, DAY.replace("00.0", "01.0"))]):
        other = moved | {
            "trials": [(9, 0, 1, "COMPLETE", began, None)],
            "trial_params": [(9, "lr", param, LR)],
        }
        path = write(tmp_path / f"d{number}.db", other)
        assert only_run(read("optuna-rdb", path)).id != first.id


def test_more_trials_than_a_unit_holds(tmp_path: Path) -> None:
    count = 1001
    rows = small() | {
        "trials": [(n + 1, n, 1, "COMPLETE", DAY, DAY) for n in range(count)],
        "trial_params": [(n + 1, "lr", n / 2, LR) for n in range(count)],
        "trial_values": [(n + 1, 0, float(n), "FINITE") for n in range(count)],
    }
    records = read("optuna-rdb", write(tmp_path / "a.db", rows))
    assert [run.name for run in records.runs] == [f"trial {n}" for n in range(count)]
    assert all(
        (run.params["lr"], run.series[0].summary.last) == (str(n / 2), n)
        for n, run in enumerate(records.runs)
    )


def test_long_attributes_of_a_study_are_cut(tmp_path: Path) -> None:
    many = [(1, f"k{n:03}", json.dumps("x" * 1000)) for n in range(100)]
    path = write(tmp_path / "a.db", small(study_user_attributes=many))
    (experiment,) = read("optuna-rdb", path).experiments
    assert len(experiment.notes) < 8000
    assert experiment.notes.endswith("70 more attributes")


def test_a_database_without_trials_is_told(tmp_path: Path) -> None:
    records = read("optuna-rdb", write(tmp_path / "a.db", {}))
    assert records.runs == ()
    assert slugs(records.problems) == ["optuna-storage-empty"]


def test_other_databases_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "other.db", {}, "CREATE TABLE trials (trial_id INTEGER, name TEXT)")
    (tmp_path / "text.db").write_text("no database")
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "empty.db").touch()
    for name in ("other.db", "text.db", "folder.db", "empty.db"):
        assert not matches("optuna-rdb", tmp_path / name)


@pytest.mark.parametrize(
    ("more", "slug"),
    [
        ({"trial_params": [(1, "p", 9.0, CHOICE)]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", -1.0, CHOICE)]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", math.inf, CHOICE)]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", None, LR)]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", 1.0, "{")]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", 1.0, None)]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", 1.0, "[1]")]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", 1.0, '{"name": 3}')]}, "optuna-param-unclear"),
        ({"trial_params": [(1, "p", "x", LR)]}, "optuna-param-unclear"),
        (
            {"trial_params": [(1, "p", 1.0, CHOICE.replace('["adam", null, true, 1e-3]', "7"))]},
            "optuna-param-unclear",
        ),
        ({"trial_intermediate_values": [(1, 1, "x", "FINITE")]}, "metric-not-a-number"),
        ({"trial_intermediate_values": [(1, "x", 0.5, "FINITE")]}, "metric-not-a-number"),
        ({"trial_values": [(1, 1, b"\xff", "FINITE")]}, "metric-not-a-number"),
    ],
)
def test_bad_rows_are_problems_and_the_rest_is_read(
    tmp_path: Path, more: dict[str, Sequence[Sequence[Any]]], slug: str
) -> None:
    rows = small(**{"trial_intermediate_values": [(1, 0, 0.9, "FINITE")], **more})
    records = read("optuna-rdb", write(tmp_path / "a.db", rows))
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == "a.db"
    run = only_run(records)
    assert run.params["lr"] == "0.01"
    assert points(run)["objective"] == [(0, 0.5)]


@pytest.mark.parametrize("value", ["{", '{"a":' * 3000 + "1" + "}" * 3000, "", None, b"\xff"])
def test_attributes_that_are_no_json_are_shown_as_they_are(tmp_path: Path, value: Any) -> None:
    rows = small(trial_user_attributes=[(1, "odd", value), (1, "note", '"first"')])
    run = only_run(read("optuna-rdb", write(tmp_path / "a.db", rows)))
    assert run.tags["note"] == "first"
    assert "odd" in run.tags


def test_a_trial_of_a_study_that_is_gone_is_kept(tmp_path: Path) -> None:
    rows = small(trials=[(2, 0, 9, "COMPLETE", DAY, DAY)])
    experiments = {
        run.experiment for run in read("optuna-rdb", write(tmp_path / "a.db", rows)).runs
    }
    assert experiments == {"tune", "study 9"}


def test_a_locked_database_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.db", small())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert matches("optuna-rdb", path)
        assert slugs(read("optuna-rdb", path).problems) == ["database-locked"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    rows = small() | {
        "trials": [(n + 1, n, 1, "COMPLETE", DAY, DAY) for n in range(60)],
        "trial_params": [(n + 1, "lr", n / 2, LR) for n in range(60)],
        "trial_intermediate_values": [(n // 9 + 1, n % 9, 0.5, "FINITE") for n in range(540)],
    }
    return write(tmp_path_factory.mktemp("sound") / "a.db", rows).read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damage_never_raises(tmp_path: Path, sound: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(100, len(sound)), "cut")
    broken = bytearray(sound[:cut])
    for _ in range(data.draw(st.integers(0, 8), "flips")):
        broken[data.draw(st.integers(16, cut - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.db"
    path.write_bytes(broken)
    records = read("optuna-rdb", path)
    assert isinstance(records, Records)
    if cut <= len(sound) // 2:
        assert records.problems
