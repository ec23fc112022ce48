"""Seeds and differences, against published tables."""

from __future__ import annotations

import math

import pytest

from runfolio.analysis.power import seeds_needed, smallest_delta


@pytest.mark.parametrize(
    ("effect", "power", "level", "paired", "seeds"),
    [
        # Cohen (1988), table 2.4.1, two-sided 0.05, power 0.8; 0.2 is 393 by his approximation
        # and 394 exactly (G*Power).
        (0.2, 0.8, 0.05, False, 394),
        (0.5, 0.8, 0.05, False, 64),
        (0.8, 0.8, 0.05, False, 26),
        (1.0, 0.8, 0.05, False, 17),
        (0.5, 0.9, 0.05, False, 86),
        (0.5, 0.8, 0.01, False, 96),
        (0.2, 0.8, 0.05, True, 199),
        (0.5, 0.8, 0.05, True, 34),
        (0.8, 0.8, 0.05, True, 15),
    ],
)
def test_published_numbers(
    effect: float, power: float, level: float, paired: bool, seeds: int
) -> None:
    needed = seeds_needed(-3 * effect, 3.0, paired=paired, power=power, level=level)
    assert needed == seeds


def test_several_comparisons_are_judged_at_a_share_of_the_level() -> None:
    assert seeds_needed(0.5, 1.0, comparisons=5) == seeds_needed(0.5, 1.0, level=0.01) == 96


@pytest.mark.parametrize(
    ("delta", "spread"),
    [(0, 1), (math.nan, 1), (1, 0), (1, math.nan), (1, math.inf), (math.inf, 1), (0.001, 1)],
)
def test_no_number_of_seeds_where_none_can_be_told(delta: float, spread: float) -> None:
    assert seeds_needed(delta, spread) is None


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("comparisons", [1, 20, 12_000])
def test_a_giant_difference_takes_few_seeds(paired: bool, comparisons: int) -> None:
    needed = seeds_needed(1e300, 1e-300, paired=paired, comparisons=comparisons)
    assert needed == 2


@pytest.mark.parametrize("n", [2, 3, 5, 10, 64, 5000])
@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize(("power", "comparisons"), [(0.5, 1), (0.8, 1), (0.8, 20), (0.95, 1000)])
def test_the_smallest_difference_takes_just_the_seeds_there_are(
    n: int, paired: bool, power: float, comparisons: int
) -> None:
    found = smallest_delta(n, 1e-200, paired=paired, power=power, comparisons=comparisons)
    for share, enough in ((1 + 1e-5, True), (1 - 1e-5, False)):
        needed = seeds_needed(
            found * share, 1e-200, paired=paired, power=power, comparisons=comparisons
        )
        assert needed is not None
        assert (needed <= n) == enough


def test_no_difference_where_nothing_is_known() -> None:
    unknown = smallest_delta(1, 1.0), smallest_delta(5, 0.0), smallest_delta(5, math.nan)
    assert all(math.isnan(delta) for delta in unknown)
