"""What two configurations do not share."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from builders import SEEDS, run, tables
from runfolio.analysis.configurations import configurations
from runfolio.analysis.differences import Difference
from runfolio.analysis.provenance import Changes, changes_between
from runfolio.model.history import History, Web
from runfolio.model.records import DatasetUse, RunRecord

OLD, NEW = "a" * 40, "b" * 40


def one(name: str, number: int = 0, **fields: object) -> RunRecord:
    params = {"model": name, "seed": str(number)}
    return run(f"{name}-{number}", {"recall": 0.9}, params=params, **fields)  # type: ignore[arg-type]


def between(*runs: RunRecord, history: History | None = None) -> Changes:
    """Return what the first run's configuration does not share with the last's."""
    found = replace(tables(*runs), histories=(history,) if history else ())
    groups, _ = configurations(found, SEEDS)
    side = {run: group for group in groups for run in group.runs}
    return changes_between(found, side[runs[0].id], side[runs[-1].id])


def history(*commits: str) -> History:
    empty = pd.DataFrame()
    web = Web("https://example.org/commit/{}", "https://example.org/compare/{}...{}")
    frame = pd.DataFrame({"commit": list(commits)})
    return History("repo", "main", frame, empty, empty, empty, (), web)


def test_params_and_versions_of_data() -> None:
    new = replace(one("new"), datasets=(DatasetUse("cases", "v2"), DatasetUse("m", "x", "output")))
    found = between(new, one("old", data="v1"))
    assert found.params == (Difference("model", "new", "old"),)
    assert found.data == (Difference("cases", "v2", "v1"),)
    assert found.environment == ()


def test_data_that_one_side_did_not_log_are_not_called_changed() -> None:
    found = between(one("new", data="v2"), one("old"))
    assert found.data == ()


def test_commits_lead_to_what_lies_between_them() -> None:
    commits = between(
        one("new", commit=NEW[:10]), one("old", commit=OLD), history=history(OLD, NEW)
    ).commits
    assert commits.differ
    assert commits.compare == f"https://example.org/compare/{OLD}...{NEW}"
    assert commits.pages == {
        NEW[:10]: f"https://example.org/commit/{NEW}",
        OLD: f"https://example.org/commit/{OLD}",
    }


def test_commits_that_no_history_has_lead_nowhere() -> None:
    commits = between(one("new", commit="c" * 40), one("old", commit=OLD)).commits
    assert (commits.differ, commits.pages, commits.compare) == (True, {}, "")


def test_a_side_at_several_commits_is_told_and_not_compared() -> None:
    runs = (one("new", 1, commit=NEW), one("new", 2, commit=OLD), one("old", commit=OLD))
    commits = between(*runs, history=history(OLD, NEW)).commits
    assert commits.candidate == (NEW, OLD)
    assert commits.differ
    assert commits.compare == ""


def test_a_commit_that_one_side_did_not_log_is_no_difference() -> None:
    assert not between(one("new", commit=NEW), one("old")).commits.differ


def test_versions_of_libraries_that_both_sides_tell() -> None:
    found = between(
        one("new", 1, environment={"python": "3.11.2", "numpy": "2.1.0", "rich": "13"}),
        one("new", 2, environment={"python": "3.12.1", "numpy": "2.1.0"}),
        one("old", environment={"python": "3.11.2", "numpy": "1.26.4"}),
    )
    assert found.environment == (
        Difference("numpy", "2.1.0", "1.26.4"),
        Difference("python", "3.11.2, 3.12.1", "3.11.2"),
    )


def test_nothing_differs() -> None:
    new = replace(one("new"), params={"model": "m", "a": "0.1"})
    old = replace(one("old"), params={"model": "m", "a": "1e-1"})
    found = between(new, old)
    assert (found.params, found.data, found.environment) == ((), (), ())
    assert not found.commits.differ
