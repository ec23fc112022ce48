"""What a version of a data set holds, read from its file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from runfolio.checks import profile
from runfolio.checks.profile import profile_data
from runfolio.config import DataSet
from runfolio.model.problems import Problem
from runfolio.model.profile import ColumnProfile, DataProfile
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

pytest.importorskip("pyarrow")


def profiles(
    folder: Path, files: Mapping[str, str | bytes]
) -> tuple[tuple[DataProfile, ...], tuple[Problem, ...]]:
    """Return the profiles of versions that lie in files, in their order."""
    put(folder, files)
    root = Place(LocalStorage.at(folder))
    told = DataSet(versions={f"v{n}": path for n, path in enumerate(files, 1)})
    return profile_data({"cases": told}, lambda path: Place(root.storage, path))


def columns(found: DataProfile) -> dict[str, ColumnProfile]:
    return {column.name: column for column in found.columns}


def test_rows_kinds_missing_values_and_digests(tmp_path: Path) -> None:
    text = (
        "age,sex,seen,note,none\n"
        "18,f,2026-01-01,a,\n"
        ",m,2026-01-02T10:00:00Z,b,\n"
        "32.5,,2026-01-03,c,\n"
        "1e2,f,,d,\n"
    )
    (one, other), problems = profiles(tmp_path, {"a.csv": text, "b.csv": text})
    assert problems == ()
    assert (one.data_set, one.version, one.file, one.rows, one.every) == (
        *("cases", "v1", "a.csv", 4, 1),
    )
    assert one.digests == (
        hashlib.md5(text.encode()).hexdigest(),
        hashlib.sha256(text.encode()).hexdigest(),
    )
    assert other.digests == one.digests
    own = columns(one)
    assert {name: column.kind for name, column in own.items()} == {
        **{"age": "numbers", "sex": "text", "seen": "times", "note": "text"},
        "none": "no values",
    }
    assert [column.missing for column in own.values()] == [1, 1, 1, 0, 4]
    np.testing.assert_array_equal(own["age"].numbers, [18, np.nan, 32.5, 100])
    assert own["sex"].counts == {"f": 2, "": 1, "m": 1}


def test_a_column_that_turns_out_to_be_text_keeps_what_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.checks.readers.csv_file._BLOCK", 64)
    text = "code\n" + "7\n" * 100 + "x\n" * 100
    (one, _), _ = profiles(tmp_path, {"a.csv": text, "b.csv": text})
    assert columns(one)["code"].counts == {"7": 100, "x": 100}


def test_text_with_too_many_values_is_not_counted(tmp_path: Path) -> None:
    text = "name\n" + "".join(f"person {n}\n" for n in range(1500))
    (one, _), _ = profiles(tmp_path, {"a.csv": text, "b.csv": text})
    column = columns(one)["name"]
    assert (column.kind, column.is_varied, column.counts) == ("text", True, {})


@pytest.mark.parametrize("block", [200, 3_000, 1 << 20])
def test_of_many_rows_some_are_kept_at_a_fixed_rhythm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(profile, "MOST_KEPT", 100)
    monkeypatch.setattr("runfolio.checks.readers.csv_file._BLOCK", block)
    text = "n,half\n" + "".join(f"{n},{n % 2}\n" for n in range(1_000))
    (one, _), _ = profiles(tmp_path, {"a.csv": text, "b.csv": text})
    assert (one.rows, one.every, one.kept) == (1_000, 16, 63)
    np.testing.assert_array_equal(columns(one)["n"].numbers, np.arange(0, 1_000, 16))
    assert columns(one)["n"].missing == 0


def test_parquet_and_json_lines_give_the_same_profile(tmp_path: Path) -> None:
    frame = pd.DataFrame({"age": [18.0, None, 32.5], "sex": ["f", "m", None], "ill": [True] * 3})
    frame.to_parquet(tmp_path / "a.parquet")
    lines = '{"age": 18, "sex": "f"}\n{"age": null, "sex": "m"}\n{"age": 32.5}\n'
    told = DataSet(versions={"v1": "a.parquet", "v2": "b.jsonl"})
    put(tmp_path, {"b.jsonl": lines})
    root = Place(LocalStorage.at(tmp_path))
    (one, other), problems = profile_data({"c": told}, lambda path: Place(root.storage, path))
    assert problems == ()
    for name in ("age", "sex"):
        mine, theirs = columns(one)[name], columns(other)[name]
        assert (mine.kind, mine.missing, dict(mine.counts)) == (
            *(theirs.kind, theirs.missing, dict(theirs.counts)),
        )
        np.testing.assert_array_equal(mine.numbers, theirs.numbers)


def test_an_unreadable_version_is_told_and_costs_no_other(tmp_path: Path) -> None:
    found, problems = profiles(tmp_path, {"a.csv": "", "b.csv": "age\n1\n"})
    assert [one.version for one in found] == ["v2"]
    [problem] = problems
    assert (problem.slug, problem.place, problem.severity) == (
        *("data-version-unreadable", "a.csv", "error"),
    )


def test_sets_with_one_version_are_not_read(tmp_path: Path) -> None:
    assert profiles(tmp_path, {"gone/a.csv": "age\n1\n"}) == ((), ())
