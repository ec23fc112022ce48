"""``report check``: the first thing that a newcomer runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runfolio.cli import main
from stores import put, run_id, write_database, write_file_store

TRACKS = {
    "notes/table.csv": "name,value\na,1\n",
    "notes/model.pkl": "x",
    "notes/setup.json": "{}",
    ".cache/log.csv": "epoch,loss\n1,2\n",
    "venv/pyvenv.cfg": "",
    "venv/log.csv": "epoch,loss\n1,2\n",
    "old-site/.runfolio": "",
    "old-site/metrics.csv": "step,loss\n1,2\n",
    "keras/log.csv": "epoch,loss,val_loss\n0,0.5,0.6\n1,0.4,0.5\n",
}


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    logs = put(tmp_path / "logs", TRACKS)
    write_file_store(logs / "mlruns", {run_id(n): [(0, 0.5)] for n in (1, 2)})
    write_database(logs / "mlflow.db", {run_id(2): [(0, 0.5)]})
    (tmp_path / "outside.csv").write_text("epoch,loss\n1,2\n")
    (logs / "notes" / "link.csv").symlink_to(tmp_path / "outside.csv")
    return logs


def test_it_tells_what_was_recognised_as_what_and_what_was_passed_over(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "logs"]) == 0
    told = capsys.readouterr().out
    assert "Read  3 runs in 2 experiments (1 found in more than one source)" in told
    rows = {line.split("   ")[0].strip(): line for line in told.splitlines()}
    assert "logs/mlruns" in rows["MLflow file store"]
    assert "2 runs" in rows["MLflow file store"]
    assert "1 run" in rows["MLflow SQLite database"]
    assert "1 run" in rows["CSV logs"]
    assert "Ended 2 finished, 1 unknown" in told
    assert "Logged 2 metrics: loss, val_loss" in told
    for place in ("notes/table.csv", "notes/model.pkl", "notes/setup.json", ".cache", "venv"):
        assert f"logs/{place}" in told, place
    assert "Reports that were built earlier: logs/old-site" in told
    assert "Links that lead out of the input: logs/notes/link.csv" in told
    assert not (logs.parent / "site").exists()


def test_it_tells_the_same_to_programs(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "logs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], told["status"]) == (3, {"finished": 2, "unknown": 1})
    assert told["metrics"] == ["loss", "val_loss"]
    assert {(s["format"], s["runs"]) for s in told["sources"]} == {
        ("mlflow-files", 2),
        ("mlflow-sqlite", 1),
        ("csv", 1),
    }
    places = {place: passed["reason"] for passed in told["skipped"] for place in passed["places"]}
    assert places["logs/notes/model.pkl"].startswith("Pickles")
    assert places["logs/.cache"] == "Hidden folders"


def test_where_nothing_is_found_it_says_what_was_seen_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"logs/scores.csv": "model,accuracy\na,0.5\n"})
    assert main(["check", "logs"]) == 3
    told = capsys.readouterr().err
    assert "Passed over: logs/scores.csv (Tables without a column called step" in told
    assert main(["check", "logs/scores.csv"]) == 0, "named itself, it is read"
