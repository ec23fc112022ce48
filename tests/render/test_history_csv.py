"""``history.csv``: every value at its commit, as logged."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from commit_histories import analysed_with, commit_id, history
from runfolio.render.history_csv import history_csv


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_one_row_for_each_metric_and_commit_that_measured_it() -> None:
    made = history(
        {"recall": [0.1, 0.30000000000000004], "loss": [3.0, 2.0, 1.0]},
        at={"recall": [0, 2]},
        tags={2: "v1\nv2"},
    )
    found = rows(history_csv(analysed_with(made).histories))
    assert {(r["metric"], r["position"], r["value"]) for r in found} == {
        ("recall", "0", "0.1"),
        ("recall", "2", "0.30000000000000004"),
        ("loss", "0", "3.0"),
        ("loss", "1", "2.0"),
        ("loss", "2", "1.0"),
    }
    newest = next(r for r in found if r["position"] == "2")
    assert newest["commit"] == commit_id(2)
    assert newest["time"] == "2026-01-03T00:00:00.000Z"
    assert newest["tags"] == "v1 v2"
    assert newest["repository"] == "repo"


@pytest.mark.parametrize(
    ("value", "written"),
    [(float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity")],
)
def test_values_that_are_not_finite_are_kept(value: float, written: str) -> None:
    made = history({"loss": [1.0, value]})
    assert rows(history_csv(analysed_with(made).histories))[1]["value"] == written


def test_text_cannot_become_a_formula_or_another_row() -> None:
    made = history({"=HYPERLINK(1)": [1.0], 'a,"b"\nc': [2.0]}, name="-x", tags={0: "=1+1"})
    found = rows(history_csv(analysed_with(made).histories))
    assert {r["metric"] for r in found} == {"'=HYPERLINK(1)", 'a,"b"\nc'}
    assert {r["tags"] for r in found} == {"'=1+1"}
    assert {r["repository"] for r in found} == {"'-x"}
    assert [r["value"] for r in found if r["metric"].startswith("'")] == ["1.0"]
