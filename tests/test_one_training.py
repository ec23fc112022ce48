"""One training in the logs of several trackers, as each of them wrote it, is one run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import runfolio
from peers import Peers
from sites import Site

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def logs(peers: Peers) -> Path:
    """Two trainings, each with W&B, TensorBoard and a CSV logger."""
    needs = "wandb pytorch_lightning tensorboardX"
    return peers.made("one_training_makes.py", needs=needs)


def test_three_trackers_saw_two_runs_and_the_finer_series_are_kept(
    logs: Path, tmp_path: Path
) -> None:
    runfolio.build(logs, output=tmp_path / "site")
    site = Site(tmp_path / "site")
    runs = sorted(site.runs.values(), key=lambda run: str(run["name"]))
    assert [run["name"] for run in runs] == ["training-1", "training-2"]
    for seed, run in enumerate(runs, 1):
        assert (run["format"], run["status"]) == ("wandb", "finished")
        folder = f"lightning_logs/version_{seed}"
        assert all(place.endswith(folder) for place in run["also_in"])
        assert run["params"] == {"lr": "0.001", "seed": str(seed), "augment": "true"}
        assert {name: metric["count"] for name, metric in run["metrics"].items()} == {
            "train/loss": 40,
            "val/acc": 40,
        }
    told = {p["message"].partition("(")[2].partition(")")[0] for p in site.report["problems"]}
    assert "told by equal values" in told
    assert "also in" in site.text_of(runs[0]["page"])


def test_without_the_finest_log_the_next_one_counts(logs: Path, tmp_path: Path) -> None:
    """TensorBoard's files beside the CSV: one folder, one run, and all of its forty points."""
    shutil.copytree(logs / "lightning_logs", tmp_path / "lightning_logs")
    tables = runfolio.load_runs(tmp_path / "lightning_logs")
    assert len(tables.runs) == 2
    assert tables.metrics["count"].tolist() == [40, 40, 40, 40]
    assert tables.params.groupby("run").size().tolist() == [3, 3]


def test_switched_off_each_log_counts(logs: Path, tmp_path: Path) -> None:
    shutil.copytree(logs, tmp_path / "logs", symlinks=True)
    (tmp_path / "report.yaml").write_text("sources: [logs]\ndedupe: off\n")
    runfolio.build(tmp_path, output=tmp_path / "site")
    site = Site(tmp_path / "site")
    assert len(site.runs) == 6
    assert not [p for p in site.report["problems"] if p["slug"] == "run-in-two-places"]
