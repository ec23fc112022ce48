"""Stage 3: runs that log production are no experiments: they are told apart, and read as a log.

In: the tables. Out: the ids of such runs, and their metrics in the order of time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runfolio.analysis.selection import matching_runs
from runfolio.model.production import Columns, ProductionLog
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.config import Monitored

__all__ = ["log_of_runs", "monitoring_runs", "production_runs"]

_TAG = "monitoring"
"""A run with this tag, and the value true, yes, on or 1, logs production."""

_YES = frozenset({"true", "yes", "on", "1"})
_VERSION_TAGS = ("model_version", "version")


def monitoring_runs(tables: Tables, watched: Sequence[Monitored]) -> dict[int, tuple[str, ...]]:
    """Return the runs that log production, by the place in the configuration that says so.

    Parameters
    ----------
    tables : Tables
    watched : sequence of Monitored
        What the configuration names. Runs that only their tag tells come under -1.
    """
    found: dict[int, tuple[str, ...]] = {}
    taken: set[str] = set()
    for entry, one in enumerate(watched):
        if one.runs is not None:
            runs = [run for run in matching_runs(tables, one.runs) if run not in taken]
            found[entry] = tuple(runs)
            taken.update(runs)
    tags = tables.tags
    says_so = (tags["tag"].str.lower() == _TAG) & tags["value"].str.strip().str.lower().isin(_YES)
    tagged = set(tags["run"][says_so]) - taken
    if tagged:
        found[-1] = tuple(run for run in tables.runs.index if run in tagged)
    return found


def production_runs(tables: Tables, watched: Sequence[Monitored]) -> tuple[str, ...]:
    """Return the ids of all runs that log production."""
    return tuple(run for runs in monitoring_runs(tables, watched).values() for run in runs)


def log_of_runs(
    tables: Tables, runs: Iterable[str], entry: int, version: str | None = None
) -> ProductionLog | None:
    """Read the metrics of runs as one log.

    Each point of a series stands at the time at which it was logged. Where that is not known, the
    last value stands at the run's end, or else its start; without either it is left out.

    Parameters
    ----------
    tables : Tables
    runs : iterable of str
    entry : int
        Their place in the configuration.
    version : str or None
        The tag (or param) with the version of the model; None for the usual ones.
    """
    wanted = list(dict.fromkeys(runs))
    own, chosen = tables.metrics, set(wanted)
    points: dict[tuple[int, str], dict[str, float]] = {}
    for row, (run, metric, last) in enumerate(
        zip(own["run"], own["metric"], own["last"].tolist(), strict=True)
    ):
        if run in chosen:
            for time, value in _points(tables, row, run, last):
                points.setdefault((time, run), {})[metric] = value
    if not points:
        return None
    order = sorted(points, key=lambda key: key[0])
    names = sorted({name for row in points.values() for name in row})
    versions = _versions(tables, wanted, version)
    names_shown = tables.runs.loc[wanted, "label"]
    name = str(names_shown.iloc[0]) if len(wanted) == 1 else f"{len(wanted)} runs"
    return ProductionLog(
        entry=entry,
        name=name,
        times=np.array([time for time, _ in order], np.int64),
        columns=Columns(
            {name: np.array([points[key].get(name, math.nan) for key in order]) for name in names}
        ),
        versions=tuple(versions.get(run, "") for _, run in order) if versions else (),
    )


def _points(tables: Tables, row: int, run: str, last: float) -> list[tuple[int, float]]:
    _, values = tables.curves.of(row)
    times = tables.curves.times_of(row)
    if len(times) == len(values):
        return [
            (round(time * 1000), float(value))
            for time, value in zip(times, values, strict=True)
            if math.isfinite(time)
        ]
    ended, started = tables.runs["ended"], tables.runs["started"]
    known: list[pd.Timestamp] = [t for t in (ended[run], started[run]) if not pd.isna(t)]
    return [(int(known[0].timestamp() * 1000), last)] if known else []


def _versions(tables: Tables, runs: Sequence[str], named: str | None) -> Mapping[str, str]:
    """Return the version of the model that each run tells."""
    found: dict[str, str] = {}
    wanted = (named,) if named else _VERSION_TAGS
    for frame, key in ((tables.params, "param"), (tables.tags, "tag")):
        rows = frame[frame["run"].isin(set(runs)) & frame[key].isin(wanted)]
        found |= dict(zip(rows["run"], rows["value"], strict=True))
    return found
