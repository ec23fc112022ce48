"""Stage 1b: one version of a followed file, for the formats whose files hold plain values.

In: a path, what the file holds, and its bytes. Out: a `Version`. Nothing but these counts,
so that what was read once can be kept by the content's id.
"""

from __future__ import annotations

from runfolio.sources.base import Followed, Version
from runfolio.sources.reading.limits import MOST_NAMES
from runfolio.sources.reading.parsing import ParseError, decode, text_of
from runfolio.sources.reading.value_files import latest_metrics, param_values

__all__ = ["read_values"]

_LARGEST = 4 * 1024 * 1024


def read_values(path: str, followed: Followed, data: bytes) -> Version:
    """Return the metrics or params in a version of a file."""
    if len(data) > _LARGEST:
        return Version(problem=f"is larger than {_LARGEST // 1024 // 1024} MB")
    if b"\0" in data[:1024]:
        return Version(problem="is no text")
    text, _ = decode(data)
    values: dict[str, float | str]
    try:
        if followed.role == "metrics":
            values = {**latest_metrics(path, text, followed.separator)}
        else:
            values = {
                key: text_of(value)
                for key, value in param_values(path, text).items()
                if not followed.keys or f"{key}.".startswith(tuple(f"{k}." for k in followed.keys))
            }
    except ParseError as error:
        return Version(problem=str(error))
    if len(values) > MOST_NAMES:
        return Version(problem=f"holds more than {MOST_NAMES:,} values")
    return Version(values)
