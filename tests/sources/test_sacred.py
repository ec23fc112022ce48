"""Sacred's file storage: what Sacred restores, what people's folders hold, damage."""

from __future__ import annotations

import json
import math
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import DatasetUse, Records, RunRecord
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site
from stores import put

RUN: dict[str, Any] = {
    "artifacts": [],
    "command": "main",
    "experiment": {
        "base_dir": "/home/marker-user/code",
        "mainfile": "train.py",
        "name": "digits",
        "repositories": [{"url": "git@host:x.git", "commit": "0123abc", "dirty": True}],
        "sources": [["train.py", "_sources/train_0123.py"]],
    },
    "heartbeat": "2025-03-01T12:00:09",
    "host": {"hostname": "marker-host", "ENV": {"HOME": "/home/marker-user"}},
    "meta": {"command": "main", "options": {"--comment": None}, "named_configs": []},
    "resources": [],
    "result": None,
    "start_time": "2025-03-01T12:00:00.250000",
    "status": "COMPLETED",
    "stop_time": "2025-03-01T12:00:10",
}
LOSS = {"loss": {"steps": [0, 10], "values": [0.5, 0.25], "timestamps": ["a", "b"]}}
NOON = 1740830400000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's folder."""
    return tmp_path / "runs" / "7"


def write(folder: Path, about: object = RUN, **files: object) -> Path:
    """Write a run's files: config, metrics, info."""
    contents = {"run": about, "config": {"seed": 3}, **files}
    put(
        folder,
        {
            f"{name}.json": c if isinstance(c, str | bytes) else json.dumps(c, indent=2)
            for name, c in contents.items()
        },
    )
    return folder


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


def test_what_the_files_say(tmp_path: Path) -> None:
    resources = [["/home/marker-user/data/train.csv", f"/x/_resources/train_{'0a' * 16}.csv"]]
    meta = {"comment": "lower rate", "named_configs": ["fast"], "options": {}}
    put(tmp_path, {"runs/_sources/train_0123.py": "", "runs/_resources/train_1.csv": "a,b\n"})
    write(
        tmp_path / "runs" / "7",
        RUN | {"resources": resources, "meta": meta, "result": 0.125},
        config={"seed": 3, "lr": 1e-3, "model": {"depth": 4, "act": {"py/tuple": ["relu", 1]}}},
        metrics=LOSS,
    )
    source = find("runfolio.sources", "source")["sacred"]
    place = Place(LocalStorage.at(tmp_path, "project"), "runs/7")
    (unit,) = source.discover(place).units
    records = source.read(unit)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.id_is_path, run.path) == ("runs/7", True, "project/runs/7")
    assert (run.name, run.experiment, run.location) == ("digits 7", "digits", "project/runs")
    assert (run.status, run.started, run.ended) == ("finished", NOON + 250, NOON + 10000)
    assert (run.commit, run.seed, run.notes) == ("0123abc", "3", "lower rate")
    assert run.params == {
        **{"lr": "0.001", "seed": "3"},
        **{"model.act": "[relu, 1]", "model.depth": "4"},
    }
    assert run.tags == {"named_configs": "[fast]"}
    assert run.datasets == (DatasetUse("train.csv", "0a" * 16),)
    assert points(run) == {"loss": [(0, 0.5), (10, 0.25)], "result": [(0, 0.125)]}
    assert "marker" not in repr(records)


def test_versions_of_python_and_packages(folder: Path) -> None:
    experiment = {"name": "digits", "dependencies": ["numpy==1.26.4", "sacred", 3]}
    host = {"hostname": "marker-host", "python_version": "3.11.2"}
    run = only_run(read("sacred", write(folder, RUN | {"experiment": experiment, "host": host})))
    assert run.environment == {"numpy": "1.26.4", "python": "3.11.2"}


