"""Branches, requests and DVC's experiments are runs beside the present one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import runfolio
from repositories import Made, made
from runfolio.ingest import revisions
from runfolio.model.tables import Tables

DVC_YAML = "metrics: [metrics.json]\nparams: [params.yaml]\n"


def scores(value: float) -> str:
    return json.dumps({"accuracy": value})


@pytest.fixture
def project(tmp_path: Path) -> Made:
    """A repository with two commits on main, and their files beside it."""
    repository = made(tmp_path / "triage")
    files = {"dvc.yaml": DVC_YAML, "params.yaml": "lr: 1\n", "metrics.json": scores(0.5)}
    repository.commit("first", files)
    repository.commit("second", {"metrics.json": scores(0.625)})
    return repository


def checked_out(repository: Made) -> Path:
    repository.git("reset", "--quiet", "--hard", "main")
    return repository.path


def by_name(tables: Tables) -> dict[str, float]:
    last = dict(zip(tables.metrics["run"], tables.metrics["last"], strict=True))
    return {label: last[run] for run, label in labels(tables, "label").items()}


def labels(tables: Tables, column: str) -> dict[str, str]:
    """Return a column of the runs by run."""
    return dict(zip(tables.runs.index, tables.runs[column], strict=True))


def test_a_branch_that_is_not_merged_is_a_run_with_its_commit(project: Made) -> None:
    tip = project.git("rev-parse", "main")
    branch = project.commit(
        "try", {"metrics.json": scores(0.75)}, branch="exp/deep", parents=[tip], time=1_700_003_600
    )
    tables = runfolio.load_runs(str(checked_out(project)))
    assert by_name(tables) == {"exp/deep": 0.75, "triage": 0.625}
    run = tables.runs[tables.runs["name"] == "exp/deep"].iloc[0]
    assert run["commit"] == branch
    assert run["parent"] == tables.runs.index[tables.runs["name"] == "triage"][0]
    assert f"{run['started']:%Y-%m-%d %H:%M}" == "2023-11-14 23:13"
    assert len(set(tables.runs["experiment"])) == 1


def test_a_merged_branch_and_a_branch_of_the_same_commit_are_no_runs(project: Made) -> None:
    first, tip = project.git("rev-parse", "main~1"), project.git("rev-parse", "main")
    project.git("branch", "merged", first)
    project.git("branch", "same", tip)
    assert list(by_name(runfolio.load_runs(str(checked_out(project))))) == ["triage"]


def test_experiments_and_requests(project: Made) -> None:
    first, tip = project.git("rev-parse", "main~1"), project.git("rev-parse", "main")
    for number, (base, ref) in enumerate(
        [
            (first, f"refs/exps/{first[:2]}/{first[2:]}/mossy-heron"),
            (tip, f"refs/exps/{tip[:2]}/{tip[2:]}/plain-finch"),
            (tip, "refs/pull/12/head"),
            (tip, "refs/remotes/origin/topic"),
            (tip, "refs/exps/exec/EXEC_HEAD"),
            (tip, "refs/stash"),
        ]
    ):
        commit = project.commit(
            "x", {"metrics.json": scores(number)}, branch="scratch", parents=[base]
        )
        project.git("update-ref", ref, commit)
    project.git("branch", "-D", "scratch")
    tables = runfolio.load_runs(str(checked_out(project)))
    assert by_name(tables) == {
        "mossy-heron": 0.0,
        "plain-finch": 1.0,
        "request 12": 2.0,
        "topic": 3.0,
        "triage": 0.625,
    }
    tags = tables.tags[tables.tags["tag"] == "baseline commit"]
    names = labels(tables, "name")
    assert {names[run]: at for run, at in zip(tags["run"], tags["value"], strict=True)} == {
        "mossy-heron": first[:12],
        "plain-finch": tip[:12],
        "request 12": tip[:12],
        "topic": tip[:12],
    }
    parents = tables.runs.set_index("name")["parent"]
    assert parents["mossy-heron"] == ""  # its baseline is no run
    assert parents["plain-finch"] != ""


def test_a_bare_repository_and_a_bundle_are_read_like_the_folder(
    project: Made, tmp_path: Path
) -> None:
    tip = project.git("rev-parse", "main")
    project.commit("try", {"metrics.json": scores(0.75)}, branch="exp", parents=[tip])
    project.git("clone", "--quiet", "--bare", project.path, tmp_path / "bare.git")
    project.git("symbolic-ref", "HEAD", "refs/heads/main")
    project.git("bundle", "create", "--quiet", tmp_path / "all.bundle", "HEAD", "--all")
    for path in (tmp_path / "bare.git", tmp_path / "all.bundle"):
        tables = runfolio.load_runs(str(path))
        assert by_name(tables) == {"exp": 0.75, "main": 0.625}
        assert tables.runs.set_index("name").at["main", "commit"] == tip
        (history,) = tables.histories
        assert history.values["value"].tolist() == [0.5, 0.625]


def test_a_run_with_an_id_of_its_own_is_one_run_in_all_revisions(project: Made) -> None:
    about = "id: abc-1\nname: the run\n"
    project.commit("run", {"logs/a/run.yaml": about, "logs/a/metrics.json": '{"f1": 0.5}'})
    tip = project.git("rev-parse", "main")
    project.commit("try", {"metrics.json": scores(0.75)}, branch="exp", parents=[tip])
    tables = runfolio.load_runs(str(checked_out(project)))
    assert sorted(tables.runs.index[tables.runs["name"] == "the run"]) == ["abc-1"]
    assert len(tables.runs) == 3


def test_what_is_wrong_in_every_revision_is_told_once(project: Made) -> None:
    project.commit("bad", {"params.yaml": "lr: [1\n"})
    tip = project.git("rev-parse", "main")
    for number in range(3):
        branch = f"exp/{number}"
        project.commit("try", {"metrics.json": scores(number)}, branch=branch, parents=[tip])
    tables = runfolio.load_runs(str(checked_out(project)))
    assert len(tables.runs) == 4
    told = [p for p in tables.problems if "params.yaml" in p.place and "YAML" in p.message]
    assert len([p for p in told if "@" not in p.place]) == 1
    assert len(told) <= 2  # by the run, and by the history


def test_only_the_newest_revisions_are_read(project: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "MOST_REVISIONS", 2)
    tip = project.git("rev-parse", "main")
    for number in range(4):
        project.commit(
            "try",
            {"metrics.json": scores(number)},
            branch=f"exp/{number}",
            parents=[tip],
            time=1_700_000_000 + number,
        )
    tables = runfolio.load_runs(str(checked_out(project)))
    assert set(by_name(tables)) == {"exp/2", "exp/3", "triage"}
    (problem,) = [p for p in tables.problems if p.slug == "git-too-many-branches"]
    assert "2 older ones" in problem.message


def test_a_folder_in_a_repository_is_followed_only_if_told(project: Made) -> None:
    project.commit("sub", {"sub/metrics.json": scores(1)})
    project.commit("sub", {"sub/metrics.json": scores(2)})
    folder = checked_out(project) / "sub"
    assert runfolio.load_runs(str(folder)).histories == ()
    (folder / "report.yaml").write_text("history: on\n")
    (history,) = runfolio.load_runs(str(folder)).histories
    assert history.values["value"].tolist() == [1.0, 2.0]
    (project.path / "report.yaml").write_text("history: off\n")
    assert runfolio.load_runs(str(project.path)).histories == ()


def test_an_unusable_repository_does_not_keep_its_files_from_being_read(project: Made) -> None:
    path = checked_out(project)
    (path / ".git" / "HEAD").write_text("nonsense")
    tables = runfolio.load_runs(str(path))
    assert by_name(tables) == {"triage": 0.625}
    assert any(p.slug.startswith("git-") for p in tables.problems)


def test_no_commits_yet_is_told(tmp_path: Path) -> None:
    repository = made(tmp_path / "new")
    (repository.path / "metrics.json").write_text(scores(1))
    tables = runfolio.load_runs(str(repository.path))
    assert len(tables.runs) == 1
    assert "git-no-commits" in [p.slug for p in tables.problems]
