"""Workflows: what other people's tools say of them, and what their scripts do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from peers import absent
from remotes import Clones, clones
from runfolio import __version__
from runfolio.cli import main
from stores import put, write_folder

ACTION = Path(__file__).parents[2] / ".github" / "actions" / "report" / "action.yml"
TOOLS = Path(sys.executable).parent
CONFIG = """\
title: "Triage: {ours}"
requirements: [{name: Finds enough, metric: recall, at_least: 0.5}]
audiences: {public: {}}
"""
HOSTILE = '"; touch pwned; $(touch pwned) `touch pwned` ${{ github.token }} #'


def tool(name: str, *arguments: str | Path) -> None:
    """Run a checker that others keep, and expect it to find nothing."""
    path = TOOLS / name
    if not path.exists():
        absent(f"{name} is not installed: python -m pip install -e '.[test]'")
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def scripts(content: Any) -> Iterator[str]:
    """Yield every script of shell in a workflow or an action."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key == "run":
                yield value
            elif key in ("script", "before_script"):
                yield from value
            else:
                yield from scripts(value)
    elif isinstance(content, list):
        for value in content:
            yield from scripts(value)


def check_scripts(found: Sequence[str], folder: Path, *options: str) -> None:
    for script in found:
        assert "${{" not in script, "nothing from outside is a part of a script"
    files = {f"step-{number}.sh": script for number, script in enumerate(found)}
    put(folder, files)
    tool("shellcheck", "--shell=bash", *options, *(folder / name for name in files))


@pytest.mark.parametrize(
    ("system", "name", "schema"),
    [
        ("github", ".github/workflows/report.yml", "github-workflows"),
        ("gitlab", ".gitlab-ci.yml", "gitlab-ci"),
    ],
)
def test_a_workflow_is_what_the_host_expects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, name: str, schema: str
) -> None:
    (tmp_path / ".git").mkdir()
    project = put(tmp_path / "ml" / "a 'project'", {"report.yaml": CONFIG})
    assert main(["init", "--ci", system, str(project)]) == 0
    assert f"Wrote {name}" in capsys.readouterr().out
    tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", tmp_path / name)
    content = yaml.safe_load((tmp_path / name).read_text())
    told = content["env"] if system == "github" else content[".report"]["variables"]
    assert told["REPORT_SOURCE"] == "ml/a 'project'"
    assert told["REPORT_AUDIENCE"] == "public"
    assert told["REPORT_PACKAGE"] == f"runfolio=={__version__}"
    assert "gate" in content["jobs"] if system == "github" else "report-gate" in content
    found = list(scripts(content))
    assert len(found) >= 5
    check_scripts(found, tmp_path, "--exclude=SC2154")


