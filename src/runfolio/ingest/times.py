"""Stage 1c: milliseconds as they were logged become the times of the tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["times_of"]

_LATEST = 8_000_000_000_000
"""The year 2223: later ones are wrong units, not dates."""


def times_of(values: Sequence[int | None]) -> pd.DatetimeIndex:
    """Return milliseconds since 1970 as datetimes in UTC; what no calendar holds becomes NaT."""
    clean = [v if v is not None and 0 < v < _LATEST else None for v in values]
    moments = np.array([np.datetime64("NaT") if v is None else v for v in clean], "M8[ms]")
    return pd.DatetimeIndex(moments, tz="UTC")
