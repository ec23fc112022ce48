"""Stage 2: in which locale numbers, money and dates are written.

A build is written for readers of one locale; its words stay English. `written_in` sets the
locale for all that runs below it, and whoever writes a number asks `current_locale`. Numbers that
other programs read (JSON, CSV, data of scripts) are never written in a locale. Sentences that
go with a report (``report.json``, ``build --json``, JUnit) are those of its pages.

The symbols come from Unicode's CLDR (`runfolio.model.cldr`), once for a locale. The default,
`ENGLISH`, needs none of it: an exact minus sign, a comma between thousands, currencies by
their code, so that a reader of any country reads the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache

__all__ = [
    "ENGLISH",
    "Locale",
    "MoneyStyle",
    "UnknownLocaleError",
    "begin_in",
    "current_locale",
    "locale_named",
    "written_in",
]

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


class UnknownLocaleError(ValueError):
    """A name that is no locale's; `hint` says what was probably meant."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(f"There is no locale {name[:60]!r}.")
        self.hint = hint


@dataclass(frozen=True, slots=True)
class MoneyStyle:
    """How sums in one currency are written.

    Parameters
    ----------
    positive, negative : (str, str)
        What stands before and after the digits; the sign is part of it.
    digits : int
        Decimals of the currency: 2 for EUR, none for JPY.
    """

    positive: tuple[str, str]
    negative: tuple[str, str]
    digits: int = 2

    def for_scripts(self) -> dict[str, object]:
        """Return it for the page's scripts, which write sums alike."""
        return {
            "positive": list(self.positive),
            "negative": list(self.negative),
            "digits": self.digits,
        }


@dataclass(frozen=True, slots=True)
class Locale:
    """How numbers are written.

    Parameters
    ----------
    name : str
        As in BCP 47: ``de``, ``de-CH``.
    decimal, group, minus : str
        Signs; digits are always 0 to 9.
    sizes : (int, int)
        Digits of the last group and of those before it: (3, 2) in India.
    percent, minus_percent : (str, str)
        What stands before and after the digits of a percentage.
    """

    name: str = "en"
    decimal: str = "."
    group: str = ","
    minus: str = MINUS
    sizes: tuple[int, int] = (3, 3)
    percent: tuple[str, str] = ("", f"{NBSP}%")
    minus_percent: tuple[str, str] = (MINUS, f"{NBSP}%")

    def __reduce__(self) -> tuple[Callable[[str], Locale], tuple[str]]:
        """Stay the one object of its name in other processes."""
        return locale_named, (self.name,)

    def day(self, day: date) -> str:
        """Return a date in words, held together by no-break spaces: ``14 November 2026``."""
        if self is ENGLISH:
            return f"{day.day}{NBSP}{_MONTHS[day.month - 1]}{NBSP}{day.year}"
        from runfolio.model import cldr

        return cldr.day(self.name, day, "long")

    def short_day(self, day: date, *, with_day: bool = True) -> str:
        """Return a date for a narrow place: ``3 Nov 2025`` or ``Nov 2025``."""
        if self is ENGLISH:
            month = f"{_MONTHS[day.month - 1][:3]}{NBSP}{day.year}"
            return f"{day.day}{NBSP}{month}" if with_day else month
        from runfolio.model import cldr

        return cldr.day(self.name, day, "yMMMd" if with_day else "yMMM")

    def money(self, currency: str) -> MoneyStyle:
        """Return how sums in `currency` (an ISO 4217 code) are written."""
        if self is ENGLISH:
            code = f"{currency}{NBSP}"
            decimals = 0 if currency in _WITHOUT_CENTS else 2
            return MoneyStyle((code, ""), (f"{code}{MINUS}", ""), decimals)
        from runfolio.model import cldr

        return cldr.money_style(self.name, currency)

    def for_scripts(self) -> dict[str, object]:
        """Return what the page's scripts need to write numbers alike."""
        return {
            "decimal": self.decimal,
            "group": self.group,
            "minus": self.minus,
            "sizes": list(self.sizes),
            "percent": [list(self.percent), list(self.minus_percent)],
        }

    def for_vega(self) -> dict[str, object]:
        """Return a locale of d3-format, for the numbers in charts."""
        last, further = self.sizes
        return {
            "decimal": self.decimal,
            "thousands": self.group,
            # Sizes from the right; d3 begins again at the list's end.
            "grouping": [last] if last == further else [last, *[further] * 7],
            "currency": ["", ""],
            "minus": self.minus,
            # d3 puts the sign behind the digits, wherever the locale has it.
            "percent": self.percent[1] or "%",
        }

    def for_vega_times(self) -> dict[str, object]:
        """Return a locale of d3-time-format: the names of months and days."""
        from runfolio.model import cldr

        return cldr.vega_times(self.name)

    def grouped(self, digits: str) -> str:
        """Put the sign between the groups of a whole number."""
        size, further = self.sizes
        groups = []
        while len(digits) > size:
            groups.append(digits[-size:])
            digits, size = digits[:-size], further
        return self.group.join([digits, *reversed(groups)])

    def digits(self, plain: str) -> str:
        """Write one number without a sign, such as ``1,234.5`` or ``1.6e-24``, in its signs."""
        mantissa, _, exponent = plain.partition("e")
        whole, point, rest = mantissa.partition(".")
        text = self.grouped(whole.replace(",", ""))
        if point:
            text += self.decimal + rest
        if exponent:
            power = exponent.lstrip("-+\N{MINUS SIGN}")
            text += f"e{self.minus if exponent[0] in '-−' else ''}{power}"
        return text


ENGLISH = Locale()
"""The default; no babel is needed for it."""

_CURRENT: ContextVar[Locale] = ContextVar("locale", default=ENGLISH)

current_locale: Callable[[], Locale] = _CURRENT.get
"""Return the locale in which numbers are written just now."""


@contextmanager
def written_in(locale: Locale) -> Iterator[None]:
    """Write numbers in `locale` as long as the block lasts.

    Parameters
    ----------
    locale : Locale
    """
    token = _CURRENT.set(locale)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def begin_in(locale: Locale) -> None:
    """Write numbers in `locale` from now on: for processes that do a part of the work."""
    _CURRENT.set(locale)


@cache
def locale_named(name: str) -> Locale:
    """Return a locale.

    Parameters
    ----------
    name : str
        A language, or a language and a country: ``de``, ``de-CH``, ``en_IN``. ``en`` alone is
        the default.

    Raises
    ------
    UnknownLocaleError
        With what was probably meant.
    """
    if name == ENGLISH.name:
        return ENGLISH
    from runfolio.model import cldr

    found = cldr.locale_named(name)
    # One object for each locale, whichever way its name is written.
    return found if found.name == name else locale_named(found.name)


_MONTHS = (
    "January February March April May June July August September October November December"
).split()

_WITHOUT_CENTS = frozenset(
    ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split()
)
"""Currencies without a smaller unit in use (ISO 4217)."""
