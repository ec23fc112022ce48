"""Stage 3: where the forecast of a metric in production comes from: runs, a number or a column.

In: a metric of a log, and what the configuration says of its forecast. Out: the comparison.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.comparison import finite_values
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.forecast_check import Expected, ForecastCheck, against_column, against_value
from runfolio.analysis.interval import mean_of
from runfolio.analysis.production_level import Level
from runfolio.analysis.selection import is_in_production
from runfolio.analysis.service_levels import Rules
from runfolio.model.problems import Problem
from runfolio.model.production import ProductionLog

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Forecast

__all__ = ["beside_column", "check_forecast"]


def check_forecast(
    a: Analysed,
    log: ProductionLog,
    level: Level,
    told: Forecast,
    rules: Rules,
    deployed: str,
) -> tuple[ForecastCheck | None, Problem | None]:
    """Compare a metric with what runs measured, or with a number.

    Parameters
    ----------
    a : Analysed
    log : ProductionLog
    level : Level
    told : Forecast
        Without a column.
    rules : Rules
    deployed : str
        The version of the model that the log tells, or empty.

    Returns
    -------
    ForecastCheck or None, Problem or None
        None and why, where the forecast is not known.
    """
    least = rules.least if level.window.pooled else 0
    if told.offline is not None:
        configuration = {
            "champion": a.champion,
            "baseline": a.baseline,
            "deployed": _deployed(a, deployed),
        }[told.offline]
        if configuration is None:
            return None, Problem(
                log.name,
                "forecast-unknown",
                f"The forecast of {level.column!r} is the value of the {told.offline} "
                f"{'version' if told.offline == 'deployed' else 'configuration'}, and which runs "
                "made that is not known.",
                "Log the version as the model registry calls it, or name champion or baseline.",
            )
        name = told.metric or level.metric.name
        measured = finite_values(a.values.get(name, {}), configuration)
        if not len(measured):
            return None, Problem(
                log.name,
                "forecast-not-measured",
                f"{configuration.label} has no value of {name!r}, which "
                f"{level.column!r} is to be compared with.",
                "Name the metric as the runs do: metrics: {COLUMN: {metric: NAME}}.",
            )
        mean = mean_of(measured)
        expected = Expected(
            *(mean.value, mean.low, mean.high, "offline", configuration.label, mean.n, name)
        )
        return against_value(level.recent, expected, least), None
    assert isinstance(told.value, float)
    low, high = (end if isinstance(end, float) else math.nan for end in (told.low, told.high))
    return against_value(level.recent, Expected(told.value, low, high), least), None


def beside_column(log: ProductionLog, level: Level, told: Forecast) -> Level:
    """Compare the newest points, each with the forecast that is logged beside it."""
    along = np.array([_along(log, level, given) for given in (told.value, told.low, told.high)])
    if level.recent is None:
        check = ForecastCheck(Expected(math.nan, kind="column"), "too few values")
    else:
        newest = level.times >= level.recent.since
        check = against_column(level.values[newest], *along[:, newest])
    return replace(level, forecast=check, along=along)


def _along(log: ProductionLog, level: Level, given: float | str | None) -> NDArray[np.float64]:
    """Return a column (or one number) at the times of a metric's points."""
    if isinstance(given, float):
        return np.full(len(level.times), given)
    column = log.columns.numbers.get(given or "")
    if column is None:
        return np.full(len(level.times), math.nan)
    known = np.isfinite(column)
    times, values = log.times[known], column[known]
    if not len(times):
        return np.full(len(level.times), math.nan)
    at = np.minimum(np.searchsorted(times, level.times), len(times) - 1)
    return np.where(times[at] == level.times, values[at], math.nan)


def _deployed(a: Analysed, version: str) -> Configuration | None:
    """Return the configuration whose run made a version; without one, what is in production."""
    models = a.tables.models
    wanted = {
        str(row.run)
        for row in models.itertuples()
        if row.run
        and (
            version in (row.version, f"{row.name}/{row.version}", f"{row.name}:{row.version}")
            if version
            else is_in_production(str(row.stage), str(row.aliases).split(","))
        )
    }
    found = [c for c in a.configurations if wanted.intersection(c.runs)]
    return found[0] if len(found) == 1 else None
