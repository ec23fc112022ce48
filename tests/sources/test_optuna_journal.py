"""Optuna's journal: its operations, the rules for what came too late, damage."""

from __future__ import annotations

import json
import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import MetricFact, Records, RunRecord
from runfolio.registry import find

LR = '{"name": "FloatDistribution", "attributes": {"low": 1e-05, "high": 0.1, "log": true}}'
LINEAR = LR.replace("true", "false")
DEPTH = '{"name": "IntDistribution", "attributes": {"low": 1, "high": 8, "log": false, "step": 1}}'
CHOICE = '{"name": "CategoricalDistribution", "attributes": {"choices": ["adam", null, true]}}'
OTHER = CHOICE.replace("adam", "sgd")
NOON = "2025-03-01T12:00:00.250000+00:00"
NOON_MS = 1740830400250
STUDY = {"op_code": 0, "study_name": "tune", "directions": [1]}
TRIAL = {"op_code": 4, "study_id": 0, "datetime_start": NOON}


def param(trial: int, name: str, number: Any, distribution: str) -> dict[str, Any]:
    return {
        **{"op_code": 5, "trial_id": trial, "param_name": name},
        **{"param_value_internal": number, "distribution": distribution},
    }


def state(trial: int, code: int, *values: float, **times: str) -> dict[str, Any]:
    told = {"op_code": 6, "trial_id": trial, "state": code, "values": list(values) or None}
    return told | ({"datetime_complete": NOON} if code in (1, 2, 3) else {}) | times


def report(trial: int, step: int, value: float) -> dict[str, Any]:
    return {"op_code": 7, "trial_id": trial, "step": step, "intermediate_value": value}


def lines(*operations: dict[str, Any]) -> list[str]:
    """Return the lines as Optuna writes them."""
    return [
        json.dumps({"op_code": told["op_code"], "worker_id": "w-1", **told}, separators=(",", ":"))
        for told in operations
    ]


