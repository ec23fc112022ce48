"""What is more than one run can have is left out and told, in whichever format it is."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from reading import only_run, read, slugs
from runfolio.model.records import Records
from stores import put

TRIAL = "tune/train_1a2b_00000"
RAY = {f"{TRIAL}/params.json": "{}", f"{TRIAL}/result.json": '{"training_iteration": 1}\n'}
SACRED = {"7/run.json": '{"experiment": {}, "host": {}}', "7/config.json": "{}", "7/cout.txt": ""}
DVC = {"p/dvc.yaml": "metrics: [m.json]\nparams: [q.json]", "p/m.json": "{}", "p/q.json": "{}"}
LIVE = {"run/metrics.json": "{}", "run/plots/metrics/a.tsv": "step\ta\n1\t2\n"}
ASV = {
    "r/benchmarks.json": '{"b": {"type": "time", "param_names": ["n"]}, "version": 2}',
    "r/box/machine.json": "{}",
}
HF = {"out/trainer_state.json": '{"log_history": [{"step": 1, "loss": 2}]}'}


def many(count: int = 10_005) -> str:
    """Return an object with many numbers."""
    return json.dumps({f"at {number}": number for number in range(count)})


@pytest.mark.parametrize(
    ("source", "place", "files", "slug"),
    [
        ("ray-tune", TRIAL, {**RAY, f"{TRIAL}/params.json": many()}, "too-many-params"),
        (
            "ray-tune",
            TRIAL,
            {**RAY, f"{TRIAL}/result.json": '{"training_iteration": 1, ' + many()[1:] + "\n"},
            "too-many-metrics",
        ),
        ("sacred", "7", {**SACRED, "7/config.json": many()}, "too-many-params"),
        (
            "sacred",
            "7",
            {**SACRED, "7/run.json": '{"experiment": {}, "host": {}, "result": ' + many() + "}"},
            "too-many-metrics",
        ),
        (
            "sacred",
            "7",
            {
                **SACRED,
                "7/metrics.json": json.dumps(
                    {f"at {n}": {"steps": [0], "values": [0.5]} for n in range(10_005)}
                ),
            },
            "too-many-metrics",
        ),
        ("dvc", "p", {**DVC, "p/q.json": many()}, "too-many-params"),
        ("dvc", "p", {**DVC, "p/m.json": many()}, "too-many-metrics"),
        ("dvclive", "run", {**LIVE, "run/metrics.json": many()}, "too-many-metrics"),
        (
            "asv",
            "r",
            {
                **ASV,
                "r/box/01234567-py.json": json.dumps(
                    {
                        "commit_hash": "0123456789",
                        "result_columns": ["result", "params"],
                        "results": {"b": [[1.5] * 50_005, [[*map(str, range(50_005))]]]},
                    }
                ),
            },
            "too-many-metrics",
        ),
    ],
)
def test_names_are_bounded(
    tmp_path: Path, source: str, place: str, files: dict[str, str], slug: str
) -> None:
    put(tmp_path, files)
    records = read(source, tmp_path / place)
    assert slugs(records.problems) == [slug]
    assert "; 5 values of others were left out" in records.problems[0].message
    run = only_run(records)
    kept = len(run.params if slug == "too-many-params" else run.series)
    assert kept - kept % 10 == (50_000 if source == "asv" else 10_000)


@pytest.mark.parametrize(
    ("source", "place", "limit", "files", "points"),
    [
        ("ray-tune", TRIAL, "ray_tune.results._MOST_ROWS", {"result.json": 9}, 4),
        ("ray-tune", TRIAL, "ray_tune.results._MOST_ROWS", {"progress.csv": 9}, 4),
        ("dvclive", "run", "dvclive.values._MOST_ROWS", {}, 4),
        ("dvc", "p", "dvc.values._MOST_LINES", {"m.csv": 9}, 3),
        ("dvc", "p", "dvc.values._MOST_OBJECTS", {"m.json": 9}, 4),
    ],
)
def test_rows_are_bounded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    place: str,
    limit: str,
    files: dict[str, int],
    points: int,
) -> None:
    monkeypatch.setattr(f"runfolio.sources.{limit}", 4)
    monkeypatch.setattr("runfolio.sources.dvclive.values._TEXT_AT_ONCE", 1)
    rows = [{"training_iteration": n, "a": 0.5} for n in range(9)]
    table = "training_iteration,a\n" + "".join(f"{n},0.5\n" for n in range(9))
    written = {"result.json": "".join(f"{json.dumps(row)}\n" for row in rows)}
    written |= {"m.json": json.dumps(rows), "m.csv": table, "progress.csv": table}
    put(
        tmp_path / place,
        {
            "params.json": "{}",
            "metrics.json": "{}",
            "plots/metrics/a.tsv": "step\ta\n" + "0\t0.5\n" * 9,
            "dvc.yaml": f"metrics: [{next(iter(files), 'm.json')}]",
            **{name: written[name] for name in files},
        },
    )
    if source == "dvc":
        (tmp_path / place / "metrics.json").unlink()
    records = read(source, tmp_path / place)
    assert slugs(records.problems) == ["history-too-long"]
    (series,) = (one for one in only_run(records).series if one.metric == "a")
    assert series.summary.count == points


def test_rows_that_have_to_be_looked_at_one_by_one_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.dvclive.values._MOST_ODD_ROWS", 4)
    monkeypatch.setattr("runfolio.sources.dvclive.values._TEXT_AT_ONCE", 1)
    put(tmp_path, {**LIVE, "run/plots/metrics/a.tsv": "step\ta\n" + "0.5\t1\n" * 9})
    records = read("dvclive", tmp_path / "run")
    assert slugs(records.problems) == ["history-too-long"]
    assert records.problems[0].place == "run/plots/metrics/a.tsv:6"
    assert only_run(records).series[0].summary.count == 4


def test_files_of_a_project_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.dvc.files.MAX_BYTES", 12)
    names = ("a", "b", "c")
    put(tmp_path / "p", {f"{name}.json": f'{{"{name}": 1}}' for name in names})
    put(tmp_path / "p", {"dvc.yaml": "metrics: [a.json, b.json, c.json]"})
    records = read("dvc", tmp_path / "p")
    assert [series.metric for series in only_run(records).series] == ["a", "b"]
    assert [problem.place for problem in records.problems] == ["p/c.json"]


def test_trainings_in_one_folder_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.huggingface.states._MOST_TRAININGS", 3)
    for number in range(6):
        state = {"global_step": number, "log_history": [{"step": 1, "loss": number}]}
        put(tmp_path / f"out/checkpoint-{number}", {"trainer_state.json": json.dumps(state)})
    records = read("huggingface", tmp_path / "out")
    assert len(records.runs) == 3
    assert slugs(records.problems).count("checkpoints-too-many") == 1
    (told,) = (found for found in records.problems if found.slug == "checkpoints-too-many")
    assert "3 from 'checkpoint-2' down" in told.message


def test_trials_and_points_of_a_journal_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.optuna.replay.MOST_TRIALS", 3)
    monkeypatch.setattr("runfolio.sources.optuna.replay.MOST_POINTS", 4)
    about: dict[str, Any] = {"worker_id": "w", "study_id": 0}
    point = {"op_code": 7, "worker_id": "w", "trial_id": 0, "intermediate_value": 0.5}
    operations = [
        {"op_code": 0, "study_name": "s", "directions": [1]},
        *({"op_code": 4, **about} for _ in range(4)),
        *({**point, "step": step} for step in range(6)),
    ]
    put(tmp_path, {"j.log": "".join(f"{json.dumps(one)}\n" for one in operations)})
    records = read("optuna-journal", tmp_path / "j.log")
    assert [len(run.series) for run in records.runs] == [1, 0]
    assert records.runs[0].series[0].summary.count == 4
    assert slugs(records.problems) == ["journal-too-long"]
    assert "; 4 lines" in records.problems[0].message


def test_rows_of_a_database_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.run.MOST_POINTS", 60)
    monkeypatch.setattr("runfolio.sources.trackio.run.ROWS_PER_LOOK", 1)
    database = sqlite3.connect(tmp_path / "p.db")
    database.execute(
        "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT,"
        " step INTEGER, metrics TEXT)"
    )
    rows = [("2026", "r", step, '{"a": 0.5}') for step in range(9)]
    insert = "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?)"
    database.executemany(insert, rows)
    database.commit()
    database.close()
    records = read("trackio", tmp_path / "p.db")
    assert slugs(records.problems) == ["history-too-long"]
    kept = only_run(records).series[0].summary.count
    assert 0 < kept < 9
    assert f"; {9 - kept} rows behind them" in records.problems[0].message


def test_runs_of_a_database_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.database.MOST_RUNS", 2)
    database = sqlite3.connect(tmp_path / "p.db")
    database.execute(
        "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT,"
        " step INTEGER, metrics TEXT)"
    )
    insert = "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?)"
    database.executemany(insert, [("2026", f"r{n}", 0, '{"a": 0.5}') for n in range(3)])
    database.commit()
    database.close()
    records = read("trackio", tmp_path / "p.db")
    assert [run.name for run in records.runs] == ["r0", "r1"]
    assert slugs(records.problems) == ["trackio-too-many-runs"]
    assert "; 2 runs were read" in records.problems[0].message


def unreadable(path: Path, how: str) -> None:
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/etc/hostname")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("how", ["folder", "pipe", "link out"])
@pytest.mark.parametrize(
    ("source", "place", "files", "file"),
    [
        ("dvclive", "run", {**LIVE, "run/params.yaml": "a: 1"}, "run/params.yaml"),
        ("dvclive", "run", LIVE, "run/metrics.json"),
        ("dvc", "p", DVC, "p/m.json"),
        ("dvc", "p", {**DVC, "p/params.yaml": "a: 1"}, "p/params.yaml"),
        ("dvc", "p", {**DVC, "p/dvc.lock": "stages: {}"}, "p/dvc.lock"),
        ("sacred", "7", SACRED, "7/config.json"),
        ("sacred", "7", {**SACRED, "7/metrics.json": "{}"}, "7/metrics.json"),
        ("sacred", "7", {**SACRED, "7/info.json": "{}"}, "7/info.json"),
        ("asv", "r", ASV, "r/benchmarks.json"),
        ("huggingface", "out", {**HF, "out/eval_results.json": "{}"}, "out/eval_results.json"),
        ("huggingface", "out", {**HF, "out/config.json": "{}"}, "out/config.json"),
        ("huggingface", "out", HF, "out/trainer_state.json"),
        ("ray-tune", TRIAL, RAY, f"{TRIAL}/params.json"),
    ],
)
def test_a_file_that_is_none_is_told_and_not_taken_for_absent(
    tmp_path: Path, source: str, place: str, files: dict[str, str], file: str, how: str
) -> None:
    put(tmp_path, files)
    unreadable(tmp_path / file, how)
    records: Records = read(source, tmp_path / place)
    top = place.rpartition("/")[0]
    told = [found.place for found in records.problems]
    assert told == [file[len(top) :].lstrip("/")]
    assert {found.slug for found in records.problems} <= {"file-unreadable", "info-left-out"}
