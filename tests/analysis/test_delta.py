"""Deltas equal scipy's tests, and nothing is claimed where nothing varies."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from runfolio.analysis.delta import Delta, delta_of, delta_of_pairs, equivalence_p

finite = st.floats(allow_nan=False, allow_infinity=False)
tame = st.floats(-1e3, 1e3).map(lambda x: round(x, 6))


def sides(elements: st.SearchStrategy[float], least: int = 2) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.float64, st.integers(least, 12), elements=elements)


def said(delta: Delta) -> tuple[float, ...]:
    return delta.value, delta.low, delta.high, delta.p, delta.freedom


FIRST = np.array([9, 7, 8, 9, 8, 9, 9, 10, 9, 9], dtype=np.float64)
SECOND = np.array([9, 6, 7, 8, 7, 9, 8, 8, 8, 7], dtype=np.float64)
"""Ratings of two films: Lakens, Frontiers in Psychology 4 (2013), table 1."""


@given(sides(tame), sides(tame))
def test_unpaired_sides_have_the_welch_test_of_scipy(a: np.ndarray, b: np.ndarray) -> None:
    if min(a.std(), b.std()) > 1e-4:
        result = stats.ttest_ind(a, b, equal_var=False)
        interval = result.confidence_interval(0.95)
        expected = a.mean() - b.mean(), interval.low, interval.high, result.pvalue, result.df
        assert said(delta_of(a, b)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(
    sides(tame).flatmap(lambda a: st.tuples(st.just(a), hnp.arrays(float, len(a), elements=tame)))
)
def test_pairs_have_the_paired_test_of_scipy(both: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = both
    if (a - b).std() > 1e-4:
        result = stats.ttest_rel(a, b)
        interval = result.confidence_interval(0.95)
        expected = a.mean() - b.mean(), interval.low, interval.high, result.pvalue, result.df
        assert said(delta_of_pairs(a, b)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_published_example() -> None:
    unpaired, paired = delta_of(FIRST, SECOND), delta_of_pairs(FIRST, SECOND)
    # Lakens (2013): t(18) = 2.52, Hedges' g_s = 1.08; of pairs t(9) = 4.74, g_av = 1.08,
    # 95 % interval [0.52, 1.48].
    assert unpaired.value / unpaired.error == pytest.approx(2.52, abs=0.005)
    assert unpaired.effect == pytest.approx(1.08, abs=0.005)
    assert paired.value / paired.error == pytest.approx(4.74, abs=0.005)
    assert paired.effect == pytest.approx(1.08, abs=0.005)
    assert (paired.low, paired.high) == pytest.approx((0.52, 1.48), abs=0.005)
    assert (unpaired.n, unpaired.pairs, paired.pairs) == ((10, 10), 0, 10)


def test_the_correction_of_the_effect_is_the_exact_one() -> None:
    # Two degrees of freedom: gamma(1) / (sqrt(1) gamma(1/2)) = 1 / sqrt(pi).
    delta = delta_of(np.array([2.0, 4.0]), np.array([1.0, 3.0]))
    assert delta.effect == pytest.approx(1 / math.sqrt(2) / math.sqrt(math.pi), rel=1e-12)


def test_swapping_the_sides_turns_the_delta_round() -> None:
    one, other = delta_of(FIRST, SECOND[:7]), delta_of(SECOND[:7], FIRST)
    assert (one.value, one.low, one.high) == (-other.value, -other.high, -other.low)
    assert (one.effect, one.p) == (-other.effect, other.p)


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_ends_of_the_relative_delta_are_those_of_fieller(paired: bool, sign: int) -> None:
    a, b = sign * FIRST, sign * SECOND
    delta = delta_of_pairs(a, b) if paired else delta_of(a, b)
    t, n = stats.t.ppf(0.975, delta.freedom), len(a)
    for end in (delta.relative_low, delta.relative_high):
        # At its ends candidate - ratio baseline is just t errors away from 0.
        ratio = 1 + sign * end
        variance = a.var(ddof=1) + ratio**2 * b.var(ddof=1)
        variance -= 2 * ratio * np.cov(a, b)[0, 1] if paired else 0
        assert abs(a.mean() - ratio * b.mean()) == pytest.approx(t * math.sqrt(variance / n))
    assert delta.relative == pytest.approx(sign * 1.0 / 7.7)
    assert delta.relative_low < delta.relative < delta.relative_high


@given(sides(tame), sides(tame))
def test_the_relative_delta_never_contradicts_the_delta(a: np.ndarray, b: np.ndarray) -> None:
    delta = delta_of(a, b)
    if math.isfinite(delta.relative_low) and min(abs(delta.low), abs(delta.high)) > 1e-6:
        apart = delta.low > 0 or delta.high < 0
        assert apart == (delta.relative_low > 0 or delta.relative_high < 0)
        assert apart == (delta.p < 0.05)


def test_a_baseline_around_zero_bounds_no_ratio() -> None:
    delta = delta_of(np.array([2.0, 3.0, 4.0]), np.array([-0.1, 0.1, 0.3]))
    assert delta.has_interval
    assert delta.relative == pytest.approx(29)
    assert math.isnan(delta.relative_low)
    assert math.isnan(delta_of(np.array([1.0, 2.0]), np.array([-1.0, 1.0])).relative)


@pytest.mark.parametrize(
    ("candidate", "baseline"),
    [
        ([0.9, 0.8], [0.7]),
        ([0.9], [0.7]),
        ([0.1 + 0.2, 0.3, 0.3], [0.3, 0.3]),
        ([1.0, 1.0], [0.0, 0.0]),
        ([1.0 + 1e-15, 1.0], [0.5, 0.5]),
        ([0.0, 0.0], [0.0, 0.0]),
    ],
)
def test_what_does_not_vary_tells_nothing(candidate: list[float], baseline: list[float]) -> None:
    delta = delta_of(np.array(candidate), np.array(baseline))
    assert delta.value == pytest.approx(np.mean(candidate) - np.mean(baseline))
    assert not delta.has_interval
    assert all(math.isnan(x) for x in (delta.p, delta.effect, delta.error, delta.freedom))
    assert math.isnan(equivalence_p(delta, 10.0))


def test_pairs_that_all_differ_by_the_same_tell_nothing() -> None:
    base = np.array([0.7, 0.8, 0.95])
    for candidate in (base, base + 0.1):
        delta = delta_of_pairs(candidate, base)
        assert not delta.has_interval
        assert math.isnan(delta.p)
    assert math.isnan(delta_of_pairs(base[:1], base[1:2]).p)


def test_one_constant_side_leaves_the_other_to_judge_by() -> None:
    constant, other = np.array([0.5, 0.5, 0.5]), np.array([0.7, 0.8, 0.75, 0.9])
    delta = delta_of(constant, other)
    expected = stats.ttest_1samp(other, 0.5)
    assert (delta.freedom, delta.p) == pytest.approx((3, expected.pvalue), rel=1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
@pytest.mark.parametrize("of", [delta_of, delta_of_pairs])
def test_the_magnitude_of_values_changes_no_verdict(
    of: Callable[[np.ndarray, np.ndarray], Delta], size: float
) -> None:
    plain, other = of(FIRST, SECOND), of(FIRST * size, SECOND * size)
    assert other.p == pytest.approx(plain.p, rel=1e-9)
    assert other.effect == pytest.approx(plain.effect, rel=1e-9)
    assert other.low / size == pytest.approx(plain.low, rel=1e-9)


@given(sides(finite, 1), sides(finite, 1))
def test_any_values_give_a_whole_answer_or_none(a: np.ndarray, b: np.ndarray) -> None:
    n = min(len(a), len(b))
    for delta in (delta_of(a, b), delta_of_pairs(a[:n], b[:n])):
        if delta.has_interval:
            assert delta.low <= delta.value <= delta.high
            assert 0 <= delta.p <= 1
            assert delta.error > 0
        else:
            assert math.isnan(delta.p)


def test_equivalence_is_schuirmanns_larger_p() -> None:
    delta = delta_of(FIRST, SECOND)
    for tolerance in (0.5, 1.0, 2.0, 3.0):
        # Independently: shift one side by the tolerance and test in one direction.
        options = {"equal_var": False}
        low = stats.ttest_ind(FIRST + tolerance, SECOND, alternative="greater", **options)
        high = stats.ttest_ind(FIRST - tolerance, SECOND, alternative="less", **options)
        expected = max(low.pvalue, high.pvalue)
        assert equivalence_p(delta, tolerance) == pytest.approx(expected, rel=1e-9)
    assert equivalence_p(delta, 0.0) == 1.0
