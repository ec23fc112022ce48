"""Stage 4: sparklines: some points, scaled into the unit square."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["spark_of"]


def spark_of(
    places: Sequence[float], values: Sequence[float], low: float, high: float
) -> tuple[tuple[float, float], ...]:
    """Return points of a sparkline; none where there are fewer than two.

    Parameters
    ----------
    places : sequence of float
        Where each value stands, ascending.
    values : sequence of float
        One that is not finite breaks the line.
    low, high : float
        Bottom and top; the line is in the middle where they are the same.
    """
    if len(values) < 2:
        return ()
    left, width, height = places[0], (places[-1] - places[0]) or 1.0, high - low
    is_flat = not 0 < height < math.inf
    return tuple(
        (
            (at - left) / width,
            math.nan if not math.isfinite(value) else 0.5 if is_flat else (value - low) / height,
        )
        for at, value in zip(places, values, strict=True)
    )
