"""Stage 2: the tidy tables, the one shape in which every later stage sees the runs.

Columns and dtypes are documented on `Tables`; rows are in a fixed order (runs by start
time, the rest by run and name), so that the same input always gives the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.model.grid import Grid, as_html, as_text
from runfolio.model.history import History
from runfolio.model.plots import Plot
from runfolio.model.problems import Problem

__all__ = ["METRIC_VALUES", "Curves", "Skipped", "SourceTotal", "Tables"]

METRIC_VALUES = (
    "first",
    "last",
    "last_step",
    "min",
    "min_step",
    "max",
    "max_step",
    "mean",
    "count",
    "nonfinite",
)
"""The summary values of a series, in the order in which they are shown and exported."""

_MOST_SOURCES = 20
"""Sources that a notebook shows."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The down-sampled points of all series, flat; row i of `Tables.metrics` is curve i.

    Parameters
    ----------
    offsets : ndarray of int64, shape (series + 1,)
        Curve i is ``steps[offsets[i]:offsets[i + 1]]`` and the same of ``values``.
    steps, values : ndarray of float64, shape (points,)
        Steps are exact up to 2**53.
    times : ndarray of float64, shape (points,) or (0,)
        Wall times in seconds since 1970 in UTC, NaN where one is not known; empty where none
        is known of any series.
    """

    offsets: NDArray[np.int64]
    steps: NDArray[np.float64]
    values: NDArray[np.float64]
    times: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def of(self, row: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (steps, values) of the series in row `row` of `Tables.metrics`."""
        part = slice(int(self.offsets[row]), int(self.offsets[row + 1]))
        return self.steps[part], self.values[part]

    def times_of(self, row: int) -> NDArray[np.float64]:
        """Return the wall times of the points that `of` returns; empty where none is known."""
        times = self.times[int(self.offsets[row]) : int(self.offsets[row + 1])]
        return times[:0] if np.isnan(times).all() else times


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """What one log source held.

    ``runs`` counts every run read there, also one that another source holds too; ``checks``
    the checks of data;
    ``hidden_runs`` and ``hidden_experiments`` count what the tracker had deleted.
    """

    format: str
    title: str
    location: str
    runs: int
    checks: int = 0
    hidden_runs: int = 0
    hidden_experiments: int = 0


@dataclass(frozen=True, slots=True)
class Skipped:
    """Files or folders that were passed over for one reason; `places` are some of them."""

    reason: str
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """All that was read, tidy.

    Parameters
    ----------
    runs : DataFrame, index ``run`` (str, the run's id)
        ``name`` (as logged), ``label`` (readable, unique), ``slug`` (for file names and
        URLs, unique), ``experiment``, ``format``, ``location``, ``status``, ``started`` and
        ``ended`` (datetime64 in UTC or NaT), ``parent``, ``commit``, ``seed``, ``notes``
        (str, empty where unknown), ``also_in`` (str: other places that hold it, one a line).
    params : DataFrame
        ``run``, ``param``, ``value`` (str, as logged).
    tags : DataFrame
        ``run``, ``tag``, ``value``.
    metrics : DataFrame
        ``run``, ``metric`` and `METRIC_VALUES` (float64; ``count`` and ``nonfinite`` int64).
    curves : Curves
        Aligned with the rows of ``metrics``.
    datasets : DataFrame
        ``run``, ``name``, ``digest``, ``context``.
    images : DataFrame
        ``run``, ``name``, ``step`` (int64), ``media_type``, ``data`` (bytes).
    experiments : DataFrame, index ``experiment``
        ``location``, ``notes``, ``primary_metric`` (str or ""), ``goal`` ("", "maximize",
        "minimize").
    facts : DataFrame, index ``metric``
        What trackers say of metrics: ``goal`` ("", "maximize", "minimize"), ``unit``.
    checks : DataFrame
        Checks of data, the fields of `runfolio.model.records.CheckRecord`: ``status``,
        ``share`` (float64 or NaN), ``rows`` (Int64), ``checked`` (datetime64 in UTC or NaT).
    models : DataFrame
        ``name``, ``kind``, ``version``, ``run``, ``stage``, ``aliases`` (comma-separated),
        ``description``, ``status``, ``location``.
    sources : tuple of SourceTotal
    problems : tuple of Problem
    skipped : tuple of Skipped
        What might have been logs and was not read.
    histories : tuple of History
        Of the repositories among the sources, and of machines that measured commits.
    plots : mapping of str to tuple of Plot
        By run, of those that logged any.
    environment : DataFrame
        ``run``, ``name``, ``value`` (str): versions of Python (``python``) and of libraries.
    """

    runs: pd.DataFrame
    params: pd.DataFrame
    tags: pd.DataFrame
    metrics: pd.DataFrame
    curves: Curves
    datasets: pd.DataFrame
    images: pd.DataFrame
    experiments: pd.DataFrame
    facts: pd.DataFrame
    checks: pd.DataFrame
    models: pd.DataFrame
    sources: tuple[SourceTotal, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...] = ()
    histories: tuple[History, ...] = ()
    plots: Mapping[str, tuple[Plot, ...]] = field(default_factory=dict)
    environment: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["run", "name", "value"])
    )

    @property
    def newest(self) -> pd.Timestamp:
        """The newest start or end of a run; NaT where no time was logged."""
        newest: pd.Timestamp = self.runs[["started", "ended"]].max().max()
        return newest

    def series(self) -> pd.DataFrame:
        """Return all down-sampled curves as one tidy table.

        Returns
        -------
        DataFrame
            ``run``, ``metric``, ``step`` (float64), ``value`` (float64).
        """
        rows = np.repeat(np.arange(len(self.metrics)), np.diff(self.curves.offsets))
        return pd.DataFrame(
            {
                "run": self.metrics["run"].to_numpy()[rows],
                "metric": self.metrics["metric"].to_numpy()[rows],
                "step": self.curves.steps,
                "value": self.curves.values,
            }
        )

    def __repr__(self) -> str:
        return as_text(*self._shown())

    def _repr_html_(self) -> str:
        return as_html(*self._shown())

    def _shown(self) -> tuple[str, tuple[Grid, ...], tuple[str, ...]]:
        """Return what a notebook shows: counts, what was read, and which tables there are."""
        counts = {
            "run": len(self.runs),
            "experiment": len(self.experiments),
            "metric": self.metrics["metric"].nunique(),
            "problem": len(self.problems),
        }
        found = ", ".join(f"{n:,} {what}{'' if n == 1 else 's'}" for what, n in counts.items())
        read = tuple((s.title, s.location, f"{s.runs:,}") for s in self.sources[:_MOST_SOURCES])
        named = ((f.name, getattr(self, f.name)) for f in fields(self))
        frames = tuple(
            (name, f"{len(frame):,}", ", ".join(map(str, frame.columns)))
            for name, frame in named
            if isinstance(frame, pd.DataFrame) and len(frame)
        )
        more = len(self.sources) - len(read)
        return (
            found,
            (
                Grid("What was read", ("Source", "Place", "Runs"), read, frozenset({2})),
                Grid("DataFrames", ("Name", "Rows", "Columns"), frames, frozenset({1})),
            ),
            (f"And {more:,} more in sources.",) if more else (),
        )
