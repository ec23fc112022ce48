"""The interval of a mean equals scipy's, but for skewed values, and says nothing of one value."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from runfolio.analysis.interval import mean_of


def samples(least: int, most: int) -> st.SearchStrategy[np.ndarray]:
    elements = st.floats(-1e3, 1e3).map(lambda x: round(x, 6))
    return hnp.arrays(np.float64, st.integers(least, most), elements=elements)


@given(samples(2, 4))
def test_few_values_have_the_t_interval_of_scipy(values: np.ndarray) -> None:
    estimate = mean_of(values)
    assert estimate.method == "t"
    assert estimate.value == pytest.approx(float(np.mean(values)), abs=1e-9)
    assert estimate.spread == pytest.approx(float(np.std(values, ddof=1)), abs=1e-9)
    if values.std() > 1e-9:
        expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        assert (estimate.low, estimate.high) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-9)


@given(samples(5, 30))
def test_the_side_of_the_tail_alone_reaches_further(values: np.ndarray) -> None:
    estimate = mean_of(values)
    assert estimate.method == "skew-adjusted t"
    if values.std() > 1e-6:
        plain = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        t = stats.t.ppf(0.975, len(values) - 1)
        skew = stats.skew(values)
        out = skew * (1 + 2 * t**2) / (6 * math.sqrt(len(values))) * stats.sem(values)
        expected = plain.low + min(out, 0), plain.high + max(out, 0)
        assert (estimate.low, estimate.high) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_even_values_keep_the_t_interval() -> None:
    estimate = mean_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    # By hand: the standard deviation is sqrt(2.5), t(0.975, 4) = 2.776445.
    half = 2.7764451051977987 * math.sqrt(2.5 / 5)
    assert (estimate.low, estimate.high) == pytest.approx((3 - half, 3 + half), rel=1e-12)


def test_one_run_has_no_interval() -> None:
    estimate = mean_of(np.array([0.5]))
    assert estimate.value == 0.5
    assert not estimate.has_interval
    assert math.isnan(estimate.spread)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_the_magnitude_of_values_changes_no_interval(size: float) -> None:
    values = np.array([1.0, 2.0, 2.5, 4.0, 9.0, 9.5])
    plain, other = mean_of(values), mean_of(values * size)
    ends = [end / size for end in (other.value, other.low, other.high, other.spread)]
    assert ends == pytest.approx([plain.value, plain.low, plain.high, plain.spread], rel=1e-12)


@pytest.mark.parametrize(
    "values", [[1.7e308, -1.7e308, 1.6e308], [math.inf, 1.0], [math.nan] * 6, [1.0, -math.inf] * 3]
)
def test_what_no_float_can_hold_has_no_interval(values: list[float]) -> None:
    assert not mean_of(np.array(values)).has_interval
