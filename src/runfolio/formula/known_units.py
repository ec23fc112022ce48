"""Units that are known, under all their names, and how large they are.

A symbol that is not known stands for itself; its plural is the same symbol. Hours and days are
two families: how many hours of work or operation a day has is for the team to say.
"""

from __future__ import annotations

import re
from fractions import Fraction

__all__ = ["MASSES", "NUMBERS", "SIZES", "symbols_of"]

_NAMES: dict[str, tuple[str, ...]] = {
    "ns": ("nanosecond",),
    "µs": ("\u03bcs", "us", "microsecond"),  # with the other micro sign
    "ms": ("msec", "millisecond"),
    "s": ("sec", "second"),
    "min": ("minute",),
    "h": ("hr", "hrs", "hour"),
    "day": ("d",),
    "week": ("wk", "wks"),
    "month": ("mo", "mos"),
    "quarter": (),
    "year": ("yr", "yrs", "y", "a", "annum"),
    "g": ("gram",),
    "kg": ("kilogram",),
    "t": ("tonne",),
    "Wh": ("wh",),
    "kWh": ("kwh",),
    "MWh": (),
    "EUR": ("€", "eur", "euro"),
    "USD": ("$", "us$", "usd", "dollar"),
    "GBP": ("£", "gbp"),
    "%": ("percent", "pct"),
}
_SYMBOL = {word: symbol for symbol, words in _NAMES.items() for word in (symbol, *words)}

SIZES: dict[str, tuple[str, Fraction]] = {
    "ns": ("time", Fraction(1, 10**9)),
    "µs": ("time", Fraction(1, 10**6)),
    "ms": ("time", Fraction(1, 1000)),
    "s": ("time", Fraction(1)),
    "min": ("time", Fraction(60)),
    "h": ("time", Fraction(3600)),
    "day": ("calendar", Fraction(1)),
    "week": ("calendar", Fraction(7)),
    "month": ("calendar", Fraction(365, 12)),
    "quarter": ("calendar", Fraction(365, 4)),
    "year": ("calendar", Fraction(365)),
    "g": ("mass", Fraction(1)),
    "kg": ("mass", Fraction(1000)),
    "t": ("mass", Fraction(10**6)),
    "Wh": ("energy", Fraction(1)),
    "kWh": ("energy", Fraction(1000)),
    "MWh": ("energy", Fraction(10**6)),
}
"""Family of each unit, and how large it is there."""

NUMBERS = {
    "%": Fraction(1, 100),
    "thousand": Fraction(10**3),
    "million": Fraction(10**6),
    "billion": Fraction(10**9),
}
MASSES = frozenset(symbol for symbol, (family, _) in SIZES.items() if family == "mass")
_BEFORE = frozenset({*SIZES, *NUMBERS})
"""Units before a word that says of what: ``kg CO2``, ``million EUR``."""

_SINGULAR = ("ss", "us", "is", "series", "species")
_OF_US = re.compile("[^aeou]uses$")
"""Statuses and buses, but not houses, causes and uses."""
_OF_CAPITALS = re.compile("[A-Z]{2}s$")
"""VMs and CTs, however short."""
_IRREGULAR = {
    **{"people": "person", "children": "child", "women": "woman", "men": "man"},
    **{"analyses": "analysis", "diagnoses": "diagnosis", "gases": "gas"},
    **{"aliases": "alias", "alias": "alias", "fuses": "fuse", "excuses": "excuse"},
    **{"movies": "movie", "cookies": "cookie", "caches": "cache", "headaches": "headache"},
}


def symbols_of(words: str) -> list[str]:
    """Return the symbols that words stand for.

    Examples
    --------
    >>> symbols_of("kg CO2"), symbols_of("million Euros"), symbols_of("% of cases")
    (['kg', 'CO2'], ['million', 'EUR'], ['%'])
    """
    first, _, rest = words.strip().partition(" ")
    own = _symbol(first)
    if own not in _BEFORE or not rest.strip() or rest.strip()[0].isdigit():
        return [_symbol(words)]
    if own == "%" and rest.split()[0] == "of":  # a share of something is a mere number
        return [own]
    return [own, *symbols_of(rest)]


def _symbol(word: str) -> str:
    """Return the one name of a symbol: of its synonyms, and of singular and plural."""
    plain = " ".join(word.split())
    single = _singular(plain)
    forms = [plain, single]
    if _is_any_case(plain):
        forms += [plain.lower(), _singular(plain.lower())]
    known = next((_SYMBOL[form] for form in forms if form in _SYMBOL), None)
    # "CO2" and "GWh" keep their capitals; "Cases" and "cases" are one thing.
    return known or " ".join(w.lower() if w[1:].islower() else w for w in single.split())


def _is_any_case(word: str) -> bool:
    """Whether capitals may be mere spelling: of Hours and HOURS, but not of A, MS, US and SEC."""
    return len(word) >= 4 or (len(word) > 1 and word[1:].islower())


def _singular(word: str) -> str:
    before, space, last = word.rpartition(" ")
    if last.lower() in _IRREGULAR:
        return f"{before}{space}{_IRREGULAR[last.lower()]}"
    if _OF_CAPITALS.search(last):
        return word[:-1]
    if len(last) < 4 or not last.endswith("s") or last.endswith(_SINGULAR):
        return word
    if last.endswith("ies"):
        return f"{word[:-3]}y"
    if last.endswith(("ches", "shes", "xes", "sses")) or _OF_US.search(last):
        return word[:-2]
    return word[:-1]
