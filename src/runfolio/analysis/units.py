"""Stage 3: in which unit is a metric? Answered from its name alone, and only where it says so."""

from __future__ import annotations

import re

__all__ = ["conversion", "infer_unit", "short_unit"]

_UNITS = {
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("us", "usec", "microseconds"), "µs"),
    **dict.fromkeys(("ns", "nanoseconds"), "ns"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("minutes",), "min"),
    **dict.fromkeys(("hours",), "h"),
    **dict.fromkeys(("kb", "mb", "gb", "tb"), ""),  # the word in capitals
    **dict.fromkeys(("kib", "mib", "gib"), ""),
    "bytes": "B",
    "watts": "W",
    "kwh": "kWh",
    "wh": "Wh",
    "kg": "kg",
    "pct": "%",
    "percent": "%",
    "percentage": "%",
    "eur": "EUR",
    "usd": "USD",
}
_BINARY = {"kib": "KiB", "mib": "MiB", "gib": "GiB"}
_TIMES = frozenset("time latency duration elapsed runtime epoch fit wait delay took".split())
"""Words before a lone ``s`` that make it mean seconds."""

_SIZES: dict[str, tuple[str, float]] = {
    **{u: ("time", f) for u, f in (("ns", 1e-9), ("µs", 1e-6), ("us", 1e-6), ("ms", 1e-3))},
    **{u: ("time", f) for u, f in (("s", 1.0), ("min", 60.0), ("h", 3600.0), ("day", 86400.0))},
    **{u: ("bytes", 1000.0**i) for i, u in enumerate(("B", "KB", "MB", "GB", "TB"))},
    **{u: ("bytes", 1024.0**i) for i, u in enumerate(("KiB", "MiB", "GiB"), 1)},
    **{u: ("energy", f) for u, f in (("Wh", 1.0), ("kWh", 1000.0))},
    **{u: ("mass", f) for u, f in (("g", 1e-3), ("kg", 1.0), ("t", 1000.0))},
}
"""What each unit measures, and how large it is beside the others that do."""

_BRACKETS = re.compile(r"[(\[]\s*([^\s()\[\]]{1,12})\s*[)\]]\s*$")
_SEPARATORS = re.compile(r"[\s/._\-:]+")
_PER = {**dict.fromkeys(("second", "sec", "s"), "/s"), "minute": "/min", "hour": "/h"}


def infer_unit(metric: str) -> str:
    """Return the unit that a metric's name ends with, or nothing.

    Examples
    --------
    >>> infer_unit("latency_p95_ms"), infer_unit("time/epoch_s"), infer_unit("loss")
    ('ms', 's', '')
    >>> infer_unit("memory (MB)"), infer_unit("cases_per_second"), infer_unit("mAP50(B)")
    ('MB', '/s', '')
    """
    words = [word for word in _SEPARATORS.split(metric.lower()) if word]
    bracketed = _BRACKETS.search(metric)
    if bracketed:
        word = bracketed[1].lower()
        return "%" if word == "%" else _unit(word) or ("s" if word == "s" else "")
    if len(words) < 2:
        return ""
    if words[-2] == "per" and words[-1] in _PER:
        return _PER[words[-1]]
    if words[-1] == "s" and _TIMES.intersection(words[:-1]):
        return "s"
    return _unit(words[-1])


def short_unit(unit: str) -> str:
    """Return a unit that a tracker spells out as people abbreviate it."""
    return _unit(unit.strip().lower()) or unit.strip()


def conversion(given: str, wanted: str) -> float | None:
    """Return by what a number in one unit is multiplied to be one in another.

    Parameters
    ----------
    given, wanted : str
        Such as ``s`` and ``ms``, or ``cases/s`` and ``cases/min``.

    Returns
    -------
    float or None
        None where the two do not measure the same, as far as is known.

    Examples
    --------
    >>> conversion("s", "ms"), conversion("cases/s", "cases/min"), conversion("ms", "MB")
    (1000.0, 60.0, None)
    """
    if given == wanted:
        return 1.0
    of, given_per, per = given.rpartition("/")
    other, wanted_per, other_per = wanted.rpartition("/")
    if bool(given_per) != bool(wanted_per):
        return None
    if given_per:
        if per not in _SIZES or other_per not in _SIZES or (of and other and of != other):
            return None
        over, below = _SIZES[other_per], _SIZES[per]
    else:
        if given not in _SIZES or wanted not in _SIZES:
            return None
        over, below = _SIZES[given], _SIZES[wanted]
    return over[1] / below[1] if over[0] == below[0] else None


def _unit(word: str) -> str:
    if word not in _UNITS:
        return ""
    return _UNITS[word] or _BINARY.get(word, word.upper())
