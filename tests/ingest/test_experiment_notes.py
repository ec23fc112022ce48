"""Which files are read as write-ups, and that nothing outside the project is."""

from __future__ import annotations

from pathlib import Path

import pytest

from runfolio.config.experiments import DEFAULT_FILES
from runfolio.config.front_matter import read_note
from runfolio.ingest.experiment_notes import LARGEST, read_notes
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

NOTE = "---\nexperiment: A\n---\n## Method\nRan it.\n"


def read(root: Path, *patterns: str, named: bool = True) -> tuple[list[str], list[tuple[str, str]]]:
    notes, problems = read_notes(
        Place(LocalStorage.at(root)), patterns or (DEFAULT_FILES,), read_note, named=named
    )
    return [note.place for note in notes], [(p.place, p.slug) for p in problems]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("experiments/*.md", ["experiments/2.md", "experiments/10.md"]),
        ("experiments", ["experiments/2.md", "experiments/10.md"]),
        ("experiments/", ["experiments/2.md", "experiments/10.md"]),
        ("./experiments/10.md", ["experiments/10.md"]),
        (
            "**/*.md",
            ["experiments/2.md", "experiments/10.md", "experiments/deep/3.md", "top.md"],
        ),
        ("*/?.md", ["experiments/2.md"]),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, found: list[str]) -> None:
    names = ("2.md", "10.md", "deep/3.md", "plot.png", ".hidden.md")
    put(tmp_path, {f"experiments/{name}": NOTE for name in names} | {"top.md": NOTE})
    assert read(tmp_path, pattern) == (found, [])


def test_the_default_folder_need_not_be_there_and_its_readme_is_no_write_up(tmp_path: Path) -> None:
    assert read(tmp_path, named=False) == ([], [])
    put(tmp_path, {"experiments/README.md": "# About", "experiments/a.md": NOTE})
    assert read(tmp_path, named=False) == (["experiments/a.md"], [])


def test_a_pattern_that_matches_nothing_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, "notes/*.md") == ([], [("report.yaml", "experiment-files-none")])


@pytest.mark.parametrize("pattern", ["../*.md", "/etc/*.md", "experiments/../../x.md"])
def test_nothing_outside_the_project_is_read(tmp_path: Path, pattern: str) -> None:
    put(tmp_path, {"x.md": NOTE, "inside/y.md": NOTE})
    places, problems = read(tmp_path / "inside", pattern)
    assert places == []
    assert [slug for _, slug in problems] == ["experiment-files-outside"]


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, {"secret.md": NOTE, "inside/experiments/a.md": NOTE})
    (tmp_path / "inside/experiments/b.md").symlink_to(tmp_path / "secret.md")
    assert read(tmp_path / "inside") == (["experiments/a.md"], [])


def test_a_huge_file_is_read_to_a_bound_and_this_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"experiments/a.md": NOTE + "ä" * 5_000_000})
    notes, problems = read_notes(Place(LocalStorage.at(tmp_path)), (DEFAULT_FILES,), read_note)
    assert [(p.place, p.slug) for p in problems] == [("experiments/a.md", "experiment-too-large")]
    assert notes[0].experiments == ("A",)
    assert notes[0].parts["method"].startswith("Ran it.")
    assert len(notes[0].parts["method"]) <= LARGEST
    assert "\ufffd" not in notes[0].parts["method"]


def test_a_file_that_is_no_text_is_told_and_left_out(tmp_path: Path) -> None:
    put(tmp_path, {"experiments/a.md": b"\x00\x01", "experiments/b.md": NOTE})
    places, problems = read(tmp_path)
    assert places == ["experiments/b.md"]
    assert problems == [("experiments/a.md", "experiment-unreadable")]


def test_home_folders_and_addresses_are_left_out(tmp_path: Path) -> None:
    text = "---\nowner: ada@example.org\n---\n## Method\nSee /home/ada/x and ada@example.org.\n"
    put(tmp_path, {"experiments/a.md": text})
    notes, _ = read_notes(Place(LocalStorage.at(tmp_path)), (DEFAULT_FILES,), read_note)
    assert "ada" not in f"{notes[0].owner} {notes[0].parts['method']}"
