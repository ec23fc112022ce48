"""Stage 1d: values that break a rule become their shape: letters x, digits 9.

A shape tells what kind of mistake it is (``99.99.9999`` where a year was to stand first) and
not whose value it is.
"""

from __future__ import annotations

__all__ = ["masked", "shown"]

_LONGEST = 40


def masked(text: str) -> str:
    """Return the shape of a value: letters become x, digits 9, all else is kept."""
    return _short("".join("x" if c.isalpha() else "9" if c.isnumeric() else c for c in text))


def shown(text: str) -> str:
    """Return a value as it is, cut where it is long, on one line."""
    return _short(text)


def _short(text: str) -> str:
    line = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
