"""Changes are told where they are, and not told where there is only noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from scipy import stats

from runfolio.analysis.change_points import ChangePoint, change_points
from runfolio.analysis.change_scan import Scale, normal_scores, p_values

Values = NDArray[np.float64]

NOISE: dict[str, Callable[[Generator, int], Values]] = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "heavy tails": lambda rng, n: rng.standard_t(3, n),
    "skewed": lambda rng, n: rng.exponential(size=n),
    "uniform": lambda rng, n: rng.random(n),
    "accuracy of 200 cases": lambda rng, n: rng.binomial(200, 0.93, n) / 200,
    "accuracy near 1": lambda rng, n: rng.binomial(200, 0.998, n) / 200,
    "two values": lambda rng, n: rng.integers(0, 2, n).astype(np.float64),
    "a rare value": lambda rng, n: (rng.random(n) < 0.05).astype(np.float64),
}


def steps(seed: int, n: int, *changes: tuple[int, float]) -> Values:
    """Return noise of standard deviation 1 whose level moves at some places by some sizes."""
    values = default_rng(seed).standard_normal(n)
    for at, size in changes:
        values[at:] += size
    return values


def places(found: tuple[ChangePoint, ...]) -> list[int]:
    return [change.at for change in found]


@pytest.mark.parametrize("kind", NOISE)
def test_noise_alone_has_no_change(kind: str) -> None:
    alarms = [
        bool(change_points(NOISE[kind](default_rng([seed, n]), n)))
        for n, seeds in ((8, 60), (14, 60), (25, 60), (60, 60), (200, 60), (1000, 10))
        for seed in range(seeds)
    ]
    assert sum(alarms) <= 0.01 * len(alarms)


def test_noise_with_a_memory_seldom_has_a_change() -> None:
    alarms = 0
    for seed in range(100):
        shocks = default_rng(seed).standard_normal(320)
        values = np.zeros(320)
        for i in range(1, 320):
            values[i] = 0.3 * values[i - 1] + shocks[i]
        alarms += bool(change_points(values[20:]))
    assert alarms <= 2


@pytest.mark.parametrize("length", [14, 30, 100])
def test_p_values_are_those_of_permutations(length: int) -> None:
    rng = default_rng(5)
    orders = rng.permuted(np.tile(np.arange(length), (20_000, 1)), axis=1)
    scores = normal_scores(orders)
    k = np.arange(3, length - 2)
    spread = np.sqrt(k * (length - k) / (length * (length - 1)))
    largest = (np.abs(scores.cumsum(axis=1)[:, 2 : length - 3]) / spread).max(axis=1)
    nowhere = np.zeros(len(largest), dtype=np.int64)
    p = p_values(Scale(length, nowhere, nowhere, largest), 1.0, len(largest), 1.0)
    for level in (0.05, 0.01):
        assert (p <= level).mean() == pytest.approx(level, rel=0.35)


def test_a_step_is_told_at_its_place_with_its_size() -> None:
    values = steps(1, 60, (35, 4.0))
    (change,) = change_points(values)
    assert change.at == 35
    assert change.low < 35 <= change.high
    assert (change.n_before, change.n_after) == (35, 25)
    assert change.before == pytest.approx(stats.trim_mean(values[:35], 0.2))
    assert change.after == pytest.approx(stats.trim_mean(values[35:], 0.2))
    assert change.size == pytest.approx(change.after - change.before)
    yuen = stats.ttest_ind(values[35:], values[:35], equal_var=False, trim=0.2)
    assert change.interval == pytest.approx(tuple(yuen.confidence_interval(0.95)))
    assert 0 < change.p < 1e-6
    assert not change.exact
    assert not change.gradual


def test_four_values_of_a_new_level_are_enough_among_fifty() -> None:
    assert places(change_points(steps(3, 50, (46, 8.0)))) == [46]


def test_the_larger_a_step_the_more_often_it_is_told() -> None:
    told = [
        sum(bool(change_points(steps(seed, 60, (30, size)))) for seed in range(50))
        for size in (0.0, 0.5, 1.0, 2.0, 3.0)
    ]
    assert told == sorted(told)
    assert told[0] <= 1
    assert told[3] >= 48
    assert told[4] == 50


@pytest.mark.parametrize(
    "changes",
    [
        [(40, 4.0), (70, -4.0)],
        [(45, 5.0), (53, -5.0)],
        [(30, 4.0), (60, 4.0), (90, 4.0)],
        [(20, -4.0), (50, 4.0), (80, 4.0), (100, -4.0)],
    ],
    ids=["up and back", "a short bump", "stairs", "four"],
)
def test_several_changes_are_told_each(changes: list[tuple[int, float]]) -> None:
    found = change_points(steps(2, 120, *changes))
    assert len(found) == len(changes)
    for change, (at, size) in zip(found, changes, strict=True):
        assert change.low < at <= change.high
        assert abs(change.at - at) <= 1
        assert change.size == pytest.approx(size, abs=1.0)


def test_the_set_of_places_holds_the_true_one_as_often_as_it_says() -> None:
    held = []
    for seed in range(150):
        at = 30 + seed % 60
        found = change_points(steps(seed, 120, (at, 1.5)))
        held += [change.low < at <= change.high for change in found[:1]]
    assert len(held) > 140
    assert np.mean(held) >= 0.93


@pytest.mark.parametrize("outliers", [[30], [0], [59], [30, 31], [10, 30, 50]], ids=str)
def test_outliers_are_no_change(outliers: list[int]) -> None:
    values = steps(4, 60)
    values[outliers] = 1e6
    assert change_points(values) == ()


def test_outliers_do_not_hide_or_move_a_change() -> None:
    values = steps(4, 60, (30, 4.0))
    values[[10, 28, 45]] = 1e6, -1e6, 1e6
    (change,) = change_points(values)
    assert change.low < 30 <= change.high
    assert change.size == pytest.approx(4.0, abs=1.0)


def test_a_drift_is_told_as_gradual() -> None:
    found = change_points(steps(1, 200) + np.linspace(0, 8, 200))
    assert len(found) >= 2
    assert all(change.gradual and change.size > 0 for change in found)


def test_short_series_tell_nothing() -> None:
    for n in range(8):
        assert change_points(steps(1, n, (n // 2, 100.0))) == ()
    assert change_points(np.array([1.0] * 100)) == ()


def test_what_is_not_finite_is_skipped_and_places_stay_those_given() -> None:
    values = steps(1, 60, (35, 6.0))
    holes = np.insert(values, [0, 35, 35, 50], [np.nan, np.nan, np.inf, -np.inf])
    (plain,), (change,) = change_points(values), change_points(holes)
    assert (plain.at, plain.low, plain.high) == (35, 34, 35)
    assert (change.at, change.low, change.high) == (38, 35, 38)
    assert (change.n_before, change.n_after) == (35, 25)
    assert change_points(np.full(30, np.nan)) == ()


def test_changes_below_the_tolerance_are_not_told() -> None:
    values = 100 + steps(2, 120, (40, 4.0), (80, 12.0))
    assert places(change_points(values)) == [40, 80]
    (change,) = change_points(values, tolerance=8)
    assert change.at == 80
    assert change.n_before == 80
    assert places(change_points(values, relative=0.08)) == [80]
    assert change_points(values, relative=0.2) == ()


def test_of_a_metric_that_repeats_exactly_every_difference_is_told() -> None:
    a, b, c = 0.9312847, 0.9312851, 0.88421
    found = change_points(np.array([a, a, a, b, b, c, c, c, a, a]))
    assert [(x.at, x.low, x.high) for x in found] == [(3, 2, 3), (5, 4, 5), (8, 7, 8)]
    assert [(x.before, x.after) for x in found] == [(a, b), (b, c), (c, a)]
    assert [(x.n_before, x.n_after) for x in found] == [(3, 2), (2, 3), (3, 2)]
    assert all(x.exact and x.p == 0 and x.interval == (x.size, x.size) for x in found)
    told = change_points(np.array([a, a, a, b, b, c, c, c, a, a]), tolerance=0.01)
    assert places(told) == [5, 8]


def test_the_newest_value_of_an_exact_metric_is_told_at_once() -> None:
    (change,) = change_points(np.array([0.9312847] * 6 + [0.88421]))
    assert change.at == 6
    assert (change.n_before, change.n_after) == (6, 1)


def test_coarse_values_are_exact_when_chance_cannot_order_them_so() -> None:
    # 2 / C(16, 8) = 0.00016; 2 / C(8, 4) = 0.029; 2 / 20 = 0.1
    assert [x.exact for x in change_points(np.array([0.93] * 8 + [0.94] * 8))] == [True]
    assert change_points(np.array([0.93] * 4 + [0.94] * 4)) == ()
    assert change_points(np.array([0.93] * 19 + [0.94])) == ()


@pytest.mark.parametrize(
    "values",
    [
        [0.93, 0.935, 0.93, 0.93, 0.93, 0.935, 0.935, 0.93, 0.93, 0.93, 0.93, 0.925, 0.93, 0.93],
        [186 / 201] * 6 + [187 / 201] + [186 / 201] * 4,
        [0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.1 + 0.2, 0.1 + 0.2, 0.3, 0.3],
        [0.9312847] * 5 + [0.9412847] + [0.9312847] * 5,
    ],
    ids=["rounded", "shares", "rounding errors", "one value that does not stay"],
)
def test_tied_noise_is_not_taken_for_exact(values: list[float]) -> None:
    assert change_points(np.array(values)) == ()


def test_rounding_errors_are_no_change() -> None:
    values = np.array([0.3] * 40 + [0.1 + 0.2] * 40)
    assert change_points(values) == ()


@pytest.mark.parametrize("factor", [1e307, 1e-300])
def test_huge_and_tiny_values_are_judged_like_others(factor: float) -> None:
    values = steps(1, 60, (35, 6.0))
    (change,) = change_points(values * factor, tolerance=factor)
    assert change.at == 35
    assert change.size == pytest.approx(change_points(values)[0].size * factor)
    assert change_points(values * 1e-300, tolerance=1.0) == ()


series = st.builds(
    lambda seed, n, share, size: steps(seed, n, (int(share * n), size)),
    st.integers(0, 10_000),
    st.integers(12, 90),
    st.floats(0.1, 0.9),
    st.floats(0, 6),
)


@settings(deadline=None, max_examples=60)
@given(series, st.integers(-20, 20), st.sampled_from([-1.0, 1.0]), st.integers(-1000, 1000))
def test_unit_and_origin_move_nothing(
    values: Values, exponent: int, sign: float, origin: int
) -> None:
    values = np.round(values * 2**20) / 2**20  # so that the sum is exact
    plain = change_points(values)
    other = change_points((values + origin) * sign * 2.0**exponent)
    assert [(x.at, x.low, x.high) for x in other] == [(x.at, x.low, x.high) for x in plain]
    sizes = [x.size * sign * 2.0**exponent for x in plain]
    assert [x.size for x in other] == pytest.approx(sizes, rel=1e-6)


@settings(deadline=None, max_examples=60)
@given(series)
def test_a_mirrored_series_has_mirrored_changes(values: Values) -> None:
    n = len(values)
    plain, mirrored = change_points(values), change_points(values[::-1])
    assert [(n - x.at, n - 1 - x.high, n - 1 - x.low) for x in reversed(mirrored)] == [
        (x.at, x.low, x.high) for x in plain
    ]
    assert [-x.size for x in reversed(mirrored)] == pytest.approx([x.size for x in plain])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.5, 1e9, -3.0, np.nan, np.inf]), max_size=80),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_whatever_is_told_is_well_formed(
    values: list[float], tolerance: float, relative: float
) -> None:
    array = np.array(values, dtype=np.float64)
    found = change_points(array, tolerance=tolerance, relative=relative)
    assert places(found) == sorted(set(places(found)))
    for x in found:
        assert 0 <= x.low < x.at <= x.high < len(array)
        assert np.isfinite(array[[x.low, x.at, x.high]]).all()
        assert x.interval[0] <= x.size <= x.interval[1]
        assert abs(x.size) >= max(tolerance, relative * abs(x.before))
        assert 0 <= x.p <= 0.01
        assert (x.p == 0) == x.exact


@pytest.mark.parametrize(("length", "told"), [(1, 0), (2, 0), (4, 2), (6, 2)])
def test_a_few_values_in_a_row_are_a_change_if_they_lie_far_from_all_others(
    length: int, told: int
) -> None:
    values = np.random.default_rng(3).normal(5, 1, 60)
    values[40 : 40 + length] += 20
    found = change_points(values)
    assert [change.at for change in found] == [40, 40 + length][:told]


def test_the_newest_values_are_a_change_if_they_lie_far_from_all_others() -> None:
    values = np.random.default_rng(3).normal(5, 1, 60)
    values[57:] += 20
    assert [change.at for change in change_points(values)] == [57]


@pytest.mark.parametrize("size", [-30.0, -10.0, 10.0, 30.0])
def test_a_large_step_is_told_however_the_noise_seems_to_remember(size: float) -> None:
    for seed in range(60):
        values = np.random.default_rng([seed, 40]).standard_normal(40)
        values[20:] += size
        assert [change.at for change in change_points(values)] == [20]
