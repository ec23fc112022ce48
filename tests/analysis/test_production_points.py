"""The rows of a log become the points of a metric."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.analysis.production_points import MOST_POINTS, are_shares, points_of
from runfolio.analysis.service_levels import HOUR
from runfolio.model.production import Columns, ProductionLog


def log(times: list[int], **columns: list[float]) -> ProductionLog:
    numbers = {name: np.array(values, np.float64) for name, values in columns.items()}
    return ProductionLog(0, "log.csv", np.array(times, np.int64), Columns(numbers))


def test_rows_without_a_value_or_a_case_are_no_points() -> None:
    found = points_of(
        log([1, 2, 3, 4], recall=[0.5, math.nan, 1.0, 0.0], positives=[4, 4, 0, 5]),
        *("recall", "positives"),
    )
    assert found.times.tolist() == [1, 4]
    assert found.cases is not None
    assert found.cases.tolist() == [4, 5]


def test_the_count_may_be_called_like_the_metric() -> None:
    found = points_of(log([1, 2], recall=[0.5, 1.0], recall_n=[4, 2]), "recall")
    assert found.cases is not None
    assert found.cases.tolist() == [4, 2]
    assert points_of(log([1], recall=[0.5]), "recall").cases is None


def test_rows_of_one_time_are_one_point() -> None:
    answers = points_of(log([1, 1, 1, 2], correct=[1, 0, 1, 1]), "correct")
    assert answers.values.tolist() == [pytest.approx(2 / 3), 1]
    assert answers.cases is not None
    assert answers.cases.tolist() == [3, 1]  # each row is a case
    shares = points_of(log([1, 1], recall=[1.0, 0.5], n=[1, 3]), "recall", "n")
    assert shares.values.tolist() == [pytest.approx((1 + 1.5) / 4)]


def test_too_many_times_become_hours_or_days() -> None:
    minutes = [i * HOUR // 60 for i in range(MOST_POINTS * 10)]
    found = points_of(log(minutes, v=[1.0] * len(minutes)), "v")
    assert 100 < len(found.times) <= MOST_POINTS
    assert found.cases is not None
    assert found.cases.sum() == len(minutes)
    assert found.times[-1] == minutes[-1]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=20))
def test_shares_are_told_by_their_cases(pairs: list[tuple[int, int]]) -> None:
    cases = np.array([float(n) for _, n in pairs])
    values = np.array([min(k, n) / n for k, n in pairs])
    assert are_shares(values, cases)
    assert are_shares(np.round(values, 4), cases)


def test_other_figures_are_no_shares_even_if_they_lie_between_nothing_and_one() -> None:
    cases = np.array([10.0, 12.0, 9.0])
    assert not are_shares(np.array([0.913, 0.947, 0.905]), cases)  # a ROC AUC, say
    assert not are_shares(np.array([5.0, 6.0, 7.0]), cases)
    assert not are_shares(np.array([0.5, 0.5, 0.5]), None)
