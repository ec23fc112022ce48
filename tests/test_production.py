"""Projects whose model is in production, from their files to the page."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import runfolio
from runfolio.schema import report_schema
from sites import Site
from stores import put, write_folder

HEAD = "day,model_version,recall,malignant,latency,plan\n"
LOG = HEAD + "".join(
    f"2026-{month:02}-{day:02},{1 if month < 10 else 2},{0.9 if month < 10 else 0.5},10,"
    f"{day % 5 + 10},12\n"
    for month in (9, 10)
    for day in range(1, 31)
)
CONFIG = """\
title: Triage
sources: [runs]
metrics: {recall: {label: Recall, unit: "%", goal: maximize}}
requirements:
  - {name: Catches cases, metric: recall, at_least: 0.8}
monitoring:
  - path: production.csv
    metrics:
      recall: {count: malignant, forecast: champion}
      latency: {at_most: 50, forecast: {value: plan}}
"""


def project(folder: Path, log: str | bytes = LOG, config: str = CONFIG) -> Path:
    for seed in range(3):
        about = {"params": {"model": "forest", "seed": seed}}
        write_folder(folder / "runs" / f"r{seed}", {"recall": 0.9 + seed / 100}, about)
    return put(folder, {"production.csv": log, "report.yaml": config})


def built(folder: Path) -> Site:
    runfolio.build(folder, output=folder / "site")
    return Site(folder / "site")


def slugs(site: Site) -> list[str]:
    return [problem["slug"] for problem in site.report["problems"]]


def errors(document: Any) -> list[str]:
    checker = jsonschema.Draft202012Validator(
        report_schema(), format_checker=jsonschema.FormatChecker()
    )
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)]


def test_a_broken_level_is_the_finding_of_the_page(tmp_path: Path) -> None:
    site = built(project(tmp_path))
    text = site.text_of("monitoring.html")
    assert "In production, recall is below what is asked" in text
    assert "at least 80\u00a0%" in text
    assert "Recall is below 80\u00a0% (Catches cases)" in text
    assert "below the forecast of 91.0\u00a0%" in text
    assert site.broken_links() == []
    assert slugs(site) == []


def test_report_json_says_the_same_and_keeps_to_its_schema(tmp_path: Path) -> None:
    site = built(project(tmp_path))
    assert errors(site.report) == []
    found = site.report["monitoring"]
    (log,) = found["logs"]
    assert (log["rows"], log["version"]) == (60, "2")
    assert [one["version"] for one in log["versions"]] == ["1", "2"]
    recall, latency = log["metrics"]
    assert recall["recent"]["value"] == pytest.approx(0.5)
    assert [level["status"] for level in recall["levels"]] == ["missed"]
    assert latency["levels"][0]["status"] == "met"
    (alert,) = found["alerts"]
    assert (alert["metric"], alert["requirement"], alert["until"]) == (
        *("recall", "Catches cases", None),
    )
    assert alert["since"].startswith("2026-10-")


def test_monitoring_csv_has_every_point(tmp_path: Path) -> None:
    site = built(project(tmp_path))
    rows = list(csv.DictReader(StringIO((site.folder / "monitoring.csv").read_text())))
    assert len(rows) == 120
    own = [row for row in rows if row["column"] == "recall"]
    assert own[0]["time"] == "2026-09-01T00:00:00.000Z"
    assert (own[0]["value"], own[0]["cases"]) == ("0.9", "10.0")
    assert float(own[-1]["window"]) == pytest.approx(0.5)


def test_without_a_log_there_is_neither_page_nor_key(tmp_path: Path) -> None:
    site = built(project(tmp_path, config="sources: [runs]\n"))
    assert "monitoring" not in site.report
    assert "monitoring.html" not in site.pages
    assert not (site.folder / "monitoring.csv").exists()


@pytest.mark.parametrize(
    ("log", "slug"),
    [
        ("", "production-no-table"),
        (HEAD, "production-empty"),
        ("when,recall\n2026-11-01,0.9\n", "production-no-time-column"),
        ("day,precision\n2026-11-01,0.9\n", "production-column-missing"),
        (HEAD + "soon,1,0.9,10,11,12\n", "production-no-time"),
        (HEAD + "2026-11-01,1,high,10,11,12\n", "production-not-a-number"),
        (b"\xff\xfe\x00day", "production-no-table"),
    ],
)
def test_a_log_that_cannot_be_read_is_a_problem_and_no_more(
    tmp_path: Path, log: str | bytes, slug: str
) -> None:
    site = built(project(tmp_path, log))
    assert slug in slugs(site)
    assert errors(site.report) == []
    assert site.report["champion"] is not None


@pytest.mark.parametrize("path", ["../outside.csv", "sub/../../outside.csv", "{absolute}"])
@pytest.mark.parametrize("role", ["path", "reference"])
def test_nothing_outside_of_the_project_is_read(tmp_path: Path, path: str, role: str) -> None:
    outside = put(tmp_path, {"outside.csv": "day,recall\n2026-11-01,0.123456\n"}) / "outside.csv"
    given = path.replace("{absolute}", outside.as_posix())
    told = {"path": "production.csv", "reference": "production.csv"} | {role: given}
    entry = f"{{path: {told['path']}, inputs: recall, reference: {told['reference']}}}"
    folder = project(tmp_path / "project", config=f"sources: [runs]\nmonitoring: [{entry}]\n")
    site = built(folder)
    assert len(slugs(site)) == 1
    assert all(b"0.123456" not in data for data in site.files().values())


def test_nor_through_a_link(tmp_path: Path) -> None:
    outside = put(tmp_path, {"outside.csv": "day,recall\n2026-11-01,0.123456\n"}) / "outside.csv"
    folder = project(tmp_path / "project")
    (folder / "production.csv").unlink()
    (folder / "production.csv").symlink_to(outside)
    site = built(folder)
    assert slugs(site) != []
    assert all(b"0.123456" not in data for data in site.files().values())


def test_names_out_of_a_log_stay_text(tmp_path: Path) -> None:
    odd = "<script>alert(1)</script>"
    rows = "".join(f"2026-09-{day:02},{odd},0.9\n" for day in range(1, 20))
    log = f"day,model_version,{odd}\n{rows}"
    site = built(project(tmp_path, log, "sources: [runs]\nmonitoring: production.csv\n"))
    assert odd in site.text_of("monitoring.html")
    scripts = site.pages["monitoring.html"].all("script")
    assert {e.attributes.get("type") for e in scripts if "alert(1)" in e.text} <= {
        "application/json"
    }


def test_drift_against_a_data_set_of_the_project(tmp_path: Path) -> None:
    cases = "seen_at,age\n" + "".join(
        f"2026-10-{day:02}T{hour:02}:00:00Z,{60 + (day * hour) % 13}\n"
        for day in range(1, 29)
        for hour in range(24)
    )
    training = "age,name\n" + "".join(f"{30 + i % 17},Ada\n" for i in range(600))
    config = """\
