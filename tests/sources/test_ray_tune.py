"""Ray Tune's results: what Ray reads back, restored and failed trials, damage."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import MetricFact, Records, RunRecord
from runfolio.registry import find
from sites import Site
from stores import put

TRIAL = "train_b2a3a_00001_1_lr=0.2000_2025-03-01_12-00-00"
NOON = 1740830400


def row(step: int, **more: Any) -> dict[str, Any]:
    """Return a report as Ray writes it, with all that it adds."""
    return {
        **{"loss": 1 / step, "timestamp": NOON + step, "checkpoint_dir_name": None, "done": False},
        **{"training_iteration": step, "trial_id": "b2a3a_00001", "date": "2025-03-01_12-00-00"},
        **{"time_this_iter_s": 1.0, "time_total_s": float(step), "pid": 4711},
        **{"hostname": "marker-host", "node_ip": "192.0.2.66", "config": {"lr": 0.2}},
        **{"time_since_restore": float(step), "iterations_since_restore": step, **more},
    }


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in rows)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """The folder of a trial."""
    return tmp_path / "sweep" / TRIAL


def write(trial: Path, *rows: dict[str, Any], **files: str | bytes) -> Path:
    """Write a trial's files; of names with two underscores the second part is the ending."""
    contents: dict[str, str | bytes] = {"params.json": '{"lr": 2e-1, "model": {"depth": 4}}'}
    contents["result.json"] = lines(*rows)
    put(trial, contents | {name.replace("__", "."): text for name, text in files.items()})
    return trial


def state(folder: Path, *trials: dict[str, Any], name: str = "2025-03-01_12-00-00") -> None:
    """Write the state of an experiment."""
    about = {"trial_data": [[json.dumps(one), "{}"] for one in trials], "stats": {}}
    put(folder, {f"experiment_state-{name}.json": json.dumps(about), "tuner.pkl": b"\x80"})


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


def test_what_the_files_say(trial: Path) -> None:
    odd = {"val": {"acc": 0.5, "by": {"a": -math.inf}}, "note": "word", "hist": [1], "ok": True}
    write(trial, row(1, **odd), row(2, **odd | {"val": {"acc": math.nan}}), row(3, done=True))
    assert matches("ray-tune", trial)
    source = find("runfolio.sources", "source")["ray-tune"]
    (unit,) = source.discover(place_of(trial)).units
    records = source.read(unit)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.name) == ("runs/b2a3a_00001", "train_b2a3a_00001")
    assert run.status == "finished"
    assert (run.started, run.ended) == (NOON * 1000, (NOON + 3) * 1000)
    assert run.params == {"lr": "2e-1", "model.depth": "4"}
    assert str(points(run)) == str(
        {
            "loss": [(1, 1.0), (2, 0.5), (3, 1 / 3)],
            "time_this_iter_s": [(1, 1.0), (2, 1.0), (3, 1.0)],
            "time_total_s": [(1, 1.0), (2, 2.0), (3, 3.0)],
            "val/acc": [(1, 0.5), (2, math.nan)],
            "val/by/a": [(1, -math.inf)],
        }
    )
    assert MetricFact("time_total_s", unit="s") in records.metrics
    assert "marker" not in repr(records)
    assert "192.0.2" not in repr(records)
    assert "4711" not in repr(records)


