"""Sums of money and estimates: rounded as far as they are known, in the reader's locale."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
from babel.numbers import format_currency, get_minus_sign_symbol, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from runfolio.model.locale import locale_named, written_in
from runfolio.model.money import (
    format_estimate,
    format_estimate_range,
    format_money,
    format_money_range,
)

SUMS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "interval", "shown"),
    [
        (1234567, None, "1,230,000"),  # three figures
        (1234567, (810_000, 1_700_000), "1,200,000"),  # half 445,000: 36 % of it, two figures
        (1234567, (1_200_000, 1_270_000), "1,230,000"),  # half 35,000: 2.8 %, three
        (1234567, (1_233_567, 1_235_567), "1,235,000"),  # half 1,000: three would leave it
        (1234, (-50_000, 60_000), "1,000"),  # half 55,000: thousands are all that is known
        (999.6, None, "1,000"),  # rounds up to four digits, and gets no decimals
        (12.345, None, "12.30"),
        (12, None, "12"),
        (1.005, None, "1.00".removesuffix(".00")),
        (0.00123, None, "0.00123"),
        (0, None, "0"),
        (0, (0, 0), "0"),
        (2500, (2400, 2600), "2,500"),
        (0.5, (0.3, 0.7), "0.50"),
        (3e20, None, "3e20"),
        (4.5e-12, None, "4.5e−12"),
        (4.5e-12, (-3, 3), "0"),
        (math.nan, None, "NaN"),
        (math.inf, None, "∞"),
        (5, (-math.inf, math.inf), "5"),
    ],
)
def test_plain_rounding(value: float, interval: tuple[float, float] | None, shown: str) -> None:
    assert format_money(value, "EUR", interval) == f"EUR\u00a0{shown}"


def test_ranges_have_two_figures_or_as_many_as_tell_their_ends_apart() -> None:
    assert format_money_range(812_345, 1_734_000, "EUR") == "EUR\u00a0810,000 to 1,700,000"
    assert format_money_range(1_234_100, 1_235_900, "EUR") == "EUR\u00a01,234,100 to 1,235,900"
    assert format_money_range(12_345, 1_734_000, "EUR") == "EUR\u00a010,000 to 1,700,000"
    assert format_money_range(-50_000, 60_000, "EUR") == "EUR\u00a0−50,000 to 60,000"
    assert format_money_range(5, 5, "EUR") == "EUR\u00a05 to 5"
    signed = format_money_range(1000, 3000, "EUR", signed=True)
    assert signed == "EUR\u00a0+1,000 to +3,000"
    assert format_estimate_range(810, 1_700, "h") == "810 to 1,700\u00a0h"
    assert format_estimate(-1234.5, (-1600, -900), "h") == "−1,200\u00a0h"
    assert format_estimate(12.345, signed=True) == "+12.3"


@pytest.mark.parametrize("name", ["de", "fr", "en-GB", "en-IN", "nl", "sv", "tr", "ja"])
@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY"])
def test_sign_and_place_of_the_currency_are_those_of_babel(name: str, currency: str) -> None:
    there = name.replace("-", "_")
    minus = get_minus_sign_symbol(there)
    with written_in(locale_named(name)):
        for value in (1_230_000, 45_600, 789, 0):
            for sign in (1, -1) if value else (1,):
                wanted = format_currency(
                    sign * value, currency, locale=there, currency_digits=False
                )
                # Babel leaves the pattern's hyphen where the locale has a minus of its own.
                wanted = re.sub(r"[.,]00(?!\d)", "", wanted).replace("-", minus)
                assert format_money(sign * value, currency) == wanted


def test_the_currency_stands_once_where_it_stands_apart() -> None:
    ends = (810_000, 1_700_000)
    shown = {}
    for name in ("de", "en-GB", "nl"):
        with written_in(locale_named(name)):
            shown[name] = format_money_range(*ends, "EUR")
    assert shown == {
        "de": "810.000 to 1.700.000\u00a0€",
        "en-GB": "€810,000 to €1,700,000",
        "nl": "€\u00a0810.000 to 1.700.000",
    }


@given(value=SUMS, half=st.floats(0, 1e12))
def test_a_sum_is_never_told_outside_of_what_is_known(value: float, half: float) -> None:
    low, high = value - half, value + half
    text = format_estimate(value, (low, high)).replace("−", "-").replace(",", "")
    half = (high - low) / 2
    size, known = Decimal(abs(value)), Decimal(half)
    # Three figures at worst where there is no interval to speak of: 5 of 1,000. Six where it is
    # narrower than these tell, and whole ones from a thousand on.
    loose = max(known, size * Decimal("5e-6" if half else "5e-3"), Decimal(size >= 1000) / 2)
    assert abs(Decimal(text) - Decimal(value)) <= loose * Decimal("1.0001")


@given(value=SUMS)
def test_a_sum_reads_back_in_german(value: float) -> None:
    with written_in(locale_named("de")):
        text = format_money(value, "EUR").removesuffix("\u00a0€")
    plain = format_money(value, "EUR").removeprefix("EUR\u00a0")
    assert parse_decimal(text, locale="de") == Decimal(plain.replace(",", "").replace("−", "-"))


@given(low=SUMS, width=st.floats(0, 1e12))
def test_ends_of_a_range_stay_in_order(low: float, width: float) -> None:
    text = format_estimate_range(low, low + width).replace("−", "-").replace(",", "")
    first, last = text.split(" to ")
    assert Decimal(first) <= Decimal(last)
