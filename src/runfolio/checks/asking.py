"""Stage 1d: what rules of report.yaml say, as values; or a `RuleError` that says what is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from runfolio.checks.lookup import Reference
from runfolio.model.numbers import localized
from runfolio.model.problems import near_miss
from runfolio.model.quality import RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

__all__ = [
    "arrival_column",
    "columns_of",
    "fitting",
    "key_of",
    "number_of",
    "one_column",
    "reference_of",
    "span_of",
    "span_words",
    "split_reference",
    "texts_of",
    "time_column",
]

_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")
_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
_NAMES = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def one_column(told: QualityRule) -> str:
    """Return the one column that a rule is about."""
    named = (told.column,) if told.column else told.columns
    if len(named) != 1:
        raise RuleError(
            "", "is about one column, and names none or several.", "Add `column:` with its name."
        )
    return named[0]


def columns_of(value: Any, told: QualityRule) -> tuple[str, ...]:
    """Return the columns that a rule names as its value, or else beside it."""
    named: tuple[str, ...] = ()
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        named = tuple(value)
    elif isinstance(value, str) and value and value.lower() not in ("true", "yes"):
        named = (value,)
    named = named or ((told.column,) if told.column else told.columns)
    return tuple(dict.fromkeys(named))


def fitting(columns: Sequence[str], pattern: str) -> list[str]:
    """Return the columns whose names fit a pattern with ``*``; none fits an empty one."""
    return [column for column in columns if pattern and fnmatchcase(column, pattern)]


def key_of(name: str, told: DataSet, asker: str) -> tuple[str, ...]:
    """Return the key of a data set, without which rows of two sets cannot be matched."""
    if not told.key:
        raise RuleError(
            asker,
            f"needs the key of '{name}', which has none.",
            f"Say in data → sets → {name} which column tells rows apart (key: …).",
        )
    return told.key


def reference_of(
    value: Any, asker: str, sets: Mapping[str, DataSet], as_number: bool = False
) -> Reference:
    """Read ``set.column``; the key is that of the set."""
    name, column = split_reference(value, asker, sets)
    return Reference(name, key_of(name, sets[name], asker), column, as_number)


def split_reference(value: Any, asker: str, sets: Mapping[str, DataSet]) -> tuple[str, str]:
    """Read ``set.column``."""
    text = value if isinstance(value, str) else ""
    # The name of a set may have a dot in it.
    known = sorted((name for name in sets if text.startswith(f"{name}.")), key=len)
    if known and (column := text[len(known[-1]) + 1 :]):
        return known[-1], column
    name, dot, column = text.partition(".")
    if not dot or not name or not column:
        raise RuleError(asker, "must be a column of another set.", "Write it as set.column.")
    raise RuleError(
        *(asker, f"names the data set '{name}', and there is none of that name."),
        near_miss(name, sets, "Data sets"),
        "config-unknown-data-set",
    )


def number_of(value: Any, key: str) -> float:
    """Read a finite number."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise RuleError(key, f"must be a number, not '{_short(value)}'.", "Write one, such as 120.")
    return number


def texts_of(value: Any, key: str) -> tuple[str, ...]:
    """Read a list of plain values."""
    if not isinstance(value, list | tuple) or not value:
        raise RuleError(key, "must be a list of values.", "Write it as [yes, no].")
    if any(isinstance(item, list | tuple | dict) or item is None for item in value):
        raise RuleError(key, "must be a list of plain values.", "Write it as [yes, no].")
    return tuple(map(str, value))


def span_of(value: Any, key: str) -> float:
    """Read a span of time such as ``24h`` as seconds."""
    found = _SPAN.fullmatch(value.lower()) if isinstance(value, str) else None
    seconds = _SECONDS.get(found[2]) if found else None
    if found is None or seconds is None or not float(found[1]):
        raise RuleError(
            *(key, f"must be a span of time, not '{_short(value)}'."),
            "Write it as a number with s, min, h, d or w, such as 24h.",
        )
    return float(found[1]) * seconds


def span_words(seconds: float) -> str:
    """Write a span of time in its largest fitting unit: ``36 hours``, ``5 days``."""
    size = abs(seconds)
    name, unit = next(
        ((n, s) for n, s in _NAMES if size >= (2 * s if n == "day" else s)), _NAMES[-1]
    )
    number = size / unit
    whole = number >= 10 or number == int(number)
    text = localized(f"{number:,.0f}" if whole else f"{number:.1f}")
    return f"{text}\u00a0{name}{'' if text == '1' else 's'}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def time_column(told: QualityRule, own: DataSet, asker: str) -> str:
    """Return the column with the time of the event."""
    column = told.column or own.time
    if column is None:
        raise RuleError(
            *(asker, f"needs the time of an event, and '{told.set}' names none."),
            f"Say in data → sets → {told.set} which column has it (time: …).",
        )
    return column


def arrival_column(own: DataSet, asker: str) -> str:
    """Return the column with the time of arrival."""
    if own.arrived is None:
        raise RuleError(
            *(asker, "needs the time at which rows arrived, and the data set names none."),
            "Say in data → sets which column has it (arrived: …).",
        )
    return own.arrived
