"""What it takes to make the champion again: what was logged, what is missing, which commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.analysis.reproduction import Reproduction
from runfolio.config import Settings
from runfolio.model.records import DatasetUse, ModelRecord, RunRecord

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WHOLE: dict[str, Any] = {
    "commit": COMMIT,
    "command": "python train.py",
    "environment": {"python": "3.11.4", "scikit-learn": "1.5.2", "numpy": "1.26.4"},
    "datasets": (DatasetUse("cases", "abc123", "training", 569),),
}
SETTINGS = Settings.model_validate({"objective": {"metric": "recall", "goal": "maximize"}})


def made_by(*runs: RunRecord, models: tuple[ModelRecord, ...] = ()) -> Reproduction:
    found = analyse(tables(*runs, models=models), SETTINGS).models.reproduction
    assert found is not None
    return found


def one(seed: int = 1, params: dict[str, str] | None = None, **fields: Any) -> RunRecord:
    told = {"C": "0.1", "seed": str(seed)} if params is None else params
    made = run(f"run-{seed}", {"recall": 0.9 + seed / 100}, params=told)
    return replace(made, **{**WHOLE, **fields})


def test_all_that_was_logged_of_all_its_runs() -> None:
    logged = ModelRecord("net", "logged", "mlruns", run_id="run-1", model_id="m-1")
    made = made_by(one(1), one(2), models=(logged,))
    assert made.missing == ()
    assert made.commits.candidate == (COMMIT,)
    assert made.seeds == ("1", "2")
    assert made.configuration.params == {"C": "0.1"}
    [data] = made.data
    assert (data.name, data.digest, data.context, data.rows) == ("cases", "abc123", "training", 569)
    assert made.environment["python"] == ("3.11.4",)
    assert next(iter(made.environment)) == "python"
    assert made.commands == ("python train.py",)
    assert made.steps == (
        f"git checkout {COMMIT}",
        "python3.11 -m venv .venv && . .venv/bin/activate",
        "python -m pip install numpy==1.26.4 scikit-learn==1.5.2",
        "# Params: C=0.1",
        "# Seeds, one run each: 1, 2",
        "python train.py",
    )


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"commit": None}, "the commit of the code"),
        ({"command": ""}, "the command"),
        ({"environment": {}}, "the environment"),
        ({"environment": {"numpy": "1.0"}}, "the version of Python"),
        ({"datasets": ()}, "the data"),
        ({"datasets": (DatasetUse("cases"),)}, "the version of cases"),
        ({"params": {"C": "0.1"}}, "the seeds"),
        ({"params": {"seed": "1"}}, "its params"),
        ({}, "the model itself"),
    ],
)
def test_what_was_not_logged_is_said_plainly(fields: dict[str, Any], missing: str) -> None:
    made = made_by(one(1, **fields))
    told = [item.what for item in made.missing]
    assert missing in told
    assert set(told) <= {missing, "the model itself"}
    assert all(item.why and item.remedy for item in made.missing)


def test_runs_that_differ_are_not_taken_for_one() -> None:
    other = "f" * 40
    made = made_by(
        one(1), one(2, commit=other, environment={"python": "3.12.1", "numpy": "1.26.4"})
    )
    assert made.commits.candidate == (COMMIT, other)
    assert made.environment["python"] == ("3.11.4", "3.12.1")
    steps = "\n".join(made.steps)
    assert "git checkout" not in steps
    assert "python3 -m venv" in steps
    assert "numpy==1.26.4" in steps


def test_without_code_and_command_there_is_nothing_to_copy() -> None:
    assert made_by(one(1, commit=None, command="")).steps == ()


def test_a_dvc_project_is_pulled_and_run_as_dvc_does() -> None:
    steps = made_by(one(1, command="dvc repro")).steps
    assert steps[-2:] == ("dvc pull", "dvc repro --force")


def test_many_libraries_go_into_a_file() -> None:
    many = {f"lib{n}": f"1.{n}" for n in range(30)}
    steps = made_by(one(1, environment=many)).steps
    start = steps.index("cat > requirements.txt <<'END'")
    end = steps.index("END")
    assert set(steps[start + 1 : end]) == {f"lib{n}==1.{n}" for n in range(30)}
    assert steps[end + 1] == "python -m pip install -r requirements.txt"


def test_one_fingerprint_for_one_model_and_another_for_any_other() -> None:
    def fingerprint(**fields: Any) -> str:
        return made_by(one(1, **fields)).fingerprint

    assert fingerprint() == fingerprint()
    others = [
        fingerprint(params={"C": "0.2", "seed": "1"}),
        fingerprint(commit="f" * 40),
        fingerprint(datasets=(DatasetUse("cases", "def456"),)),
        made_by(one(1), one(2)).fingerprint,
    ]
    assert len({fingerprint(), *others}) == 5
    # How it was measured, and with what it was told, is no part of what it is.
    assert fingerprint(environment={}) == fingerprint()


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "x\ntouch pwned", "END", "a && b", '"']
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_names_out_of_logs_are_never_more_than_words(name: str, value: str, command: str) -> None:
    environment = {name or "x": value, "python": value, "numpy": "1.0", value or "y": "2"}
    made = made_by(
        one(1, params={"p" + name: value, "seed": "1"}, environment=environment, command=command)
    )
    for line in made.steps:
        if line.startswith("#"):
            assert "\n" not in line
        elif "&& . .venv" in line:
            assert re.fullmatch(r"python3[.\d]* -m venv \.venv && \. \.venv/bin/activate", line)
        else:  # nothing in it means anything to a shell but its words
            assert shlex.join(shlex.split(line)) == line


def test_a_shell_does_nothing_but_what_the_lines_say(tmp_path: Path) -> None:
    trap = "$(touch pwned) `touch pwned`\ntouch pwned; touch pwned #"
    made = made_by(
        one(
            1,
            params={"p\ntouch pwned": trap, "seed": "1"},
            environment={trap: "1.0", "numpy": trap},
            command=f"python 'x' {trap}",
        )
    )
    lines = [line for line in made.steps if not line.startswith("git")]
    script = "\n".join(["python() { :; }", "python3() { :; }", "export -f python", *lines])
    subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    assert not (tmp_path / "pwned").exists()
