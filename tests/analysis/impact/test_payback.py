"""When the cost is back, and what is left over the years: by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts import NEW, TODAY, TRIAGE, analysed, impact, seeds, with_quantities
from runfolio.analysis.impact.payback import annuity, years_until

SIDES = analysed(seeds("today", TODAY), seeds("new", NEW))
# At 25 per cent a year later each euro counts 0.8.
PAID = {**TRIAGE, "fixed_cost": 3_000, "horizon": 3, "discount_rate": 0.25}


def exactly(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def test_the_value_of_a_yearly_euro_by_hand() -> None:
    assert annuity(0, 0.25) == 0
    assert annuity(3, 0.25) == exactly(0.8 + 0.64 + 0.512)
    assert annuity(2.5, 0.25) == exactly(0.8 + 0.64 + 0.5 * 0.512)
    assert annuity(7.25, 0) == exactly(7.25)


@given(st.floats(0, 40), st.floats(0, 0.3))
def test_pay_back_is_the_value_read_the_other_way(years: float, rate: float) -> None:
    assert years_until(annuity(years, rate), rate) == pytest.approx(years, rel=1e-6, abs=1e-6)


def test_pay_back_and_value_over_the_horizon_by_hand() -> None:
    told = impact(SIDES, PAID)
    assert told.payback is not None
    assert told.payback.net is not None
    # 2,170 a year: 2,170 · 1.952 - 3,000
    assert told.payback.net.mean == exactly(1_235.84)
    # The first year brings 1,736, the second 1,388.80, of which 1,264 are needed.
    assert told.payback.years == exactly(1 + 1_264 / 1_388.8)
    assert told.payback.net.low < 1_235.84 < told.payback.net.high
    assert 0 < told.payback.within < 1


def test_a_month_is_a_twelfth_of_what_a_year_brings() -> None:
    yearly, monthly = impact(SIDES, PAID), impact(SIDES, {**PAID, "period": "month"})
    assert yearly.payback is not None
    assert monthly.payback is not None
    assert monthly.payback.years == exactly(yearly.payback.years or 0)


def test_what_is_never_back_is_none() -> None:
    told = impact(SIDES, {**PAID, "fixed_cost": 100_000})
    assert told.payback is not None
    assert told.payback.years is None
    assert told.payback.within == 0
    costly = impact(SIDES, {**PAID, "running_cost": {"value": 90_000, "unit": "EUR/year"}})
    assert costly.payback is not None
    assert costly.payback.years is None


def test_without_a_horizon_the_pay_back_stands_alone() -> None:
    told = impact(SIDES, {**TRIAGE, "fixed_cost": 4_340})
    assert told.payback is not None
    assert told.payback.years == exactly(2)
    assert told.payback.net is None


def test_without_a_fixed_cost_the_horizon_stands_alone() -> None:
    told = impact(SIDES, {**TRIAGE, "horizon": 2})
    assert told.payback is not None
    assert told.payback.net is not None
    assert told.payback.net.mean == exactly(4_340)
    assert told.payback.years == 0


def test_an_uncertain_fixed_cost_spreads_the_value() -> None:
    certain = with_quantities(PAID, positives={"value": 11, "unit": "%"})
    wide = {**certain, "fixed_cost": {"value": 3_000, "range": [0, 6_000], "unit": "EUR"}}
    one, other = impact(SIDES, certain).payback, impact(SIDES, wide).payback
    assert one is not None
    assert other is not None
    assert one.net is not None
    assert other.net is not None
    assert other.net.mean == exactly(one.net.mean)
    assert other.net.high - other.net.low > one.net.high - one.net.low


def test_neither_a_cost_nor_a_horizon_asks_for_no_pay_back() -> None:
    assert impact(SIDES, TRIAGE).payback is None
