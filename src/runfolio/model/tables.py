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

from runfolio.model.branch import Branch
from runfolio.model.checklists import Checklist
from runfolio.model.experiment_notes import ExperimentNote
from runfolio.model.features import DataColumn, FeatureList, FeatureView, Importances
from runfolio.model.grid import Grid, as_html, as_text
from runfolio.model.history import History
from runfolio.model.not_shown import NotShown
from runfolio.model.numbers import format_count
from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.model.production import ProductionLog
from runfolio.model.profile import DataProfile
from runfolio.model.quality import DataQuality
from runfolio.model.recorded import RecordedModel

__all__ = ["MADE", "METRIC_VALUES", "Curves", "Skipped", "SourceTotal", "Tables"]

MADE = "output"
"""Context of data that a run made: it says nothing of what the run was made from."""

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
        ``description``, ``status``, ``location``, ``created`` (datetime64 in UTC or NaT),
        ``model_id``, ``model_type``, ``commit``, ``path`` (str, empty where unknown).
    sources : tuple of SourceTotal
    problems : tuple of Problem
    skipped : tuple of Skipped
        What might have been logs and was not read.
    histories : tuple of History
        Of the repositories among the sources, and of machines that measured commits.
    artifacts : DataFrame
        ``run``, ``name`` (str): what lies among the artifacts of runs.
    files : mapping of str to tuple of str
        Files beside report.yaml by the pattern by which it asks for them.
    checklists : mapping of str to Checklist
        Of law and privacy, by name.
    plots : mapping of str to tuple of Plot
        By run, of those that logged any.
    environment : DataFrame
        ``run``, ``name``, ``value`` (str): versions of Python (``python``) and of libraries.
    versions : DataFrame
        What logs tell of each version of a data set: ``name``, ``digest``, ``version`` (its
        name), ``source`` (str, empty where unknown), ``rows`` and ``size`` in bytes (Int64).
    columns : mapping of (str, str) to tuple of DataColumn
        By name and digest of a data set, of those whose columns were logged.
    features : mapping of str to tuple of FeatureList
        By run, of those whose signature or artifacts tell the model's features.
    importances : mapping of str to tuple of Importances
        By run, of those that logged any.
    feature_views : tuple of FeatureView
        Of the feature store that the configuration names.
    profiles : tuple of DataProfile
        Of the versions of data sets that the configuration names, the oldest of each first.
    commands : mapping of str to str
        By run, what was started, of those that tell it.
    recorded : tuple of RecordedModel
        The versions of models that the project keeps on record, by name and version.
    experiment_notes : tuple of ExperimentNote
        What files and report.yaml say of experiments; trackers' notes are in `experiments`.
    production : tuple of ProductionLog
        What production logged into files.
    quality : DataQuality
        What the rules of the configuration found in the project's data.
    branch : Branch or None
        The branch that was asked about, and where it left another.
    not_shown : NotShown
        How much was left out for the audience of a build.
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
    artifacts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["run", "name"]))
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    checklists: Mapping[str, Checklist] = field(default_factory=dict)
    plots: Mapping[str, tuple[Plot, ...]] = field(default_factory=dict)
    environment: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["run", "name", "value"])
    )
    versions: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            columns=["name", "digest", "version", "source", "rows", "size"]
        ).astype({"rows": "Int64", "size": "Int64"})
    )
    columns: Mapping[tuple[str, str], tuple[DataColumn, ...]] = field(default_factory=dict)
    features: Mapping[str, tuple[FeatureList, ...]] = field(default_factory=dict)
    importances: Mapping[str, tuple[Importances, ...]] = field(default_factory=dict)
    feature_views: tuple[FeatureView, ...] = ()
    profiles: tuple[DataProfile, ...] = ()
    commands: Mapping[str, str] = field(default_factory=dict)
    recorded: tuple[RecordedModel, ...] = ()
    experiment_notes: tuple[ExperimentNote, ...] = ()
    production: tuple[ProductionLog, ...] = ()
    quality: DataQuality = field(default_factory=DataQuality)
    branch: Branch | None = None
    not_shown: NotShown = field(default_factory=NotShown)

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
        found = ", ".join(
            f"{format_count(n)} {what}{'' if n == 1 else 's'}" for what, n in counts.items()
        )
        read = tuple(
            (s.title, s.location, format_count(s.runs)) for s in self.sources[:_MOST_SOURCES]
        )
        named = ((f.name, getattr(self, f.name)) for f in fields(self))
        frames = tuple(
            (name, format_count(len(frame)), ", ".join(map(str, frame.columns)))
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
            (f"And {format_count(more)} more in sources.",) if more else (),
        )
