"""Search results of scikit-learn: a run per candidate, compared with ``cv_results_`` itself."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, read, slugs
from runfolio.model.records import ExperimentRecord, MetricFact
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site
from stores import put

HEADER = (
    ",mean_fit_time,std_fit_time,mean_score_time,std_score_time,param_C,param_kernel,param_tol,"
    "params,split0_test_score,split1_test_score,mean_test_score,std_test_score,rank_test_score\n"
)
FIRST = "0,0.5,0.01,0.1,0.02,0.1,rbf,1e-3,\"{'C': 0.1, 'kernel': 'rbf'}\",0.8,0.9,0.85,0.05,1\n"
FAILED = "1,0.4,0.01,0,0,-1,rbf,1e-3,\"{'C': -1, 'kernel': 'rbf'}\",,,,,2\n"
TABLE = HEADER + FIRST + FAILED


def table(folder: Path, text: str | bytes, name: str = "svm.csv") -> Path:
    return put(folder / "searches", {name: text}) / name


def test_a_row_is_a_run(tmp_path: Path) -> None:
    table(tmp_path, TABLE)
    place = Place(LocalStorage.at(tmp_path, "project"), "searches/svm.csv")
    source = find("runfolio.sources", "source")["sklearn-cv"]
    (unit,) = source.discover(place).units
    records = source.read(unit)
    assert records.problems == ()
    first, failed = records.runs
    assert (first.id, failed.id) == ("searches/svm.csv#0", "searches/svm.csv#1")
    assert (first.name, failed.name) == ("C=0.1", "C=-1")
    assert (first.status, failed.status) == ("finished", "failed")
    assert (first.experiment, first.location) == ("svm", "project/searches/svm.csv")
    assert (first.path, first.id_is_path) == ("project/searches/svm.csv", True)
    assert first.params == {"C": "0.1", "kernel": "rbf", "tol": "1e-3"}
    series = {s.metric: s for s in first.series}
    assert {name: one.summary.last for name, one in series.items()} == {
        "mean_fit_time": 0.5,
        "std_fit_time": 0.01,
        "mean_score_time": 0.1,
        "std_score_time": 0.02,
        "mean_test_score": 0.85,
        "std_test_score": 0.05,
        "split_test_score": 0.9,
    }
    assert series["split_test_score"].steps.tolist() == [0, 1]
    assert series["split_test_score"].values.tolist() == [0.8, 0.9]


def test_a_fit_that_failed_is_nan(tmp_path: Path) -> None:
    series = {
        s.metric: s.summary for s in read("sklearn-cv", table(tmp_path, TABLE)).runs[1].series
    }
    assert math.isnan(series["mean_test_score"].last)
    assert (series["split_test_score"].count, series["split_test_score"].nonfinite) == (2, 2)
    assert series["mean_fit_time"].last == 0.4


def test_one_failed_fold_is_no_failed_run(tmp_path: Path) -> None:
    records = read("sklearn-cv", table(tmp_path, TABLE.replace("0.8,0.9,0.85", ",0.9,")))
    assert records.runs[0].status == "finished"


def test_what_scikit_learn_says_of_its_scores(tmp_path: Path) -> None:
    """To it a greater score is better, always."""
    path = table(tmp_path, TABLE)
    source = find("runfolio.sources", "source")["sklearn-cv"]
    (unit,) = source.discover(Place(LocalStorage.at(tmp_path), "searches/svm.csv")).units
    records = source.read(unit)
    assert MetricFact("mean_test_score", "maximize") in records.metrics
    assert MetricFact("split_test_score", "maximize") in records.metrics
    assert MetricFact("mean_fit_time", "minimize", "s") in records.metrics
    assert MetricFact("std_fit_time", None, "s") in records.metrics
    assert records.experiments == (
        ExperimentRecord("svm", "searches/svm.csv", "", "mean_test_score", True),
    )
    several = TABLE.replace("std_test_score", "mean_test_f1")
    (experiment,) = read("sklearn-cv", table(path.parent, several)).experiments
    assert experiment.primary_metric is None


def test_halving_searches_try_a_candidate_again_with_more(tmp_path: Path) -> None:
    text = (
        ",iter,n_resources,param_C,params,split0_test_score,mean_test_score,rank_test_score\n"
        "0,0,40,1,{},0.8,0.8,2\n1,1,120,1,{},0.9,0.9,1\n"
    )
    first, second = read("sklearn-cv", table(tmp_path, text)).runs
    assert second.params == {"C": "1", "iter": "1", "n_resources": "120"}
    assert (first.name, second.name) == ("iter=0, n_resources=40", "iter=1, n_resources=120")


def test_candidates_without_columns_of_params(tmp_path: Path) -> None:
    text = "params,mean_test_score,rank_test_score\n\"{'C': 1}\",0.8,2\n\"{'C': 2}\",0.9,1\n"
    runs = read("sklearn-cv", table(tmp_path, text)).runs
    assert [run.params for run in runs] == [{"params": "{'C': 1}"}, {"params": "{'C': 2}"}]
    long = text.replace("'C': 1", "'C': " + "1" * 500)
    assert len(read("sklearn-cv", table(tmp_path, long)).runs[0].name) == 80


@pytest.mark.parametrize(
    ("name", "text", "taken"),
    [
        ("a.csv", TABLE, True),
        ("a.tsv", TABLE.replace(",", "\t"), True),
        ("a.csv", "mean_fit_time,x\n1,2\n", True),
        ("cv_results.csv", "", True),
        ("a.csv", "", False),
        ("a.csv", "mean_test_score,model\n0.5,a\n", False),
        ("a.csv", "step,mean_test_score\n1,2\n", False),
        ("a.json", TABLE, False),
    ],
)
def test_what_is_taken_for_a_search(tmp_path: Path, name: str, text: str, taken: bool) -> None:
    assert matches("sklearn-cv", table(tmp_path, text, name)) is taken


@pytest.mark.parametrize(
    ("text", "slug", "line", "runs"),
    [
        (
            HEADER + FIRST + FAILED.replace("-1,rbf", "-1,rbf").replace("0.4", "x"),
            "metric-not-a-number",
            ":3",
            2,
        ),
        (HEADER + FIRST + "1,0.5,0.01,0.1", "row-cut", ":3", 1),
        (HEADER + FIRST.strip() + ",7\n", "row-too-long", ":2", 1),
        (HEADER, "metric-empty", "", 0),
        ("", "metric-empty", "", 0),
        (HEADER + FIRST + "1," + "1" * 1_500_000, "csv-unreadable", ":3", 1),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    tmp_path: Path, text: str, slug: str, line: str, runs: int
) -> None:
    records = read("sklearn-cv", table(tmp_path, text))
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == f"svm.csv{line}"
    assert len(records.runs) == runs


def test_too_many_rows_are_told(tmp_path: Path) -> None:
    records = read("sklearn-cv", table(tmp_path, HEADER + FIRST * 20_000))
    assert slugs(records.problems) == ["rows-left-out"]
    assert 5_000 < len(records.runs) < 20_000


@given(cut=st.integers(0, len(TABLE)), noise=st.binary(max_size=30))
def test_any_bytes_end_in_records(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for content in (TABLE.encode()[:cut] + noise + TABLE.encode()[cut:], TABLE.encode()[:cut]):
        path = table(folder, content)
        matches("sklearn-cv", path)
        records = read("sklearn-cv", path)
        whole_rows = "\n" in (TABLE[cut - 1 : cut], TABLE[cut : cut + 1])
        assert len(records.runs) == 2 or records.problems or whole_rows


@pytest.mark.peer
def test_every_candidate_is_as_cv_results_has_it(peers: Peers, tmp_path: Path) -> None:
    made = peers.made("sklearn_cv_makes.py", needs="sklearn pandas")
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    tables = sorted(made.glob("*.csv"))
    assert len(tables) == 5
    count = failed = 0
    for path in tables:
        said = json.loads((made / "said" / f"{path.stem}.json").read_text("utf-8"))
        for row in range(len(said["params"])):
            run = ours[f"{path.name}#{row}"]
            count += 1
            failed += run["status"] == "failed"
            assert run["experiment"] == path.stem
            check_metrics(run["metrics"], {key: values[row] for key, values in said.items()})
            for key, values in said.items():
                if key.startswith("param_"):
                    assert same(run["params"].get(key.removeprefix("param_")), values[row])
    assert (count, failed) == (len(ours), 2)
    assert {run["experiment"] for run in ours.values()} == {path.stem for path in tables}


def check_metrics(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    splits: dict[str, list[float]] = {}
    for key, value in theirs.items():
        if key.startswith(("mean_", "std_")):
            assert repr(float(ours[key]["last"])) == repr(float(value)), key
        elif key.startswith("split"):
            splits.setdefault(f"split_{key.partition('_')[2]}", []).append(float(value))
    assert splits
    assert ours.keys() == splits.keys() | {k for k in theirs if k.startswith(("mean_", "std_"))}
    for name, values in splits.items():
        assert ours[name]["count"] == len(values)
        assert repr(float(ours[name]["first"])) == repr(values[0])
        assert repr(float(ours[name]["last"])) == repr(values[-1])
        if all(map(math.isfinite, values)):
            assert (ours[name]["min"], ours[name]["max"]) == (min(values), max(values))
            assert ours[name]["mean"] == pytest.approx(math.fsum(values) / len(values))


def same(ours: str | None, theirs: Any) -> bool:
    if theirs is None or theirs == "None":  # pandas leaves both empty
        return ours is None
    return ours == theirs if isinstance(theirs, str) else float(ours or "nan") == theirs
