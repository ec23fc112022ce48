"""Roles are files: the built-in ones, those of a project, and what can be wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

import runfolio
from runfolio.errors import ConfigError
from runfolio.views.roles import load_roles
from sites import Site
from stores import put, write_folder

CLINICIAN = """
title: Clinician
question: Do the results fit what we see on the ward?
order: 2
sections:
  - figures
  - leaderboard: {title: Which model, limit: 3}
"""


def mistakes(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(ConfigError) as raised:
        load_roles(folder)
    return [
        (p.place.rpartition("/")[2], p.slug, f"{p.message} {p.hint}") for p in raised.value.problems
    ]


def test_the_built_in_roles_in_their_order() -> None:
    roles = load_roles()
    assert next(iter(roles)) == "business-stakeholder"
    assert "data-scientist" in roles
    for role in roles.values():
        assert role.title
        assert role.question.endswith("?")
        assert role.sections


def test_a_project_adds_a_role_with_titles_and_options(tmp_path: Path) -> None:
    roles = load_roles(put(tmp_path, {"clinician.yaml": CLINICIAN}))
    assert list(roles) == [
        *("business-stakeholder", "clinician", "subject-matter-expert"),
        *("data-scientist", "data-engineer", "ml-engineer"),
    ]
    figures, leaderboard = roles["clinician"].sections
    assert (figures.name, figures.title, dict(figures.options)) == ("figures", "", {})
    assert (leaderboard.title, dict(leaderboard.options)) == ("Which model", {"limit": 3})


def test_a_project_replaces_a_role_of_the_same_name(tmp_path: Path) -> None:
    own = put(tmp_path, {"data-scientist.yaml": CLINICIAN.replace("Clinician", "Researcher")})
    roles = load_roles(own)
    assert roles["data-scientist"].title == "Researcher"
    assert len(roles) == len(load_roles())


def test_a_section_that_there_is_not_is_told_with_the_near_miss(tmp_path: Path) -> None:
    put(tmp_path, {"a.yaml": "title: A\nquestion: B?\nsections: [figurs, leaderbord]\n"})
    first, second = mistakes(tmp_path)
    assert first[:2] == ("a.yaml", "section-unknown")
    assert "'figurs'" in first[2]
    assert "figures" in first[2]
    assert "leaderboard" in second[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "no YAML"),
        ("just words", "list of sections"),
        ("title: A\nsections: figures\n", "list of sections"),
        ("title: A\nquestoin: B?\nsections: [figures]\n", "question"),
        ("title: A\nsections: [figures]\nverdict: acuracy\n", "verdict"),
        ("title: A\nsections: [figures]\nverdict: [accuracy]\n", "verdict"),
        ("title: A\nsections: [figures]\nlevel: simple\n", "level"),
        ("title: A\nsections: [{figures: {}, changed: {}}]\n", "section"),
        ("title: A\nsections: [[figures]]\n", "section"),
        ("title: A\nsections: [figures: 3]\n", "figures"),
        ("title: A\nsections: [figures, changed, figures]\n", "twice"),
        ("title: !!python/object/apply:os.getcwd []\nsections: [figures]\n", "no YAML"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    told = mistakes(put(tmp_path, {"mine.yaml": text}))
    assert told
    assert all(place == "mine.yaml" for place, _, _ in told)
    assert said in told[0][2]


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, {"a.yaml": "sections: [nope]\n", "b.yaml": "- \n", "c.yaml": CLINICIAN})
    assert {place for place, _, _ in mistakes(tmp_path)} == {"a.yaml", "b.yaml"}


def test_a_projects_role_gets_its_page_door_and_place_in_the_navigation(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / "one", {"recall": 0.5}, {"params": {"depth": 1}})
    write_folder(tmp_path / "logs" / "two", {"recall": 0.75}, {"params": {"depth": 2}})
    put(tmp_path / "logs", {"report.yaml": "roles: mine\n", "mine/clinician.yaml": CLINICIAN})
    runfolio.build(tmp_path / "logs", output=tmp_path / "site")
    site = Site(tmp_path / "site")
    page = site.pages["clinician.html"]
    assert "Do the results fit what we see on the ward?" in page.text
    assert "Which model" in [element.text for element in page.all("h2")]
    pages = {path: page for path, page in site.pages.items() if not path.startswith("embed/")}
    assert len(pages) > 5
    for path, other in pages.items():
        assert any(href.endswith("clinician.html") for href in other.values("href")), path


def test_a_role_cannot_take_the_place_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "runs.yaml").write_text("title: Runs\nsections: [figures]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="'runs' is the name of a page"):
        load_roles(tmp_path)
