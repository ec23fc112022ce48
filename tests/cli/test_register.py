"""``report register``: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runfolio.cli import main
from runfolio.schema import report_schema
from sites import Site
from stores import put, write_folder

CONFIG = """\
objective: {metric: recall, goal: maximize}
baseline: {params: {model: old}}
model: {name: triage}
"""
HELD_BACK = "requirements: [{name: Catches all, metric: recall, at_least: 0.99}]\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for model, base in (("old", 0.7), ("new", 0.9)):
        for seed in range(3):
            about = {"params": {"model": model, "seed": seed}, "commit": "0123456789" * 4}
            metrics = {"recall": base + seed / 100}
            write_folder(tmp_path / "logs" / f"{model}-{seed}", metrics, about)
    return put(tmp_path, {"report.yaml": CONFIG})


def test_the_champion_goes_on_record_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["register"]) == 0
    told = capsys.readouterr().out
    assert "Registered new as version 1 of triage\n  models/triage/v1.yaml\n" in told
    assert "Not logged, so missing from the record:" in told
    assert "the environment: with which Python and libraries is not known" in told
    assert main(["register"]) == 0
    assert "new is on record already, as version 1 of triage; nothing changed" in (
        capsys.readouterr().out
    )
    assert [path.name for path in (project / "models" / "triage").iterdir()] == ["v1.yaml"]


def test_what_holds_it_back_is_told_and_the_exit_code_is_1(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(project, {"report.yaml": CONFIG + HELD_BACK})
    assert main(["register"]) == 1
    told = capsys.readouterr()
    assert "new was not registered: what must be met is not." in told.err
    assert "Catches all: missed" in told.err
    assert "[held-back]" in told.err
    assert not (project / "models").exists()
    assert main(["register", "--force"]) == 0
    assert "Forced: not met is Catches all. The record says so." in capsys.readouterr().out


def test_it_tells_the_same_to_programs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "--json", "--name", "other"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["name"], told["version"]) == (True, "other", 1)
    assert told["path"] == "models/other/v1.yaml"
    assert told["held_back_by"] == []
    assert {one["what"] for one in told["missing"]} >= {"the data", "the environment"}
    put(project, {"report.yaml": CONFIG + HELD_BACK})
    assert main(["register", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["slug"] == "held-back"


def test_a_folder_outside_of_the_project_is_a_mistake(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("../out", "/abs", "~/x", "C:/x", "."):
        put(project, {"report.yaml": f"model: {{records: '{folder}'}}\n"})
        assert main(["register"]) == 2
        assert "config-folder-outside" in capsys.readouterr().err
    assert not (project.parent / "out").exists()


def test_the_next_report_shows_what_is_on_record(project: Path) -> None:
    assert main(["register"]) == 0
    record = project / "models" / "triage" / "v1.yaml"
    record.write_text(record.read_text() + "stage: production\nnote: Went live.\n")
    (project / "models" / "triage" / "v2.yaml").write_text("format: runfolio-model\nname: [\n")
    assert main(["build", "-o", "site", "--quiet"]) == 0
    site = Site(project / "site")
    told = site.report["models"]
    assert told["champion_is_in_production"]
    assert [one["path"] for one in told["recorded"]] == ["models/triage/v1.yaml"]
    assert told["recorded"][0]["fingerprint"] == told["reproduction"]["fingerprint"]
    page = (project / "site" / "models.html").read_text()
    assert "Version 1 of triage is in production, and it is the champion" in page
    assert "Went live." in page
    assert "models/triage/v2.yaml" in {one["place"] for one in site.report["problems"]}
    assert "model_version" in report_schema()["$defs"]
    # A broken record keeps its number.
    assert main(["register", "--name", "triage"]) == 0
    assert sorted(path.name for path in record.parent.iterdir()) == ["v1.yaml", "v2.yaml"]
