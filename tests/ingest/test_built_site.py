"""What is read of a built site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runfolio.ingest.built_site import read_site
from runfolio.model.problems import Problem


def site(folder: Path, **more: Any) -> Path:
    """Write the report of a site as its schema has it."""
    run = {
        **{"id": "r1", "name": "forest-1", "commit": "0badcafe", "params": {}, "metrics": {}},
        **{"tags": {"split": "test"}, "datasets": []},
    }
    report = {
        **{"format": "runfolio-report", "version": 1, "title": "Triage", "objective": None},
        **{"runs": [run], "champion": "r1", "problems": []},
    }
    (folder / "report.json").write_text(json.dumps({**report, **more}))
    return folder


def test_the_champions_runs_and_label_are_what_the_site_tells(tmp_path: Path) -> None:
    told = {"champion": {"label": "forest", "runs": ["r1", "r2"]}, "baseline": None}
    found = read_site(str(site(tmp_path, configurations=told)))
    assert (found.champion_label, found.champion_runs) == ("forest", ("r1", "r2"))


def test_a_site_that_tells_no_runs_of_its_champion_has_the_typical_one(tmp_path: Path) -> None:
    found = read_site(str(site(tmp_path)))
    assert (found.champion_label, found.champion_runs) == ("", ("r1",))
    assert read_site(str(site(tmp_path, champion=None))).champion_runs == ()


def test_commits_tags_and_problems(tmp_path: Path) -> None:
    problem = Problem("mlruns/1", "file-unreadable", "It is empty.", "Remove it.", "error")
    names = ("place", "slug", "message", "hint", "severity")
    told = [{name: getattr(problem, name) for name in names}]
    tables = read_site(str(site(tmp_path, problems=told))).tables
    assert tables.runs["commit"].tolist() == ["0badcafe"]
    assert tables.tags.to_numpy().tolist() == [["r1", "split", "test"]]
    assert tables.problems == (problem,)
