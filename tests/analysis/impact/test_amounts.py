"""When an expected value needs no draws, and what a range is where draws have no value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from formula_trees import INPUTS, trees, value
from runfolio.analysis.impact.amounts import Drawn, is_linear
from runfolio.formula import Input, Node, inputs_of, parse_formula

A, B, C = (Input("quantity", (name,)) for name in "abc")
few = st.integers(-4, 4).map(float)


@given(trees(), st.fixed_dictionaries(dict.fromkeys(INPUTS, st.tuples(few, few))))
def test_a_linear_formula_is_its_mean_at_the_means(
    formula: Node, ends: Mapping[Input, tuple[float, float]]
) -> None:
    # Each input is one of two values, with even chances and on its own.
    assume(is_linear(formula, [frozenset({one}) for one in INPUTS]))
    corners = [dict(zip(ends, corner, strict=True)) for corner in product(*ends.values())]
    all_values = [value(formula, corner) for corner in corners]
    means = {one: (low + high) / 2 for one, (low, high) in ends.items()}
    at_means = value(formula, means)
    assume(all(map(math.isfinite, [*all_values, at_means])))
    size = max(map(abs, all_values))
    assert np.mean(all_values) == pytest.approx(at_means, rel=1e-6, abs=1e-6 * max(size, 1))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a * b * c", True),
        ("a * b + a * c - 3 * b", True),
        ("a / 2 + b", True),
        ("a ** 1", True),
        ("a * a", False),
        ("a ** 2", False),
        ("b / a", False),
        ("max(a, b)", False),
        ("exp(a)", False),
        ("a if b > 1 else c", False),
        ("a if 2 > 1 else 3 * a", False),
    ],
)
def test_what_is_linear_in_each_input(formula: str, expected: bool) -> None:
    groups = [frozenset({one}) for one in (A, B, C)]
    assert is_linear(parse_formula(formula), groups) is expected


def test_inputs_that_go_together_are_one_group() -> None:
    formula = parse_formula("a * b * c")
    assert not is_linear(formula, [frozenset({A, B}), frozenset({C})])
    assert is_linear(parse_formula("(a + b) * c"), [frozenset({A, B}), frozenset({C})])
    assert inputs_of(formula) == (A, B, C)


def test_draws_without_a_value_widen_the_range() -> None:
    draws = np.arange(1.0, 1001.0)
    full = Drawn(500.5, draws, draws, 500.5).spread
    holes = np.where(draws <= 20, np.nan, draws)  # any twenty: where they lie is not known
    odd = Drawn(500.5, holes, draws, 500.5).spread
    # The 5th percentile of a thousand is the 50th. With twenty unknown ones below it, that is
    # the 30th of those known, 21 to 1000; above, the 951st of those known is 971.
    assert (full.low, full.high) == (50, 951)
    assert (odd.low, odd.high) == (50, 971)
    lost = Drawn(500.5, np.where(draws <= 60, np.nan, draws), draws, 500.5).spread
    assert lost.low == -math.inf
    assert full.has_range
    assert odd.has_range
    assert lost.has_range


def test_a_difference_that_is_rounding_is_none() -> None:
    # Millions that are the same on both sides, summed up in another order.
    draws = 1e6 * np.linspace(1.0, 2.0, 100)
    one = Drawn(1.5e6, draws, np.asarray(1.5e6), 1.5e6)
    other = Drawn(1.5e6 * (1 + 3e-16), draws * (1 + 3e-16), np.asarray(1.5e6), 1.5e6)
    for more in (one - other, other - one):
        assert (more.spread.mean, more.spread.low, more.spread.high) == (0, 0, 0)
        assert not more.spread.has_range
        assert more.likely_more == 0
    # A cent of it is none.
    cent = Drawn(1.5e6 + 0.01, draws + 0.01, np.asarray(1.5e6 + 0.01), 1.5e6) - one
    assert cent.spread.mean == pytest.approx(0.01, rel=1e-6)
    assert cent.likely_more == 1
    assert not cent.spread.has_range
