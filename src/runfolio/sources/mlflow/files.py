"""Stage 1b: MLflow's file store (``mlruns/``), as written by MLflow 0.x to 3.x.

In: a folder of experiments, or one experiment's folder. Out: a unit of work per run.

::

    mlruns/<experiment>/meta.yaml  tags/<key>  datasets/<id>/meta.yaml  models/<id>/…
    mlruns/<experiment>/<run>/meta.yaml  {metrics,params,tags}/<name>  inputs/<id>/meta.yaml
    mlruns/models/<registered model>/…        mlruns/.trash/<deleted experiment>/…

A name with ``/`` in it is a file in a subfolder. Like MLflow, a run is only taken where its
``meta.yaml`` names the folders it lies in, and nothing is looked for among artifacts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from runfolio.model.problems import Problem
from runfolio.model.records import ExperimentRecord, ModelRecord, Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit, problem
from runfolio.sources.mlflow.file_registry import logged_models, registered_models
from runfolio.sources.mlflow.file_run import Parent, read_run
from runfolio.sources.mlflow.meta import META, read_meta, text
from runfolio.sources.mlflow.rules import experiment
from runfolio.sources.reading.parsing import decode
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["MlflowFiles", "source"]

_TRASH = ".trash"
_MODELS = "models"
_NOT_RUNS = frozenset({"tags", "datasets", "traces", "models", "artifacts"})
_KEY = re.compile(rb"^(\w+):", re.MULTILINE)
_RUN_ID = re.compile(r"[0-9a-f]{32}")
_HEAD = 64 * 1024
_RUN_KEYS = frozenset({b"run_id", b"run_uuid"})


@dataclass(slots=True)
class _Found:
    """What discovery gathers."""

    location: str
    units: list[Unit] = field(default_factory=list)
    experiments: list[ExperimentRecord] = field(default_factory=list)
    models: list[ModelRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    hidden_runs: int = 0
    hidden_experiments: int = 0


class MlflowFiles:
    """Reader of MLflow's file store."""

    name = "mlflow-files"
    title = "MLflow file store"
    looks_like = "a folder, usually mlruns/, with <experiment>/meta.yaml in it"
    order = 100

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        return WHOLE if entries is not None and _is_store(place, entries) else None

    def discover(self, place: Place) -> Discovery:
        found = _Found(place.shown)
        if _is_experiment(place):
            _discover_experiment(place, found)
        else:
            for folder in _folders(place, found.problems):
                if folder.name == _TRASH:
                    _count_trash(folder, found)
                elif folder.name == _MODELS:
                    found.models += registered_models(folder, found.location, found.problems)
                elif _is_experiment(folder) or _holds_runs(folder):
                    _discover_experiment(folder, found)
        return Discovery(
            tuple(found.units),
            Records(
                experiments=tuple(found.experiments),
                models=tuple(found.models),
                problems=tuple(found.problems),
                hidden_runs=found.hidden_runs,
                hidden_experiments=found.hidden_experiments,
            ),
        )

    def read(self, unit: Unit) -> Records:
        return read_run(unit)


source = MlflowFiles()


def _is_store(place: Place, entries: Sequence[Entry]) -> bool:
    if Entry(META, False) in entries and _is_experiment(place):
        return True
    folders = [entry.name for entry in entries if entry.is_folder]
    return (
        any(_is_experiment(place / name) for name in folders)
        or any(_holds_runs(place / name) for name in folders if name.isdecimal())
        or (_TRASH in folders and any(map(_is_experiment, _folders(place / _TRASH))))
        or (_MODELS in folders and any(map(_is_registered, _folders(place / _MODELS))))
    )


def _discover_experiment(folder: Place, found: _Found) -> None:
    meta = read_meta(folder, found.problems, "experiment")
    known = meta or {}
    here = readable(folder.name) if folder.path else text(known, "experiment_id") or ""
    if text(known, "lifecycle_stage") == "deleted":
        found.hidden_experiments += 1
        found.hidden_runs += len(_run_folders(folder))
        return
    if meta is not None and text(meta, "experiment_id") != here:
        found.problems.append(
            problem(
                folder / META,
                "mlflow-experiment-misplaced",
                f"It says that its experiment is {text(meta, 'experiment_id')!r}, but it lies in "
                f"the folder {here!r}: like in MLflow, the experiment was left out.",
                "Give the folder its name back, or remove it if it is a copy.",
                "error",
            )
        )
        return
    context = Parent(here, text(known, "name") or here)
    tags = {
        readable(path): decode(data)[0]
        for path, data in (folder / "tags").storage.read_tree((folder / "tags").path)
        if isinstance(data, bytes)
    }
    found.experiments.append(experiment(context.name, found.location, tags))
    found.models += logged_models(folder / _MODELS, found.location, found.problems)
    found.units += [
        Unit(source.name, run, found.location, context=context)
        for run in _folders(folder, found.problems)
        if run.name not in _NOT_RUNS and not run.name.startswith(".")
    ]


def _count_trash(trash: Place, found: _Found) -> None:
    """Count what was deleted: mostly whole experiments, in old stores single runs too."""
    for folder in _folders(trash, found.problems):
        if _is_experiment(folder):
            found.hidden_experiments += 1
            found.hidden_runs += len(_run_folders(folder))
        elif _keys(folder) & _RUN_KEYS:
            found.hidden_runs += 1


def _folders(place: Place, problems: list[Problem] | None = None) -> list[Place]:
    try:
        return [place / entry.name for entry in place.entries() if entry.is_folder]
    except StorageError as error:
        if problems is not None:
            problems.append(
                problem(
                    place,
                    "folder-unreadable",
                    f"The folder {error}; it was left out.",
                    "Make it readable, or remove it.",
                    "error",
                )
            )
        return []


def _run_folders(folder: Place) -> list[Place]:
    return [run for run in _folders(folder) if run.name not in _NOT_RUNS and (run / META).is_file()]


def _keys(folder: Place) -> set[bytes]:
    """Return the top-level keys at the start of a folder's ``meta.yaml``, if it has one."""
    try:
        return set(_KEY.findall((folder / META).head(_HEAD)))
    except StorageError:
        return set()


def _is_experiment(folder: Place) -> bool:
    keys = _keys(folder)
    return (
        b"experiment_id" in keys
        and not keys & {*_RUN_KEYS, b"model_id"}
        and bool(keys & {b"lifecycle_stage", b"artifact_location"})
    )


def _holds_runs(folder: Place) -> bool:
    """Tell whether a folder without a good ``meta.yaml`` is an experiment nevertheless."""
    return any(_keys(run) & _RUN_KEYS for run in _folders(folder) if _RUN_ID.fullmatch(run.name))


def _is_registered(folder: Place) -> bool:
    return {b"name", b"last_updated_timestamp", b"creation_timestamp"} <= _keys(folder)
