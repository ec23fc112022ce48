"""Holm's adjustment, against worked examples and its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.analysis.multiplicity import holm

shares = st.lists(st.floats(0, 1), max_size=30)


def test_a_worked_example() -> None:
    # Four hypotheses at 0.05, as in textbooks: only the fourth and the first are rejected.
    adjusted = holm([0.01, 0.04, 0.03, 0.005])
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_what_could_not_be_judged_does_not_count() -> None:
    adjusted = holm([math.nan, 0.02, math.nan, 0.01])
    assert adjusted == pytest.approx([math.nan, 0.02, math.nan, 0.02], nan_ok=True)
    assert holm([]).shape == (0,)
    assert np.isnan(holm([math.nan])).all()


def test_what_is_not_seen_counts() -> None:
    # Four in all, of which two are seen: 0.01 * 4 and 0.04 * 3.
    assert holm([0.01, 0.04], unseen=2) == pytest.approx([0.04, 0.12])


@given(shares, shares)
def test_what_is_not_seen_never_makes_a_p_smaller(seen: list[float], hidden: list[float]) -> None:
    whole = holm([*seen, *hidden])[: len(seen)]
    assert (holm(seen, len(hidden)) >= whole - 1e-12).all()


@given(shares)
def test_rejected_is_what_holms_steps_reject(p: list[float]) -> None:
    level, rejected = 0.05, set()
    for step, (value, place) in enumerate(sorted((value, i) for i, value in enumerate(p))):
        if value * (len(p) - step) > level:
            break
        rejected.add(place)
    assert set(np.flatnonzero(holm(p) <= level).tolist()) == rejected


@given(shares)
def test_adjusting_keeps_order_and_never_lowers(p: list[float]) -> None:
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
