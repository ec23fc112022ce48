"""Stage 2: how a number is written, and when two logged values are the same.

All in the locale of the build (`runfolio.model.locale`). The page's scripts write numbers by the
same rule.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from runfolio.model.locale import ENGLISH, MINUS, current_locale

__all__ = [
    "MINUS",
    "exponent_of",
    "format_count",
    "format_number",
    "format_percent",
    "localized",
    "localized_prose",
    "ranging",
    "same_value",
    "with_unit",
]

SIGNIFICANT = 4
"""Significant digits of a number whose metric states no decimals."""

_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.,%])[-−])?(?<![\w.])(?P<plain>\d[\d,]*(?:\.\d+)?(?:e[-+−]?\d+)?)"
    r"(?P<percent>[ \u00a0]?%)?(?!\w|\.\d)"
)
_IN_PROSE = re.compile(r",\d{3}|\d\.\d|%|[-−]\d|e[-−]?\d")


def format_number(value: float, scale: float = 1.0, digits: int | None = None) -> str:
    """Return a number as every page shows it; the run table's script gives the same text.

    Parameters
    ----------
    value : float
        As logged.
    scale : float
        Factor from the logged value to the shown one.
    digits : int or None
        Decimals. None: four significant digits, though digits before the decimal point are
        never rounded away; without trailing zeros; with an exponent below 0.0001 and from a
        million on.

    Returns
    -------
    str
        In the current locale; in the default one with a true minus sign and, from ten thousand
        on, a comma between thousands. ``NaN``, ``∞`` or ``−∞`` for what is not finite.

    Examples
    --------
    >>> format_number(0.9637, 100, 1), format_number(1.6e24), format_number(188740.2, digits=0)
    ('96.4', '1.6e24', '188,740')
    """
    locale = current_locale()
    number = float(value) * float(scale)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else f"{locale.minus}∞"
    size = abs(number)
    if digits is not None and size < 1e15:
        text = _fixed(size, digits)
    elif size == 0:
        text = "0"
    elif 1e-4 <= size < 1e6:
        text = _stripped(_fixed(size, max(0, SIGNIFICANT - 1 - exponent_of(size))))
    else:
        exponent = exponent_of(size)
        mantissa = _rounded(Decimal(size), exponent).scaleb(-exponent)
        text = f"{_stripped(f'{mantissa:f}')}e{exponent}".replace("-", MINUS)
    negative = number < 0 and any(digit in text for digit in "123456789")
    if locale is not ENGLISH:
        text = locale.digits(text)
    return locale.minus + text if negative else text


def format_count(number: int) -> str:
    """Return a whole number with its groups: ``12,345``."""
    return localized(f"{number:,}")


def format_percent(share: float, digits: int = 0) -> str:
    """Return a share as per cent: ``95 %`` of 0.95."""
    return with_unit(format_number(share, 100, digits), "%")


def with_unit(text: str, unit: str) -> str:
    """Put a unit behind a written number, held by a no-break space; ``%`` where the locale does."""
    if not unit:
        return text
    if unit != "%" or (locale := current_locale()) is ENGLISH:
        return f"{text}\N{NO-BREAK SPACE}{unit}"
    negative = text.startswith(locale.minus)
    before, after = locale.minus_percent if negative else locale.percent
    return f"{before}{text.removeprefix(locale.minus)}{after}"


def ranging(low: str, high: str, unit: str) -> str:
    """Return "from to to" of two written numbers, with their unit once."""
    if unit == "%" and current_locale().percent[0]:
        low = with_unit(low, unit)
    return f"{low} to {with_unit(high, unit)}"


def localized(text: str) -> str:
    """Write the numbers in `text`, formatted by Python, in the current locale.

    Every number in it is taken for one that is shown: whole ones get their groups, ``%`` its
    place. In the default locale the text is returned as it is.

    Examples
    --------
    >>> localized(f"{0.0512:.2g}"), localized(f"{0.5:.1%}")
    ('0.051', '50.0%')
    """
    return text if current_locale() is ENGLISH else _NUMBER.sub(_written, text)


def localized_prose(text: str) -> str:
    """Write the numbers in a sentence of our own, but leave years and the like alone.

    Only what has a decimal point, a comma between thousands, a sign or a per cent sign is
    surely a number.
    """
    return text if current_locale() is ENGLISH else _NUMBER.sub(_written_in_prose, text)


def same_value(a: str | None, b: str | None) -> bool:
    """Tell whether two logged values are the same: as numbers where both are, else as text.

    Examples
    --------
    >>> same_value("0.001", "1e-3"), same_value("True", "true"), same_value("a", "b")
    (True, True, False)
    """
    if a == b:
        return True
    if a is None or b is None:
        return False
    try:
        return float(a) == float(b)
    except ValueError:
        return a.strip().casefold() == b.strip().casefold()


def _fixed(size: float, digits: int) -> str:
    """Round half up, as JavaScript's ``toFixed`` does; Python's formats round half to even."""
    text = f"{size:.{digits}f}"
    doubled = size * 2 * 10**digits
    if doubled == int(doubled):  # it may be a half, which is rounded in two ways
        text = f"{Decimal(size).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    if size >= 9999:
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}{point}{rest}" if len(whole) > 4 else text
    return text


def _rounded(size: Decimal, exponent: int, figures: int = SIGNIFICANT) -> Decimal:
    return size.quantize(Decimal(1).scaleb(exponent - figures + 1), ROUND_HALF_UP)


def exponent_of(size: float, figures: int = SIGNIFICANT) -> int:
    """Return the decimal exponent of a number rounded to `figures`: 9.9999 counts as 10."""
    exact = Decimal(size)
    return _rounded(exact, exact.adjusted(), figures).adjusted()


def _written(match: re.Match[str]) -> str:
    locale = current_locale()
    text = locale.digits(match["plain"])
    if match["percent"]:
        before, after = locale.minus_percent if match["sign"] else locale.percent
        return f"{before}{text}{after}"
    return f"{locale.minus}{text}" if match["sign"] else text


def _written_in_prose(match: re.Match[str]) -> str:
    return _written(match) if _IN_PROSE.search(match.group()) else match.group()


def _stripped(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
