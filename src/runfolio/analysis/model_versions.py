"""Stage 3: the registered versions of models, each with its run and its value.

Its figures are those of the configuration whose run it was made by; of a version that a git tag
registers, those of the run at that commit, or else what the history of the repository has of it
there.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from runfolio.analysis.comparison import mean_over
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.interval import Estimate, mean_of
from runfolio.analysis.selection import is_in_production
from runfolio.model.history import History
from runfolio.model.recorded import RecordedModel
from runfolio.model.tables import Tables

__all__ = ["LoggedModel", "ModelVersion", "logged_models", "versions_of"]

_SHORT_DIGEST = 8


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A registered version of a model.

    Parameters
    ----------
    name, version, location : str
        The version is empty for a model that is registered without any.
    run : str
        Id of the run it was made by; empty where that is not among those that were read.
    configuration : Configuration or None
        That run's.
    stage : str
    aliases : tuple of str
    description, status : str
    created : Timestamp
        NaT where it is not known.
    commit, path : str
        Where a git tag registers it.
    in_production : bool
    estimate : Estimate or None
        Its value of the objective.
    is_record : bool
        Whether a record of the project has it, not a registry.
    """

    name: str
    version: str
    location: str
    run: str
    configuration: Configuration | None
    stage: str
    aliases: tuple[str, ...]
    description: str
    status: str
    created: pd.Timestamp
    commit: str
    path: str
    in_production: bool
    estimate: Estimate | None
    is_record: bool = False


@dataclass(frozen=True, slots=True)
class LoggedModel:
    """A model that a run logged: its name, id, kind and state in the tracker's words."""

    name: str
    run: str
    model_id: str
    kind: str
    status: str


def versions_of(
    tables: Tables,
    holder: Mapping[str, Configuration],
    ranking: Mapping[str, float],
    objective: str,
) -> tuple[ModelVersion, ...]:
    """Return what registries hold, by registry and name, the newest first; then the records.

    Parameters
    ----------
    tables : Tables
    holder : mapping of str to Configuration
        Of each run that is compared.
    ranking : mapping of str to float
        The objective's summary values, by run.
    objective : str
        Its metric; empty where there is none.
    """
    return (
        *_versions(tables, holder, ranking, objective),
        *(_on_record(one, tables, holder, ranking) for one in tables.recorded),
    )


def logged_models(tables: Tables) -> tuple[LoggedModel, ...]:
    """Return the models that runs logged, without those that aliases make versions."""
    return tuple(
        LoggedModel(row.name, row.run, row.model_id, row.model_type, row.status)
        for row in _rows(tables.models)
        if row.kind == "logged" and not row.aliases and row.run in tables.runs.index
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of `Tables.models`."""

    name: str
    kind: str
    version: str
    run: str
    stage: str
    aliases: tuple[str, ...]
    description: str
    status: str
    location: str
    created: pd.Timestamp
    model_id: str
    model_type: str
    commit: str
    path: str


def _rows(models: pd.DataFrame) -> Iterable[_Row]:
    for row in models.to_dict("records"):
        aliases = tuple(a.strip() for a in str(row["aliases"]).split(",") if a.strip())
        yield _Row(**{**{str(key): value for key, value in row.items()}, "aliases": aliases})


def _versions(
    tables: Tables,
    holder: Mapping[str, Configuration],
    ranking: Mapping[str, float],
    objective: str,
) -> Iterable[ModelVersion]:
    rows = [row for row in _rows(tables.models) if row.kind == "registered" or row.aliases]
    place: dict[tuple[str, str], int] = {}
    for row in rows:
        place.setdefault((row.location, row.name), len(place))
    newest_first = sorted(
        enumerate(rows), key=lambda item: (place[item[1].location, item[1].name], -item[0])
    )
    commits = _runs_at(tables)
    past = [_Past.of(history, objective) for history in tables.histories]
    for _, row in newest_first:
        run = row.run if row.run in tables.runs.index else ""
        run = run or commits.get(row.commit, "")
        configuration = holder.get(run)
        estimate = _estimate(configuration, run, ranking)
        if estimate is None and row.commit:
            values = (one.at(row.commit) for one in past)
            value = next((value for value in values if math.isfinite(value)), math.nan)
            estimate = mean_of(np.array([value])) if math.isfinite(value) else None
        # A logged model with aliases is a version whose number only the server knows.
        number = row.version if row.kind == "registered" else row.model_id[:_SHORT_DIGEST]
        yield ModelVersion(
            *(row.name, number, row.location, run, configuration, row.stage, row.aliases),
            *(row.description, row.status, row.created, row.commit, row.path),
            is_in_production(row.stage, row.aliases),
            estimate,
        )


def _on_record(
    one: RecordedModel,
    tables: Tables,
    holder: Mapping[str, Configuration],
    ranking: Mapping[str, float],
) -> ModelVersion:
    """Return a record of the project as a version."""
    run = next((run for run in one.runs if run in tables.runs.index), "")
    configuration = holder.get(run)
    return ModelVersion(
        *(one.name, str(one.version), one.path, run, configuration, one.stage, one.aliases),
        *("", "", pd.Timestamp("NaT"), one.commits[0] if one.commits else "", one.path),
        is_in_production(one.stage, one.aliases),
        _estimate(configuration, run, ranking),
        is_record=True,
    )


def _runs_at(tables: Tables) -> dict[str, str]:
    """Return the only run of each commit."""
    runs = tables.runs
    once = runs[(runs["commit"] != "") & ~runs["commit"].duplicated(keep=False)]
    return dict(zip(once["commit"], once.index, strict=True))


def _estimate(
    configuration: Configuration | None, run: str, ranking: Mapping[str, float]
) -> Estimate | None:
    if configuration is not None:
        return mean_over(ranking, configuration)
    value = ranking.get(run, math.nan)
    return mean_of(np.array([value])) if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class _Past:
    """What a repository's history has of one metric.

    Parameters
    ----------
    places : dict of str to int
        Position by commit.
    measured : list of int
        Positions at which it was measured, ascending.
    values : list of float
        What was measured there.
    """

    places: dict[str, int]
    measured: list[int]
    values: list[float]

    @classmethod
    def of(cls, history: History, metric: str) -> _Past:
        commits = history.commits["commit"]
        own = history.values[history.values["metric"] == metric]
        return cls(
            dict(zip(commits.tolist(), commits.index.tolist(), strict=True)),
            own["position"].tolist(),
            own["value"].tolist(),
        )

    def at(self, commit: str) -> float:
        """Return the value that stood at a commit; NaN where none did."""
        if commit not in self.places:
            return math.nan
        before = bisect_right(self.measured, self.places[commit])
        return float(self.values[before - 1]) if before else math.nan
