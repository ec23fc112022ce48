"""Stage 2: how a locale writes numbers, money and dates, as Unicode's CLDR has it.

In: the name of a locale. Out: its signs and patterns, read from babel's copy of the data.
Imported only where a locale other than the default is asked for.
"""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale as BabelLocale
from babel import UnknownLocaleError as UnknownToBabel
from babel.dates import format_date, format_skeleton, get_day_names, get_month_names
from babel.languages import get_official_languages
from babel.localedata import locale_identifiers
from babel.numbers import (
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    get_minus_sign_symbol,
)

from runfolio.model.locale import NBSP, Locale, MoneyStyle, UnknownLocaleError

__all__ = ["day", "locale_named", "money_style", "vega_times"]


def locale_named(name: str) -> Locale:
    """Return a locale; see `runfolio.model.locale.locale_named`."""
    babel = _babel(name)
    minus = get_minus_sign_symbol(babel)
    decimals, percents = babel.decimal_formats[None], babel.percent_formats[None]
    return Locale(
        name=str(babel).replace("_", "-"),
        decimal=get_decimal_symbol(babel),
        group=get_group_symbol(babel),
        minus=minus,
        sizes=decimals.grouping,
        percent=(percents.prefix[0], percents.suffix[0]),
        minus_percent=_signed(percents.prefix[1], percents.suffix[1], minus),
    )


@cache
def money_style(name: str, currency: str) -> MoneyStyle:
    """Return how a locale writes sums in a currency (an ISO 4217 code)."""
    babel = _babel(name)
    pattern = babel.currency_formats["standard"]
    symbol = get_currency_symbol(currency, babel)

    def ends(negative: bool) -> tuple[str, str]:
        before, after = pattern.prefix[negative], pattern.suffix[negative]
        if negative:
            before, after = _signed(before, after, get_minus_sign_symbol(babel))
        # A code needs room that a sign does not: CHF 12, but €12 (CLDR's currencySpacing).
        if before.endswith("¤") and symbol[-1:].isalpha():
            before += NBSP
        return before.replace("¤", symbol), after.replace("¤", symbol)

    return MoneyStyle(ends(False), ends(True), get_currency_precision(currency))


@lru_cache(maxsize=4096)
def day(name: str, own: date, form: str) -> str:
    """Return a date in a locale's words; `form` is ``long`` or a skeleton such as ``yMMMd``."""
    locale = _babel(name)
    text = (
        format_date(own, form, locale)
        if form == "long"
        else format_skeleton(form, own, locale=locale)
    )
    return text.replace(" ", NBSP)


def vega_times(name: str) -> dict[str, object]:
    """Return a locale of d3-time-format."""
    babel, days, months = _babel(name), (6, 0, 1, 2, 3, 4, 5), range(1, 13)
    return {
        **{"dateTime": "%x, %X", "date": "%Y-%m-%d", "time": "%H:%M:%S"},
        "periods": ["AM", "PM"],
        **{
            key: [names[number] for number in numbers]
            for key, names, numbers in (
                ("days", get_day_names("wide", locale=babel), days),
                ("shortDays", get_day_names("abbreviated", locale=babel), days),
                ("months", get_month_names("wide", locale=babel), months),
                ("shortMonths", get_month_names("abbreviated", locale=babel), months),
            )
        },
    }


@cache
def _babel(name: str) -> BabelLocale:
    wanted = name.strip().replace("-", "_")
    try:
        found = BabelLocale.parse(wanted)
    except (ValueError, TypeError, UnknownToBabel):
        found = None
    if found is None or found.language == "root":
        raise UnknownLocaleError(name, _hint(wanted))
    return found


def _hint(wanted: str) -> str:
    """Tell what was probably meant: a country, the language alone, or what is called so."""
    known = sorted(one.replace("_", "-") for one in locale_identifiers() if one != "root")
    language = wanted.partition("_")[0].lower()
    name = wanted.replace("_", " ").lower()
    if language in known:
        near = get_close_matches(wanted.replace("_", "-"), known, n=1, cutoff=0.8) or [language]
    elif len(name) == 2:  # a country's code; near to two letters are too many others
        near = [_of_country(name.upper())]
    elif not (near := get_close_matches(wanted.replace("_", "-"), known, n=1, cutoff=0.8)):
        called = _languages() | _countries()
        near = [called[one] for one in get_close_matches(name, called, n=1, cutoff=0.8)]
    if near and near[0] in known:
        return f"Did you mean '{near[0]}'?"
    return "Write a language, or one and a country, such as de, de-CH or en-IN."


def _languages() -> dict[str, str]:
    """Return the codes of languages by their names, in English and as they call themselves."""
    english = {name.lower(): code for code, name in BabelLocale("en").languages.items()}
    codes = [one for one in locale_identifiers() if one != "root" and "_" not in one]
    own = {(BabelLocale(code).get_language_name() or code).lower(): code for code in codes}
    return own | english


def _countries() -> dict[str, str]:
    """Return a locale of each country by its name in English."""
    return {name.lower(): _of_country(code) for code, name in BabelLocale("en").territories.items()}


def _of_country(code: str) -> str:
    languages = get_official_languages(code, de_facto=True)
    return f"{languages[0]}-{code}" if languages else ""


def _signed(before: str, after: str, minus: str) -> tuple[str, str]:
    """Return a pattern's ends with the locale's minus for the sign that stands for it."""
    return before.replace("-", minus), after.replace("-", minus)
