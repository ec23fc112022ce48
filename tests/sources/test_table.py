"""Tables with a row per run, which are read where the user names them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, read, slugs
from runfolio.model.records import Records, RunRecord
from runfolio.registry import find
from runfolio.sources.reading import table_rows
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site
from stores import put

TABLE = "model,lr,accuracy,f1\nforest,0.1,0.9,0.8\nsvm,0.01,0.85,\n"


def read_table(folder: Path, text: str | bytes, name: str = "scores.csv") -> Records:
    path = put(folder, {name: text}) / name
    assert matches("table", path)
    return read("table", path)


def last(run: RunRecord) -> dict[str, float]:
    return {series.metric: series.summary.last for series in run.series}


def test_a_row_is_a_run(tmp_path: Path) -> None:
    put(tmp_path, {"results/scores.csv": TABLE})
    place = Place(LocalStorage.at(tmp_path, "project"), "results/scores.csv")
    source = find("runfolio.sources", "source")["table"]
    (unit,) = source.discover(place).units
    records = source.read(unit)
    assert records.problems == ()
    first, second = records.runs
    assert (first.id, second.id) == ("results/scores.csv#1", "results/scores.csv#2")
    assert (first.name, second.name) == ("forest", "svm")
    assert (first.experiment, first.location) == ("scores", "project/results/scores.csv")
    assert (first.path, first.id_is_path) == ("project/results/scores.csv", True)
    assert first.params == {"lr": "0.1", "model": "forest"}
    assert last(first) == {"accuracy": 0.9, "f1": 0.8}
    assert last(second) == {"accuracy": 0.85}, "an empty cell was not measured"
    assert first.series[0].steps.tolist() == [0]


def test_it_is_never_guessed(tmp_path: Path) -> None:
    """In a folder it stays what it is: some table."""
    put(tmp_path, {"scores.csv": TABLE, "run/metrics.json": '{"auc": 0.5}'})
    assert find("runfolio.sources", "source")["table"].on_request
    assert len(runfolio.load_runs(tmp_path).runs) == 1
    assert list(runfolio.load_runs(tmp_path / "scores.csv").runs["name"]) == ["forest", "svm"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", TABLE.replace(",", "\t")),
        ("a.csv", TABLE.replace(",", ";").replace("0.", "0,")),
        ("a.csv", "\ufeff" + TABLE.replace("\n", "\r\n").replace(",", " , ")),
        (
            "a.csv",
            "".join(f"{n},{row}\n" for n, row in enumerate(TABLE.split(), -1)).replace("-1,", ","),
        ),
        (
            "a.json",
            '[{"model": "forest", "lr": 0.1, "accuracy": 0.9, "f1": 0.8}, '
            '{"model": "svm", "lr": 0.01, "accuracy": 0.85, "f1": null}]',
        ),
        (
            "a.jsonl",
            '{"model": "forest", "lr": 0.1, "accuracy": 0.9, "f1": 0.8}\n\n'
            '{"model": "svm", "lr": 0.01, "accuracy": 0.85}\n',
        ),
    ],
)
def test_the_same_in_other_formats(tmp_path: Path, name: str, text: str) -> None:
    records = read_table(tmp_path, text, name)
    assert records.problems == ()
    assert [run.name for run in records.runs] == ["forest", "svm"]
    assert [last(run) for run in records.runs] == [{"accuracy": 0.9, "f1": 0.8}, {"accuracy": 0.85}]
    assert [float(run.params["lr"].replace(",", ".")) for run in records.runs] == [0.1, 0.01]


def test_what_is_a_param_and_what_a_metric(tmp_path: Path) -> None:
    text = (
        "Learning Rate,Batch-Size,seed,max_depth,optimizer,early,auc,train_seconds,note,gpu\n"
        "1e-3,32,7,4,adam,true,0.9,12.5,n/a,0\n1e-4,64,8,5,sgd,false,,13.5,1,1\n"
    )
    first, second = read_table(tmp_path, text).runs
    assert first.params == {
        "Batch-Size": "32",
        "Learning Rate": "1e-3",
        "early": "true",
        "max_depth": "4",
        "note": "n/a",
        "optimizer": "adam",
        "seed": "7",
    }
    assert last(first) == {"auc": 0.9, "train_seconds": 12.5, "gpu": 0.0}
    assert (second.params["optimizer"], second.params["note"]) == ("sgd", "1")


def test_a_bad_cell_in_a_column_of_numbers_is_told(tmp_path: Path) -> None:
    records = read_table(tmp_path, "model,auc\na,0.9\nb,n/a\nc,0.8\n")
    assert [last(run) for run in records.runs] == [{"auc": 0.9}, {}, {"auc": 0.8}]
    assert [(p.slug, p.place) for p in records.problems] == [
        ("metric-not-a-number", "scores.csv:3")
    ]


@pytest.mark.parametrize(
    ("text", "ids", "names"),
    [
        ("auc\n0.9\n0.8\n", ["1", "2"], ["row 1", "row 2"]),
        ("id,auc\nx,0.9\ny,0.8\n", ["x", "y"], ["x", "y"]),
        ("id,auc\nx,0.9\nx,0.8\n", ["1", "2"], ["row 1", "row 2"]),
        ("id,auc\nx,0.9\n,0.8\n", ["1", "2"], ["row 1", "row 2"]),
        ("Run ID,Name,auc\n7,big,0.9\n8,small,0.8\n", ["7", "8"], ["big", "small"]),
        ("model,auc\nforest,0.9\nforest,0.8\n", ["1", "2"], ["row 1", "row 2"]),
    ],
)
def test_by_what_a_row_is_known(
    tmp_path: Path, text: str, ids: list[str], names: list[str]
) -> None:
    runs = read_table(tmp_path, text).runs
    assert [run.id for run in runs] == [f"scores.csv#{known}" for known in ids]
    assert [run.name for run in runs] == names
    assert not any({"id", "Run ID", "Name"} & run.params.keys() for run in runs)


def test_a_table_of_runs_that_mlflow_gave(tmp_path: Path) -> None:
    """As ``mlflow.search_runs().to_csv()`` has it: nobody's name and no path is taken over."""
    text = (
        "run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.auc,params.lr,"
        "params.note,tags.team,tags.mlflow.user,tags.mlflow.runName,user\n"
        "0123abc,1,FINISHED,/home/marker-user/x,2025-03-01 12:00:00+00:00,"
        "2025-03-01 12:05:00+00:00,0.9,0.1,5,vision,marker-user,big,marker-user\n"
    )
    records = read_table(tmp_path, text)
    (run,) = records.runs
    assert records.problems == ()
    assert (run.id, run.status) == ("scores.csv#0123abc", "finished")
    assert (run.started, run.ended) == (1740830400000, 1740830700000)
    assert (last(run), run.params, run.tags) == (
        {"auc": 0.9},
        {"lr": "0.1", "note": "5"},
        {"team": "vision"},
    )
    assert "marker-user" not in repr(run)