def test_an_experiment_tells_how_its_trials_ended(tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    words = ["TERMINATED", "ERROR", "RUNNING", "PENDING"]
    trials = []
    for number, word in enumerate(words):
        name, trial_id = f"train_b2a3a_0000{number}_{number}_2025", f"b2a3a_0000{number}"
        write(folder / name, row(1, trial_id=trial_id))
        trials.append({"relative_logdir": name, "trial_id": trial_id, "status": word})
    state(folder, *({**one, "status": "PENDING"} for one in trials), name="2025-01-01_00-00-00")
    state(folder, *trials)
    put(folder, {"notes/metrics.csv": "step,loss\n1,2\n"})  # not Ray's: others may read it
    runfolio.build(tmp_path, output=tmp_path / "site")
    runs = Site(tmp_path / "site").runs
    assert {run_id: run["status"] for run_id, run in runs.items() if "b2a3a" in run_id} == {
        "sweep/b2a3a_00000": "finished",
        "sweep/b2a3a_00001": "failed",
        "sweep/b2a3a_00002": "unfinished",
        "sweep/b2a3a_00003": "scheduled",
    }
    assert len(runs) == 5
    assert runs["sweep/b2a3a_00000"]["name"] == "train_b2a3a_00000"
    assert runs["sweep/b2a3a_00000"]["experiment"] == "sweep"


@pytest.mark.parametrize("word", ["RUNNING", ""])
def test_a_state_that_is_behind_the_files(trial: Path, word: str) -> None:
    state(trial.parent, {"trial_id": "b2a3a_00001", "status": word})
    write(trial, row(1), error__txt="Failure at /home/marker-user/train.py")
    records = read("ray-tune", trial.parent)
    assert only_run(records).status == "failed"
    assert "marker" not in repr(records)
    (trial / "error.txt").unlink()
    assert only_run(read("ray-tune", trial.parent)).status == "unfinished"
    write(trial, row(1), row(2, done=True))
    assert only_run(read("ray-tune", trial.parent)).status == "finished"


def test_a_trial_that_was_tried_again_with_success(trial: Path) -> None:
    state(trial.parent, {"trial_id": "b2a3a_00001", "status": "TERMINATED"})
    write(trial, row(1), error__txt="")
    assert only_run(read("ray-tune", trial.parent)).status == "finished"


def test_states_of_versions_before_2_5(trial: Path) -> None:
    write(trial, row(1))
    about = {"checkpoints": [json.dumps({"trial_id": "b2a3a_00001", "status": "ERROR"}), "{", 3]}
    put(trial.parent, {"experiment_state-2022.json": json.dumps(about)})
    assert only_run(read("ray-tune", trial.parent)).status == "failed"


def test_repeated_iterations_keep_the_later_report(trial: Path) -> None:
    write(trial, row(1), row(2, extra=1), row(3), row(2, loss=7), row(3, loss=8), row(4))
    run = only_run(read("ray-tune", trial))
    assert points(run)["loss"] == [(1, 1.0), (2, 7.0), (3, 8.0), (4, 0.25)]
    assert "extra" not in points(run)


def test_params_are_those_of_the_reports_where_the_file_is_damaged(trial: Path) -> None:
    write(trial, row(1, config={"lr": 0.2, "m": {"d": None}}), params__json="{")
    records = read("ray-tune", trial)
    assert only_run(records).params == {"lr": "0.2", "m.d": "null"}
    assert slugs(records.problems) == ["file-unreadable"]


TABLE = (
    "loss,timestamp,done,training_iteration,trial_id,date,pid,hostname,val/acc,note,config/lr\n"
    f"0.5,{NOON},False,1,b2a3a_00001,2025-03-01_12,4711,marker-host,nan,word,0.2\n"
    f"0.25,{NOON + 5},True,2,b2a3a_00001,2025-03-01_12,4711,marker-host,,word,0.2\n"
)


@pytest.mark.parametrize("result", ["", None])
def test_the_table_stands_in_for_lines_that_are_missing(trial: Path, result: str | None) -> None:
    write(trial, progress__csv=TABLE)
    if result is None:
        (trial / "result.json").unlink()
    assert matches("ray-tune", trial)
    records = read("ray-tune", trial)
    run = only_run(records)
    assert records.problems == ()
    assert str(points(run)) == str({"loss": [(1, 0.5), (2, 0.25)], "val/acc": [(1, math.nan)]})
    assert (run.status, run.started, run.ended) == ("finished", NOON * 1000, (NOON + 5) * 1000)
    assert "marker" not in repr(records)


def test_a_trial_that_failed_before_its_first_report(trial: Path) -> None:
    write(trial, error__txt="Traceback", params__pkl=b"")
    assert matches("ray-tune", trial)
    records = read("ray-tune", trial)
    run = only_run(records)
    assert (run.status, run.series, run.started) == ("failed", (), None)
    assert run.id.endswith("/b2a3a_00001")
    assert records.problems == ()


def test_folders_with_names_of_their_own(tmp_path: Path) -> None:
    write(tmp_path / "sweep" / "mine", row(1))
    runfolio.build(tmp_path, output=tmp_path / "site")
    (run,) = Site(tmp_path / "site").runs.values()
    assert (run["id"], run["name"]) == ("sweep/b2a3a_00001", "mine")
    nameless = {k: v for k, v in row(1).items() if k != "trial_id"}
    write(tmp_path / "other" / "mine", nameless)
    run_record = only_run(read("ray-tune", tmp_path / "other" / "mine"))
    assert (run_record.id, run_record.id_is_path) == ("mine", True)


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "a", {"result.json": '{"loss": 1}', "params.json": "{}"})
    put(tmp_path / "b", {"result.json": lines(row(1))})
    put(tmp_path / "c", {"params.json": "{}", "metrics.json": "{}"})
    put(tmp_path / "d", {"params.json/x": "", "result.json": ""})
    for name in "abcd":
        assert not matches("ray-tune", tmp_path / name)


