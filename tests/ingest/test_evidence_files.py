"""Which files beside report.yaml count as evidence, and that none outside does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runfolio.ingest import file_search
from runfolio.ingest.evidence_files import files_that_fit
from runfolio.ingest.file_search import FileSearch
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

FILES = (
    "MODEL_CARD.md",
    "docs/a.md",
    "docs/10.md",
    "docs/2.md",
    "docs/deep/er/b.md",
    "docs/.draft.md",
    ".github/workflows/ci.yml",
    "notes [old].txt",
)


def found(root: Path, pattern: str) -> tuple[str, ...]:
    files, _ = files_that_fit(Place(LocalStorage.at(root)), [pattern])
    return files[pattern]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("MODEL_CARD.md", ("MODEL_CARD.md",)),
        ("./MODEL_CARD.md", ("MODEL_CARD.md",)),
        ("model_card.md", ()),
        ("*.md", ("MODEL_CARD.md",)),
        ("docs/*.md", ("docs/2.md", "docs/10.md", "docs/a.md")),
        ("docs/?.md", ("docs/2.md", "docs/a.md")),
        ("docs", ("docs/2.md", "docs/10.md", "docs/a.md")),
        ("docs/**/b.md", ("docs/deep/er/b.md",)),
        (
            "**/*.md",
            ("docs/2.md", "docs/10.md", "docs/a.md", "docs/deep/er/b.md", "MODEL_CARD.md"),
        ),
        ("**/**/**/b.md", ("docs/deep/er/b.md",)),
        (".github/workflows/*.yml", (".github/workflows/ci.yml",)),
        ("*/workflows/*.yml", ()),
        ("notes*", ("notes [old].txt",)),
        ("nowhere/*", ()),
        ("docs\\a.md", ("docs/a.md",)),
        ("a\0b", ()),
        ("\ud800", ()),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, names: tuple[str, ...]) -> None:
    put(tmp_path, dict.fromkeys(FILES, "text"))
    assert found(tmp_path, pattern) == names


@pytest.mark.parametrize(
    "pattern", ["../*", "/etc/*", "/etc/passwd", "docs/../../*", "..\\*", "\\\\host\\share"]
)
def test_nothing_outside_the_project_is_evidence(tmp_path: Path, pattern: str) -> None:
    put(tmp_path, {"secret.md": "text", "inside/docs/a.md": "text"})
    place = Place(LocalStorage.at(tmp_path / "inside"))
    files, problems = files_that_fit(place, [pattern])
    assert files == {pattern: ()}
    assert [problem.slug for problem in problems] == ["evidence-outside"]


def test_links_out_are_no_evidence_and_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path, {"secret.md": "text", "inside/a.md": "text"})
    inside = tmp_path / "inside"
    (inside / "b.md").symlink_to(tmp_path / "secret.md")
    (inside / "out").symlink_to(tmp_path)
    (inside / "circle").symlink_to(inside)
    (inside / "c.md").symlink_to(inside / "a.md")
    (inside / "lost.md").symlink_to(inside / "nowhere.md")
    assert found(inside, "*.md") == ("a.md", "c.md")
    assert found(inside, "**") == ("a.md", "c.md")
    assert found(inside, "out/secret.md") == ()


def test_an_empty_file_shows_nothing(tmp_path: Path) -> None:
    put(tmp_path, {"a/empty.md": "", "b/full.md": "text"})
    assert found(tmp_path, "a/*") == ()
    assert found(tmp_path, "*/*.md") == ("b/full.md",)


def test_of_very_many_files_a_few_are_named(tmp_path: Path) -> None:
    put(tmp_path, {f"x/{n}.md": "" if n < 100 else "text" for n in range(300)})
    assert found(tmp_path, "x/*") == tuple(f"x/{n}.md" for n in range(100, 120))


def test_of_very_many_folders_a_bounded_number_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_search, "MOST_FOLDERS", 50)
    put(tmp_path, {f"{n:03}/a.md": "text" for n in range(120)})
    files, problems = files_that_fit(Place(LocalStorage.at(tmp_path)), ["**/a.md", "119/*.md"])
    assert len(files["**/a.md"]) <= 20
    assert [problem.slug for problem in problems] == ["evidence-files-many"]


def test_a_pattern_of_many_stars_comes_to_an_end(tmp_path: Path) -> None:
    put(tmp_path, {"/".join("abcdefgh"[: n + 1]) + "/f.md": "text" for n in range(8)})
    search = FileSearch(Place(LocalStorage.at(tmp_path)))
    # With each star tried against each folder anew this would not end.
    assert list(search.find("/".join(["**", "*"] * 30 + ["nothing"]))) == []


@given(st.lists(st.sampled_from(["**", "*", "a", "b", "*.md", "?", "[", "..", ""]), max_size=6))
@settings(max_examples=80)
def test_whatever_the_pattern_no_file_outside_is_found(steps: list[str]) -> None:
    home = Path(__file__).parent
    for place in FileSearch(Place(LocalStorage.at(home))).find("/".join(steps)):
        assert (home / place.path).resolve().is_relative_to(home)
