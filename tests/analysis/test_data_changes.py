"""What changed between two versions of a data set."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from runfolio.analysis.data_changes import ColumnChange, change_between
from runfolio.analysis.drift import Drift
from runfolio.model.features import DataColumn
from runfolio.model.profile import ColumnProfile, DataProfile


def table(*columns: ColumnProfile, rows: int = 1_000) -> DataProfile:
    return DataProfile("cases", "v", "cases.csv", rows, 1, columns)


def numbers(name: str, values: np.ndarray) -> ColumnProfile:
    return ColumnProfile(name, "numbers", int(np.isnan(values).sum()), numbers=values)


def drift_of(before: DataProfile, now: DataProfile, name: str = "x") -> Drift:
    found = change(before, now)[name].drift
    assert found is not None
    return found


def change(before: DataProfile, now: DataProfile) -> dict[str, ColumnChange]:
    found = change_between((before.rows, now.rows), ((), ()), (before, now))
    return {one.name: one for one in found.columns}


def test_columns_added_removed_and_of_another_type() -> None:
    found = change_between(
        (10, 12),
        (
            [DataColumn("age", "long"), DataColumn("sex", "string"), DataColumn("id")],
            [DataColumn("age", "double"), DataColumn("id", "string"), DataColumn("bmi", "double")],
        ),
        (None, None),
    )
    assert (found.rows_before, found.rows_now) == (10, 12)
    assert (found.added, found.removed) == (("bmi",), ("sex",))
    assert found.retyped == (("age", "long", "double"),)  # of id one side tells no type
    assert found.has_columns
    assert not found.is_same_shape


def test_nothing_is_said_of_columns_that_are_not_known() -> None:
    found = change_between((10, None), ((), [DataColumn("age")]), (None, None))
    assert (found.added, found.has_columns, found.columns) == ((), False, ())


def test_distances_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    before, now = rng.normal(size=4_000), rng.normal(0.03, 1.05, size=3_000)
    drift = drift_of(table(numbers("x", before)), table(numbers("x", now)))
    theirs = stats.ks_2samp(before, now, method="asymp")
    assert drift.ks == pytest.approx(theirs.statistic)
    assert drift.ks_p == pytest.approx(theirs.pvalue, rel=0.05)


def test_the_index_of_a_worked_example() -> None:
    # Shares of 50, 30 and 20 % become 40, 30 and 30 %:
    # 0.1 ln(0.5 / 0.4) + 0 + 0.1 ln(0.3 / 0.2) = 0.02231 + 0.04055
    before = ColumnProfile("site", "text", 0, counts={"a": 500, "b": 300, "c": 200})
    now = ColumnProfile("site", "text", 0, counts={"a": 400, "b": 300, "c": 300})
    drift = drift_of(table(before), table(now), "site")
    assert drift.psi == pytest.approx(0.0629, abs=5e-5)


def test_moved_columns_come_first_and_small_moves_are_none() -> None:
    rng = np.random.default_rng(2)
    same, other = rng.normal(size=5_000), rng.normal(size=5_000)
    before = table(numbers("still", same), numbers("far", same))
    now = table(numbers("still", other), numbers("far", other + 1))
    found = change_between((5_000, 5_000), ((), ()), (before, now))
    assert [one.name for one in found.columns] == ["far", "still"]
    assert [one.name for one in found.moved] == ["far"]


def test_values_that_went_missing_move_a_column_whose_values_stay() -> None:
    values = np.random.default_rng(3).normal(size=2_000)
    gaps = values.copy()
    gaps[:200] = np.nan
    drift = drift_of(table(numbers("x", values)), table(numbers("x", gaps)))
    assert drift.verdict == "moved"
    assert (drift.missing_before, drift.missing_now) == (0.0, 0.1)
    assert drift.ks_p > 0.05


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        (
            ColumnProfile("x", "text", 0, counts={"a": 9}),
            numbers("x", np.ones(9)),
            "it held text, and holds numbers now",
        ),
        (ColumnProfile("x", "times", 0), ColumnProfile("x", "times", 0), "times"),
        (ColumnProfile("x", "no values", 9), ColumnProfile("x", "no values", 9), "empty"),
        (
            ColumnProfile("x", "text", 0, is_varied=True),
            ColumnProfile("x", "text", 0, counts={"a": 9}),
            "names and ids",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(
    before: ColumnProfile, now: ColumnProfile, why: str
) -> None:
    one = change(table(before), table(now))["x"]
    assert one.drift is None
    assert why in one.why_not


def test_a_column_of_no_rows_is_not_judged() -> None:
    one = change(table(numbers("x", np.empty(0))), table(numbers("x", np.ones(9))))["x"]
    assert one.drift is None or math.isfinite(one.drift.psi)
