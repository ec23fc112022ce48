"""Stage 2b: letters in the place of what is not told, as columns of a spreadsheet are called."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["letters"]


def letters(codes: Iterable[int]) -> list[str]:
    """Return A, B … Z, AA … for 0, 1 …; nothing for what is negative.

    Examples
    --------
    >>> letters([0, 25, 26, -1])
    ['A', 'Z', 'AA', '']
    """
    told: dict[int, str] = {-1: ""}
    return [told.get(code) or told.setdefault(code, _letter(code)) for code in codes]


def _letter(code: int) -> str:
    text = ""
    while code >= 0:
        code, digit = divmod(code, 26)
        text, code = chr(ord("A") + digit) + text, code - 1
    return text
