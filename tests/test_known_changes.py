"""A repository whose changes are known: each is found, at its commits, with what caused it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import runfolio
from repositories import Made, made
from runfolio.analysis.analysed import analyse
from runfolio.analysis.history import Moves
from runfolio.config import Settings

SAMPLE = Path(__file__).parents[1] / "sample_runs" / "history.bundle"

# What was really changed in the sample, by the commit's number on main, as its README tells.
CAUSES = {
    18: "train.py",
    35: "malignant_weight",
    46: "data/cases.csv",
    55: "data/cases.csv",
    68: "features",
    79: "C",
    83: "C",
}


def moves_of(path: Path) -> Moves:
    tables = runfolio.load_runs(str(path))
    (found,) = analyse(tables, Settings()).histories
    return found


@pytest.fixture(scope="module")
def sample() -> Moves:
    return moves_of(SAMPLE)


@pytest.mark.parametrize("metric", ["val/fpr", "val/loss", "val/precision"])
def test_the_samples_changes_are_found_where_they_were_made(sample: Moves, metric: str) -> None:
    (trend,) = [trend for trend in sample.trends if trend.metric.name == metric]
    assert [move.at + 1 for move in trend.moves] == list(CAUSES)
    for move in trend.moves:
        assert move.since < move.at <= move.until
        told = {one.name for one in (*move.params, *move.data)} | set(move.files)
        assert CAUSES[move.at + 1] in told


def test_what_one_commit_moved_is_one_event(sample: Moves) -> None:
    by_commit = {event.at + 1: len(event.moves) for event in sample.events}
    assert {at: count for at, count in by_commit.items() if at in CAUSES}.keys() == CAUSES.keys()
    assert all(by_commit[at] >= 5 for at in CAUSES)
    # Whatever else was found moved a metric or two, no more.
    assert all(count <= 2 for at, count in by_commit.items() if at not in CAUSES)


def test_a_made_repository(tmp_path: Path) -> None:
    random = np.random.default_rng(11)
    repository = made(tmp_path / "project")
    lr, data = "0.1", "a" * 32
    for number in range(120):
        if number == 40:
            lr = "0.2"
        if number == 80:
            data = "b" * 32
        metrics = {
            "accuracy": 0.8 + 0.05 * (number >= 40) + random.normal(0, 0.01),
            "loss": 0.5 + 0.2 * (number >= 80) + random.standard_t(3) * 0.02,
            "still": random.normal(3, 1),
        }
        files = {
            "metrics.json": json.dumps(metrics),
            "params.yaml": f"lr: {lr}\nseed: {number}\n",
            "data.csv.dvc": f"outs:\n- md5: {data}\n  path: data.csv\n",
        }
        repository.commit(f"number {number}", files)
    found = moves_of(checked_out(repository))
    loss, accuracy = found.moves
    assert (accuracy.metric.name, accuracy.outcome) == ("accuracy", "better")
    assert accuracy.since < 40 <= accuracy.until
    assert abs(accuracy.at - 40) <= 1
    assert [(one.name, one.old, one.new) for one in accuracy.params] == [("lr", "0.1", "0.2")]
    assert (loss.metric.name, loss.outcome) == ("loss", "worse")
    assert loss.since < 80 <= loss.until
    assert abs(loss.at - 80) <= 1
    assert [one.name for one in loss.data] == ["data.csv"]
    assert loss.params == ()


def checked_out(repository: Made) -> Path:
    repository.git("reset", "--quiet", "--hard", "main")
    return repository.path
