"""Which numbers are shares of small data, which other metrics have by chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runfolio.audience.ratios import is_small_ratio


@given(st.integers(0, 10_000), st.integers(1, 5_000))
def test_every_ratio_of_small_counts_is_known(above: int, below: int) -> None:
    assert is_small_ratio(np.array([above / below, -above / below, 100 * above / below])).all()


def test_other_numbers_are_none() -> None:
    values = np.random.default_rng(1).random(20_000)
    assert is_small_ratio(values).sum() < 20
    assert not is_small_ratio(np.array([0.8123457891234, np.pi, np.sqrt(2) * 100])).any()


def test_the_mean_of_several_is_known() -> None:
    shares = np.random.default_rng(2).integers(0, 211, (5, 300)) / 211
    assert is_small_ratio(shares.mean(axis=0)).all()
