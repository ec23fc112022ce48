"""Checklists: those that come with the report, a project's own, and what can be wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from runfolio.config.checklists import built_in_checklists, read_checklist
from runfolio.ingest.checklists import read_checklists
from runfolio.model.checklists import Checklist
from runfolio.model.problems import Problem
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

OWN = """\
title: Our own
about: What we ask.
items:
  - name: asked
    asks: Was it asked?
    reference: 7.1
  - {name: told, asks: Was it told?}
"""


def read(root: Path, *names: str) -> tuple[dict[str, Checklist], list[Problem]]:
    place = Place(LocalStorage.at(root))
    return read_checklists(names, place, built_in_checklists(), read_checklist)


@pytest.mark.parametrize("name", ["hipaa", "gdpr", "credit", "eu-ai-act"])
def test_those_that_come_with_the_report(tmp_path: Path, name: str) -> None:
    found, problems = read(tmp_path, name)
    assert problems == []
    told = yaml.safe_load(built_in_checklists()[name])
    assert [item.name for item in found[name].items] == [item["name"] for item in told["items"]]
    assert all(item.asks.endswith("?") and item.reference for item in found[name].items)
    assert found[name].title
    assert found[name].source


def test_a_projects_own(tmp_path: Path) -> None:
    put(tmp_path, {"lists/own.yaml": b"\xef\xbb\xbf" + OWN.encode()})
    found, problems = read(tmp_path, "lists/own.yaml", "./lists/own.yaml")
    assert problems == []
    own = found["lists/own.yaml"]
    assert (own.title, own.about, own.source) == ("Our own", "What we ask.", "")
    assert [(i.name, i.asks, i.reference) for i in own.items] == [
        ("asked", "Was it asked?", "7.1"),
        ("told", "Was it told?", ""),
    ]
    assert found["./lists/own.yaml"].items == own.items


def test_an_unknown_name_is_told_with_the_near_miss(tmp_path: Path) -> None:
    found, (problem,) = read(tmp_path, "hippa")
    assert found == {}
    assert (problem.slug, problem.severity) == ("checklist-unreadable", "error")
    assert "'hipaa'" in problem.hint


@pytest.mark.parametrize("name", ["../own.yaml", "/etc/passwd", "a\0b", "folder", "link.yaml", "."])
def test_only_files_of_the_project_are_read(tmp_path: Path, name: str) -> None:
    put(tmp_path, {"own.yaml": OWN, "inside/folder/a.txt": ""})
    (tmp_path / "inside/link.yaml").symlink_to(tmp_path / "own.yaml")
    found, problems = read(tmp_path / "inside", name)
    assert found == {}
    assert [problem.slug for problem in problems] == ["checklist-unreadable"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "must hold a checklist"),
        ("- a\n- b\n", 1, "must hold a checklist"),
        ("title: A\nabout: [\n", 3, "not YAML"),
        ("title: A\nitems: {}\n", 2, "must be a list"),
        ("title: A\nitems: []\n", 2, "1 to 500 items"),
        ("title: A\nitems: [1, 2]\n", 2, "must be keys with values"),
        ("title: A\nitems:\n  - name: a\n", 3, "lacks the key 'asks'"),
        ("title: A\nitems:\n  - {name: a, asks: [x]}\n", 3, "must be text"),
        ("title: A\nitems:\n  - {name: a, asks: x}\n  - {name: a, asks: y}\n", 4, "in line 3"),
        ("items: [{name: a, asks: b}]\n", 1, "lacks the key 'title'"),
        ("title: A\nitmes: [{name: a, asks: b}]\nitems: [{name: a, asks: b}]\n", 2, "'items'"),
        ("title: !!python/object/apply:os.getcwd []\nitems: []\n", 1, "tag"),
        (b"title: \xff\n", 1, "UTF-8"),
        (
            "title: A\nitems:\n" + "".join(f"  - {{name: a{n}, asks: b}}\n" for n in range(501)),
            2,
            "501",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(
    tmp_path: Path, text: str | bytes, line: int, said: str
) -> None:
    put(tmp_path, {"own.yaml": text})
    found, problems = read(tmp_path, "own.yaml")
    assert found == {}, "a list of which a question is lost would look answered"
    first = problems[0]
    assert (first.place, first.severity) == (f"own.yaml:{line}", "error")
    assert first.slug.startswith("checklist-")
    assert said in f"{first.message} {first.hint}"


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 60)),
        "a: &a {x: 1}\n"
        + "".join(f"b{n}: &b{n} {{<<: [*a, *a, *a, *a]}}\n" for n in range(60))
        + "items: []\n",
        "items: " + "[" * 200_000,
        "title: " + "x" * 2_000_000,
        "title: A\nitems:\n" + "  - name: a\n" * 8_000,
    ],
)
def test_a_bomb_does_no_harm(tmp_path: Path, bomb: str) -> None:
    put(tmp_path, {"own.yaml": bomb})
    found, problems = read(tmp_path, "own.yaml")
    assert found == {}
    assert 0 < len(problems) <= 20


def test_a_home_folder_is_not_told(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, "/home/somebody/own.yaml")
    assert "somebody" not in f"{problem.place} {problem.message} {problem.hint}"
