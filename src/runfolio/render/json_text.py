"""Stage 5: JSON for other programs: exact numbers, times in UTC, one item a line.

JSON has no NaN and no infinity: they are written as the strings "NaN", "Infinity" and
"-Infinity".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from runfolio.model.problems import Problem

__all__ = [
    "exact_number",
    "json_line",
    "json_lines",
    "json_object",
    "problem_items",
    "utc_time",
]


def exact_number(value: float) -> float | int | str:
    """Return a JSON number; whole ones without ``.0``, so that steps read as they were."""
    if math.isfinite(value):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def utc_time(time: pd.Timestamp) -> str | None:
    """Return a time as RFC 3339 has it, with milliseconds; None for NaT."""
    if pd.isna(time):
        return None
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def json_line(value: Any) -> str:
    """Return JSON on one line; lone surrogates stay escaped, so that it is always UTF-8."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text


def json_lines(items: Iterable[Any]) -> str:
    """Return a JSON list with one item a line."""
    lines = ",\n".join(json_line(item) for item in items)
    return f"[\n{lines}\n]" if lines else "[]"


def json_object(head: Mapping[str, Any], **parts: str) -> str:
    """Return a JSON document of values, one a line, and of parts that are JSON already."""
    lines = [f"{json_line(key)}: {json_line(value)}" for key, value in head.items()]
    lines += [f"{json_line(key)}: {text}" for key, text in parts.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def problem_items(problems: Iterable[Problem]) -> Iterator[dict[str, str]]:
    """Yield each problem as it stands in JSON."""
    for problem in problems:
        yield {
            "slug": problem.slug,
            "severity": problem.severity,
            "place": problem.place,
            "message": problem.message,
            "hint": problem.hint,
        }
