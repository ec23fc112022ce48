"""The best of many is expected to be worse than it looks, by an amount that can be worked out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from runfolio.analysis.optimism import Optimism, optimism_of, why_untold

Values = NDArray[np.float64]


def arrays(*rows: tuple[float, ...]) -> list[Values]:
    return [np.array(row, dtype=np.float64) for row in rows]


def told(values: list[Values], picked: int, paired: bool = False) -> Optimism:
    found = optimism_of(values, picked, "maximize", paired)
    assert found is not None
    assert why_untold(values, picked, "maximize", paired) is None
    return found


def test_an_example_worked_out_by_hand() -> None:
    found = told(arrays((19, 21), (19, 21), (9, 11), (9, 11)), 0)
    # Each has a sum of squares of 2 with one degree of freedom: s² = 8 / 4 = 2, and a mean of
    # two runs has the error √(2 / 2) = 1. The grid has cells of a quarter error from -10 to 0.
    # The lower two, ten errors away, say nothing about the cells near 0, where each of the 100
    # rounds multiplies g by φ(t): g(t) ~ exp(-100 t² / 2), and the posterior ~ exp(-101 t² / 2).
    # With t = -j / 4 and q = exp(-101 / 32) = 0.042585127 that is q^(j²), and its mean
    #   (q + 2 q⁴ + …) / (1 + q + q⁴ + …) / 4
    #   = (0.042585127 + 0.000006577) / (1.042585127 + 0.000003289) / 4 = 0.010213
    q = math.exp(-101 / 32)
    assert q == pytest.approx(0.042585127, abs=1e-8)
    optimism = (q + 2 * q**4 + 3 * q**9) / (1 + q + q**4 + q**9) / 4
    assert found.value == pytest.approx(optimism, abs=1e-9)
    assert found.value == pytest.approx(0.010213, abs=1e-6)
    assert found.corrected == pytest.approx(20 - optimism, abs=1e-9)
    # Student's t for four degrees of freedom and 97.5 % is 2.7764451052.
    assert found.low == pytest.approx(20 - optimism - 2.7764451052, abs=1e-9)
    assert found.high == pytest.approx(20 - optimism + 2.7764451052, abs=1e-9)
    assert found.k == 4
    assert found.error == pytest.approx(1.0, abs=1e-12)


def test_a_lead_that_is_nothing_beside_the_noise_is_all_luck() -> None:
    # Means of 0.0002 and 0 with s = 1: all true means may as well be the same, 0.0001.
    found = told(arrays((-0.9998, 0.0002, 1.0002), (-1, 0, 1)), 0)
    assert found.value == pytest.approx(0.0001, abs=1e-9)
    assert found.corrected == pytest.approx(0.0001, abs=1e-9)


def test_a_lead_far_beyond_the_noise_is_no_luck() -> None:
    assert told(arrays((99, 100, 101), (-1, 0, 1), (-2, 0, 2)), 0).value == 0


def test_what_seeds_do_to_all_alike_is_no_noise_of_the_ranking_but_of_the_range() -> None:
    rows = arrays((24, 16), (26, 14), (14, 6), (16, 4))
    # Less the means, the seeds do ±5 to all; ±1 is left: s² = 8 / (3 · 1), error √(4 / 3).
    found = told(rows, 0, paired=True)
    assert found.error == pytest.approx(math.sqrt(4 / 3), abs=1e-12)
    # The shared part has a variance of 50 with one degree of freedom, so 25 of a mean of two.
    variance = 4 / 3 + 25
    freedom = variance**2 / ((4 / 3) ** 2 / 3 + 25**2 / 1)
    half = float(stats.t.ppf(0.975, freedom)) * math.sqrt(variance)
    assert found.high - found.corrected == pytest.approx(half, rel=1e-9)
    # Not told of the pairs, ±4 and ±6 are noise: s² = 2 (16 + 36 + 16 + 36) / 4 = 52.
    assert told(rows, 0).error == pytest.approx(math.sqrt(26), abs=1e-12)
    assert told(rows, 0).value > found.value


def test_a_configuration_that_is_much_noisier_has_its_own_error() -> None:
    calm = [np.array([-0.1, 0.0, 0.1]) + i / 100 for i in range(20)]
    wild = np.array([-3.0, 0.0, 6.0])
    found = told([*calm, wild], 20)
    assert found.error == pytest.approx(wild.std(ddof=1) / math.sqrt(3), rel=1e-9)
    assert found.value > 0.7  # of a lead of 0.8
    assert told([*calm, np.array([0.9, 1.0, 1.1])], 20).value == 0


def test_diverged_runs_and_configurations_change_little() -> None:
    rng = np.random.default_rng(3)
    values = [row + rng.standard_normal() for row in rng.standard_normal((30, 3))]
    best = int(np.argmax([row.mean() for row in values]))
    alone = told(values, best)
    bad = [np.full(3, -1e300), np.array([0.0, -1e6, 0.0]), np.array([-1e308, 1e300, -1e308])]
    beside = told([*values, *bad], best)
    assert beside.value == pytest.approx(alone.value, rel=0.2)
    assert (beside.k, alone.k) == (33, 30)


def test_the_average_estimate_is_near_the_truth() -> None:
    truth, estimate = [], []
    for seed in range(300):
        rng = np.random.default_rng([seed, 11])
        true = rng.standard_normal(40)
        values = list(true[:, None] + math.sqrt(3) * rng.standard_normal((40, 3)))
        best = int(np.argmax([row.mean() for row in values]))
        truth.append(values[best].mean() - true[best])
        estimate.append(told(values, best).value)
    assert np.mean(estimate) == pytest.approx(np.mean(truth), rel=0.2)


@pytest.mark.parametrize(
    ("values", "goal", "reason"),
    [
        (arrays((1, 2, 3), (0, 1, 2)), "", "no direction"),
        (arrays((1, 2, 3)), "maximize", "one configuration"),
        ([], "maximize", "one configuration"),
        (arrays((0, 1, 2), (1, 2, 3)), "maximize", "not the best"),
        (arrays((1, 2, 3), (0, 1, 2)), "minimize", "not the best"),
        (arrays((3,), (2,), (1,)), "maximize", "too few replicates"),
        (arrays((3, 2), (2, 1), (1, 0)), "maximize", "too few replicates"),
        (arrays((3, 3, 3), (2, 2, 2)), "maximize", "no spread"),
        (arrays((0.1 + 0.2, 0.3, 0.3), (0.2, 0.2, 0.2)), "maximize", "no spread"),
        (arrays((0, 0, 0), (0, 0, 0)), "maximize", "no spread"),
        (arrays((1.7e308, -1.6e308, 0), (0, 0, 0)), "maximize", "no spread"),
    ],
)
def test_where_it_cannot_be_told_there_is_a_reason(
    values: list[Values], goal: str, reason: str
) -> None:
    assert optimism_of(values, 0, goal) is None  # type: ignore[arg-type]
    assert why_untold(values, 0, goal) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30, 1e300])
def test_huge_and_tiny_values_scale_along(scale: float) -> None:
    values = arrays((1, 2, 4), (1, 2, 3), (0, 1), (2,))
    small = told(values, 0)
    large = told([row * scale for row in values], 0)
    for name in ("value", "corrected", "low", "high", "error"):
        assert getattr(large, name) == pytest.approx(getattr(small, name) * scale, rel=1e-9, abs=0)


def test_ten_thousand_configurations_of_different_size() -> None:
    rng = np.random.default_rng(5)
    values = [rng.standard_normal(n) for n in rng.integers(1, 6, 10_000)]
    best = int(np.argmax([row.mean() for row in values]))
    found = told(values, best)
    assert found.low < 0 < found.high  # the true mean
    assert found.k == 10_000


@st.composite
def picks(draw: st.DrawFn) -> tuple[list[Values], int]:
    """Return whole numbers, of which one, two or four have an exact mean, and the best."""
    row = st.sampled_from([1, 2, 4]).flatmap(
        lambda n: st.lists(st.integers(-500, 500), min_size=n, max_size=n)
    )
    values = [np.array(own, dtype=np.float64) for own in draw(st.lists(row, min_size=2))]
    return values, int(np.argmax([own.mean() for own in values]))


@given(picks(), st.integers(-10_000, 10_000), st.integers(-40, 40), st.booleans())
def test_optimism_is_never_negative_and_goes_with_the_values(
    pick: tuple[list[Values], int], shift: int, power: int, paired: bool
) -> None:
    values, best = pick
    found = optimism_of(values, best, "maximize", paired)
    mirrored = optimism_of([-own for own in values], best, "minimize", paired)
    scaled = optimism_of([own * 2.0**power for own in values], best, "maximize", paired)
    moved = optimism_of([own + shift for own in values], best, "maximize", paired)
    if found is None:
        assert mirrored is scaled is moved is None
        return
    assert mirrored is not None
    assert scaled is not None
    assert moved is not None
    mean, all_means = values[best].mean(), np.mean([own.mean() for own in values])
    assert found.value >= 0
    assert all_means - 1e-9 <= found.corrected <= mean
    assert found.low < found.corrected < found.high
    assert math.copysign(1, found.value) == 1
    assert mirrored.value == pytest.approx(found.value, rel=1e-9, abs=1e-9)
    assert mirrored.corrected == pytest.approx(-found.corrected, rel=1e-9, abs=1e-9)
    assert mirrored.low == pytest.approx(-found.high, rel=1e-9, abs=1e-9)
    assert scaled.value == pytest.approx(found.value * 2.0**power, rel=1e-9, abs=0)
    assert moved.value == pytest.approx(found.value, rel=1e-9, abs=1e-9)
    assert moved.corrected == pytest.approx(found.corrected + shift, rel=1e-9, abs=1e-9)