def test_columns_called_like_keys_of_run_yaml(tmp_path: Path) -> None:
    text = "name,experiment,commit,notes,status,auc\na,triage,0123abc,A try.,meh,0.9\n"
    records = read_table(tmp_path, text)
    (run,) = records.runs
    assert (run.name, run.experiment, run.commit, run.notes) == ("a", "triage", "0123abc", "A try.")
    assert (run.params, run.status) == ({}, "unknown")
    assert slugs(records.problems) == ["run-value-unusable"]


@pytest.mark.parametrize(
    ("name", "content", "slug", "runs"),
    [
        ("a.csv", "", "metric-missing", 0),
        ("a.csv", "model,what\na,b\n", "metric-missing", 1),
        ("a.csv", TABLE + "tree,0.1", "row-cut", 2),
        ("a.csv", b"model,auc\n\xff,0.5\n", "not-utf8", 1),
        ("a.csv", TABLE + "x," + "1" * 1_500_000, "csv-unreadable", 2),
        ("a.json", "", "file-unreadable", 0),
        ("a.json", "{}", "file-unreadable", 0),
        ("a.json", "[" * 100_000, "file-unreadable", 0),
        ("a.json", '[1, {"auc": 0.5}]', "json-line-unreadable", 1),
        ("a.jsonl", '{"auc": 0.5}\n{"au', "json-line-cut", 1),
        ("a.jsonl", '{"a":' * 200 + "1" + "}" * 200 + '\n{"auc": 1}\n', "json-line-unreadable", 1),
        ("a.parquet", b"PAR1 and so on PAR1", "file-unreadable", 0),
        ("a.parquet", b"", "file-unreadable", 0),
        ("a.feather", b"ARROW1\0\0" + bytes(50), "file-unreadable", 0),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    tmp_path: Path, name: str, content: str | bytes, slug: str, runs: int
) -> None:
    if name.endswith((".parquet", ".feather")):
        pytest.importorskip("pyarrow")
    records = read_table(tmp_path, content, name)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place.startswith(name)
    assert len(records.runs) == runs


def test_without_pyarrow_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (problem,) = read_table(tmp_path, b"PAR1", "a.parquet").problems
    assert problem.slug == "library-missing"
    assert problem.hint == "python -m pip install pyarrow"


def test_too_many_rows_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_rows, "CELL_LIMIT", 20)
    for name, text in (
        ("a.csv", "model,auc\n" + "a,0.5\n" * 50),
        ("a.jsonl", '{"model": "a", "auc": 0.5}\n' * 50),
    ):
        records = read_table(tmp_path, text, name)
        assert len(records.runs) == 10
        assert slugs(records.problems) == ["rows-left-out"]


