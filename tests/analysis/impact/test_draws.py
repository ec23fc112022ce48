"""Draws against what is known exactly: scipy's distributions, and Student's t."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from impacts import analysed, impact, seeds, worth
from runfolio.analysis.impact.draws import DRAWS, expected, quantity_at, quantity_draws
from runfolio.config import Quantity

Z = stats.norm.ppf(0.95)

# value, low, high, and the distribution that scipy has for it.
KNOWN: list[tuple[str, tuple[float, float, float], Any]] = [
    ("triangular", (10, 5, 18), stats.triang(5 / 13, 5, 13)),
    ("triangular", (5, 5, 18), stats.triang(0, 5, 13)),
    ("pert", (10, 4, 25), stats.beta(1 + 4 * 6 / 21, 1 + 4 * 15 / 21, 4, 21)),
    ("uniform", (3, -1, 4), stats.uniform(-1, 5)),
    ("normal", (10, 7, 13), stats.norm(10, 3 / Z)),
    ("lognormal", (6_000, 2_000, 18_000), stats.lognorm(math.log(3) / Z, scale=6_000)),
]


def quantity(distribution: str, ends: tuple[float, float, float]) -> Quantity:
    value, *span = ends
    return Quantity.model_validate({"value": value, "range": span, "distribution": distribution})


@pytest.mark.parametrize(("distribution", "ends", "known"), KNOWN)
def test_each_distribution_is_scipys(
    distribution: str, ends: tuple[float, float, float], known: Any
) -> None:
    told = quantity(distribution, ends)
    shares = np.array([1e-6, 0.05, 0.3, 0.5, 0.77, 0.95, 1 - 1e-6])
    assert quantity_at(told, shares) == pytest.approx(known.ppf(shares), rel=1e-9, abs=1e-9)
    assert expected(told) == pytest.approx(known.mean(), rel=1e-9)
    # One draw in each of 20,000 equal parts: hardly any error is left.
    assert quantity_draws("any", told).mean() == pytest.approx(known.mean(), rel=1e-3)


def test_draws_are_those_of_the_name_alone() -> None:
    told = quantity("uniform", (3, -1, 4))
    assert np.array_equal(quantity_draws("cases", told), quantity_draws("cases", told))
    both = np.corrcoef(quantity_draws("cases", told), quantity_draws("costs", told))
    assert abs(both[0, 1]) < 4 / math.sqrt(DRAWS)


def test_a_product_of_two_lognormal_quantities_is_lognormal() -> None:
    told = {
        "a": {"value": 100, "range": [50, 200], "distribution": "lognormal"},
        "b": {"value": 5, "range": [2.5, 10], "distribution": "lognormal"},
    }
    a = analysed(seeds("today", {"recall": [0.5]}), seeds("new", {"recall": [0.75]}))
    # The difference is 0.25 a b, lognormal about 125 with σ² twice that of one: (ln 2 / z)².
    sigma = math.sqrt(2) * math.log(2) / Z
    known = stats.lognorm(sigma, scale=125)
    exact = impact(a, worth("eur * a * b * metric('recall')", **told)).difference
    drawn = impact(a, worth("eur * max(0, a * b) * metric('recall')", **told)).difference
    assert exact is not None
    assert drawn is not None
    assert exact.mean == pytest.approx(known.mean(), rel=1e-9)
    assert exact.error == 0
    assert drawn.error == pytest.approx(known.std() / math.sqrt(DRAWS), rel=0.1)
    assert drawn.mean == pytest.approx(known.mean(), abs=4 * drawn.error)
    for found, share in ((exact.low, 0.05), (exact.high, 0.95)):
        # The standard error of a quantile of n draws is √(q (1 - q) / n) / f(quantile).
        at = known.ppf(share)
        error = math.sqrt(share * (1 - share) / DRAWS) / known.pdf(at)
        assert found == pytest.approx(at, abs=4 * error)


@pytest.mark.parametrize(
    ("new", "today"),
    [
        ((0.90, 0.93, 0.91), (0.89, 0.90, 0.91)),
        ((0.90, 0.95, 0.91, 0.97, 0.92), (0.93, 0.94, 0.90, 0.95, 0.90)),
    ],
)
def test_paired_seeds_give_students_t(new: tuple[float, ...], today: tuple[float, ...]) -> None:
    a = analysed(seeds("today", {"recall": today}), seeds("new", {"recall": new}))
    told = impact(a, worth("eur * 1000 * metric('recall')"))
    pairs = 1000 * (np.array(new) - np.array(today))
    error = pairs.std(ddof=1) / math.sqrt(len(pairs))
    known = stats.t(len(pairs) - 1, pairs.mean(), error)
    assert told.difference is not None
    assert told.difference.mean == pytest.approx(pairs.mean(), rel=1e-9)
    likely = known.sf(0)
    assert told.probability == pytest.approx(likely, abs=4 * math.sqrt(0.25 / DRAWS))
    # Shares end at 1, which no draw near the 5th and the 95th percentile reaches here.
    for found, share in ((told.difference.low, 0.05), (told.difference.high, 0.95)):
        at = known.ppf(share)
        assert found == pytest.approx(
            at, abs=5 * math.sqrt(share * (1 - share) / DRAWS) / known.pdf(at)
        )


def test_sides_that_do_not_pair_are_independent() -> None:
    new, today = (0.50, 0.53, 0.51, 0.57, 0.52), (0.49, 0.50, 0.54, 0.49, 0.50)
    a = analysed(
        seeds("today", {"recall": today}, seeded=False), seeds("new", {"recall": new}, seeded=False)
    )
    told = impact(a, worth("eur * metric('recall')"))
    ours, theirs = (
        stats.t(len(side) - 1, np.mean(side), np.std(side, ddof=1) / math.sqrt(len(side)))
        for side in (new, today)
    )
    # P(X > Y) = ∫ f_X(x) F_Y(x) dx
    likely, _ = integrate.quad(lambda x: ours.pdf(x) * theirs.cdf(x), 0, 1, points=[0.5], limit=500)
    assert told.probability == pytest.approx(likely, abs=4 * math.sqrt(0.25 / DRAWS))


def test_pairs_that_all_differ_by_the_same_are_compared_as_sides() -> None:
    new, today = (0.51, 0.53, 0.55), (0.50, 0.52, 0.54)
    paired = analysed(seeds("today", {"recall": today}), seeds("new", {"recall": new}))
    told = impact(paired, worth("eur * metric('recall')"))
    assert told.difference is not None
    assert told.difference.low < 0.01 < told.difference.high
    assert 0.5 < told.probability < 1


def test_a_share_is_never_drawn_beyond_all_or_nothing() -> None:
    a = analysed(
        seeds("today", {"recall": (0.9, 0.9, 0.9)}), seeds("new", {"recall": (0.9, 0.99, 1)})
    )
    told = impact(a, worth("eur * metric('recall')"))
    assert told.champion is not None
    assert told.champion.total.high <= 1


def test_a_step_is_worth_its_chance_and_not_all_or_nothing() -> None:
    # A bonus from 0.95 on; four runs about 0.951: its mean is the chance of a mean above that.
    new = (0.931, 0.971, 0.941, 0.961)
    a = analysed(seeds("today", {"recall": (0.5,) * 4}), seeds("new", {"recall": new}))
    told = impact(a, worth("100 * eur if metric('recall') >= 0.95 else 0 * eur"))
    assert told.champion is not None
    error = np.std(new, ddof=1) / 2
    chance = stats.norm(0.951, error).sf(0.95)
    assert told.champion.total.mean == pytest.approx(
        100 * chance, abs=4 * told.champion.total.error
    )
    assert told.champion.total.error == pytest.approx(
        100 * math.sqrt(chance * (1 - chance) / DRAWS), rel=0.01
    )
    assert not told.is_exact
