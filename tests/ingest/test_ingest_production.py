"""Rows of production become a log in the order of time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runfolio.ingest.production import production_log
from runfolio.model.production import Columns


def columns(*values: float) -> Columns:
    return Columns({"v": np.array(values)}, {"t": tuple(f"{value:g}" for value in values)})


def test_rows_stand_in_the_order_of_time_whatever_the_file_has() -> None:
    log, problems = production_log(
        0, "log.csv", np.array([3, 1, 2]), columns(30, 10, 20), ("c", "a", "b")
    )
    assert log.times.tolist() == [1, 2, 3]
    assert log.columns.numbers["v"].tolist() == [10, 20, 30]
    assert log.columns.texts["t"] == ("10", "20", "30")
    assert log.versions == ("a", "b", "c")
    assert problems == ()


def test_of_a_time_that_is_there_twice_the_last_row_counts() -> None:
    log, problems = production_log(0, "log.csv", np.array([1, 2, 3, 2]), columns(1, 2, 3, 22))
    assert log.columns.numbers["v"].tolist() == [1, 22, 3]
    assert [(one.slug, one.place) for one in problems] == [("production-time-repeated", "log.csv")]


def test_where_many_rows_have_one_time_each_of_them_counts() -> None:
    log, problems = production_log(0, "log.csv", np.array([1, 1, 1, 2, 2]), columns(1, 2, 3, 4, 5))
    assert len(log.times) == 5
    assert problems == ()


@given(st.permutations(list(range(12))))
def test_the_order_of_the_file_does_not_matter(order: list[int]) -> None:
    straight, _ = production_log(0, "log", np.arange(12), columns(*range(12)))
    mixed, _ = production_log(0, "log", np.array(order), columns(*map(float, order)))
    np.testing.assert_array_equal(straight.times, mixed.times)
    np.testing.assert_array_equal(straight.columns.numbers["v"], mixed.columns.numbers["v"])
