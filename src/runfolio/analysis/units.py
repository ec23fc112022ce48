"""Stage 3: in which unit is a metric? Answered from its name alone, and only where it says so."""

from __future__ import annotations

import re

__all__ = ["infer_unit", "short_unit"]

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


def _unit(word: str) -> str:
    if word not in _UNITS:
        return ""
    return _UNITS[word] or _BINARY.get(word, word.upper())
