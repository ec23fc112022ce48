"""Stage 1b: metrics of segments in a table, a row for each segment.

In: a table's columns. Out: each of its numbers with the segment that it is of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from runfolio.model.numbers import format_count
from runfolio.model.plots import SegmentValue
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of, to_float
from runfolio.sources.reading.plot_tables import NAMES, numbers_of

__all__ = ["CLASSES", "COUNTS", "segment_column", "segments_of"]

COUNTS = ("count", "counts", "n", "npredictions", "support", "size", "cases", "rows", "samples")
"""Columns of how many cases there are."""
CLASSES = ("class", "label", "positive_class")
"""Columns of classes."""
_SEGMENT = (
    *("segment", "slice", "group", "subgroup", "cohort", "segment_value", "slice_value"),
    *("class", "label", "positive_class", "category"),
)
_GENERIC = frozenset({"segment", "slice", "group", "subgroup", "cohort", "category"})
_OF_ALL = frozenset(
    {"accuracy", "macro avg", "micro avg", "weighted avg", "samples avg", "overall", "all"}
)
_MOST_SEGMENTS = 2_000


def segment_column(columns: Mapping[str, list[Tree]]) -> str | None:
    """Return the name of the column that names segments, if there is one."""
    for name in (*_SEGMENT, NAMES):
        if name in columns:
            return name
    return None


def segments_of(
    columns: Mapping[str, list[Tree]],
    own: str,
    name: str,
    count: list[Tree] | None,
    findings: Findings,
) -> Iterator[SegmentValue]:
    """Yield each number of a row, under the name of its column.

    Of two columns that name the segment (``segment`` and ``value``) the first is what is
    segmented by; else this is what the column or the file is called after.
    """
    values = next((columns[k] for k in ("value", "slice") if k != own and k in columns), None)
    is_pair = values is not None and all(to_float(cell) is None for cell in values)
    by = "class" if own in CLASSES or own == NAMES else own
    if by in _GENERIC:
        by = name.rpartition("_by_")[2] if "_by_" in name else "segment"
    used = {own, *COUNTS, *(("value", "slice") if is_pair else ())}
    sizes = numbers_of(count) if count is not None else None
    told = 0
    for metric, cells in columns.items():
        if metric in used or metric.startswith("unnamed"):
            continue
        for row, cell in enumerate(cells):
            number = to_float(cell)
            label = text_of(columns[own][row])
            if number is None or label.lower() in _OF_ALL:
                continue
            told += 1
            if told > _MOST_SEGMENTS:
                findings.add(
                    "plot-too-many-segments",
                    f"Only the first {format_count(_MOST_SEGMENTS)} values of segments were read.",
                    "Log fewer segments or metrics.",
                )
                return
            segment, value = (label, text_of(values[row])) if is_pair and values else (by, label)
            if not is_pair and "=" in label:
                segment, _, value = label.partition("=")
            size = float(sizes[row]) if sizes is not None else math.nan
            yield SegmentValue(name, metric, segment.strip(), value.strip(), number, size)
