"""Stage 3: what it takes to make the champion again, and what of it was not logged.

Everything is told of all runs of the configuration together: where they differ, all that they
say is given. The fingerprint is the SHA-256 sum of the params, the versions of data, the commits
and the ids of the runs: two records with one fingerprint are of one model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.provenance import Commits, commits_of
from runfolio.analysis.reproduction_steps import steps_of
from runfolio.model.order import natural
from runfolio.model.tables import MADE, Tables

__all__ = ["KINDS", "DataUsed", "MadeRun", "Missing", "Reproduction", "reproduction_of"]

_MODEL_FILE = "MLmodel"
"""In the folder of a model that MLflow wrote."""


@dataclass(frozen=True, slots=True)
class MadeRun:
    """A run of the configuration: id, label and seed (empty where none was logged)."""

    id: str
    label: str
    seed: str


@dataclass(frozen=True, slots=True)
class DataUsed:
    """A version of data: its name, digest, use (``training`` …), version's name and rows."""

    name: str
    digest: str
    context: str
    version: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was not logged: what, why that matters, and how to log it."""

    what: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What was logged of how a configuration was made.

    Parameters
    ----------
    configuration : Configuration
    runs : tuple of MadeRun
    commits : Commits
        Its ``candidate`` is what these runs were made at.
    data : tuple of DataUsed
    environment : dict of str to tuple of str
        Versions by name; more than one where the runs differ.
    commands : tuple of str
        What was started, each once.
    artifacts : tuple of str
        Models and tables that the runs left.
    missing : tuple of Missing
    steps : tuple of str
        Lines for a shell; empty where too little is known.
    fingerprint : str
    """

    configuration: Configuration
    runs: tuple[MadeRun, ...]
    commits: Commits
    data: tuple[DataUsed, ...]
    environment: dict[str, tuple[str, ...]]
    commands: tuple[str, ...]
    artifacts: tuple[str, ...]
    missing: tuple[Missing, ...]
    steps: tuple[str, ...]
    fingerprint: str

    @property
    def seeds(self) -> tuple[str, ...]:
        return tuple(run.seed for run in self.runs if run.seed)


def reproduction_of(tables: Tables, configuration: Configuration) -> Reproduction:
    """Gather what was logged of how a configuration was made.

    Parameters
    ----------
    tables : Tables
    configuration : Configuration
    """
    own = list(configuration.runs)
    known = tables.runs.loc[own]
    runs = tuple(
        MadeRun(run, label, seed)
        for run, label, seed in zip(own, known["label"], known["seed"], strict=True)
    )
    commits = commits_of(tables, configuration)
    data = tuple(_data(tables, own))
    environment = _environment(tables, own)
    commands = tuple(dict.fromkeys(tables.commands[run] for run in own if tables.commands.get(run)))
    models, others = _artifacts(tables, own)
    missing = tuple(
        _missing(configuration, runs, commits, data, environment, commands, has_model=bool(models))
    )
    return Reproduction(
        configuration=configuration,
        runs=runs,
        commits=commits,
        data=data,
        environment=environment,
        commands=commands,
        artifacts=(*models, *others),
        missing=missing,
        steps=steps_of(
            configuration.params,
            [run.seed for run in runs if run.seed],
            commits.candidate,
            environment,
            commands,
        ),
        fingerprint=_fingerprint(configuration, commits),
    )


def _data(tables: Tables, runs: Sequence[str]) -> Iterable[DataUsed]:
    frame = tables.datasets
    frame = frame[frame["run"].isin(runs) & (frame["context"] != MADE)]
    used = zip(frame["name"], frame["digest"], frame["context"], strict=True)
    known = {
        (name, digest): (version, None if pd.isna(rows) else int(rows))
        for name, digest, version, rows in zip(
            *(tables.versions[column] for column in ("name", "digest", "version", "rows")),
            strict=True,
        )
    }
    for name, digest, context in sorted(set(used)):
        yield DataUsed(name, digest, context, *known.get((name, digest), ("", None)))


def _environment(tables: Tables, runs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    frame = tables.environment
    frame = frame[frame["run"].isin(runs)]
    found: dict[str, set[str]] = {}
    for name, value in zip(frame["name"], frame["value"], strict=True):
        found.setdefault(name, set()).add(value)
    ordered = sorted(found, key=lambda name: (name != "python", name))
    return {name: tuple(sorted(found[name], key=natural)) for name in ordered}


def _artifacts(tables: Tables, runs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the models that the runs logged, and the tables and images."""
    models = tables.models
    logged = models[(models["kind"] == "logged") & models["run"].isin(runs)]
    named = {
        f"model {name}" + (f" ({kind})" if kind else "")
        for name, kind in zip(logged["name"], logged["model_type"], strict=True)
    }
    names = set(tables.artifacts["name"][tables.artifacts["run"].isin(runs)])
    within = {name for name in names if name.rpartition("/")[2] == _MODEL_FILE}
    if not named:  # before MLflow 3 a model was no more than a folder of artifacts
        named = {f"model {name.rpartition('/')[0] or name}" for name in within}
    if not names:  # of other trackers the tables that were read are all that is known
        names = {plot.name for run in runs for plot in tables.plots.get(run, ())}
    images = tables.images
    names |= set(images["name"][images["run"].isin(runs)])
    return sorted(named), sorted(names - within, key=natural)


KINDS = 7
"""Of what can be missing: commit, params, data, environment, command, seeds and model."""


def _missing(
    configuration: Configuration,
    runs: Sequence[MadeRun],
    commits: Commits,
    data: Sequence[DataUsed],
    environment: dict[str, tuple[str, ...]],
    commands: Sequence[str],
    *,
    has_model: bool,
) -> Iterable[Missing]:
    if not commits.candidate:
        yield Missing(
            "the commit of the code",
            "which code made it cannot be told",
            "run from a git checkout (MLflow notes the commit by itself), or write commit: into "
            "run.yaml",
        )
    if not configuration.params:
        yield Missing("its params", "with which settings is not known", "log them with each run")
    if not data:
        yield Missing(
            "the data",
            "what it was trained on is not known",
            "log the data set with its digest (mlflow.log_input, dvc.lock, datasets: in run.yaml)",
        )
    elif unsure := sorted({one.name for one in data if not one.digest}):
        yield Missing(
            f"the version of {', '.join(unsure[:3])}",
            "the data may have changed since",
            "log a digest with the name of the data",
        )
    if not environment:
        yield Missing(
            "the environment",
            "with which Python and libraries is not known",
            "log a model with its requirements, or keep requirements.txt beside the run",
        )
    elif "python" not in environment:
        yield Missing("the version of Python", "libraries may need it", "log it with the run")
    if not commands:
        yield Missing(
            "the command",
            "how it was started is not known",
            "start a script that the tracker can name, or have a stage in dvc.yaml",
        )
    if without := sum(not run.seed for run in runs):
        which = "the seeds" if without == len(runs) else f"the seed of {without} of its runs"
        yield Missing(which, "a run cannot be repeated exactly", "log a param called seed")
    if not has_model:
        yield Missing(
            "the model itself",
            "it has to be trained again before it can be used",
            "log it with the run (mlflow.<flavor>.log_model, wandb.log_artifact)",
        )


def _fingerprint(configuration: Configuration, commits: Commits) -> str:
    parts = [
        sorted(configuration.params.items()),
        sorted(configuration.data),
        sorted(commits.candidate),
        sorted(configuration.runs),
    ]
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"