def test_a_root_with_its_runs_is_found_whole(tmp_path: Path) -> None:
    put(tmp_path, {"runs/_sources/run.json": "{}", "runs/_resources/metrics.csv": "loss\n1\n"})
    # What lies in a run's folder is the run's: artifacts, and logs of TensorBoard.
    put(tmp_path, {"runs/2/models/run-1/metrics.csv": "loss\n1\n"})
    for number in ("2", "10", "1", "fold-a"):
        write(tmp_path / "runs" / number, {**RUN, "start_time": "2025-03-01T12:00:00"})
    runfolio.build(tmp_path, output=tmp_path / "site")
    report = Site(tmp_path / "site").report
    assert [run["name"] for run in report["runs"]] == [
        "digits 1",
        "digits 2",
        "digits 10",
        "fold-a",
    ]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("COMPLETED", "finished"),
        ("FAILED", "failed"),
        ("INTERRUPTED", "killed"),
        ("TIMEOUT", "killed"),
        ("RUNNING", "unfinished"),
        ("QUEUED", "scheduled"),
        ("MY_OWN_STATUS", "unknown"),
        (None, "unknown"),
    ],
)
def test_statuses(folder: Path, word: str | None, status: str) -> None:
    assert only_run(read("sacred", write(folder, RUN | {"status": word}))).status == status


def test_a_queued_run_has_neither_times_nor_metrics(folder: Path) -> None:
    queued = {key: RUN[key] for key in ("experiment", "command", "host", "meta")}
    records = read("sacred", write(folder, queued | {"status": "QUEUED"}))
    run = only_run(records)
    assert (run.status, run.started, run.ended, run.series) == ("scheduled", None, None, ())
    assert records.problems == ()


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (3, {"result": [(0, 3.0)]}),
        (math.nan, {"result": [(0, math.nan)]}),
        ({"py/object": "numpy.float64", "dtype": "float64", "value": 0.5}, {"result": [(0, 0.5)]}),
        (
            {"test": {"acc": 0.5, "n": 3}, "model": "cnn"},
            {"result.test.acc": [(0, 0.5)], "result.test.n": [(0, 3.0)]},
        ),
    ],
)
def test_results(folder: Path, result: object, expected: dict[str, Any]) -> None:
    records = read("sacred", write(folder, RUN | {"result": result}))
    assert str(points(only_run(records))) == str(expected)
    assert records.problems == ()


def test_the_history_of_a_metric_goes_before_a_result_of_its_name(folder: Path) -> None:
    metrics = {"result": {"steps": [1, 2], "values": [0.5, 0.25]}}
    run = only_run(read("sacred", write(folder, RUN | {"result": 0.25}, metrics=metrics)))
    assert points(run) == {"result": [(1, 0.5), (2, 0.25)]}


def test_values_as_sacred_writes_them(folder: Path) -> None:
    metrics = (
        '{"loss": {"steps": [0, 1, 2, 0.5], "timestamps": [],'
        '  "values": [NaN, Infinity, -Infinity, 3]},'
        ' "np": {"steps": [0], "values": [{"py/object": "numpy.float32", "value": 0.5}]}}'
    )
    records = read("sacred", write(folder, metrics=metrics))
    first, second = only_run(records).series
    assert str(first.values.tolist()) == "[nan, 3.0, inf, -inf]"
    assert first.steps.tolist() == [0, 0.5, 1, 2]
    assert second.values.tolist() == [0.5]
    assert records.problems == ()


