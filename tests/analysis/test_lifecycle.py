"""How far the project is: what shows each of the nine steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.analysis.lifecycle import StepEvidence
from runfolio.config import Settings
from runfolio.model.lifecycle import ROLES, STEPS
from runfolio.model.records import ModelRecord, RunRecord

RUNS = (
    run("a-0", {"recall": 0.8}, params={"model": "a", "seed": "0"}),
    run("a-1", {"recall": 0.9}, params={"model": "a", "seed": "1"}),
    run("b-0", {"recall": 0.6}, params={"model": "b", "seed": "0"}),
    run("b-1", {"recall": 0.7}, params={"model": "b", "seed": "1"}),
)


def steps(
    *runs: RunRecord, files: Mapping[str, tuple[str, ...]] | None = None, **told: Any
) -> dict[int, StepEvidence]:
    read = replace(tables(*(runs or RUNS)), files=files or {})
    shown = analyse(read, Settings.model_validate(told)).lifecycle
    assert [one.step for one in shown] == list(STEPS)
    return {one.step.number: one for one in shown}


def test_the_steps_and_who_takes_part_are_those_of_the_field() -> None:
    stages = [step.stage for step in STEPS]
    assert stages == ["Design"] * 3 + ["Development"] * 3 + ["Deployment"] * 3
    assert [step.number for step in STEPS] == list(range(1, 10))
    takes_part = {role: [step.number for step in STEPS if role in step.roles] for role in ROLES}
    assert takes_part == {
        "business-stakeholder": [1, 6, 9],
        "subject-matter-expert": [2, 4, 6, 9],
        "data-scientist": [2, 3, 4, 5, 6],
        "data-engineer": [3, 4, 6, 9],
        "ml-engineer": [1, 2, 3, 4, 5, 6, 7, 8, 9],
    }


def test_nothing_but_logs_shows_what_ran_and_nothing_else() -> None:
    shown = steps()
    assert {number: one.state for number, one in shown.items()} == {
        **dict.fromkeys((1, 2, 3, 4, 7, 8, 9), "no evidence"),
        **dict.fromkeys((5, 6), "in progress"),
    }
    told = [one.told for step in shown.values() for one in step.shown if one.told]
    assert told == ["2 configurations repeated over seeds", "4 runs finished"]


def test_a_step_is_done_where_all_that_is_looked_for_was_found() -> None:
    asked = [{"name": "Catches", "metric": "recall", "at_least": 0.5}]
    told: dict[str, Any] = {
        "requirements": asked,
        "objective": {"metric": "recall", "goal": "maximize"},
    }
    assert steps(**told)[1].state == "in progress"
    assert steps(**told, subtitle="Which one?")[1].state == "done"
    assert steps(**told, subtitle="Which one?")[1].missing == ()
    by_model: dict[str, Any] = {"baseline": {"params": {"model": "b"}}}
    assert steps(**told)[6].missing == ("a comparison with the baseline",)
    assert steps(**told, **by_model)[6].state == "done"
    assert steps(**told, **by_model)[3].shown[1].told.startswith("the baseline is")


def test_a_baseline_that_is_named_and_not_there_is_no_evidence() -> None:
    assert steps(baseline="nowhere")[3].state == "no evidence"


def test_what_was_not_judged_is_no_judgement() -> None:
    asked = [{"name": "Fast", "metric": "latency", "at_most": 1}]
    told: dict[str, Any] = {
        "requirements": asked,
        "objective": {"metric": "recall", "goal": "maximize"},
    }
    assert "requirements judged" in steps(**told)[6].missing


@pytest.mark.parametrize(
    ("tag", "shows"),
    [
        ("ci.run_id", True),
        ("github_run_id", True),
        ("GITHUB_SHA", True),
        ("gitlab.pipeline", True),
        ("city", False),
        ("precision", False),
        ("specific.ity", False),
    ],
)
def test_ci_is_known_by_tags_of_its_own(tag: str, shows: bool) -> None:
    own = steps(run("a", {"recall": 0.5}, tags={tag: "1"}))[7]
    assert own.state == ("in progress" if shows else "no evidence")


def test_ci_files_are_shown() -> None:
    there = {".github/workflows/*.yml": (".github/workflows/ci.yml",)}
    assert steps(files=there)[7].shown[0].told == ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"stage": "Staging"}, "in progress"),
        ({"stage": "Production"}, "done"),
        ({"aliases": ("production",)}, "done"),
    ],
)
def test_a_registered_model_is_a_deployment_only_if_it_is_in_use(
    fields: dict[str, Any], state: str
) -> None:
    model = ModelRecord("triage", "registered", "logs", "1", "a-0", **fields)
    read = tables(*RUNS, models=[model])
    shown = analyse(read, Settings()).lifecycle
    assert shown[7].state == state


def test_what_is_stated_counts_by_whether_it_completes_the_step() -> None:
    told = {"step": 7, "says": "Jenkins runs nightly.", "owner": "ML", "date": "2026-10-05"}
    assert steps(lifecycle=[told])[7].state == "in progress"
    done = steps(lifecycle=[{**told, "done": "true"}])[7]
    assert (done.state, done.stated[0].says) == ("done", "Jenkins runs nightly.")
    assert done.missing, "what nothing shows is still told"
    assert steps(lifecycle=[told])[8].state == "no evidence", "nothing is told from neighbours"
