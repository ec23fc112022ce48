"""``report comment``: printed, posted, and not lost when it cannot be posted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import comment_hosts
from comment_hosts import Fault, Host
from repositories import made
from runfolio.cli import main
from stores import put, write_folder

TOLD = {
    "title": "Triage",
    "sources": ["logs"],
    "objective": {"metric": "recall", "goal": "maximize"},
    "baseline": "today-0",
    "metrics": {"margin": {"goal": "maximize"}},
    "requirements": [
        {"name": "Catches cases", "metric": "recall", "at_least": 0.99},
        {"name": "Is quick", "metric": "seconds", "at_most": 5},
    ],
    "as_of": "2026-11-30",
    "audiences": {"clinic": {"hide": {"metrics": ["margin"]}}},
}
CI = ("GITHUB", "GITLAB", "CI_")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(CI)]:
        monkeypatch.delenv(name)
    folder = tmp_path / "project"
    for model, recall in (("forest", 0.95), ("today", 0.9)):
        for seed in range(3):
            values = {
                "recall": recall + seed / 100,
                "seconds": 1 + seed / 100,
                "margin": 2.0 + seed,
            }
            about = {"params": {"model": model, "seed": seed}, "status": "finished"}
            write_folder(folder / f"logs/{model}-{seed}", values, about)
    put(folder, {"report.yaml": yaml.safe_dump(TOLD)})
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def github(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    with comment_hosts.running("github") as host:
        monkeypatch.setenv("GITHUB_TOKEN", "good")
        monkeypatch.setenv("GITHUB_REPOSITORY", "ada/triage")
        monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
        monkeypatch.setenv("GITHUB_API_URL", host.address)
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.parent / "step-summary.md"))
        yield host


def test_it_is_printed_and_a_missed_requirement_does_not_change_the_exit_code(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["comment"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("<!-- runfolio: report -->\n\n### Triage: ")
    assert "| Catches cases | ✗\u00a0Missed |" in out
    assert "1\u00a0requirement that is met" in out
    assert "](<" not in out
    assert err == ""
    assert main(["gate", "--json"]) == 1


def test_links_key_and_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--url", "https://example.org/r", "--key", "nightly", "-o", "comment.md"]
    assert main(["comment", *words]) == 0
    assert capsys.readouterr().out == ""
    text = Path("comment.md").read_text("utf-8")
    assert text.startswith("<!-- runfolio: nightly -->\n")
    assert set(re.findall(r"\(<(https?://[^/>]*/\w*)", text)) == {"https://example.org/r"}
    assert main(["comment", "-o", "comment.md"]) == 0  # in place of the earlier one
    before = Path("report.yaml").read_bytes()
    assert main(["comment", "-o", "report.yaml"]) == 2
    out, err = capsys.readouterr()
    assert "output-not-ours" in err
    assert "### Triage" in out  # not lost
    assert Path("report.yaml").read_bytes() == before


def test_what_a_branch_makes_worse_comes_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = made(tmp_path / "repository")
    dvc = "metrics:\n- metrics.json\n"
    for number in range(6):
        accuracy = 0.9 + number % 2 / 100
        files = {"metrics.json": f'{{"accuracy": {accuracy}, "f1": 0.8}}', "dvc.yaml": dvc}
        repository.commit(f"Night {number}", files)
    repository.git("update-ref", "refs/heads/try", repository.git("rev-parse", "main"))
    worse = '{"accuracy": 0.5, "f1": 0.8}'
    repository.commit("Try it, closes #12, @team", {"metrics.json": worse}, branch="try")
    repository.git("reset", "--quiet", "--hard", "main")
    monkeypatch.chdir(repository.path)
    assert main(["comment", "--compare", "main..try"]) == 0
    out = capsys.readouterr().out
    heading, table = out.split("\n\n")[1], out[out.index("| Metric |") :].splitlines()
    assert "1 of 2\u00a0metrics worse (accuracy)" in heading
    assert table[2].startswith("| accuracy | ✗\u00a0Worse |")
    assert "1\u00a0other metric<" in out
    assert "Try it, closes" in out
    assert "#12" not in out
    assert "@team" not in out


def test_it_is_posted_once_and_then_updated(
    github: Host, capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    assert main(["comment", "--github"]) == 0
    first = capsys.readouterr()
    [posted] = github.by("github-actions[bot]")
    assert posted == first.out
    assert first.err.startswith("Posted a new comment: https://example.org/pull/7#issuecomment-")
    put(project, {"report.yaml": yaml.safe_dump({**TOLD, "title": "Triage, again"})})
    assert main(["comment", "--github"]) == 0
    second = capsys.readouterr()
    assert github.by("github-actions[bot]") == [second.out]
    assert "### Triage, again" in second.out
    assert second.err.startswith("Updated the comment: ")
    steps = (project.parent / "step-summary.md").read_text("utf-8")
    assert steps.count("### Triage") == 2
    assert "<!--" not in steps


def test_a_failure_is_told_and_the_text_is_not_lost(
    github: Host,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    project: Path,
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "reader")
    assert main(["comment", "--github"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("<!-- runfolio: report -->")
    assert "pull-requests: write" in err
    assert "token-may-not" in err
    assert "### Triage" in (project.parent / "step-summary.md").read_text("utf-8")
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_unknownToken123")
    assert main(["comment", "--github"]) == 2
    told = "".join(capsys.readouterr())
    assert "token-refused" in told
    assert "ghs_unknownToken123" not in told
    monkeypatch.delenv("GITHUB_TOKEN")
    assert main(["comment", "--github"]) == 2
    assert "GITHUB_TOKEN is not set" in capsys.readouterr().err
    assert github.by("github-actions[bot]") == []


def test_a_dry_run_posts_and_writes_nothing(
    github: Host, capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    assert main(["comment", "--github", "--dry-run"]) == 0
    assert "Would post a new comment." in capsys.readouterr().err
    assert github.comments == []
    assert not (project.parent / "step-summary.md").exists()


def test_further_comments_and_public_repositories_are_told(
    github: Host, capsys: pytest.CaptureFixture[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = project.parent / "event.json"
    event.write_text('{"repository": {"private": false}}', "utf-8")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    for _ in range(2):
        github.written("github-actions[bot]", "<!-- runfolio: report -->\nold")
    assert main(["comment", "--github"]) == 0
    err = capsys.readouterr().err
    assert "1 further comment of ours" in err
    assert "everyone can read this comment. Name who it is for with --audience." in err


def test_gitlab_takes_it_too(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with comment_hosts.running("gitlab") as host:
        monkeypatch.setenv("GITLAB_TOKEN", "good")
        monkeypatch.setenv("CI_API_V4_URL", f"{host.address}/api/v4")
        monkeypatch.setenv("CI_PROJECT_ID", "42")
        host.faults.append(Fault("POST /api", 502, done=True))
        assert main(["comment", "--gitlab", "--number", "7"]) == 0
        assert host.by("bot") == [capsys.readouterr().out]


def test_a_summary_without_a_job_and_two_hosts_are_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["comment", "--summary"]) == 2
    assert "no-job-summary" in capsys.readouterr().err
    assert main(["comment", "--github", "--gitlab"]) == 2
    assert main(["comment", "--key", "a--b"]) == 2
    assert main(["comment", "--url", "javascript:x"]) == 2
    assert main(["comment", "--audience", "nobody"]) == 2
    assert "audience-unknown" in capsys.readouterr().err


def test_a_full_summary_is_told(
    github: Host, capsys: pytest.CaptureFixture[str], project: Path
) -> None:
    (project.parent / "step-summary.md").write_bytes(b"x" * (2**20 - 100))
    assert main(["comment", "--github"]) == 2
    out, err = capsys.readouterr()
    assert "job-summary-full" in err
    assert github.by("github-actions[bot]") == [out], "that keeps no comment from being posted"


def test_an_audience_gets_its_part(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["comment"]) == 0
    assert "argin" in capsys.readouterr().out
    told = {**TOLD, "deliver": {"comment": {"audience": "clinic"}}}
    put(project, {"report.yaml": yaml.safe_dump(told)})
    for words in ([], ["--audience", "clinic"]):
        assert main(["comment", *words]) == 0
        assert "argin" not in capsys.readouterr().out


def test_a_site_has_its_summary_and_its_links_lead_somewhere(project: Path) -> None:
    assert main(["build", "--quiet", "-o", "site"]) == 0
    text = Path("site/summary.md").read_text("utf-8")
    assert text.startswith("# [Triage](<index.html>): ")
    assert "Catches cases" in text
    links = re.findall(r"\(<([^>#]*)", text)
    assert len(links) > 5
    assert all(Path("site", link).is_file() for link in links)
