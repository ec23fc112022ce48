"""``report publish``: what it refuses, what it says, and what comes to the branch."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from remotes import Clones, clones, written_site
from runfolio.cli import main
from stores import put, write_folder

CONFIG = """\
title: Triage
objective: {metric: recall, goal: maximize}
audiences: {public: {hide: {params: [secret*]}, locale: de}}
deliver: {url: 'https://lab.example.org/triage'}
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clones:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = clones(tmp_path)
    add_run(made.clone.path, "one", 0.7)
    put(made.clone.path, {"report.yaml": CONFIG})
    monkeypatch.chdir(made.clone.path)
    return made


def add_run(project: Path, name: str, recall: float) -> None:
    params = {"depth": 3, "secret_source": "ward-9-registry"}
    write_folder(project / "logs" / name, {"recall": recall}, {"params": params})


def test_three_publishes(made: Clones, capsys: pytest.CaptureFixture[str]) -> None:
    named = CONFIG.replace("triage'}", "triage', pages: {audience: public}}")
    put(made.clone.path, {"report.yaml": named})
    assert main(["publish"]) == 0
    told = capsys.readouterr()
    assert "Published to gh-pages of origin" in told.out
    assert "https://lab.example.org/triage/" in told.out
    assert "anyone who can reach the address can read this report" in told.err
    assert "audience public" in told.err
    first = made.remote.git("rev-parse", "gh-pages")
    assert "recall" in made.show("report.json")
    assert json.loads(made.show(".runfolio"))["audience"] == "public"
    content = made.remote.git_bytes("archive", "gh-pages")
    assert b"ward-9-registry" not in content
    assert "0,7" in made.show("index.html"), "in the locale of the audience"
    said = made.remote.git("log", "--format=%an %ae %cn %ce %B", "gh-pages")
    assert "ada" not in said.lower(), "names of people are redacted for an audience"

    assert main(["publish", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["ok"], result["changed"], result["commit"]) == (True, False, "")
    assert made.remote.git("rev-parse", "gh-pages") == first

    add_run(made.clone.path, "two", 0.9)
    assert main(["publish", "--quiet"]) == 0
    assert capsys.readouterr().out == "https://lab.example.org/triage/\n"
    assert made.remote.git("rev-parse", "gh-pages^") == first
    assert any(path.startswith("runs/two") for path in made.files())


def test_nobody_publishes_by_mistake(
    made: Clones, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNFOLIO_PASSWORD", "a long enough password")
    (made.clone.path / "logs" / "one" / "metrics.json").unlink()  # told before the logs are read
    for arguments, slug in (
        ([], "publish-audience-missing"),
        (["--audience", "internal"], "publish-internal"),
        (["--audience", "pubic"], "audience-unknown"),
        (["--audience", "public", "--remote", "nowhere"], "git-no-remote"),
        (["--audience", "public", "--subdir", "a/b"], "publish-folder-name"),
        (["--audience", "public", "--site", "logs"], "publish-no-site"),
        (["--audience", "public", "--to", "bucket"], "publish-store-address"),
        (["--audience", "public", "--site", "logs", "--protect"], "publish-protect-site"),
        (["--audience", "public", "--to", "s3://x", "--prune"], "publish-store-option"),
    ):
        assert main(["publish", *arguments]) == 2, arguments
        assert f"[{slug}]" in capsys.readouterr().err
    assert made.remote.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_a_built_site_goes_only_to_whom_it_was_built_for(
    made: Clones, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = written_site(tmp_path / "built", {}, audience="public")
    publish = ["publish", "--site", str(site), "--subdir", "pr-1", "--audience"]
    assert main([*publish, "internal", "--public-ok"]) == 2
    assert "[publish-other-audience]" in capsys.readouterr().err
    assert main([*publish, "public"]) == 0
    told = capsys.readouterr().out
    assert "https://lab.example.org/triage/pr-1/" in told
    assert "https://lab.example.org/triage/reports.html" in told
    assert main(["publish", "--remove", "pr-1"]) == 0
    assert "1 report: pr-1" in capsys.readouterr().out
    assert made.files() == [".nojekyll"]
    assert main(["publish", "--remove", "pr-1"]) == 0
    assert "Nothing changed" in capsys.readouterr().out
