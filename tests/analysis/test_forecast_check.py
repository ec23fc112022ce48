"""A metric in production against its forecast."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from runfolio.analysis.forecast_check import Expected, against_column, against_value, difference
from runfolio.analysis.service_levels import Recent

NAN = math.nan


def recent(value: float, low: float, high: float, cases: int = 100) -> Recent:
    return Recent(value, low, high, 14, cases, 0, 1)


def test_the_interval_of_a_difference_by_hand() -> None:
    # 0.60 (0.52 to 0.66) and 0.80 (0.77 to 0.86):
    # -0.2 - sqrt(0.08² + 0.06²) = -0.3 and -0.2 + sqrt(0.06² + 0.03²) = -0.132918.
    low, high = difference(0.60, 0.52, 0.66, 0.80, 0.77, 0.86)
    assert (low, high) == pytest.approx((-0.3, -0.132918), abs=1e-6)


def test_of_two_normal_means_it_is_the_usual_one() -> None:
    z = stats.norm.ppf(0.975)
    low, high = difference(10, 10 - z * 0.3, 10 + z * 0.3, 8, 8 - z * 0.4, 8 + z * 0.4)
    assert (low, high) == pytest.approx((2 - z * 0.5, 2 + z * 0.5))


@given(*[st.floats(-100, 100)] * 2, *[st.floats(0, 10)] * 4)
def test_it_turns_round_with_its_sides(
    a: float, b: float, down: float, up: float, below: float, above: float
) -> None:
    one = difference(a, a - down, a + up, b, b - below, b + above)
    other = difference(b, b - below, b + above, a, a - down, a + up)
    assert one == pytest.approx((-other[1], -other[0]))


@pytest.mark.parametrize(
    ("now", "expected", "outcome"),
    [
        (recent(0.6, 0.5, 0.7), Expected(0.85, 0.8, 0.9), "below the forecast"),
        (recent(0.8, 0.7, 0.9), Expected(0.85, 0.8, 0.9), "not distinguishable"),
        (recent(0.99, 0.97, 1.0), Expected(0.85), "above the forecast"),
        (recent(0.6, 0.3, 0.9, cases=6), Expected(0.95), "too few values"),
        (recent(0.6, NAN, NAN), Expected(0.95), "too few values"),
        (None, Expected(0.95), "too few values"),
    ],
)
def test_one_value(now: Recent | None, expected: Expected, outcome: str) -> None:
    assert against_value(now, expected, 30).outcome == outcome


def test_a_column_is_compared_point_by_point() -> None:
    values = np.array([10.0, 22.0, 11.0, 23.0, NAN, 12.0])
    forecast = np.array([10.0, 20.0, 10.0, 20.0, 10.0, NAN])
    low, high = forecast - 2, forecast + 2
    found = against_column(values, forecast, low, high)
    theirs = stats.ttest_1samp([0, 2, 1, 3], 0).confidence_interval(0.95)
    assert (found.delta, found.expected.value) == (1.5, 15.0)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))
    assert (found.outside, found.points) == (1, 4)  # 23 alone; the ends belong to the range
    assert found.outcome == "not distinguishable"


def test_two_points_are_too_few() -> None:
    some = np.array([1.0, 2.0])
    assert against_column(some, some, some, some).outcome == "too few values"