@given(
    cut=st.integers(0, len(TABLE)),
    noise=st.binary(max_size=30),
    ending=st.sampled_from("csv tsv json jsonl".split()),
)
def test_any_bytes_end_in_records(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes, ending: str
) -> None:
    content = TABLE.encode()[:cut] + noise + TABLE.encode()[cut:]
    records = read_table(tmp_path_factory.mktemp("any"), content, f"a.{ending}")
    assert records.runs or records.problems


@pytest.mark.peer
@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "parquet", "feather"])
def test_what_pandas_wrote_is_in_the_report(peers: Peers, tmp_path: Path, ending: str) -> None:
    if ending in ("parquet", "feather"):
        pytest.importorskip("pyarrow")
    made = peers.made("table_makes.py", needs="pandas pyarrow")
    runfolio.build(made / ending / f"runs.{ending}", output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    by_name = {run["name"]: run for run in ours.values()}
    assert by_name.keys() == {"forest", "boosting", "logistic, l2", "svm"}
    finite = {
        "forest": {"accuracy": 0.91, "loss": 0.1, "rows": 100},
        "boosting": {"accuracy": 1 / 3, "rows": 200},
        "logistic, l2": {"loss": 0.3, "rows": 300},
        "svm": {"accuracy": 0.5, "loss": -1e-300, "rows": 400},
    }
    in_json = ending.startswith("json")  # to which pandas writes 15 digits, and no infinity
    for name, expected in finite.items():
        run = by_name[name]
        values: dict[str, Any] = {m: v["last"] for m, v in run["metrics"].items()}
        if not in_json and name == "boosting":
            assert values.pop("loss") == "Infinity"
        assert values == pytest.approx(expected, rel=1e-14 if in_json else 0, abs=0)
        assert run["started"] == "2025-03-01T12:00:00.000Z"
        assert run["params"]["tuned"].lower() in ("true", "false")
        assert run["seed"] == run["params"]["seed"]
    assert by_name["svm"]["params"]["lr"] in ("1e-05", "0.00001")
    assert "lr" not in by_name["logistic, l2"]["params"]
