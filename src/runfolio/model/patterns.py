"""Stage 2: patterns of names, in which ``*`` stands for any text and ``?`` for any character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["first_match", "is_match"]


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_regex(pattern), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=64)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_regex, patterns)), re.IGNORECASE | re.DOTALL)


def _regex(pattern: str) -> str:
    parts = re.split(r"([*?])", pattern)
    return "".join({"*": ".*", "?": "."}.get(part) or re.escape(part) for part in parts)


def is_match(name: str, pattern: str) -> bool:
    """Tell whether a name fits a pattern, whatever the case of letters; ``[`` is a plain sign.

    Examples
    --------
    >>> is_match("val/Recall", "val/*"), is_match("layers[0]", "layers[0]"), is_match("ab", "a")
    (True, True, False)
    """
    return _compiled(pattern).fullmatch(name) is not None


def first_match(names: Iterable[str], patterns: Iterable[str]) -> str | None:
    """Return the first of the patterns that any of the names fits.

    Parameters
    ----------
    names : iterable of str
        What one thing is called; empty names count for nothing.
    patterns : iterable of str
    """
    called, patterns = [name for name in names if name], tuple(patterns)
    if not patterns or not any(map(_any_of(patterns).fullmatch, called)):
        return None  # as most names, told at once however many patterns there are
    return next((p for p in patterns if any(is_match(name, p) for name in called)), None)
