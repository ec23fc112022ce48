"""Runs that each measured one commit are a history, in the order of the graph or of dates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import runfolio
from builders import run
from repositories import made
from runfolio.ingest.measured import measured_histories
from runfolio.model.records import RunRecord


def measured(commit: str, value: float, started: int, machine: str = "machine 1") -> RunRecord:
    params = {"machine": machine, "environment": "py3"}
    found = run(commit, {"time": value}, format="asv", params=params)
    return replace(found, commit=commit, started=started)


def test_by_date_where_the_commits_are_not_at_hand() -> None:
    runs = [measured("c", 3.0, 300), measured("a", 1.0, 100), measured("b", 2.0, 200)]
    (history,) = measured_histories(runs, {}, {})
    assert history.commits["commit"].tolist() == ["a", "b", "c"]
    assert history.values["value"].tolist() == [1.0, 2.0, 3.0]


def test_by_the_graph_where_they_are() -> None:
    runs = [measured("c", 3.0, 300), measured("a", 1.0, 100), measured("b", 2.0, 200)]
    (history,) = measured_histories(runs, {"a": -1, "b": -5, "c": -3}, {})
    assert history.commits["commit"].tolist() == ["b", "c", "a"]


def test_each_machine_has_a_history_of_its_own() -> None:
    runs = [measured(c, 1.0, 1, f"machine {m}") for c in "ab" for m in (1, 2)]
    runs.append(measured("a", 1.0, 1, "machine 3"))  # one commit is no history
    names = [history.name for history in measured_histories(runs, {}, {"time": "seconds"})]
    assert names == ["logs, machine 1, py3", "logs, machine 2, py3"]


def test_results_of_asv_in_the_repository_that_they_measured(tmp_path: Path) -> None:
    repository = made(tmp_path / "project")
    # Dates go backwards: the graph is right.
    commits = [repository.commit(str(n), {"a": str(n)}, time=10**9 - n) for n in range(3)]
    results = repository.path / "results"
    (results / "box").mkdir(parents=True)
    known = {"name": "suite.time_it", "version": "v", "unit": "seconds", "type": "time"}
    listed = {"suite.time_it": {**known, "params": [], "param_names": []}, "version": 2}
    (results / "benchmarks.json").write_text(json.dumps(listed))
    (results / "box" / "machine.json").write_text('{"machine": "box", "version": 1}')
    for number, commit in enumerate(commits):
        content = {
            "commit_hash": commit,
            "env_name": "py3",
            "date": (10**9 - number) * 1000,
            "params": {"machine": "box"},
            "python": "3",
            "requirements": {},
            "result_columns": ["result", "params", "version"],
            "results": {"suite.time_it": [[number + 1.0], [], "v"]},
            "version": 2,
        }
        (results / "box" / f"{commit[:8]}-py3.json").write_text(json.dumps(content))
    (history,) = runfolio.load_runs(str(repository.path)).histories
    assert history.commits["commit"].tolist() == commits
    assert history.values["value"].tolist() == [1.0, 2.0, 3.0]