def write(path: Path, *operations: dict[str, Any]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines(*operations)), "utf-8")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal goes."""
    return tmp_path / "optuna.log"


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


def test_a_trial_is_a_run(path: Path) -> None:
    write(
        path,
        STUDY,
        {"op_code": 2, "study_id": 0, "user_attr": {"dataset": {"name": "patients"}}},
        {"op_code": 3, "study_id": 0, "system_attr": {"study:metric_names": ["val/loss"]}},
        TRIAL,
        param(0, "lr", 0.01, LR),
        param(0, "depth", 3.0, DEPTH),
        param(0, "optimizer", 1, CHOICE),
        report(0, 10, 0.7),
        report(0, 0, 0.9),
        report(0, 10, 0.6),
        {"op_code": 8, "trial_id": 0, "user_attr": {"note": "first"}},
        {"op_code": 9, "trial_id": 0, "system_attr": {"fixed_params": {"lr": 1}}},
        state(0, 1, 0.5),
    )
    assert matches("optuna-journal", path)
    records = read("optuna-journal", path)
    assert records.problems == ()
    run = only_run(records)
    assert run.id.startswith("tune#0-")
    assert (run.name, run.experiment, run.location) == ("trial 0", "tune", "optuna.log")
    assert (run.status, run.started, run.ended) == ("finished", NOON_MS, NOON_MS)
    assert run.params == {"depth": "3", "lr": "0.01", "optimizer": "null"}
    assert run.tags == {"note": "first"}
    assert points(run) == {"val/loss": [(0, 0.5)], "intermediate": [(0, 0.9), (10, 0.6)]}
    (experiment,) = records.experiments
    assert experiment.notes == "- dataset.name: patients"
    assert (experiment.primary_metric, experiment.greater_is_better) == ("val/loss", False)
    source = find("runfolio.sources", "source")["optuna-journal"]
    (unit,) = source.discover(place_of(path)).units
    assert MetricFact("val/loss", "minimize") in source.read(unit).metrics


def test_a_trial_written_whole(path: Path) -> None:
    whole = {
        **TRIAL,
        **{"state": 1, "value": None, "values": [math.inf, 0.5], "datetime_complete": NOON},
        "distributions": {"lr": LR, "optimizer": CHOICE},
        "params": {"lr": 0.01, "optimizer": 2},
        "user_attrs": {"folds": 5},
        "system_attrs": {},
        "intermediate_values": {"1": math.nan, "0": -math.inf},
    }
    write(path, STUDY | {"directions": [1, 2]}, whole, whole | {"value": 0.25, "values": None})
    first, second = read("optuna-journal", path).runs
    assert first.params == {"lr": "0.01", "optimizer": "true"}
    assert first.tags == {"folds": "5"}
    assert str(points(first)) == str(
        {
            "objective 0": [(0, math.inf)],
            "objective 1": [(0, 0.5)],
            "intermediate": [(0, -math.inf), (1, math.nan)],
        }
    )
    assert points(second)["objective 0"] == [(0, 0.25)]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([], "unfinished"),
        ([state(0, 1, 0.5)], "finished"),
        ([state(0, 2)], "killed"),
        ([state(0, 3)], "failed"),
    ],
)
def test_states(path: Path, told: list[dict[str, Any]], status: str) -> None:
    run = only_run(read("optuna-journal", write(path, STUDY, TRIAL, *told)))
    assert run.status == status
    assert run.tags == ({"optuna.state": "pruned"} if status == "killed" else {})


def test_a_waiting_trial_and_the_one_who_took_it_first(path: Path) -> None:
    waiting = {**TRIAL, "state": 4, "datetime_start": None}
    later = NOON.replace("12:", "13:")
    taken = state(0, 0, datetime_start=NOON)
    write(path, STUDY, waiting, waiting, taken, taken | {"datetime_start": later})
    first, second = read("optuna-journal", path).runs
    assert (first.status, first.started) == ("unfinished", NOON_MS)
    assert (second.status, second.started) == ("scheduled", None)


LATE = [
    STUDY,
    STUDY | {"directions": [2]},  # of this name there is one: no id is used up
    STUDY | {"study_name": "other", "directions": [2]},
    TRIAL,
    TRIAL | {"study_id": 1},
    TRIAL | {"study_id": 7},  # there is no such study: no id is used up
    TRIAL,
    param(0, "p", 0.01, LR),
    param(0, "c", 0, CHOICE),
    param(2, "p", 0.01, LINEAR),  # not compatible with the first
    param(2, "p", 3.0, DEPTH),
    param(2, "c", 0, OTHER),
    param(1, "c", 0, OTHER),  # another study
    state(0, 1, 0.5),
    state(0, 3),
    report(0, 1, 0.1),
    param(0, "late", 0.01, LR),
    {"op_code": 8, "trial_id": 0, "user_attr": {"late": 1}},
    report(99, 1, 0.1),
    {"op_code": 10, "trial_ids": [0]},
    state(2, 1, 0.75),
]


def test_what_comes_too_late_has_no_effect(path: Path) -> None:
    records = read("optuna-journal", write(path, *LATE))
    assert records.problems == ()
    first, third, second = records.runs
    assert (first.experiment, third.experiment, second.experiment) == ("tune", "tune", "other")
    assert (third.name, second.name) == ("trial 1", "trial 0")
    assert (first.status, first.tags) == ("finished", {})
    assert first.params == {"p": "0.01", "c": "adam"}
    assert points(first) == {"objective": [(0, 0.5)]}
    assert (third.params, second.params) == ({}, {"c": "sgd"})
    assert [e.greater_is_better for e in records.experiments] == [False, True]


@pytest.mark.peer
def test_the_rules_are_those_of_optuna(path: Path, peers: Peers) -> None:
    peers.need("optuna")
    write(path, *LATE, {"op_code": 1, "study_id": 1}, STUDY | {"study_name": "new"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        said = peers.said("optuna_says.py", path)
    ours = [
        (run.experiment, run.name, run.params, run.started, run.ended)
        for run in read("optuna-journal", path).runs
    ]
    assert ours == [
        (study["name"], f"trial {t['number']}", t["params"], t["started"], t["ended"])
        for study in said
        for t in study["trials"]
    ]


def test_a_deleted_study_is_hidden_and_counted(path: Path) -> None:
    gone = {"op_code": 1, "study_id": 0}
    again = [STUDY, TRIAL | {"study_id": 1}, report(2, 0, 0.25)]
    records = read("optuna-journal", write(path, STUDY, TRIAL, TRIAL, gone, gone, *again))
    assert points(only_run(records)) == {"intermediate": [(0, 0.25)]}
    assert (records.hidden_runs, records.hidden_experiments) == (2, 1)


def test_times_without_a_zone_are_taken_for_utc(path: Path) -> None:
    write(path, STUDY, TRIAL | {"datetime_start": NOON.removesuffix("+00:00")})
    assert only_run(read("optuna-journal", path)).started == NOON_MS


def test_a_copy_in_a_database_has_the_same_ids(path: Path) -> None:
    write(path, STUDY, TRIAL, param(0, "lr", 0.01, LR), state(0, 1, 0.5))
    database = path.with_name("a.db")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(
            f"""
            CREATE TABLE studies (study_id, study_name);
            CREATE TABLE trials (trial_id INTEGER, number, study_id, state, datetime_start,
                datetime_complete);
            CREATE TABLE trial_params (trial_id INTEGER, param_name, param_value,
                distribution_json);
            CREATE TABLE trial_user_attributes (trial_id INTEGER, key, value_json);
            INSERT INTO studies VALUES (3, 'tune');
            INSERT INTO trials VALUES (9, 0, 3, 'COMPLETE', '2025-03-01 17:45:00.250000', NULL);
            INSERT INTO trial_params VALUES (9, 'lr', 0.01, '{LR}');
            """
        )
    copy = only_run(read("optuna-rdb", database))  # which has the time of Kathmandu
    assert only_run(read("optuna-journal", path)).id == copy.id


@pytest.mark.parametrize("head", ["\ufeff", " ", "\r\n"])
def test_how_a_journal_may_begin_and_end(path: Path, head: str) -> None:
    path.write_text(head + "\r\n".join(lines(STUDY, TRIAL, report(0, 0, 0.5))), "utf-8")
    assert matches("optuna-journal", path)
    records = read("optuna-journal", path)
    assert points(only_run(records)) == {"intermediate": [(0, 0.5)]}
    assert records.problems == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.log", "epoch 1\n"),
        ("train.log", '{"op": 1}\n'),
        ("empty.log", ""),
        ("metrics.csv", '{"op_code":0}\n'),
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    assert not matches("optuna-journal", tmp_path / name)


def test_a_journal_without_trials_is_told(path: Path) -> None:
    assert slugs(read("optuna-journal", write(path, STUDY)).problems) == ["optuna-storage-empty"]


DEEP = '{"op_code":8,"trial_id":0,"user_attr":{"a":' + "[" * 50_000 + "\n"


@pytest.mark.parametrize(
    ("bad", "slug"),
    [
        ("{\n", "journal-line-unusable"),
        ("[1]\n", "journal-line-unusable"),
        ('{"op_code":[]}\n', "journal-line-unusable"),
        ('{"op_code":77}\n', "journal-operation-unknown"),
        ('{"op_code":7,"trial_id":0,"step":"x","intermediate_value":1}\n', "journal-line-unusable"),
        ('{"op_code":7,"trial_id":0,"step":1,"intermediate_value":"x"}\n', "journal-line-unusable"),
        (f"{lines(report(0, 10**30, 1))[0]}\n", "journal-line-unusable"),
        (f"{lines(report(0, 1, 0.5))[0].replace('0.5', '0.5.5')}\n", "journal-line-unusable"),
        ("null\n", "journal-line-unusable"),
        ('{"op_code":6,"trial_id":0,"state":9,"values":null}\n', "journal-line-unusable"),
        ('{"op_code":5,"trial_id":0,"param_name":"p"}\n', "journal-line-unusable"),
        (f"{lines(param(0, 'p', 9, CHOICE))[0]}\n", "journal-line-unusable"),
        ('{"op_code":0}\n', "journal-line-unusable"),
        ('{"op_code":2,"study_id":0,"user_attr":[3]}\n', "journal-line-unusable"),
        ('{"op_code":8,"trial_id":0,"user_attr":3}\n', "journal-line-unusable"),
        (DEEP, "journal-line-unusable"),
        ("\xff\n", "journal-line-unusable"),
        ("x" * (9 * 1024 * 1024) + "\n", "journal-line-unusable"),
    ],
)
def test_bad_lines_are_problems_and_the_rest_is_read(path: Path, bad: str, slug: str) -> None:
    before, after = lines(STUDY, TRIAL), lines(report(0, 0, 0.5), state(0, 1, 0.25))
    path.write_text("\n".join([*before, bad.rstrip("\n"), *after, ""]), "latin-1")
    records = read("optuna-journal", path)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == "optuna.log:3"
    assert points(only_run(records)) == {"objective": [(0, 0.25)], "intermediate": [(0, 0.5)]}


def test_a_cut_anywhere_loses_nothing_or_is_told(path: Path) -> None:
    whole = "".join(
        f"{line}\n"
        for line in lines(STUDY, TRIAL, param(0, "lr", 0.01, LR), report(0, 0, 0.5), state(0, 1, 1))
    ).encode()
    ends = {n for n, byte in enumerate(whole) if byte == ord("\n")}
    for cut in range(len(lines(STUDY)[0]) + 1, len(whole)):
        path.write_bytes(whole[:cut])
        found = slugs(read("optuna-journal", path).problems)
        whole_lines = cut in ends or cut - 1 in ends
        assert ("json-line-cut" in found) != whole_lines, cut


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damage_never_raises(path: Path, data: st.DataObject) -> None:
    good = "".join(f"{line}\n" for line in lines(*LATE)).encode()
    broken = bytearray(good)
    for _ in range(data.draw(st.integers(1, 30))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path.write_bytes(broken)
    assert isinstance(read("optuna-journal", path), Records)
