"""Aim: its repositories are recognised, and what to do is told."""

from __future__ import annotations

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reading import matches, place_of, read
from runfolio.sources.aim import EXPORT, source
from stores import put


def repository(folder: Path, runs: int | None = 2) -> Path:
    put(folder, {"VERSION": "3.29.1", "meta/chunks/x/CURRENT": "", "seqs/chunks/x/CURRENT": ""})
    if runs is not None:
        with closing(sqlite3.connect(folder / "run_metadata.sqlite")) as connection, connection:
            connection.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, hash, name)")
            connection.executemany("INSERT INTO run (hash) VALUES (?)", [("a",)] * runs)
    return folder


@pytest.mark.parametrize(
    ("runs", "said"),
    [(2, "Aim repository of 2 runs;"), (1, "repository of 1 run;"), (None, "Aim repository;")],
)
def test_a_repository_is_told_with_its_number_of_runs(
    tmp_path: Path, runs: int | None, said: str
) -> None:
    repository(tmp_path / "project" / ".aim", runs)
    place = place_of(tmp_path / "project")
    claim = source.matches(place, place.entries())
    assert claim is not None
    assert set(claim.names or ()) == {".aim"}
    records = read("aim", tmp_path / "project")
    assert records.runs == ()
    (problem,) = records.problems
    assert (problem.slug, problem.severity) == ("aim-export-needed", "warning")
    assert problem.place == "project/.aim"
    assert said in problem.message
    assert EXPORT in problem.hint


def test_the_repository_itself(tmp_path: Path) -> None:
    repository(tmp_path / ".aim")
    assert matches("aim", tmp_path / ".aim")
    assert "of 2 runs" in read("aim", tmp_path / ".aim").problems[0].message
    repository(tmp_path / "renamed")
    assert matches("aim", tmp_path / "renamed")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0 cut"])
def test_a_damaged_list_of_runs_is_left_out_of_what_is_told(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / ".aim", {"run_metadata.sqlite": content, "meta/x": ""})
    (problem,) = read("aim", tmp_path / ".aim").problems
    assert "Aim repository;" in problem.message


def test_what_is_none(tmp_path: Path) -> None:
    put(tmp_path, {"a/.aim": "a file", "b/meta/x": "", "c/run_metadata.sqlite": "", "d": ""})
    for name in "abcd":
        assert not matches("aim", tmp_path / name)


def test_the_program_to_export_with_is_one_line_that_a_shell_takes() -> None:
    ast.parse(EXPORT)
    assert not set(EXPORT) & set('\n"$`\\!')
