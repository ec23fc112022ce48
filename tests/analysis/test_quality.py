"""Scores of data sets: what counts, what does not, and what moved."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from data_checks import check_settings
from runfolio.analysis.check_dimensions import BY_CHECK, dimension_of
from runfolio.analysis.quality import Quality, quality_of
from runfolio.model.quality import CheckedSet, DataCheck, DataQuality
from runfolio.model.tables import Tables
from stores import run_id, write_file_store


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("runs")
    return runfolio.load_runs(write_file_store(folder / "mlruns", {run_id(1): [(0, 0.5)]}))


def check(
    failed: int | None,
    rows: int | None = 10,
    name: str = "a",
    version: str = "",
    own: str = "people",
) -> DataCheck:
    """Return a rule that `failed` rows break; None: not evaluated."""
    return DataCheck(
        name,
        "filled",
        "completeness",
        own,
        "not evaluated" if failed is None else "fail" if failed else "pass",
        version,
        rows=None if failed is None else rows,
        failed=failed,
        reason="" if failed is not None else "there is no column",
    )


def scored(tables: Tables, *checks: DataCheck) -> Quality:
    places = dict.fromkeys((one.data_set, one.version) for one in checks)
    newest = dict(list(places))
    sets = [CheckedSet(n, v, f"{n}.csv", 10, is_present=newest[n] == v) for n, v in places]
    return quality_of(replace(tables, quality=DataQuality(tuple(sets), checks)))


def test_a_score_is_the_mean_over_rules_each_counting_once(tables: Tables) -> None:
    found = scored(tables, check(1), check(500, 1000, "b"), check(None, name="c"))
    [dimension] = found.sets[0].dimensions
    assert dimension.score == pytest.approx((0.9 + 0.5) / 2)
    assert (dimension.kept, dimension.broken, dimension.unjudged) == (0, 2, 1)


def test_what_is_not_evaluated_is_no_score_and_no_pass(tables: Tables) -> None:
    found = scored(tables, check(None))
    [dimension] = found.sets[0].dimensions
    assert math.isnan(dimension.score)
    assert (dimension.kept, dimension.unjudged) == (0, 1)


def test_the_worst_comes_first(tables: Tables) -> None:
    found = scored(
        tables,
        *(check(0, own="good"), check(None, own="unknown"), check(9, own="worst")),
        *(check(1, own="bad"), check(5, name="b", own="worst")),
    )
    assert [own.about.name for own in found.sets] == ["worst", "bad", "unknown", "good"]
    assert [one.failed for one in found.checks] == [9, 5, 1, None, 0]


def test_a_trend_compares_like_with_like(tables: Tables) -> None:
    found = scored(
        tables,
        *(check(5, name="a", version="v1"), check(None, name="b", version="v1")),
        *(check(0, name="a", version="v2"), check(9, name="b", version="v2")),
    )
    [own] = found.sets
    assert own.about.version == "v2"
    assert own.lowest == pytest.approx((1 + 0.1) / 2)  # all rules count at present
    assert [(p.label, p.rules, p.scores) for p in own.trend] == [
        *(("v1", 1, {"completeness": 0.5}), ("v2", 1, {"completeness": 1.0}))
    ]


def of_tool(check: str, status: str, day: int = 1, **more: object) -> dict[str, object]:
    return {
        **{"suite": "intake", "check": check, "format": "great-expectations"},
        **{"location": "gx/x.json", "status": status, "dataset": "people", "column": "age"},
        **{"observed": "", "expected": "", "share": float("nan"), "rows": pd.NA},
        **{"checked": pd.Timestamp(f"2026-03-0{day}", tz="UTC"), "message": "", **more},
    }


def test_results_of_tools_count_where_their_kind_stands(tables: Tables) -> None:
    rows = [
        of_tool("expect_column_values_to_not_be_null", "fail", share=0.25, rows=8),
        of_tool("expect_column_values_to_be_unique", "pass"),
        of_tool("MissingValueCount(column=age).share", "pass"),
        of_tool("expect_column_values_to_be_between", "error", message="no such column"),
        of_tool("expect_what_nobody_knows", "pass"),
        of_tool("MeanValue", "measured"),
    ]
    found = quality_of(replace(tables, checks=pd.DataFrame(rows)))
    [own] = found.sets
    scores = {one.dimension: one.score for one in own.dimensions}
    assert scores["completeness"] == pytest.approx((0.75 + 1) / 2)
    assert (scores["consistency"], scores["other"]) == (1, 1)
    assert math.isnan(scores["accuracy"])
    assert {(c.rows, c.failed) for c in own.checks if c.status == "fail"} == {(8, 2)}
    assert len(own.checks) == 5  # what was only measured is not judged


def test_results_of_several_days_make_a_trend(tables: Tables) -> None:
    name = "expect_column_values_to_not_be_null"
    rows = [of_tool(name, "fail", day, share=0.5 / day, rows=8) for day in (2, 1)]
    [own] = quality_of(replace(tables, checks=pd.DataFrame(rows))).sets
    assert [point.scores["completeness"] for point in own.trend] == [0.5, 0.75]
    assert [one.score for one in own.checks] == [0.75]  # the newest counts


def test_no_check_is_in_two_dimensions_and_none_is_guessed() -> None:
    assert set(BY_CHECK.values()) <= {"accuracy", "completeness", "consistency"}
    assert dimension_of("TestNullsOfMine") == "other"
    assert dimension_of("InRangeValueCount(column=age, left=0).count") == "accuracy"


@pytest.mark.peer
def test_the_names_are_those_of_great_expectations() -> None:
    known = pytest.importorskip("great_expectations.expectations.registry")
    there = set(known.list_registered_expectation_implementations())
    ours = {name for name in BY_CHECK if name.startswith("expect_")}
    gone = {"expect_multicolumn_values_to_be_unique"}  # 0.13 had it
    assert ours - gone <= there


@pytest.mark.peer
def test_the_names_are_those_of_evidently() -> None:
    spec = find_spec("evidently")
    if spec is None or spec.origin is None:
        pytest.skip("evidently is not installed")
    # Its older part cannot be imported beside a new pandas, so its text is read.
    files = Path(spec.origin).parent.rglob("*.py")
    there = {name for file in files for name in re.findall(r"class (\w+)", file.read_text("utf-8"))}
    assert {name for name in BY_CHECK if not name.startswith("expect_")} <= there


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=8))
def test_a_score_is_a_share(counts: list[tuple[int, int]]) -> None:
    own = [check(min(failed, rows), rows, str(i)) for i, (failed, rows) in enumerate(counts)]
    scores = [one.score for one in own]
    assert all(0 <= score <= 1 for score in scores)
    assert all((score == 1) == (one.failed == 0) for score, one in zip(scores, own, strict=True))


def test_of_rules_and_metrics_together(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,\n2,x\n")
    rules = [
        {"set": "people", "filled": "name"},
        {"set": "people", "metric": "loss", "dimension": "accuracy", "at_most": 0.6},
        {"set": "elsewhere", "metric": "loss", "dimension": "accuracy", "at_most": 0.4},
    ]
    told = {"sets": {"people": "people.csv"}, "quality": rules}
    quality, _ = check_settings(tmp_path, told, tables)
    found = quality_of(replace(tables, quality=quality))
    assert [(o.about.name, [d.dimension for d in o.dimensions]) for o in found.sets] == [
        *(("elsewhere", ["accuracy"]), ("people", ["accuracy", "completeness"]))
    ]