def test_only_the_jobs_that_need_it_may_write(tmp_path: Path) -> None:
    assert main(["init", "--ci", "github", str(tmp_path)]) == 0
    text = (tmp_path / ".github/workflows/report.yml").read_text()
    content = yaml.safe_load(text)
    assert content["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions") for name, job in content["jobs"].items()}
    assert rights == {
        "build": {"contents": "read", "pull-requests": "write"},
        "publish": {"pages": "write", "id-token": "write"},
    }
    assert "#   gate:" in text, "without requirements there is nothing to judge"
    for used in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", used)


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, {".gitlab-ci.yml": "theirs: {script: [true]}\n"})
    assert main(["init", "--ci", "gitlab", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "Add to .gitlab-ci.yml:  include: [{local: .gitlab/report.gitlab-ci.yml}]" in told
    assert "Add to report.yaml:  audiences: {public: {}}" in told
    assert main(["init", "--ci", "gitlab", str(tmp_path)]) == 2
    assert "[init-ci-exists]" in capsys.readouterr().err
    assert (tmp_path / ".gitlab-ci.yml").read_text() == "theirs: {script: [true]}\n"
    assert not (tmp_path / "report.yaml").exists()


def test_a_project_whose_pages_are_internal_is_not_made_public(tmp_path: Path) -> None:
    put(tmp_path, {"report.yaml": "deliver: {pages: {audience: internal}}\n"})
    assert main(["init", "--ci", "github", str(tmp_path)]) == 0
    assert 'REPORT_AUDIENCE: "public"' in (tmp_path / ".github/workflows/report.yml").read_text()


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clones:
    made = clones(tmp_path)
    write_folder(made.clone.path / "logs" / "one", {"recall": 0.7}, {"params": {"depth": 3}})
    put(made.clone.path, {"report.yaml": CONFIG})
    return made


STUB = '#!/bin/sh\nprintf "%s|" "$@" >> "$ASKED"\n'
"""Stands for a program: it writes down what it is asked."""


def run_step(
    name: str,
    inputs: dict[str, str],
    folder: Path,
    stubs: tuple[str, ...] = ("python",),
    **more: str,
) -> tuple[int, str]:
    """Run a step of the action as a runner does, and return its exit code and what it says."""
    action = yaml.safe_load(ACTION.read_text())
    step = next(step for step in action["runs"]["steps"] if step["name"] == name)
    given = {name: str(told["default"]) for name, told in action["inputs"].items()} | inputs
    known = {f"inputs.{name}": value for name, value in given.items()}
    known |= {"github.event.pull_request.number": more.pop("number", ""), "github.token": ""}
    filled = {
        name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: known[match[1]], value)
        for name, value in step["env"].items()
    }
    bin_folder = put(folder.parent / "bin", dict.fromkeys(stubs, STUB))
    for stub in stubs:
        (bin_folder / stub).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT")}
    environment = {
        **kept,
        **filled,
        "PATH": f"{bin_folder}:{TOOLS}:{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GITHUB_OUTPUT": str(folder.parent / "output"),
        "GITHUB_ACTION_PATH": "/action",
        "ASKED": str(folder.parent / "asked"),
        **more,
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_action_is_what_the_host_expects(tmp_path: Path) -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)
    content = yaml.safe_load(ACTION.read_text())
    check_scripts(list(scripts(content)), tmp_path)


def test_the_actions_steps_build_and_publish(made: Clones) -> None:
    folder, inputs = made.clone.path, {"audience": "public", "publish": "branch"}
    assert run_step("Install", inputs, folder)[0] == 0
    assert (folder.parent / "asked").read_text() == "-m|pip|install|--quiet|/action/../../..|"
    code, said = run_step("Build", inputs, folder)
    assert code == 0, said
    code, said = run_step("Publish", inputs, folder, number="12")
    assert code == 0, said
    assert (folder.parent / "output").read_text() == "site=site\naddress=\n"
    assert "pr-12/index.html" in made.files()


def test_a_pull_requests_report_gets_a_folder(made: Clones) -> None:
    inputs = {"audience": "public", "publish": "branch"}
    assert run_step("Publish", inputs, made.clone.path, ("report",), number="12")[0] == 0
    asked = (made.clone.path.parent / "asked").read_text()
    told = "publish|--site|site|--quiet|--audience|public|--subdir|pr-12|--keep|20|--|.|"
    assert asked == told


def test_a_comment_that_may_not_be_written_fails_nothing(made: Clones) -> None:
    put(made.clone.path.parent / "refuses", {"report": "#!/bin/sh\nexit 2\n"})
    (made.clone.path.parent / "refuses" / "report").chmod(0o755)
    path = f"{made.clone.path.parent / 'refuses'}:{os.environ['PATH']}"
    code, said = run_step("Comment", {}, made.clone.path, GITHUB_BASE_REF="main", PATH=path)
    assert (code, "::warning::There is no comment." in said) == (0, True)


def test_published_is_only_what_an_audience_was_named_for(made: Clones) -> None:
    for audience in ("", "internal"):
        inputs = {"audience": audience, "publish": "pages"}
        code, said = run_step("Build", inputs, made.clone.path)
        assert (code, "::error::Anyone can read" in said) == (1, True)


def test_inputs_cannot_become_commands(made: Clones) -> None:
    folder = made.clone.path
    both = ("python", "report")
    for name in ("sources", "audience", "output", "version", "publish"):
        inputs = {"audience": "public", "publish": "branch", name: HOSTILE}
        for step in ("Install", "Build", "Comment", "Publish"):
            run_step(step, inputs, folder, both, GITHUB_BASE_REF="main")
    assert list(folder.parent.rglob("pwned")) == []
    asked = (folder.parent / "asked").read_text()
    assert f"build|--output|site|--audience|public|--|{HOSTILE}|" in asked
    assert f"build|--output|site|--audience|{HOSTILE}|--|.|" in asked
    assert f"publish|--site|{HOSTILE}|--quiet|--audience|public|--|.|" in asked
    code, said = run_step("Install", {"version": "1.0 --index-url x"}, folder)
    assert (code, "is no version" in said) == (1, True)


def test_several_sources_are_given_one_a_line(made: Clones) -> None:
    inputs = {"sources": "a folder\n\n  \n-b.csv\n"}
    assert run_step("Build", inputs, made.clone.path, ("report",))[0] == 0
    asked = (made.clone.path.parent / "asked").read_text()
    assert asked == "build|--output|site|--|a folder|-b.csv|"
