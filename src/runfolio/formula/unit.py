"""Units as products of powers: ``EUR/case``, ``case/year``, ``kg CO2/kWh``.

Units of one family are converted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from runfolio.formula.errors import FormulaError
from runfolio.formula.known_units import MASSES, NUMBERS, SIZES, symbols_of

__all__ = ["NO_UNIT", "Unit", "parse_unit"]

_LONGEST = 80
_MOST_POWER = 20
_LARGEST = Fraction(10) ** 150
"""Neither numbers in units nor conversions are larger: their products stay finite."""
_POWERS = {"²": "^2", "³": "^3"}
_PER_CENT = re.compile(r"\bper\s+cent\b", re.IGNORECASE)
_TIMES = re.compile(r"(?<!\*)\*(?!\*)|[·×]")
_FACTOR = re.compile(r"(?P<symbol>[^*^()·×,;:'\"#]+?)(?:\s*(?:\^|\*\*)\s*(?P<power>-?\d))?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of symbols, sorted by symbol; empty for a mere number."""

    powers: tuple[tuple[str, Fraction], ...] = ()

    @property
    def plain(self) -> tuple[Unit, float]:
        """The unit without its mere numbers, and what these make: of ``%`` a hundredth.

        Raises
        ------
        FormulaError
            If they make a number that is so large or small that it can only be a mistake.

        Examples
        --------
        >>> parse_unit("million EUR").plain
        (Unit(powers=(('EUR', Fraction(1, 1)),)), 1000000.0)
        """
        size = Fraction(1)
        kept = []
        for symbol, power in self.powers:
            if symbol in NUMBERS:
                size *= NUMBERS[symbol] ** power.numerator
            else:
                kept.append((symbol, power))
        if not 1 / _LARGEST < size < _LARGEST:
            raise FormulaError(
                f"has a unit that makes a number far too {'large' if size > 1 else 'small'}.",
                "Write it with one of thousand, million and billion, once.",
                "config-unit",
            )
        return Unit(tuple(kept)), float(size)

    @classmethod
    def of(cls, powers: Iterable[tuple[str, Fraction]]) -> Unit:
        """Multiply powers; those of one symbol are added.

        Raises
        ------
        FormulaError
            If a power is so high that it can only be a mistake.
        """
        found: dict[str, Fraction] = {}
        for symbol, power in powers:
            found[symbol] = found.get(symbol, Fraction()) + power
        if any(abs(power) > _MOST_POWER for power in found.values()):
            raise FormulaError(
                f"gives a unit to a higher power than {_MOST_POWER}.",
                "Divide by a quantity of the same unit first.",
                "config-units",
            )
        return cls(tuple(sorted((s, p) for s, p in found.items() if p)))

    def __mul__(self, other: Unit) -> Unit:
        return Unit.of((*self.powers, *other.powers))

    def __truediv__(self, other: Unit) -> Unit:
        return self * other.to(Fraction(-1))

    def to(self, power: Fraction) -> Unit:
        """Raise it to a power."""
        return Unit.of((symbol, own * power) for symbol, own in self.powers)

    def factor_to(self, other: Unit) -> float | None:
        """Return by what a number in this unit is multiplied to be one in another.

        Returns
        -------
        float or None
            None where the two do not measure the same, or are too many powers of ten apart.

        Examples
        --------
        >>> parse_unit("EUR/month").factor_to(parse_unit("€ / year"))
        12.0
        >>> parse_unit("h/year").factor_to(parse_unit("cases/year")) is None
        True
        """
        if self.lacks(other) != NO_UNIT:
            return None
        size = Fraction(1)
        root = 1.0
        for symbol, power in (self / other).powers:
            own = SIZES[symbol][1]
            if power.denominator == 1:
                size *= own**power.numerator
            else:
                root *= float(own) ** float(power)
        if not 1 / _LARGEST < size < _LARGEST:
            return None
        factor = float(size) * root
        return factor if 1 / _LARGEST < factor < _LARGEST else None

    def lacks(self, other: Unit) -> Unit:
        """Return the unit of what this one must be multiplied by to measure what another does.

        Examples
        --------
        >>> str(parse_unit("case/month").lacks(parse_unit("h/year")))
        'h/case'
        """
        over = (other / self).powers
        families: dict[str, Fraction] = {}
        for symbol, power in over:
            families[_family(symbol)] = families.get(_family(symbol), Fraction()) + power
        return Unit.of((symbol, power) for symbol, power in over if families[_family(symbol)])

    def __str__(self) -> str:
        over = _words([(symbol, power) for symbol, power in self.powers if power > 0])
        below = [_written(symbol, -power) for symbol, power in self.powers if power < 0]
        if not over and not below:
            return "no unit"
        return "/".join([over or "1", *below])


NO_UNIT = Unit()
"""Of a mere number."""


def parse_unit(text: str) -> Unit:
    """Read a unit.

    Parameters
    ----------
    text : str
        Symbols with ``/``, ``*`` or ``·``, and powers: ``EUR/case``, ``1/year``, ``m^2``.
        Nothing, for a mere number.

    Raises
    ------
    FormulaError
        If it is none.

    Examples
    --------
    >>> str(parse_unit("customers/month") * parse_unit("EUR/customer") * parse_unit("months"))
    'EUR'
    """
    if len(text) > _LONGEST:
        raise _wrong(text)
    plain = re.sub(r"\bper\b", "/", _PER_CENT.sub("%", text))
    for sign, written in _POWERS.items():
        plain = plain.replace(sign, written)
    over, *below = plain.split("/") if plain.strip() else ["1"]
    powers: list[tuple[str, Fraction]] = []
    if over.strip() not in ("1", "" if below else "1"):
        for factor in _TIMES.split(over):
            powers += _power(factor.strip(), text)
    for factor in below:  # a/b*c could be read in two ways
        powers += [(symbol, -power) for symbol, power in _power(factor.strip(), text)]
    return Unit.of(powers)


def _power(factor: str, text: str) -> list[tuple[str, Fraction]]:
    match = _FACTOR.fullmatch(factor)
    if match is None or not (_is_first(factor[0]) and match["symbol"].isprintable()):
        raise _wrong(text)
    *before, last = symbols_of(match["symbol"])  # million m^2 is a million times m^2
    return [*((symbol, Fraction(1)) for symbol in before), (last, Fraction(match["power"] or 1))]


def _family(symbol: str) -> str:
    return SIZES[symbol][0] if symbol in SIZES else symbol


def _is_first(sign: str) -> bool:
    return sign.isalpha() or sign in "%°" or unicodedata.category(sign) == "Sc"


def _words(powers: list[tuple[str, Fraction]]) -> str:
    """Write ``million EUR`` and ``kg CO2``, as people do; the rest as ``EUR · h``."""
    before = [one for one in powers if one[0] in (*NUMBERS, *MASSES) and one[1] == 1]
    before.sort(key=lambda one: one[0] in MASSES)
    rest = [_written(*one) for one in powers if one not in before]
    return " ".join([*(_written(*one) for one in before), *([" · ".join(rest)] if rest else [])])


def _written(symbol: str, power: Fraction) -> str:
    return symbol if power == 1 else f"{symbol}^{power}"


def _wrong(text: str) -> FormulaError:
    return FormulaError(
        f"has a unit that cannot be read: {text[:60]!r}.",
        "Write it as in EUR/case, h/year or EUR/thousand cases, with a / before each part below.",
        "config-unit",
    )
