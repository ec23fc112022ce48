"""Stage 3: a metric in production: its course, what is asked of it and what was forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.forecast_check import ForecastCheck
from runfolio.analysis.metrics import Metric
from runfolio.analysis.service_levels import Recent, Span, Status, Threshold, Trailing

__all__ = ["Level"]


@dataclass(frozen=True, slots=True)
class Level:
    """A metric in production.

    Parameters
    ----------
    column : str
    metric : Metric
    times : ndarray of int64, shape (points,)
        Milliseconds, ascending.
    values : ndarray of float64, shape (points,), finite
    cases : ndarray of float64, shape (points,), or None
        Cases behind each value, where they are known.
    window : Trailing
    recent : Recent or None
        The newest window; None where the log went on for a window's length without a value.
    thresholds : tuple of Threshold
    statuses : tuple of Status
        The newest window against each threshold.
    spans : tuple of (tuple of Span)
        When each threshold was broken.
    forecast : ForecastCheck or None
    waiting : int
        Milliseconds from the newest value to the newest row of the log.
    along : ndarray of float64, shape (3, points), or None
        The forecast of each point, its low and its high end, where these are logged.
    """

    column: str
    metric: Metric
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    cases: NDArray[np.float64] | None
    window: Trailing
    recent: Recent | None
    thresholds: tuple[Threshold, ...]
    statuses: tuple[Status, ...]
    spans: tuple[tuple[Span, ...], ...]
    forecast: ForecastCheck | None
    waiting: int
    along: NDArray[np.float64] | None = None
