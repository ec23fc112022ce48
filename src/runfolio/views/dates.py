"""Stage 4: dates and durations in words, in the locale of the build.

Always UTC, and times of day always from 00:00 to 23:59, as logs have them.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from runfolio.model.locale import current_locale
from runfolio.model.numbers import format_count, localized

__all__ = ["day", "day_of", "duration", "moment", "short_day"]

_NBSP = "\u00a0"


def day(time: pd.Timestamp) -> str:
    """Return ``14 November 2026``; empty for NaT."""
    return "" if pd.isna(time) else current_locale().day(time.date())


def short_day(time: pd.Timestamp, *, with_day: bool = True) -> str:
    """Return ``3 Nov 2025`` or ``Nov 2025``; empty for NaT."""
    return "" if pd.isna(time) else current_locale().short_day(time.date(), with_day=with_day)


def day_of(written: str) -> str:
    """Return the day of a time that is written as in ISO 8601; what is no time as it stands."""
    try:
        return day(pd.Timestamp(datetime.fromisoformat(written)))
    except ValueError:
        return written


def moment(time: pd.Timestamp) -> str:
    """Return ``14 November 2026, 09:30 UTC``; empty for NaT."""
    return "" if pd.isna(time) else f"{day(time)}, {time:%H:%M}{_NBSP}UTC"


def duration(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return a duration in its two largest units; empty where an end is unknown or before."""
    if pd.isna(start) or pd.isna(end) or end < start:
        return ""
    seconds = (end - start).total_seconds()
    if seconds < 60:
        return localized(f"{seconds:.3g}{_NBSP}s")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}{_NBSP}min {rest}{_NBSP}s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}{_NBSP}h {minutes}{_NBSP}min"
    days, hours = divmod(hours, 24)
    return f"{format_count(days)}{_NBSP}days {hours}{_NBSP}h"
