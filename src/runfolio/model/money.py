"""Stage 2: estimates and sums of money, rounded as far as they are known.

Plain rounding: two significant figures where the interval is wide (its half is more than a
twentieth of the value), else three, and only as many more as a narrow interval tells. Never a
cent on a thousand.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from runfolio.model.locale import MoneyStyle, current_locale
from runfolio.model.numbers import exponent_of, format_number, localized

__all__ = [
    "format_estimate",
    "format_estimate_range",
    "format_money",
    "format_money_range",
    "money_style",
]

WIDE = 0.05
"""Half an interval's width, as a share of the value, from which two figures are shown."""

_LARGEST = 1e15
_FINEST = -9
"""Sums from the one on, and decimals beyond the other, read better with an exponent."""

Interval = tuple[float, float]


def format_estimate(
    value: float, interval: Interval | None = None, unit: str = "", *, signed: bool = False
) -> str:
    r"""Return a number that is an estimate, rounded as far as it is known.

    Parameters
    ----------
    value : float
    interval : (float, float) or None
        Its lower and upper end, in the same unit; None where there is none.
    unit : str
        Stands behind it; may be empty.
    signed : bool
        Whether a positive number gets a plus sign: for differences.

    Examples
    --------
    >>> format_estimate(1234.5), format_estimate(1234.5, (900, 1600), "h")
    ('1,230', '1,200\xa0h')
    """
    return _write(value, _place(value, interval), _plain(), signed) + _behind(unit)


def format_estimate_range(low: float, high: float, unit: str = "", *, signed: bool = False) -> str:
    """Return a range of numbers: ``810 to 1,700 h``.

    Parameters
    ----------
    low, high : float
    unit : str
        Stands once, behind it; may be empty.
    signed : bool
    """
    return _ends(low, high, _plain(), signed) + _behind(unit)


def format_money(
    value: float, currency: str, interval: Interval | None = None, *, signed: bool = False
) -> str:
    r"""Return a sum of money in the current locale, rounded as far as it is known.

    Parameters
    ----------
    value : float
        In units of the currency, not in cents.
    currency : str
        ISO 4217 code.
    interval : (float, float) or None
        The value's lower and upper end; None where there is none.
    signed : bool
        Whether a positive sum gets a plus sign: for differences.

    Examples
    --------
    >>> format_money(1234567, "EUR"), format_money(1234567, "EUR", (810e3, 1.7e6))
    ('EUR\xa01,230,000', 'EUR\xa01,200,000')
    """
    return _write(value, _place(value, interval), money_style(currency), signed)


def format_money_range(low: float, high: float, currency: str, *, signed: bool = False) -> str:
    """Return a range of sums: ``EUR 810,000 to 1,700,000``.

    Parameters
    ----------
    low, high : float
    currency : str
        ISO 4217 code; written once where it stands apart from the digits.
    signed : bool
    """
    return _ends(low, high, money_style(currency), signed)


def money_style(currency: str) -> MoneyStyle:
    """Return how sums in `currency` are written in the current locale; scripts need it, too."""
    return current_locale().money(currency)


def _behind(unit: str) -> str:
    return f"\N{NO-BREAK SPACE}{unit}" if unit else ""


def _plain() -> MoneyStyle:
    return MoneyStyle(("", ""), (current_locale().minus, ""), 0)


def _place(value: float, interval: Interval | None) -> int:
    """Return the power of ten to which an estimate is rounded."""
    size = abs(value)
    low, high = interval or (value, value)
    half = (high - low) / 2
    if not math.isfinite(size) or not math.isfinite(half):
        return 0
    if half > WIDE * size:
        return exponent_of(max(size, half), 2) - 1
    place = exponent_of(size, 3) - 2 if size else 0
    if size and half > 0:  # so narrow that three figures would leave it; six tell enough
        place = max(min(place, exponent_of(half, 1)), place - 3)
    return max(place, 0) if size >= 1000 else place


def _ends(low: float, high: float, style: MoneyStyle, signed: bool) -> str:
    """Write both ends with two figures of their own, or as many as tell them apart."""
    width, size = high - low, max(abs(low), abs(high))
    if not math.isfinite(width) or width <= 0:
        places = [_place(end, None) for end in (low, high)]
    elif width / 2 > WIDE * size:
        least = exponent_of(width, 2) - 2  # an end near zero is known no better than the other
        places = [max(exponent_of(abs(end), 2) - 1 if end else least, least) for end in (low, high)]
    else:
        places = [exponent_of(width, 2) - 1] * 2
    if size >= 1000:
        places = [max(place, 0) for place in places]
    first, last = (
        _write(end, place, style, signed) for end, place in zip((low, high), places, strict=True)
    )
    before, after = style.positive
    if before and before[-1:].isspace() and last.startswith(before):
        last = last.removeprefix(before)
    if after and after[:1].isspace() and first.endswith(after):
        first = first.removesuffix(after)
    return f"{first} to {last}"


def _write(value: float, place: int, style: MoneyStyle, signed: bool) -> str:
    """Write a number rounded to a power of ten, with what stands before and after it."""
    locale = current_locale()
    if not math.isfinite(value) or abs(value) >= _LARGEST or place < _FINEST:
        digits, negative = format_number(abs(value)), value < 0
    else:
        number = Decimal(value).quantize(Decimal(1).scaleb(place), ROUND_HALF_UP)
        whole = number == number.to_integral_value()
        decimals = 0 if whole else max(-place, style.digits)
        digits, negative = localized(f"{abs(number):,.{decimals}f}"), number < 0
    before, after = style.negative if negative else style.positive
    if signed and not negative and value > 0:
        before, after = (end.replace(locale.minus, "+") for end in style.negative)
    return f"{before}{digits}{after}"
