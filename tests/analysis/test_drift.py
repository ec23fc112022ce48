"""Population stability index and Kolmogorov-Smirnov distance, against SciPy and by hand."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from runfolio.analysis.drift import (
    drift_of_categories,
    drift_of_counts,
    drift_of_numbers,
    ks_distance,
    ks_p,
    psi,
)

COUNTS = st.lists(st.integers(0, 1000), min_size=2, max_size=8)
VALUES = arrays(np.float64, st.integers(1, 60), elements=st.integers(-5, 5).map(float))


def test_psi_of_a_worked_example() -> None:
    # Shares 50, 30, 20 % became 40, 30, 30 %:
    # -0.1 ln(0.4 / 0.5) + 0 + 0.1 ln(0.3 / 0.2) = 0.0223144 + 0.0405465.
    assert psi([50, 30, 20], [40, 30, 30]) == pytest.approx(0.0628609, abs=1e-7)
    assert psi([500, 300, 200], [4, 3, 3]) == pytest.approx(0.0628609, abs=1e-7)


def test_psi_is_the_divergence_of_both_directions() -> None:
    before, now = np.array([10.0, 40, 30, 20]), np.array([25.0, 25, 25, 25])
    both = stats.entropy(before, now) + stats.entropy(now, before)
    assert psi(before, now) == pytest.approx(both)


def test_an_empty_bin_counts_as_half_a_row() -> None:
    # 10 of 20 in a bin that was empty: half a row of 100 before.
    expected = (0.5 - 1.0) * math.log(0.5 / 1.0) + (0.5 - 0.005) * math.log(0.5 / 0.005)
    assert psi([100, 0], [10, 10]) == pytest.approx(expected)


@given(COUNTS, st.data())
def test_psi_is_never_negative_and_the_same_both_ways(
    before: list[int], data: st.DataObject
) -> None:
    now = data.draw(st.lists(st.integers(0, 1000), min_size=len(before), max_size=len(before)))
    index = psi(before, now)
    if not sum(before) or not sum(now):
        assert math.isnan(index)
        return
    assert index >= 0
    assert index == pytest.approx(psi(now, before))
    assert psi(before, before) == 0


@given(VALUES, VALUES)
def test_the_distance_is_that_of_scipy(before: np.ndarray, now: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of its p-value
        theirs = stats.ks_2samp(before, now, method="exact")
    assert ks_distance(before, now) == pytest.approx(theirs.statistic, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.1])
def test_its_p_value_is_that_of_scipy_for_many_rows(shift: float) -> None:
    rng = np.random.default_rng(5)
    before, now = rng.normal(size=3000), rng.normal(shift, size=2000)
    theirs = stats.ks_2samp(before, now, method="asymp")
    assert ks_p(theirs.statistic, 3000, 2000) == pytest.approx(theirs.pvalue, rel=0.05, abs=1e-4)


def test_bins_are_tenths_of_what_was_before() -> None:
    before = np.arange(1000.0)
    now = before[:500]  # the lower half alone: five bins of a fifth, five that are empty
    fifth = (0.2 - 0.1) * math.log(2)
    gone = (0.001 - 0.1) * math.log(0.001 / 0.1)
    assert drift_of_numbers(before, now).psi == pytest.approx(5 * fifth + 5 * gone)


def test_what_did_not_move_is_called_stable_and_what_did_is_not() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(size=5000)
    assert drift_of_numbers(before, rng.normal(size=2000)).verdict == "stable"
    assert drift_of_numbers(before, rng.normal(0.45, size=2000)).verdict == "moved somewhat"
    assert drift_of_numbers(before, rng.normal(1.0, size=2000)).verdict == "moved"


def test_a_dozen_rows_cannot_tell_that_nothing_moved() -> None:
    rng = np.random.default_rng(2)
    before = rng.normal(size=400)
    few = drift_of_numbers(before, rng.normal(size=12))
    assert few.psi > 0.25  # the convention alone would raise an alarm
    assert few.verdict == "too few rows"


def test_chance_alone_seldom_reaches_what_is_told() -> None:
    rng = np.random.default_rng(3)
    found = [drift_of_numbers(rng.normal(size=2000), rng.normal(size=300)) for _ in range(400)]
    above = np.mean([one.psi > one.chance for one in found])
    assert 0.02 < above < 0.09  # 5 % by construction, within what 400 draws can tell


def test_values_that_go_missing_are_a_move() -> None:
    before = np.arange(1000.0)
    now = np.where(np.arange(1000) % 2, np.nan, before)
    found = drift_of_numbers(before, now)
    assert found.verdict == "moved"
    assert (found.missing_before, found.missing_now) == (0.0, 0.5)


def test_columns_of_one_value_none_and_infinities() -> None:
    same = drift_of_numbers(np.ones(300), np.ones(300))
    assert (same.psi, same.verdict) == (0.0, "stable")
    for value in (0.0, 2.0):
        other = drift_of_numbers(np.ones(300), np.full(300, value))
        assert (other.ks, other.verdict) == (1.0, "moved")
    assert drift_of_numbers(np.array([]), np.ones(3)).verdict == "too few rows"
    wild = drift_of_numbers(np.array([-math.inf, *range(98), math.inf]), np.full(100, math.inf))
    assert wild.verdict == "moved"


def test_categories_new_ones_and_missing_ones() -> None:
    before = ["a"] * 500 + ["b"] * 300 + ["c"] * 200
    assert drift_of_categories(before, before).psi == 0
    by_hand = drift_of_categories(before, ["a"] * 400 + ["b"] * 300 + ["c"] * 300)
    assert by_hand.psi == pytest.approx(0.0628609, abs=1e-7)
    assert drift_of_categories(before, ["new"] * 1000).verdict == "moved"
    gone = drift_of_categories(before, [*[None] * 500, *before[:500]])
    assert (gone.missing_before, gone.missing_now) == (0.0, 0.5)
    assert gone.verdict == "moved"


def test_counts_alone_are_judged_too() -> None:
    found = drift_of_counts([5000, 3000, 2000], [4000, 3000, 3000])
    assert (found.verdict, found.before, found.now) == ("stable", 10000, 10000)
    assert math.isnan(found.ks)


def test_of_many_columns_together_one_false_alarm_is_as_rare() -> None:
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(120):
        before = rng.normal(size=1000)
        found = [drift_of_numbers(before, rng.normal(size=400), tests=8) for _ in range(8)]
        alarms += any(one.psi > one.chance for one in found)
    assert alarms / 120 < 0.12
