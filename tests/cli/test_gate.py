"""``report gate``: the exit code, what is printed, and JUnit XML as other programs read it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from runfolio.analysis.gate import Gate, GateOutcome
from runfolio.analysis.gates import may_be_released, stops
from runfolio.cli import main
from runfolio.config import Requirement
from runfolio.render.junit import junit_xml
from stores import put, write_folder

RECALL = (0.95, 0.96, 0.97)  # mean 0.96, 95 % interval 0.935 to 0.985
HELD = {"name": "Held", "metric": "recall", "at_least": 0.9}
UNSURE = {"name": "Unsure", "metric": "recall", "at_least": 0.95}
MISSED = {"name": "Missed", "metric": "recall", "at_least": 0.99}
LOST = {"name": "Lost", "metric": "recal", "at_least": 0.1}
WAIVER = {"waiver": {"until": "2026-12-31", "by": "owner", "reason": "later"}}
SHOULD = {"severity": "should"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for seed, value in enumerate(RECALL):
        about = {"params": {"model": "forest", "seed": seed}, "status": "finished"}
        write_folder(tmp_path / f"logs/run-{seed}", {"recall": value}, about)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(project: Path, *asked: dict[str, Any], **more: Any) -> None:
    told = {"sources": ["logs"], "requirements": list(asked), "as_of": "2026-11-30"}
    told |= {"objective": {"metric": "recall", "goal": "maximize"}} | more
    put(project, {"report.yaml": yaml.safe_dump(told, allow_unicode=True)})


@pytest.mark.parametrize(
    ("asked", "words", "code"),
    [
        ([HELD], [], 0),
        ([HELD, UNSURE], [], 0),
        ([HELD, UNSURE], ["--certain"], 1),
        ([HELD, {**UNSURE, **SHOULD}], ["--certain"], 0),
        ([HELD, MISSED], [], 1),
        ([HELD, {**MISSED, **SHOULD}], [], 0),
        ([HELD, LOST], [], 1),
        ([HELD, {**MISSED, **WAIVER}], [], 0),
        ([HELD, {**LOST, **WAIVER}], ["--as-of", "2026-12-31"], 0),
        ([HELD, {**MISSED, **WAIVER}], ["--as-of", "2027-01-01"], 1),
        ([{"name": "Card", "evidence": "CARD.md"}], [], 1),
        ([], [], 2),
    ],
)
def test_the_exit_code_says_whether_it_may_be_released(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    asked: Sequence[dict[str, Any]],
    words: list[str],
    code: int,
) -> None:
    ask(project, *asked)
    assert main(["gate", *words, "--junit", "out.xml"]) == code
    printed = capsys.readouterr().out
    if code == 2:
        return
    assert ("Nothing that must be met holds a release back." in printed) == (code == 0)
    assert ("Held back by: " in printed) == (code == 1)
    suite = ElementTree.parse("out.xml").getroot()
    bad = int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    assert (bad > 0) == (code == 1)
    assert main(["gate", *words, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["passes"] == (code == 0)


def test_what_to_do_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(project, HELD, LOST, {**MISSED, "waiver": {**WAIVER["waiver"], "until": "2020-01-01"}})
    main(["gate"])
    printed = capsys.readouterr().out
    assert "Held back by: Lost; Missed." in printed
    assert "Did you mean 'recall'?" in printed
    assert "Its waiver ended on 2020-01-01." in printed
    assert "0.9600" in printed


def test_without_a_champion_nothing_passes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(project, {**HELD, **SHOULD}, champion="nowhere")
    assert main(["gate", "--junit", "out.xml"]) == 1
    assert "There is no champion" in capsys.readouterr().out
    assert ElementTree.parse("out.xml").getroot().attrib["errors"] == "1"
    assert main(["gate", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"champion": None, "passes": False, "gates": []}


def test_names_with_control_characters_and_markup_stay_text(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a \u202e<b>&]]> [red]x[/red] \x85"
    ask(project, {**MISSED, "name": name})
    assert main(["gate", "--junit", "out.xml"]) == 1
    printed = capsys.readouterr().out
    assert "\u202e" not in printed
    assert "[red]x[/red]" in printed.replace("\n", "")
    assert name in [case.attrib["name"] for case in ElementTree.parse("out.xml").iter("testcase")]


def test_a_file_that_cannot_be_written_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(project, HELD)
    assert main(["gate", "--junit", "nowhere/out.xml"]) == 2
    assert "nowhere/out.xml" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "check", "gate", "register"])
def test_a_mistake_in_the_configuration_is_json_too(
    project: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    ask(project, HELD, titel="x")
    assert main([command, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["exit_code"]) == (False, 2)
    assert [problem["slug"] for problem in told["problems"]] == ["config-unknown-key"]


def test_a_file_that_cannot_be_written_is_json_too(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(project, HELD)
    assert main(["gate", "--json", "--junit", "nowhere/out.xml"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["slug"] == "junit-unwritable"


# JUnit XML of any gates.

OUTCOMES: tuple[GateOutcome, ...] = ("met", "met, not certain", "missed", "not evaluated")
GATES = st.lists(
    st.builds(
        lambda name, severity, outcome, waived, reason: Gate(
            Requirement.model_validate(
                {"name": name, "severity": severity, "metric": "m", "at_least": 1}
            ),
            *("forest", "champion", outcome, reason),
            waived=waived and not outcome.startswith("met"),
        ),
        st.text(min_size=1, max_size=8),
        st.sampled_from(["must", "should"]),
        st.sampled_from(OUTCOMES),
        st.booleans(),
        st.text(max_size=20),
    ),
    max_size=6,
)


@given(GATES, st.text(max_size=8), st.booleans())
@settings(max_examples=100)
def test_the_counts_are_those_of_the_cases(gates: list[Gate], title: str, certain: bool) -> None:
    held = stops(gates, certain=certain)
    root = ElementTree.fromstring(junit_xml(gates, title, held))
    (suite,) = root
    cases = list(suite)
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert {case.tag for case in cases} == {"testcase"}
    for kind, key in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        count = str(sum(case.find(kind) is not None for case in cases))
        assert root.attrib[key] == suite.attrib[key] == count
    assert root.attrib["tests"] == str(len(cases)) == str(len(gates) or 1)
    passes = root.attrib["failures"] == root.attrib["errors"] == "0"
    assert passes == may_be_released(gates, certain=certain)
    for gate, case in zip(gates, cases, strict=False):
        told = {element.tag for element in case} & {"failure", "error", "skipped"}
        assert bool(told) == (gate in held or not gate.is_met)


@pytest.mark.skipif(
    importlib.util.find_spec("junitparser") is None, reason="needs junitparser: pip install it"
)
def test_another_program_reads_the_same(project: Path) -> None:
    import junitparser

    ask(project, HELD, UNSURE, MISSED, LOST, {**MISSED, **SHOULD, "name": "Wished"})
    main(["gate", "--junit", "out.xml"])
    (suite,) = junitparser.JUnitXml.fromfile("out.xml")
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 1, 1)
    by_name = {case.name: [type(r).__name__ for r in case.result] for case in suite}
    assert by_name == {
        **{"Held": [], "Unsure": [], "Missed": ["Failure"]},
        **{"Lost": ["Error"], "Wished": ["Skipped"]},
    }
