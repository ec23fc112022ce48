"""What the pages say of requirements, checklists and the steps of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.config.checklists import built_in_checklists, read_checklist
from runfolio.model.records import RunRecord
from runfolio.render.markdown_text import page_markdown
from runfolio.views.blocks import Page, Table
from runfolio.views.book import Book
from runfolio.views.roles import load_roles

OBJECTIVE = {"metric": "recall", "goal": "maximize"}
HELD = {"name": "Held", "metric": "recall", "at_least": 0.9, "kind": "accuracy"}
MISSED = {"name": "Missed", "metric": "recall", "at_least": 0.99}
LOST = {"name": "Lost", "metric": "recal", "at_least": 0.1}
WAIVER = {"until": "2026-12-31", "by": "product owner", "reason": "In January."}


def runs(name: str, *values: float) -> list[RunRecord]:
    return [
        run(f"{name}-{n}", {"recall": value}, params={"model": name, "seed": str(n)})
        for n, value in enumerate(values)
    ]


RUNS = [*runs("forest", 0.95, 0.96, 0.97), *runs("tree", 0.5, 0.51, 0.52)]


def analysed(*asked: dict[str, Any], records: list[RunRecord] = RUNS, **more: Any) -> Analysed:
    told = {"objective": OBJECTIVE, "requirements": list(asked), "as_of": "2026-11-30", **more}
    return analyse(tables(*records), Settings.model_validate(told))


def pages(*asked: dict[str, Any], **more: Any) -> dict[str, Page]:
    made = Book.of(analysed(*asked, **more), load_roles(), title="Triage")
    return {page.path: page for page in made.pages()}


def table(page: Page, section: str, label: str = "") -> Table:
    """Return a section's first table, or its first one with a column of that name."""
    [found] = [one for one in page.sections if one.key == section]
    made = [block for block in found.blocks if isinstance(block, Table)]
    return next(t for t in made if not label or label in [c.label for c in t.columns])


def column(page: Page, label: str, section: str = "requirements") -> list[str]:
    shown = table(page, section, label)
    place = [one.label for one in shown.columns].index(label)
    cells = [row.cells[place] for row in shown.rows]
    return [cell.verdict.text if cell.verdict else cell.text for cell in cells]


def test_what_holds_a_release_back_comes_first_and_what_is_met_is_shown() -> None:
    page = pages(HELD, LOST, {**MISSED, "name": "Waived", "waiver": WAIVER}, MISSED)[
        "requirements.html"
    ]
    assert page.title == "Two requirements hold a release back"
    assert column(page, "Requirement") == ["Missed", "Lost", "Waived", "Held"]
    assert column(page, "Champion") == [
        *("Missed", "Not evaluated", "Missed, waived"),
        "Met with 95\u00a0% confidence",
    ]
    assert column(page, "Asked for")[:2] == [
        "at least 0.9900",
        "at least\u00a00.1".replace("\u00a0", " "),
    ]
    assert column(page, "Found")[0].startswith("0.9600 (0.93")
    assert column(page, "About")[-1] == "accuracy"
    assert "Waived until 2026-12-31 by product owner: In January." in column(page, "Why")[2]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ([HELD], "What is asked is met"),
        ([HELD, {**HELD, "name": "Again"}], "All 2\u00a0requirements are met"),
        ([HELD, {**MISSED, "severity": "should"}], "Nothing that must be met holds a release back"),
        ([HELD, MISSED], "One requirement holds a release back"),
    ],
)
def test_the_page_opens_with_the_finding(asked: list[dict[str, Any]], title: str) -> None:
    assert pages(*asked)["requirements.html"].title == title


def test_without_a_champion_the_page_says_that_nothing_was_judged() -> None:
    ways: tuple[dict[str, Any], ...] = ({"champion": "nowhere"}, {"objective": {}})
    for more in ways:
        page = pages(HELD, records=[run("a", {"zorp": 1.0})], **more)["requirements.html"]
        assert page.title == "The requirements are not judged yet"
        assert "no champion" in page_markdown(page)


def test_the_candidates_stand_side_by_side() -> None:
    page = pages(HELD, MISSED)["requirements.html"]
    shown = table(page, "requirement-candidates")
    assert [row.mark for row in shown.rows] == ["champion", ""]
    assert column(page, "Held", "requirement-candidates") == [
        "Met with 95\u00a0% confidence",
        "Missed",
    ]
    assert column(page, "Missed", "requirement-candidates") == ["Missed", "Missed"]


def test_of_very_many_requirements_those_that_differ_have_a_column() -> None:
    asked = [
        {"name": f"r{n:03}", "metric": "recall", "at_least": 0.9 if n == 150 else 0.1}
        for n in range(200)
    ]
    page = pages(*asked)["requirements.html"]
    assert len(column(page, "Requirement")) == 200
    labels = [one.label for one in table(page, "requirement-candidates").columns]
    assert len(labels) == 13
    assert "r150" in labels
    assert "12 of the 200" in page_markdown(page).replace("twelve", "12")


def test_a_checklist_with_its_states_and_that_it_is_no_legal_advice() -> None:
    answers = {
        "minimum-necessary": {"done": "true", "owner": "data engineer"},
        "authorisation": {"not_applicable": "Public data."},
        "risk-analysis": {"owner": "product owner", "note": "Due in January."},
    }
    told = {"compliance": {"checklist": "hipaa", "items": answers}}
    hipaa, _ = read_checklist(built_in_checklists()["hipaa"], "hipaa", "hipaa")
    assert hipaa is not None
    settings = Settings.model_validate({"objective": OBJECTIVE, **told})
    a = analyse(replace(tables(*RUNS), checklists={"hipaa": hipaa}), settings)
    made = {p.path: p for p in Book.of(a, load_roles(), title="T").pages()}
    page = made["requirements.html"]
    assert page.title == "8\u00a0items open"
    assert "no legal advice" in page_markdown(page)
    states = column(page, "State", "compliance")
    assert states == ["Open"] * 8 + ["Done, as stated", "Does not apply"]
    assert "Due in January." in column(page, "Note", "compliance")
    business = made["business-stakeholder.html"]
    assert len(table(business, "compliance").rows) == 8
    assert column(business, "Owner", "compliance").count("nobody yet") == 7


def test_the_steps_say_what_nothing_shows_and_link_to_what_was_stated() -> None:
    stated = {
        **{"step": 7, "says": "Built nightly.", "owner": "ML engineer", "date": "2026-10-05"},
        "link": "https://ci.example.org/7",
    }
    page = pages(lifecycle=[stated])["lifecycle.html"]
    [shown] = [
        row
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        if row.cells[0].text == "7 Set up CI/CD"
    ]
    state, shows, missing = shown.cells[1:]
    assert state.verdict is not None
    assert state.verdict.text == "In progress"
    assert shows.text == "Built nightly. (stated by ML engineer, 2026-10-05)"
    assert shows.href == "https://ci.example.org/7"
    assert missing.text == "continuous integration set up; a run of it recorded"


def test_no_link_leads_to_a_page_that_is_not_there() -> None:
    made = pages()
    assert "requirements.html" not in made
    for page in made.values():
        assert "'requirements.html" not in repr(page), page.path
