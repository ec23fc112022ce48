"""How numbers that people stated are written, in tables and beside sliders."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from impact_cases import analysed, impact_of_case
from runfolio.config import Quantity
from runfolio.model.locale import locale_named, written_in
from runfolio.views.impact_inputs import plain_number, quantity_range, quantity_value
from runfolio.views.slider_scale import stated_scale

IMPACT = impact_of_case(analysed())


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (1234.5678, "EUR/case", "EUR 1,234.5678 per case"),
        (1_234_567.5, "EUR/year", "EUR 1,234,567.5 a year"),
        (5_033_000.0, "EUR", "EUR 5,033,000"),
        (-0.00012, "EUR", "EUR −0.00012"),
        (1.0, "case/day", "1 case a day"),
        (2.0, "case/day", "2 cases a day"),
        (0.1, "%", "0.1 %"),
    ],
)
def test_what_is_stated_is_written_in_full(value: float, unit: str, written: str) -> None:
    told = quantity_value(IMPACT, Quantity(value=value, unit=unit))
    assert told.replace("\u00a0", " ") == written


def test_a_range_from_one_on_has_its_unit_once() -> None:
    told = quantity_range(IMPACT, Quantity(value=2, range=(1, 3), unit="case/day"))
    assert told.replace("\u00a0", " ") == "1 to 3 cases a day"


@pytest.mark.parametrize(
    ("name", "written"), [("en", "1 to 3 %"), ("de", "1 to 3 %"), ("tr", "%1 to %3")]
)
def test_a_range_of_shares_has_its_sign_where_the_locale_does(name: str, written: str) -> None:
    with written_in(locale_named(name)):
        told = quantity_range(IMPACT, Quantity(value=2, range=(1, 3), unit="%"))
    assert told.replace("\u00a0", " ") == written


def test_what_is_stated_is_written_in_the_readers_locale() -> None:
    with written_in(locale_named("de")):
        assert plain_number(1234.5678) == "1.234,5678"


@given(st.floats(-1e14, 1e14))
def test_no_digit_of_what_is_stated_is_lost(value: float) -> None:
    told = plain_number(value).replace(",", "").replace("−", "-")
    if value == 0 or abs(value) >= 1e-6:
        assert float(told) == value


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.one_of(
        st.none(),
        st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2).map(
            lambda ends: (min(ends), max(ends))
        ),
    ),
)
@example(1e308, None)
@example(5e-324, None)
@example(1e16, None)
@example(-1e300, None)
@example(0.0, (-1.7e308, 1.7e308))
def test_any_number_has_a_slider(value: float, span: tuple[float, float] | None) -> None:
    scale = stated_scale(value, span)
    ends = (scale.least, scale.low, value, scale.high, scale.most)
    assert all(map(math.isfinite, ends))
    assert ends == tuple(sorted(ends))
    assert 0 < scale.step < math.inf
    assert scale.low < scale.high


@pytest.mark.parametrize(("value", "high"), [(12.0, 24.0), (80.0, 100.0), (120.0, 240.0)])
def test_a_slider_in_per_cent_ends_at_a_hundred_where_it_starts_below(
    value: float, high: float
) -> None:
    assert stated_scale(value, is_percent=True).high == high
