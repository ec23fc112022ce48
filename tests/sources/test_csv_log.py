"""Tables with a row per step: Keras' CSVLogger, and all else that people write line by line."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, read, slugs
from runfolio.model.records import Records
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site
from stores import put

KERAS = "epoch,accuracy,loss,val_loss\n0,0.5,0.9,NA\n1,0.75,0.6,0.7\n"


def read_table(folder: Path, text: str | bytes, name: str = "resnet50.csv") -> Records:
    path = put(folder / "logs", {name: text}) / name
    assert matches("csv", path)
    return read("csv", path)


def points(records: Records) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for s in only_run(records).series
    }


@pytest.mark.parametrize(
    ("path", "name", "experiment", "location"),
    [
        ("logs/resnet50.csv", "resnet50", "logs", "project/logs"),
        ("logs/run.v2.tsv", "run.v2", "logs", "project/logs"),
        ("sweep/run-1/history.csv", "run-1", "sweep", "project/sweep"),
        ("sweep/run-1/Training Log.csv", "run-1", "sweep", "project/sweep"),
        ("run-1/log.csv", "run-1", "project", "project"),
        ("log.csv", "project", "runs", "."),
        ("resnet50.csv", "resnet50", "project", "project"),
    ],
)
def test_what_a_run_is_called(
    tmp_path: Path, path: str, name: str, experiment: str, location: str
) -> None:
    put(tmp_path, {path: KERAS.replace(",", "\t") if path.endswith(".tsv") else KERAS})
    source = find("runfolio.sources", "source")["csv"]
    (unit,) = source.discover(Place(LocalStorage.at(tmp_path, "project"), path)).units
    run = only_run(source.read(unit))
    assert (run.id, run.id_is_path, run.path) == (path, True, f"project/{path}")
    assert (run.name, run.experiment, run.location) == (name, experiment, location)
    assert run.status == "unknown"
    assert unit.location == location
    assert run.series


def test_a_log_of_keras(tmp_path: Path) -> None:
    records = read_table(tmp_path, KERAS)
    assert records.problems == ()
    assert points(records) == {
        "accuracy": [(0, 0.5), (1, 0.75)],
        "loss": [(0, 0.9), (1, 0.6)],
        "val_loss": [(1, 0.7)],
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "epoch;loss;lr\n1;0,5;1e-3\n2;0,25;1e-3\n", {"loss": 0.25, "lr": 0.001}),
        ("a.tsv", "step\tloss\n1\t0.5\n", {"loss": 0.5}),
        ("a.csv", "step\tloss\n1\t0.5\n", {"loss": 0.5}),
        ("a.log", "epoch,loss\n1,0.5\n", {"loss": 0.5}),
        ("a.CSV", "Epoch,Training Loss\r\n1,0.5\r\n", {"Training Loss": 0.5}),
        ("a.csv", "\ufeff  Iteration ,  loss\n  1,   0.5\n", {"loss": 0.5}),
        ("a.csv", ",epoch,loss,val_loss\n0,1,0.5,0.6\n", {"loss": 0.5, "val_loss": 0.6}),
        ("a.csv", "epoch,loss\n1,0.9\nepoch,loss\n2,0.5\n", {"loss": 0.5}),
        ("a.csv", "epoch,global_step,loss\n1,50,0.5\n", {"loss": 0.5}),
        ("a.csv", "episode,reward\n1,-21\n2,-20.5\n", {"reward": -20.5}),
        # What Keras' History is when pandas saves it: no step, but twins.
        (
            "a.csv",
            ",loss,val_loss\n0,0.9,0.8\n1,0.5,0.6\n",
            {"loss": 0.5, "val_loss": 0.6},
        ),
        ("a.csv", "loss,acc,val_loss,val_acc\n9,8,7,6\n", {"loss": 9, "val_acc": 6}),
    ],
)
def test_what_is_taken_for_a_log(
    tmp_path: Path, name: str, text: str, expected: dict[str, float]
) -> None:
    records = read_table(tmp_path, text, name)
    assert records.problems == ()
    last = {s.metric: s.summary.last for s in only_run(records).series}
    assert {metric: last.get(metric) for metric in expected} == expected
    assert not last.keys() & {"epoch", "Epoch", "step", "global_step", "Iteration", "episode"}


# The simulation of payments that fraud is learned on: one step has thousands of rows.
PAYMENTS = "step,type,amount,isFraud\n" + "".join(f"1,PAYMENT,{n}.5,0\n" for n in range(500))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "model,accuracy,f1\nforest,0.9,0.8\n"),
        ("a.csv", "step,what\n1,mix\n2,bake\n"),
        ("a.csv", "step,minutes\nmix,5\nbake,30\n"),
        ("a.csv", "epoch,loss\n"),
        ("a.csv", "epoch\n1\n2\n"),
        ("a.csv", "batch,defects\n1,5\n2,3\n"),
        ("a.csv", "iteration,loss\nNA,0.5\n1,0.4\n"),
        ("payments.csv", PAYMENTS),
        ("a.csv", ""),
        ("a.csv", "\0" * 200),
        ("a.csv", "epoch,loss " * 10_000),
        ("train.log", "INFO epoch 1, loss 0.5\nINFO epoch 2, loss 0.4\n"),
        ("log.log", "starting\n"),
        ("a.txt", KERAS),
        ("a.json", KERAS),
    ],
)
def test_what_is_none(tmp_path: Path, name: str, text: str) -> None:
    assert not matches("csv", put(tmp_path, {name: text}) / name)


def test_rows_of_batches_within_epochs_are_a_log(tmp_path: Path) -> None:
    text = "epoch,batch,loss\n" + "".join(f"0,{n},{1 / (n + 1)}\n" for n in range(500))
    assert only_run(read_table(tmp_path, text)).series[0].summary.count == 500


def test_a_text_that_never_changes_is_a_param(tmp_path: Path) -> None:
    text = "epoch,Optimizer,Alpha,phase,loss\n1,adam,0.5,a,3\n2,adam,0.5,b,2\n"
    records = read_table(tmp_path, text)
    assert only_run(records).params == {"Optimizer": "adam"}
    assert points(records).keys() == {"Alpha", "loss"}
    assert slugs(records.problems) == ["column-without-numbers"]


def test_a_curve_that_tensorboard_exported_has_its_own_name(tmp_path: Path) -> None:
    text = "Wall time,Step,Value\n1700000000.5,1,0.5\n1700000001.5,2,0.4\n"
    records = read_table(tmp_path, text, "run-a-tag-train_loss.csv")
    assert points(records) == {"train_loss": [(1, 0.5), (2, 0.4)]}


@pytest.mark.parametrize("text", ["", "epoch,loss\n", "epo", "\0\0\0\0", "7"])
def test_a_log_of_which_nothing_is_left_is_told(tmp_path: Path, text: str) -> None:
    """By its name alone: Keras makes the file before it has anything to write."""
    records = read_table(tmp_path, text, "training_log.csv")
    assert only_run(records).series == ()
    assert slugs(records.problems) == ["metric-empty"]


@pytest.mark.parametrize(
    ("text", "slug", "line"),
    [
        (KERAS + "2,oops,0.5,0.6\n", "metric-not-a-number", ":4"),
        (KERAS + "x,0.8,0.5,0.6\n", "step-not-a-number", ":4"),
        (KERAS + "2,0.8,0.5,0.6,7\n", "row-too-long", ":4"),
        (KERAS + "2,0.8", "row-cut", ":4"),
        (KERAS + '2,"0.8', "row-cut", ":4"),
        (KERAS + "2," + "1" * 1_500_000, "csv-unreadable", ":4"),
        (KERAS + "2,0.8,\xff,0.6\n", "metric-not-a-number", ":4"),
        ("epoch,loss,loss,val_loss\n0,1,2,3\n1,4,5,6\n", "column-repeated", ":1"),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    tmp_path: Path, text: str, slug: str, line: str
) -> None:
    records = read_table(tmp_path, text.encode("latin-1"))
    assert {p.slug: p.place for p in records.problems if p.slug != "not-utf8"} == {
        slug: f"resnet50.csv{line}"
    }
    loss = next(s for s in only_run(records).series if s.metric == "loss")
    assert loss.summary.count >= 2


def test_a_file_that_is_gone_or_no_file_is_told(tmp_path: Path) -> None:
    folder = put(tmp_path / "log.csv", {"x": ""})
    records = read("csv", folder)
    assert slugs(records.problems) == ["file-unreadable"]


@given(cut=st.integers(0, len(KERAS)), noise=st.binary(max_size=40))
def test_any_bytes_end_in_records(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    content = KERAS.encode()[:cut] + noise + KERAS.encode()[cut:]
    path = put(tmp_path_factory.mktemp("any"), {"log.csv": content}) / "log.csv"
    matches("csv", path)
    assert len(read("csv", path).runs) == 1


def test_two_kinds_of_logs_beside_each_other(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "run/metrics.csv": "step,a\n1,2\n",
            "run/other.csv": "epoch,b\n1,2\n",
            "search.csv": "param_C,params,mean_test_score,rank_test_score\n1,{},0.5,1\n",
            "scores.csv": "model,auc\nforest,0.9\n",
        },
    )
    runfolio.build(tmp_path, output=tmp_path / "site")
    formats = {run["id"]: run["format"] for run in Site(tmp_path / "site").report["runs"]}
    assert formats == {"run": "folder", "run/other.csv": "csv", "search.csv#0": "sklearn-cv"}


@pytest.mark.peer
def test_all_that_pandas_reads_of_keras_is_in_the_report(peers: Peers, tmp_path: Path) -> None:
    made = peers.made("keras_makes.py", needs="keras torch pandas")
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    tables = sorted(made.glob("*.csv"))
    said = peers.said("pandas_says.py", "epoch", *tables)
    assert ours.keys() == {table.name for table in tables}
    compared = odd = 0
    for table in tables:
        run, history = ours[table.name], said[str(table)]
        assert (run["name"], run["experiment"]) == (table.stem, made.name)
        logged = {name for name, rows in history.items() if rows} - {"pair"}
        assert run["metrics"].keys() == logged
        for name in logged:
            odd += check(run["metrics"][name], [(int(s), float(v)) for s, v in history[name]])
            compared += 1
    assert compared >= 14
    assert odd == 1, "NaN"
    resumed = ours["resumed.csv"]["metrics"]["loss"]
    assert (resumed["count"], resumed["last_step"]) == (6, 4), "epoch 2 was logged twice"


def check(ours: dict[str, Any], points: list[tuple[int, float]]) -> int:
    """Compare a metric of the report with its points; return how many of them are odd."""
    values = [value for _, value in points]
    finite = [value for value in values if math.isfinite(value)]
    assert (ours["count"], ours["nonfinite"]) == (len(points), len(values) - len(finite))
    assert (float(ours["first"]), float(ours["last"])) == (values[0], values[-1])
    assert ours["last_step"] == points[-1][0]
    assert (ours["min"], ours["max"]) == (min(finite), max(finite))
    assert ours["mean"] == pytest.approx(math.fsum(finite) / len(finite), rel=1e-12)
    return len(values) - len(finite)
