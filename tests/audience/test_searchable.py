"""What is searched for tells something by itself: no build fails for a word of the report."""

from __future__ import annotations

import pytest

from builders import run, tables
from runfolio.audience.hidden import HiddenValue
from runfolio.audience.searchable import Searchable, searchable
from runfolio.config import Settings
from runfolio.model.tables import Tables

SHOWN = tables(
    run(
        "Alder-3", params={"solver": "acme-fast"}, tags={"site": "Lyon II"}, notes="see s3://wood/a"
    ),
    run("birch", {"f_beta": 0.5}),
)


def asked(*texts: str, shown: Tables = SHOWN) -> Searchable:
    rule = "hide: params: x"
    return searchable([HiddenValue(text, rule) for text in texts], shown, Settings())


def texts(found: Searchable) -> set[str]:
    return {one.text for one in found.values}


@pytest.mark.parametrize(
    "text",
    [
        *("Confusion matrix", "problem definition", "worse", "skip to content", "run", "42", "0.1"),
        *("alder-3", "ACME-FAST", "lyon ii", "F_beta"),
    ],
)
def test_what_would_be_found_anyway_is_not_searched_for(text: str) -> None:
    found = asked(text)
    assert not found.values
    assert sum(found.left.values()) == 1


@pytest.mark.parametrize(
    "text", ["acme-slow", "/srv/data/v2", "Zoë", "north-wind", "0.8127364", "10.20.30.40"]
)
def test_what_tells_something_is_searched_for(text: str) -> None:
    found = asked(f"{text} x" if len(text) < 4 else text)
    assert found.values
    assert not found.left
    assert found.problem() is None


def test_also_as_file_names_and_labels_have_it() -> None:
    assert {"clinic seven, north", "clinic-seven-north"} <= texts(asked("Clinic Seven, north"))
    assert "age of onset" in texts(asked("age_of_onset"))
    long = "s3://woods-of-the-north/cases/2026/train.parquet"
    assert "s3://woods-of-the-north" in texts(asked(long))
    commit = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
    assert {commit[:7], commit[:8], commit[:12]} <= texts(asked(commit))


def test_a_beginning_that_others_share_is_not_searched_for() -> None:
    long = "s3://wood/a-very/long/path/to/some/file.csv"
    assert texts(asked(long)) >= {long}
    others = tables(run("a", params={"data": "s3://wood/a-very/long/path/to/other"}))
    assert not [one for one in texts(asked(long, shown=others)) if one != long and "s3:" in one]


def test_how_many_are_not_searched_for_is_told_without_them() -> None:
    problem = asked("worse", "better", "abc", "north-wind").problem()
    assert problem is not None
    assert problem.severity == "note"
    assert problem.slug == "audience-not-searched"
    assert "3 texts" in problem.message
    assert "2 words of the report itself" in problem.message
    assert "worse" not in str(problem)