def test_jsonpickle_is_data_and_never_decoded(folder: Path) -> None:
    config = {
        "opt": {"py/object": "evil.Class", "state": {"py/tuple": [1, {"py/tuple": []}]}},
        "call": {"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["true"]}]},
    }
    assert only_run(read("sacred", write(folder, config=config))).params == {
        "opt.py/object": "evil.Class",
        "opt.state": "[1, []]",
        "call.py/reduce": "[{py/function: os.system}, [true]]",
    }


def test_numbers_put_into_info_are_tags_beside_metrics(folder: Path) -> None:
    info = {"best": 0.5, "ok": True, "logs": "/home/marker-user", "table": [[1, 2]], "n": {"x": 1}}
    run = only_run(read("sacred", write(folder, info=info, metrics=LOSS)))
    assert run.tags == {"info.best": "0.5", "info.ok": "true", "info.n.x": "1"}
    assert points(run) == {"loss": [(0, 0.5), (10, 0.25)]}


@pytest.mark.parametrize("files", [{}, {"metrics": {}}])
def test_without_metrics_the_numbers_in_info_are_metrics(
    folder: Path, files: dict[str, object]
) -> None:
    info = {
        "best": 0.5,
        "ok": True,
        "who": "marker-user",
        "losses": [3, 2.5, math.inf],
        "pair": {"py/tuple": [1, 2]},
        "n": {"x": {"dtype": "float64", "py/object": "numpy.float64", "value": 0.25}},
        "table": [[1, 2]],
        "mixed": [1, None],
        "flags": [True, False],
        "none": [],
        "words": ["1", "2"],
    }
    records = read("sacred", write(folder, info=info, **files))
    assert records.problems == ()
    run = only_run(records)
    assert run.tags == {"info.ok": "true"}
    assert points(run) == {
        "best": [(0, 0.5)],
        "losses": [(0, 3), (1, 2.5), (2, math.inf)],
        "n.x": [(0, 0.25)],
        "pair": [(0, 1), (1, 2)],
    }


def test_metrics_in_info_are_bounded(folder: Path) -> None:
    info = {f"at {number}": number for number in range(10_004)}
    records = read("sacred", write(folder, info=info))
    assert len(only_run(records).series) == 10_000
    assert slugs(records.problems) == ["too-many-metrics"]
    assert "4 values of others" in records.problems[0].message
    assert records.problems[0].place == "7/info.json"


def test_large_files_beside_the_results_cost_nothing(folder: Path) -> None:
    table = {"b": {"c": 1}, "rows": [[0.25, 0.5]] * 200_000}
    write(folder, metrics=LOSS, info={"accuracy": 0.5, "table": table, "who": "marker", "z": True})
    assert (folder / "info.json").stat().st_size > 4_000_000
    with (folder / "cout.txt").open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    start = time.process_time()
    records = read("sacred", folder)
    assert time.process_time() - start < 0.5
    assert records.problems == ()
    run = only_run(records)
    assert points(run) == {"loss": [(0, 0.5), (10, 0.25)]}
    assert run.tags == {"info.accuracy": "0.5", "info.z": "true"}


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "a", {"run.json": '{"a": 1}', "metrics.json": "{}"})
    put(tmp_path / "b", {"config.json": "{}", "metrics.json": "{}"})
    put(tmp_path / "c", {"run.json/x": "", "config.json": ""})
    for name in "abc":
        assert not matches("sacred", tmp_path / name)
    assert matches("sacred", write(tmp_path / "d"))


@pytest.mark.parametrize(
    ("file", "content", "slug"),
    [
        ("run", "", "file-unreadable"),
        ("run", '{"status": "COMP', "file-unreadable"),
        ("run", "[1]", "file-unreadable"),
        ("run", json.dumps(RUN | {"result": "done"}), "result-not-a-number"),
        ("run", json.dumps(RUN | {"result": {"a": []}}), "result-not-a-number"),
        ("config", "{", "file-unreadable"),
        ("config", b'{"a": "\xff"}', "not-utf8"),
        ("config", '{"a":' * 5000, "file-unreadable"),
        ("metrics", "", "file-unreadable"),
        ("metrics", "[]", "file-unreadable"),
        ("metrics", '{"m": 3}', "metric-without-points"),
        ("metrics", '{"m": {"steps": [1, 2], "values": [0.5]}}', "metric-lists-differ"),
        ("metrics", '{"m": {"steps": ["x"], "values": [0.5]}}', "metric-not-a-number"),
        ("metrics", '{"m": {"steps": [1], "values": [null]}}', "metric-not-a-number"),
        (
            "metrics",
            '{"m": {"steps": [1], "values": [{"py/reduce": [[1, 2]]}]}}',
            "metric-not-a-number",
        ),
        ("metrics", '{"m": {"steps": [1], "values": [[0.5, 0.25]]}}', "metric-not-a-number"),
        ("info", "{", "info-left-out"),
        ("info", '{"a":' * 5000, "info-left-out"),
    ],
)
def test_bad_input_is_a_problem_and_the_rest_is_read(
    folder: Path, file: str, content: str | bytes, slug: str
) -> None:
    put(folder, {"cout.txt": ""})
    write(folder, **{"metrics": LOSS, ("about" if file == "run" else file): content})
    assert matches("sacred", folder)
    records = read("sacred", folder)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == f"7/{file}.json"
    run = only_run(records)
    assert file == "config" or run.params == {"seed": "3"}
    assert file == "metrics" or points(run)["loss"] == [(0, 0.5), (10, 0.25)]


