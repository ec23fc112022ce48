"""``report.json`` is strict JSON and keeps to its schema, whatever was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

import runfolio
from repositories import T0, made
from runfolio.schema import regressions_schema, report_schema
from samples import MADE_BY_HAND
from sites import Site, strict_json
from stores import put, run_id, write_file_store, write_folder


def report_of(source: Path, output: Path) -> dict[str, Any]:
    runfolio.build(source, output=output)
    return Site(output).report


def errors(document: Any, schema: Any = None) -> list[str]:
    checker = jsonschema.Draft202012Validator(
        schema or report_schema(), format_checker=jsonschema.FormatChecker()
    )
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)]


def test_of_the_sample(sample_site: Site) -> None:
    report = sample_site.report
    assert errors(report) == []
    ids = {run["id"] for run in report["runs"]}
    assert {report["baseline"], report["champion"]} <= ids
    assert {run["parent"] for run in report["runs"]} - {None} <= ids
    assert report["objective"]["metric"] == "val/recall"
    newest = max(time for run in report["runs"] for time in (run["started"], run["ended"]) if time)
    assert report["data_as_of"] == newest


@pytest.mark.peer
@pytest.mark.parametrize("store", ["mlflow_files", "mlflow_database"])
def test_of_stores_with_odd_runs(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert errors(report_of(request.getfixturevalue(store), tmp_path / "site")) == []


def test_numbers_that_json_does_not_have_are_written_as_words(tmp_path: Path) -> None:
    points = [(0, 0.5), (1, float("nan")), (2, float("inf")), (3, float("-inf"))]
    store = write_file_store(tmp_path / "mlruns", {run_id(1): points, run_id(2): points[1:2]})
    report = report_of(store, tmp_path / "site")
    assert errors(report) == []
    mixed, empty = (run["metrics"]["loss"] for run in report["runs"])
    assert (mixed["last"], mixed["last_step"]) == ("-Infinity", 3)
    assert (mixed["first"], mixed["min"], mixed["max"], mixed["mean"]) == (0.5, 0.5, 0.5, 0.5)
    assert (mixed["count"], mixed["nonfinite"]) == (4, 3)
    assert (empty["last"], empty["min"], empty["mean"]) == ("NaN", "NaN", "NaN")
    assert (empty["count"], empty["nonfinite"]) == (1, 1)


@pytest.mark.parametrize("value", [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 1e22, 2**53])
def test_numbers_are_exact(tmp_path: Path, value: float) -> None:
    write_folder(tmp_path / "logs" / "one", {"x": value})
    (run,) = report_of(tmp_path / "logs", tmp_path / "site")["runs"]
    assert run["metrics"]["x"]["last"] == value


def test_a_run_without_anything_has_every_key(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / "one", {}, {"status": "failed"})
    report = report_of(tmp_path / "logs", tmp_path / "site")
    assert errors(report) == []
    (run,) = report["runs"]
    assert (run["status"], run["started"], run["metrics"]) == ("failed", None, {})
    assert (report["objective"], report["champion"], report["data_as_of"]) == (None, None, None)


def test_checks_of_data_stand_beside_the_runs(tmp_path: Path) -> None:
    for name in ("great-expectations", "evidently"):
        put(tmp_path / "logs" / name, MADE_BY_HAND[name])
    write_folder(tmp_path / "logs" / "run", {"acc": 0.5})
    report = report_of(tmp_path / "logs", tmp_path / "site")
    assert errors(report) == []
    assert [run["name"] for run in report["runs"]] == ["run"], "a check is no run"
    by_format = {check["format"]: check for check in report["checks"]}
    age = by_format["great-expectations"]
    assert (age["suite"], age["column"], age["status"]) == ("patients", "age", "fail")
    assert (age["check"], age["share"], age["rows"]) == (
        "expect_column_values_to_not_be_null",
        0.2,
        50,
    )
    drift = by_format["evidently"]
    assert (drift["column"], drift["status"], drift["observed"]) == ("age", "fail", "0.31")
    assert "Checks of data" in Site(tmp_path / "site").text_of("problems.html")


def test_the_history_of_a_repository_is_named_with_the_file_that_tells_its_moves(
    tmp_path: Path,
) -> None:
    repository = made(tmp_path / "project.git", "--bare")
    ids = [
        repository.commit(f"{number}", {"metrics.json": f'{{"acc": 0.{number}}}'}, time=T0 + number)
        for number in range(1, 4)
    ]
    report = report_of(repository.path, tmp_path / "site")
    assert errors(report) == []
    (history,) = report["histories"]
    assert (history["branch"], history["commits"]) == ("main", 3)
    assert history["first"] == {"id": ids[0], "time": "2023-11-14T22:13:21.000Z"}
    assert history["last"] == {"id": ids[-1], "time": "2023-11-14T22:13:23.000Z"}
    beside = strict_json((tmp_path / "site" / history["regressions"]).read_text("utf-8"))
    assert errors(beside, regressions_schema()) == []
    (told,) = beside["histories"]
    assert (told["name"], told["head"]["id"]) == (history["name"], ids[-1])
    assert [(one["metric"], one["n"], one["latest"]) for one in told["metrics"]] == [
        ("acc", 3, 0.3)
    ]


def test_without_a_repository_there_are_no_histories(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / "one", {"x": 1.0})
    assert "histories" not in report_of(tmp_path / "logs", tmp_path / "site")
