"""Intervals equal scipy's own, and say nothing where nothing can be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from runfolio.analysis.interval import difference_of_means, mean_of

samples = hnp.arrays(
    np.float64, st.integers(2, 12), elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 6))
)


@given(samples)
def test_mean_has_the_t_interval_of_scipy(values: np.ndarray) -> None:
    estimate = mean_of(values)
    assert estimate.value == pytest.approx(float(np.mean(values)))
    if values.std() > 1e-9:
        expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        assert (estimate.low, estimate.high) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-9)


@given(samples, samples)
def test_difference_has_the_welch_interval_of_scipy(a: np.ndarray, b: np.ndarray) -> None:
    estimate = difference_of_means(a, b)
    if min(a.std(), b.std()) > 1e-6:
        result = stats.ttest_ind(a, b, equal_var=False)
        expected = result.confidence_interval(0.95)
        assert (estimate.low, estimate.high) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-9)


def test_one_run_has_no_interval() -> None:
    estimate = mean_of(np.array([0.5]))
    assert estimate.value == 0.5
    assert not estimate.has_interval
    assert math.isnan(estimate.spread)


def test_a_side_with_one_run_has_no_interval_of_the_difference() -> None:
    estimate = difference_of_means(np.array([0.9, 0.8]), np.array([0.7]))
    assert estimate.value == pytest.approx(0.15)
    assert not estimate.has_interval


def test_equal_runs_show_no_spread_to_judge_by() -> None:
    same = np.array([0.1 + 0.2, 0.3, 0.3])
    assert not difference_of_means(same, np.array([0.3, 0.3])).has_interval
    assert not difference_of_means(np.array([1.0, 1.0]), np.array([0.0, 0.0])).has_interval