def test_files_that_are_folders_and_files_that_are_gone(folder: Path) -> None:
    write(folder)
    put(folder, {"metrics.json/x": "", "info.json/x": ""})
    records = read("sacred", folder)
    assert sorted(found.place for found in records.problems) == ["7/info.json", "7/metrics.json"]
    source = find("runfolio.sources", "source")["sacred"]
    (unit,) = source.discover(place_of(folder)).units
    shutil.rmtree(folder)
    assert slugs(source.read(unit).problems) == ["file-unreadable"]


def test_metrics_cut_off_while_they_were_written(folder: Path) -> None:
    """Sacred writes the whole file at each beat; what stands before the cut is read."""
    metrics = {
        name: {"steps": [0, 1], "timestamps": ["t", "t"], "values": [0.5, math.nan]}
        for name in ("a", "b", "ü")
    }
    whole = json.dumps(metrics, indent=2)
    ends = [whole.index("}", whole.index(f"{json.dumps(name)}:")) for name in metrics]
    for cut in range(1, len(whole) - 1):
        records = read("sacred", write(folder, metrics=whole[:cut]))
        found = [series.metric for series in only_run(records).series]
        assert found == [n for n, end in zip(metrics, ends, strict=True) if end < cut], cut
        assert slugs(records.problems) == ["metrics-cut" if found else "file-unreadable"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damage_never_raises(folder: Path, data: st.DataObject) -> None:
    write(folder, RUN | {"result": {"a": 1}}, metrics=LOSS, info={"a": {"b": 1}})
    for name in ("run", "config", "metrics", "info"):
        path = folder / f"{name}.json"
        broken = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(0, 4))):
            at = data.draw(st.integers(0, max(len(broken) - 1, 0)))
            broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        path.write_bytes(broken)
    assert isinstance(read("sacred", folder), Records)
    assert len(read("sacred", folder).runs) == 1


@pytest.fixture(scope="module")
def made(peers: Peers) -> Path:
    """A root that Sacred's observer wrote."""
    return peers.made("make_sacred.py", "--edge", needs="sacred pkg_resources") / "runs"


@pytest.mark.peer
def test_every_run_is_as_sacred_restores_it(peers: Peers, made: Path, tmp_path: Path) -> None:
    said = peers.said("sacred_says.py", made)
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    assert len(said) == 8
    assert ours.keys() == {run["id"] for run in said}
    words = {"COMPLETED": "finished", "FAILED": "failed"}
    odd = 0
    for theirs in said:
        run = ours[theirs["id"]]
        assert run["name"] == f"{theirs['name']} {theirs['id']}"
        assert (run["experiment"], run["status"]) == (theirs["name"], words[theirs["status"]])
        assert run["params"] == theirs["config"]
        assert run["seed"] == theirs["config"]["seed"]
        record = only_run(read("sacred", made / theirs["id"]))
        assert (record.started, record.ended) == (theirs["started"], theirs["ended"])
        result = {} if theirs["result"] is None else {"result": [[0, str(theirs["result"])]]}
        history = theirs["metrics"] | result
        assert run["metrics"].keys() == history.keys()
        for name, rows in history.items():
            metric = run["metrics"][name]
            values = [float(value) for _, value in rows]
            finite = [value for value in values if math.isfinite(value)]
            assert metric["count"] == len(rows)
            assert metric["nonfinite"] == len(rows) - len(finite)
            assert str(float(metric["last"])) == rows[-1][1]
            assert str(float(metric["first"])) == rows[0][1]
            assert metric["last_step"] == rows[-1][0]
            if finite:
                assert (metric["min"], metric["max"]) == (min(finite), max(finite))
                assert metric["mean"] == pytest.approx(math.fsum(finite) / len(finite), rel=1e-12)
            odd += metric["nonfinite"]
    assert odd == 3