sources: [runs]
data: {sets: {patients: {path: training.csv}}}
monitoring: {path: production.csv, time: seen_at, inputs: age, reference: patients}
"""
    folder = project(tmp_path, cases, config)
    put(folder, {"training.csv": training})
    site = built(folder)
    (log,) = site.report["monitoring"]["logs"]
    assert [(one["column"], one["verdict"]) for one in log["drift"]] == [("age", "moved")]
    text = site.text_of("monitoring.html")
    assert "one input has moved away from the training data" in text
    assert errors(site.report) == []


@pytest.mark.parametrize(
    ("reference", "said"),
    [("patient", "patients"), ("patients@v9", "no version"), ("gone.csv", "neither")],
)
def test_a_reference_that_is_not_there_is_told(tmp_path: Path, reference: str, said: str) -> None:
    config = f"""\
sources: [runs]
data: {{sets: {{patients: {{path: production.csv}}}}}}
monitoring: {{path: production.csv, inputs: latency, reference: {reference}}}
"""
    site = built(project(tmp_path, config=config))
    (problem,) = site.report["problems"]
    assert problem["slug"] == "production-reference-unknown"
    assert said in f"{problem['message']} {problem['hint']}"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = project(tmp_path)
    first = built(folder).files()
    assert built(folder).files() == first


def test_a_log_of_production_is_no_run(tmp_path: Path) -> None:
    # Without sources: everything below the folder is looked at, and this looks like a run's log.
    log = "step,day,recall\n" + "".join(f"{d},2026-10-{d:02},0.8\n" for d in range(1, 29))
    config = "monitoring: [production.csv, more/prod.jsonl]\n"
    folder = project(tmp_path, log, config)
    lines = "".join(f'{{"day":"2026-10-{d:02}","step":{d},"recall":0.8}}\n' for d in range(1, 29))
    put(folder, {"more/prod.jsonl": lines})
    site = built(folder)
    assert len(site.runs) == 3
    assert [log["name"] for log in site.report["monitoring"]["logs"]] == [
        "production.csv",
        "more/prod.jsonl",
    ]


def test_odd_paths_are_problems(tmp_path: Path) -> None:
    site = built(project(tmp_path, config='sources: [runs]\nmonitoring: ["a\\0b.csv", runs]\n'))
    assert len(slugs(site)) == 2


def test_the_comparison_for_notebooks_leaves_runs_of_production_out(tmp_path: Path) -> None:
    folder = project(tmp_path, config="objective: {metric: recall, goal: maximize}\n")
    live = {"params": {"model": "forest"}, "tags": {"monitoring": "true"}}
    write_folder(folder / "runs" / "live", {"recall": 0.1}, live)
    write_folder(folder / "runs" / "old", {"recall": 0.5}, {"params": {"model": "old"}})
    told = runfolio.compare(folder, candidate="r0", baseline="old")
    assert told.candidate.n == 3
