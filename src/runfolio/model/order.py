"""Stage 2: the order in which people expect names."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["natural"]

_DIGITS = re.compile(r"(\d{1,18})")


@lru_cache(maxsize=65536)
def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key under which ``run-10`` comes after ``run-9``."""
    parts = _DIGITS.split(text.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)
