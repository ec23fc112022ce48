"""Which questions of a checklist have an answer, and which are open."""

from __future__ import annotations

from typing import Any

import pytest

from runfolio.analysis.compliance import AnsweredItem, answer_checklists
from runfolio.config import Settings
from runfolio.model.checklists import Checklist, ChecklistItem

LIST = Checklist("own", "Our own", "", "", (ChecklistItem("asked", "Was it asked?"),))


def answered(answer: dict[str, Any] | None, **files: tuple[str, ...]) -> tuple[AnsweredItem, str]:
    """Return the one item, and the slug of the problem if there is one."""
    items = {} if answer is None else {"asked": answer}
    told = Settings.model_validate({"compliance": {"checklist": "own", "items": items}})
    there = {name.replace("_", "."): found for name, found in files.items()}
    (one,), problems = answer_checklists(told.compliance, {"own": LIST}, there)
    return one.items[0], "".join(problem.slug for problem in problems)


@pytest.mark.parametrize(
    ("answer", "state", "slug"),
    [
        (None, "open", ""),
        ({}, "open", ""),
        ({"done": False, "evidence": "card.md"}, "open", ""),
        ({"done": True}, "stated", ""),
        ({"done": True, "evidence": "card.md"}, "done", ""),
        ({"done": True, "evidence": "https://example.org/x"}, "done", ""),
        ({"done": True, "evidence": "nowhere.md"}, "open", "checklist-evidence-missing"),
        ({"not_applicable": "No person is in it."}, "not applicable", ""),
    ],
)
def test_what_became_of_an_item(answer: dict[str, Any] | None, state: str, slug: str) -> None:
    assert answered(answer, card_md=("card.md",))[0].state == state
    assert answered(answer, card_md=("card.md",))[1] == slug


def test_who_when_and_why_are_kept_whatever_the_state() -> None:
    about = {"owner": "data engineer", "date": "2026-10-05", "note": "Half of it."}
    for more in ({}, {"done": True}, {"not_applicable": "None."}):
        item, _ = answered({**about, **more})
        assert (item.owner, item.date) == ("data engineer", "2026-10-05")
        assert item.reason.endswith("Half of it.")


def test_a_note_on_what_is_open_is_no_missing_evidence() -> None:
    assert answered({"note": "In December."})[1] == ""


def test_done_and_not_applicable_cannot_both_be() -> None:
    with pytest.raises(ValueError, match="does not apply"):
        answered({"done": True, "not_applicable": "None."})


def test_an_answer_to_what_is_not_asked_is_told() -> None:
    told = Settings.model_validate(
        {"compliance": [{"checklist": "own", "items": {"askd": {"done": True}}}, "lost"]}
    )
    lists, (problem,) = answer_checklists(told.compliance, {"own": LIST}, {})
    assert [one.checklist.name for one in lists] == ["own"]
    assert problem.slug == "checklist-item-unknown"
    assert "'asked'" in problem.hint


def test_the_counts() -> None:
    told = Settings.model_validate({"compliance": "own"})
    (one,), _ = answer_checklists(told.compliance, {"own": LIST}, {})
    assert (one.count("open"), one.count("done", "stated"), len(one.open)) == (1, 0, 1)