@pytest.mark.parametrize(
    ("bad", "slug", "place"),
    [
        ("{\n", "json-line-unreadable", "result.json:2"),
        ("[1]\n", "json-line-unreadable", "result.json:2"),
        ('{"a":' * 5000 + "\n", "json-line-unreadable", "result.json:2"),
        ('{"a":' * 100 + "1" + "}" * 100 + "\n", "json-line-unreadable", "result.json:2"),
        (lines({f"m{n}": 1 for n in range(20_000)}), "too-many-metrics", "result.json"),
        ("x" * (17 * 1024 * 1024) + "\n", "file-unreadable", "result.json"),
    ],
)
def test_bad_lines_are_problems_and_the_rest_is_read(
    trial: Path, bad: str, slug: str, place: str
) -> None:
    write(trial, result__json=lines(row(1)) + bad + lines(row(2)))
    records = read("ray-tune", trial)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == f"{TRIAL}/{place}"
    assert points(only_run(records))["loss"][0] == (1, 1.0)


def test_a_table_with_a_line_that_is_too_long(trial: Path) -> None:
    write(trial, progress__csv=TABLE + "1," + "9" * 200_000 + "\n")
    records = read("ray-tune", trial)
    assert slugs(records.problems) == ["csv-unreadable"]
    assert points(only_run(records))["loss"] == [(1, 0.5), (2, 0.25)]


@pytest.mark.parametrize("content", ["{", "[]", '{"trial_data": [[3], [], "{"]}'])
def test_a_state_that_says_nothing(trial: Path, content: str) -> None:
    write(trial, row(1))
    put(trial.parent, {"experiment_state-1.json": content})
    assert matches("ray-tune", trial.parent)
    assert only_run(read("ray-tune", trial.parent)).status == "unfinished"


def test_a_cut_anywhere_loses_nothing_or_is_told(trial: Path) -> None:
    whole = lines(row(1), row(2))
    first = len(lines(row(1)))
    for cut in range(first, len(whole)):
        records = read("ray-tune", write(trial, result__json=whole[:cut]))
        found = len(points(only_run(records))["loss"])
        assert found == (2 if cut == len(whole) - 1 else 1)
        told = found == 1 and cut > first
        assert slugs(records.problems) == (["json-line-cut"] if told else [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damage_never_raises(trial: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["result.json", "progress.csv", "params.json"]))
    write(trial, row(1), row(2))
    if name == "progress.csv":
        write(trial, progress__csv=TABLE)
    broken = bytearray((trial / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(len(broken) - 1, 0)))
        broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    (trial / name).write_bytes(broken)
    if matches("ray-tune", trial):
        assert len(read("ray-tune", trial).runs) == 1
    else:  # nothing of the trial is left to tell it by
        assert isinstance(read("ray-tune", trial), Records)


@pytest.fixture(scope="module")
def made(peers: Peers) -> Path:
    """Two experiments that Ray ran."""
    return peers.made("ray_makes.py", needs="ray pandas pyarrow")


@pytest.mark.peer
def test_every_trial_is_as_ray_reads_it(peers: Peers, made: Path, tmp_path: Path) -> None:
    said = peers.said("ray_says.py", made)
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    assert len(said) == 4
    assert ours.keys() == {f"{trial['experiment']}/{trial['id']}" for trial in said}
    words = {"TERMINATED": "finished", "ERROR": "failed"}
    assert {trial["status"] for trial in said} == words.keys()
    for theirs in said:
        run = ours[f"{theirs['experiment']}/{theirs['id']}"]
        assert (run["name"], run["experiment"]) == (theirs["name"], theirs["experiment"])
        assert run["status"] == words[theirs["status"]]
        assert run["params"] == theirs["config"]
        steps = [one["training_iteration"] for one in theirs["rows"]]
        for name in ("loss", "val/acc", "val/odd", "count", "time_total_s", "time_this_iter_s"):
            values = [float(one[name]) for one in theirs["rows"] if name in one]
            assert bool(values) == (name in run["metrics"])
            if values:
                metric, finite = run["metrics"][name], [v for v in values if math.isfinite(v)]
                assert (metric["count"], metric["last_step"]) == (len(steps), steps[-1])
                assert metric["nonfinite"] == len(values) - len(finite)
                assert str(float(metric["first"])) == str(values[0])
                assert str(float(metric["last"])) == str(values[-1])
                assert (metric["min"], metric["max"]) == (min(finite), max(finite))
        assert len(run["metrics"]) == (3 if "count" in run["metrics"] else 5)
    files = "".join(path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.json"))
    assert not any(one["hostname"] in files for one in said[0]["rows"] if len(one["hostname"]) > 3)
    assert not any(one["node_ip"] in files for one in said[0]["rows"])
