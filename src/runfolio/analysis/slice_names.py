"""Stage 3: which metrics are of a segment of the cases? Answered from names alone.

A metric of a segment is called after the metric of all cases, the segment and its value:

- ``val/recall/age=60+`` or ``val/recall/age:60+``: the last part of the name;
- ``recall{age=60+}`` or ``recall[age=60+]``, with several pairs where segments are crossed:
  ``recall{age=60+,sex=f}``;
- ``val/recall_by_age/60+``, ``val/recall/by_age/60+`` or ``recall_by_age.60+``, which every
  tracker takes as a name and nested values give by themselves (``{"recall_by_age": {...}}``).

How many cases a segment has is a metric called count, n, support, cases, rows or samples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["SliceName", "is_count", "slice_name"]

_PAIRS = re.compile(r"(?P<base>.+?)/?(?:\{(?P<curly>[^{}]+)\}|\[(?P<square>[^\[\]]+)\])", re.DOTALL)
_LAST = re.compile(r"(?P<base>.+)/(?P<segment>[^/=:]+)[=:](?P<value>[^/]+)", re.DOTALL)
_BY = re.compile(r"(?P<base>.+?)[/_.]by_(?P<segment>[^/.]+)[/.](?P<value>.+)", re.DOTALL)
_COUNTS = frozenset({"count", "counts", "n", "support", "cases", "rows", "samples", "size"})


@dataclass(frozen=True, slots=True)
class SliceName:
    """A metric's name, taken apart; of crossed segments ``age × sex`` and ``60+ × f``."""

    base: str
    segment: str
    value: str


@lru_cache(maxsize=65536)
def slice_name(metric: str) -> SliceName | None:
    """Take the name of a segment's metric apart; None where it is none.

    Examples
    --------
    >>> slice_name("val/recall_by_size/small")
    SliceName(base='val/recall', segment='size', value='small')
    >>> slice_name("recall{age=60+,sex=f}").value
    '60+ × f'
    """
    if found := _PAIRS.fullmatch(metric):
        parts = [pair.partition("=") for pair in (found["curly"] or found["square"]).split(",")]
        pairs = [
            (name.strip().strip("\"'"), value.strip().strip("\"'")) for name, _, value in parts
        ]
        if not all(name and value for name, value in pairs):
            return None
        names, values = zip(*pairs, strict=True)
        return SliceName(found["base"], " × ".join(names), " × ".join(values))
    found = _LAST.fullmatch(metric) or _BY.fullmatch(metric)
    if found is None:
        return None
    return SliceName(*(found[part].strip() for part in ("base", "segment", "value")))


def is_count(base: str) -> bool:
    """Tell whether a metric counts the cases of a segment."""
    return re.split(r"[/.]", base)[-1].lower() in _COUNTS
