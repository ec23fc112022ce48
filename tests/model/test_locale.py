"""Numbers, shares and dates in the reader's locale; babel's own functions say what is right."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal

import babel
import pytest
from babel.dates import format_date
from babel.localedata import locale_identifiers
from babel.numbers import (
    format_decimal,
    format_percent,
    get_decimal_symbol,
    get_group_symbol,
    get_minus_sign_symbol,
    parse_decimal,
)
from hypothesis import given
from hypothesis import strategies as st

from runfolio.model import numbers
from runfolio.model.locale import (
    ENGLISH,
    UnknownLocaleError,
    current_locale,
    locale_named,
    written_in,
)
from runfolio.model.numbers import format_count, format_number, localized, localized_prose, ranging

LOCALES = ["de", "fr", "en-IN", "en-GB", "sv", "tr", "nl", "pt-PT", "hi", "he", "ar-EG"]
GROUPED = [0, 7, 999, 1234, 12345, 123456, 1234567, 12345678901]


def own_minus(text: str, locale: str) -> str:
    """Put the locale's minus where babel leaves the pattern's hyphen."""
    return text.replace("-", get_minus_sign_symbol(locale.replace("-", "_")))


@pytest.mark.parametrize("name", LOCALES)
def test_numbers_are_those_of_babel(name: str) -> None:
    there = name.replace("-", "_")
    with written_in(locale_named(name)):
        for count in GROUPED:
            assert format_count(count) == format_decimal(count, locale=there)
        for count in GROUPED[1:]:
            wanted = own_minus(format_decimal(-count, locale=there), name)
            assert format_number(-count, digits=0) == wanted
        for value, digits in ((0.5, 1), (1234.5, 1), (1234567.25, 2), (3.142, 3)):
            assert format_number(value, digits=digits) == format_decimal(value, locale=there)
        for share in (0.0, 0.05, 0.964, 1.0, 12.346):
            assert numbers.format_percent(share) == format_percent(share, locale=there)
        assert numbers.format_percent(-0.12) == own_minus(format_percent(-0.12, locale=there), name)


def test_what_people_of_some_countries_read() -> None:
    # As their style guides have it (Duden; Imprimerie nationale; the Indian lakh and crore).
    cases = {
        "de": ("1.234.567,5", "-1.234", "96,4\u00a0%"),
        "fr": ("1\u202f234\u202f567,5", "-1\u202f234", "96,4\u00a0%"),
        "en-IN": ("12,34,567.5", "-1,234", "96.4%"),
        "sv": ("1\u00a0234\u00a0567,5", "\N{MINUS SIGN}1\u00a0234", "96,4\u00a0%"),
        "tr": ("1.234.567,5", "-1.234", "%96,4"),
        "en": ("1,234,567.5", "\N{MINUS SIGN}1234", "96.4\u00a0%"),
    }
    for name, wanted in cases.items():
        with written_in(locale_named(name)):
            shown = format_number(1234567.5, digits=1), format_number(-1234)
            assert (*shown, numbers.format_percent(0.964, 1)) == wanted, name


def test_swiss_numbers_have_the_signs_of_their_country() -> None:
    decimal, group = get_decimal_symbol("de_CH"), get_group_symbol("de_CH")
    with written_in(locale_named("de-CH")):
        assert format_number(1234567.5, digits=1) == f"1{group}234{group}567{decimal}5"


@pytest.mark.parametrize("name", ["en", *LOCALES])
@given(value=st.floats(allow_nan=False, allow_infinity=False), digits=st.none() | st.integers(0, 6))
def test_a_written_number_reads_back(name: str, value: float, digits: int | None) -> None:
    there = name.replace("-", "_")
    with written_in(locale_named(name)):
        text = format_number(value, digits=digits)
    plain = format_number(value, digits=digits)  # in plain English, which others test
    minus = numbers.MINUS if name == "en" else get_minus_sign_symbol(there)
    read = parse_decimal(text.replace(minus, "-"), locale=there)
    assert read == Decimal(plain.replace(",", "").replace(numbers.MINUS, "-"))


@pytest.mark.parametrize("name", LOCALES)
def test_dates_are_those_of_babel(name: str) -> None:
    locale, day = locale_named(name), date(2026, 3, 9)
    assert locale.day(day).replace("\u00a0", " ") == format_date(
        day, "long", locale=name.replace("-", "_")
    ).replace("\u00a0", " ")
    assert "2026" in locale.short_day(day)
    assert locale.short_day(day, with_day=False) != locale.short_day(day)


def test_numbers_within_text() -> None:
    with written_in(locale_named("de")):
        assert localized("p = 0.05 of 1,234 (12.5%)") == "p = 0,05 of 1.234 (12,5\u00a0%)"
        assert localized("3e-05 and -2.5") == "3e-05 and -2,5"
        prose = "In 1979, level 0.05; 1,000 times; 3 of 20 in 95 %; see 1.2.3, v2.0 and B1.5"
        assert localized_prose(prose) == (
            "In 1979, level 0,05; 1.000 times; 3 of 20 in 95\u00a0%; see 1.2.3, v2.0 and B1.5"
        )
        assert ranging("93,8", "99,9", "%") == "93,8 to 99,9\u00a0%"
    with written_in(locale_named("tr")):
        assert ranging("93,8", "99,9", "%") == "%93,8 to %99,9"
    assert localized("p = 0.05 (12.5%)") == "p = 0.05 (12.5%)"


def test_every_locale_of_the_data_can_be_named() -> None:
    for identifier in locale_identifiers():
        if identifier == "root":
            continue
        locale = locale_named(identifier)
        assert locale_named(locale.name) is locale
        assert locale.decimal
        assert min(locale.sizes) > 0


def test_the_locale_ends_with_its_block_and_stays_one_object() -> None:
    german = locale_named("de_DE")
    assert german is locale_named("de-DE") is pickle.loads(pickle.dumps(german))
    assert pickle.loads(pickle.dumps(ENGLISH)) is ENGLISH is locale_named("EN")
    with written_in(german):
        assert current_locale() is german
        with pytest.raises(ZeroDivisionError), written_in(locale_named("fr")):
            _ = 1 / 0
        assert current_locale() is german
    assert current_locale() is ENGLISH


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("de_XY", "Did you mean 'de'?"),
        ("de-CHH", "Did you mean 'de-CH'?"),
        ("German", "Did you mean 'de'?"),
        ("deutsch", "Did you mean 'de'?"),
        ("Français", "Did you mean 'fr'?"),
        ("englisch", "Did you mean 'en'?"),
        ("us", "Did you mean 'en-US'?"),
        ("Austria", "Did you mean 'de-AT'?"),
        ("zz", "such as de, de-CH or en-IN"),
        ("xx", "such as de, de-CH or en-IN"),
        ("root", "such as de"),
        ("", "such as de"),
        ("../../etc", "such as de"),
        ("e" * 10_000, "such as de"),
    ],
)
def test_no_other_name_is_taken(wrong: str, meant: str) -> None:
    with pytest.raises(UnknownLocaleError) as told:
        locale_named(wrong)
    assert meant in told.value.hint


def test_babel_knows_the_languages_that_hints_name() -> None:
    for name in ("de", "de-CH", "en-IN"):
        assert babel.Locale.parse(name, sep="-")
