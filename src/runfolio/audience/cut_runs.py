"""Stage 2b: runs and experiments that an audience does not see, with all that belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.audience.choice import Choice, Taken
from runfolio.errors import UsageError
from runfolio.model.experiment_notes import ExperimentNote, RunConditions
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import MADE, Curves, SourceTotal, Tables

__all__ = ["ENDED", "series_kept", "without_runs"]

ENDED = frozenset({"failed", "killed", "unfinished"})
"""How runs may have ended, as a pattern may say in place of a name."""
_UNFINISHED = ("unfinished", "scheduled")
_OF_RUNS = ("params", "tags", "datasets", "images", "artifacts", "environment", "models")
_BY_RUN = ("plots", "features", "importances", "commands")


def without_runs(tables: Tables, runs: Choice, experiments: Choice, taken: Taken) -> Tables:
    """Take out runs and experiments, and what is known through these runs alone.

    Parameters
    ----------
    tables : Tables
    runs, experiments : Choice
    taken : Taken
        Gets what was taken out.

    Raises
    ------
    UsageError
        Where no run is left.
    """
    whole = _hidden_experiments(tables, experiments, taken)
    gone = _hidden_runs(tables.runs, runs, whole)
    if not gone and not whole:
        return tables
    if len(gone) == len(tables.runs):
        raise UsageError(
            "The audience sees no run: all are hidden in report.yaml. Show some, or hide the "
            "page runs.html instead.",
            "audience-empty",
        )
    taken.counts["runs"] = len(gone)
    _tell_values(tables, gone, taken)
    keep = ~tables.runs.index.isin(list(gone))
    left = tables.runs[keep]
    parent = left["parent"].where(~left["parent"].isin(list(gone)), "")
    frames: dict[str, Any] = {
        name: frame[~frame["run"].isin(list(gone))].reset_index(drop=True)
        for name in _OF_RUNS
        for frame in (getattr(tables, name),)
    }
    by_run: dict[str, Any] = {
        name: {run: told for run, told in getattr(tables, name).items() if run not in gone}
        for name in _BY_RUN
    }
    is_kept = ~tables.metrics["run"].isin(list(gone)).to_numpy()
    metrics, curves = series_kept(tables.metrics, tables.curves, is_kept)
    experiments_left = tables.experiments.index.isin(set(left["experiment"]))
    return replace(
        _data_in_use(replace(tables, **frames, **by_run)),
        runs=left.assign(parent=parent),
        metrics=metrics,
        curves=curves,
        experiments=tables.experiments[experiments_left],
        sources=_sources(tables, gone),
        recorded=tuple(
            replace(one, runs=tuple(run for run in one.runs if run not in gone))
            for one in tables.recorded
            if not one.runs or not gone.keys() >= {*one.runs}
        ),
        experiment_notes=_notes(tables, gone, whole),
    )


def series_kept(
    metrics: pd.DataFrame, curves: Curves, keep: NDArray[np.bool_]
) -> tuple[pd.DataFrame, Curves]:
    """Return some rows of the metrics, with their curves.

    Parameters
    ----------
    metrics : DataFrame
    curves : Curves
        Aligned with them.
    keep : ndarray of bool, shape (series,)
    """
    lengths = np.diff(curves.offsets)
    points = np.repeat(keep, lengths)
    return metrics[keep].reset_index(drop=True), Curves(
        np.concatenate(([0], np.cumsum(lengths[keep]))).astype(np.int64),
        curves.steps[points],
        curves.values[points],
        curves.times[points] if len(curves.times) else curves.times,
    )


def _hidden_experiments(tables: Tables, experiments: Choice, taken: Taken) -> dict[str, str]:
    noted = [name for note in tables.experiment_notes for name in note.experiments]
    whole = experiments.rules([*tables.experiments.index, *tables.runs["experiment"], *noted])
    taken.counts["experiments"] = len(whole)
    taken.names(whole)
    for name, rule in whole.items():
        if name in tables.experiments.index:
            taken.values(str(tables.experiments.loc[name, "notes"]).splitlines(), rule)
    return whole


def _hidden_runs(runs: pd.DataFrame, choice: Choice, whole: Mapping[str, str]) -> dict[str, str]:
    """Return the runs that are hidden, each with what hides it."""
    gone: dict[str, str] = {}
    if not choice and not whole:
        return gone
    columns = (runs[name].tolist() for name in ("name", "label", "experiment", "status"))
    for run, name, label, experiment, status in zip(runs.index.tolist(), *columns, strict=True):
        ended = "unfinished" if status in _UNFINISHED else status if status in ENDED else ""
        if rule := choice.rule(run, name, label, ended) or whole.get(experiment, ""):
            gone[run] = rule
    return gone


def _tell_values(tables: Tables, gone: Mapping[str, str], taken: Taken) -> None:
    """Remember what only the hidden runs tell."""
    # What runs that are shown say in the same words is no secret of the others.
    left = tables.runs.index.difference(list(gone))
    said = set(tables.runs.loc[left, "notes"]) | {tables.commands.get(run, "") for run in left}
    by_rule: dict[str, list[str]] = {}
    for run, rule in gone.items():
        by_rule.setdefault(rule, []).append(run)
    for rule, ids in by_rule.items():
        runs = tables.runs.loc[ids]
        for column in ("name", "label", "slug"):
            taken.names(dict.fromkeys(runs[column], rule))
        taken.names(dict.fromkeys(ids, rule))
        taken.values([*runs["commit"], *(set(runs["notes"]) - said)], rule)
        for name, column in (
            *(("params", "value"), ("tags", "value"), ("artifacts", "name"), ("images", "name")),
            *(("datasets", "digest"), ("models", "description"), ("models", "model_id")),
        ):
            frame = getattr(tables, name)
            own = frame[column][frame["run"].isin(ids)]
            taken.values(map(str, own.unique()), rule)
        commands = {tables.commands[run] for run in ids if run in tables.commands}
        taken.values(commands - said, rule)


def _data_in_use(tables: Tables) -> Tables:
    """Drop versions of data that no run is left to tell of."""
    used = {
        (name, digest)
        for name, digest, context in zip(
            *(tables.datasets[column] for column in ("name", "digest", "context")), strict=True
        )
        if context != MADE
    }
    told = tables.versions[["name", "digest"]].itertuples(index=False, name=None)
    keep = [key in used for key in told]
    return replace(
        tables,
        versions=tables.versions[np.array(keep, bool)].reset_index(drop=True),
        columns={key: told for key, told in tables.columns.items() if key in used},
    )


def _sources(tables: Tables, gone: Collection[str]) -> tuple[SourceTotal, ...]:
    """Count the runs of each source anew; a source of hidden runs alone is not told."""
    runs = tables.runs
    taken = runs[runs.index.isin(list(gone))]
    fewer = taken.groupby(["format", "location"]).size().to_dict()
    told = []
    for source in tables.sources:
        lost = fewer.get((source.format, source.location), 0)
        left = max(source.runs - lost, 0)
        if not lost or left or source.checks:
            told.append(replace(source, runs=left))
    return tuple(told)


def _notes(
    tables: Tables, gone: Mapping[str, str], whole: Mapping[str, str]
) -> tuple[ExperimentNote, ...]:
    """Leave out what is written about hidden experiments or runs alone."""
    runs = tables.runs.loc[list(gone)]
    left = tables.runs.drop(list(gone))
    called = {*runs.index, *runs["name"], *runs["label"]}
    called -= {"", *left.index, *left["name"], *left["label"]}

    def is_hidden(one: RunConditions) -> bool:
        return one.run in called or one.experiment in whole

    def seen(one: RunConditions | None) -> RunConditions | None:
        return RunConditions(run=NOT_SHOWN) if one is not None and is_hidden(one) else one

    notes = []
    for note in tables.experiment_notes:
        own = tuple(name for name in note.experiments if name not in whole)
        about = tuple(one for one in note.runs if not is_hidden(one))
        if (note.experiments and not own) or (note.runs and not about):
            continue
        changed: dict[str, Any] = {"experiments": own, "runs": about}
        changed |= {"baseline": seen(note.baseline), "candidate": seen(note.candidate)}
        notes.append(replace(note, **changed))
    return tuple(notes)
