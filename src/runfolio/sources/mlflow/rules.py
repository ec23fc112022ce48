"""Stage 1b: what MLflow means by its values, whichever store they lie in.

In: tags, status codes and stages as stored. Out: what a run record says. Both MLflow
sources go through here, so that one run read from either of them is the same run.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from runfolio.model.records import ExperimentRecord, Status
from runfolio.sources.reading.parsing import ParseError, parse_json, to_float
from runfolio.sources.reading.paths import script_started

__all__ = [
    "DELETED_STAGE",
    "PRIVATE_TAGS",
    "Housekeeping",
    "experiment",
    "model_id_of",
    "model_status",
    "rows_of",
    "sort_tags",
    "stage",
    "status",
]

DELETED_STAGE = "Deleted_Internal"
"""The stage that MLflow gives to a deleted version of a registered model."""

PRIVATE_TAGS = frozenset(
    {
        "mlflow.loggedArtifacts",
        "mlflow.source.git.branch",
        "mlflow.source.git.repoURL",
        "mlflow.source.type",
        "mlflow.user",
    }
)
"""Of the tags that MLflow sets itself and no report shows, those that most runs have."""

_STATUS: dict[str, Status] = {
    "1": "unfinished",
    "2": "scheduled",
    "3": "finished",
    "4": "failed",
    "5": "killed",
    "RUNNING": "unfinished",
    "SCHEDULED": "scheduled",
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "killed",
}


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """What MLflow itself keeps in a run's tags, and the tags that people set."""

    name: str
    parent: str | None
    notes: str
    commit: str | None
    tags: dict[str, str]
    command: str = ""


def sort_tags(tags: Mapping[str, str]) -> Housekeeping:
    """Split a run's tags into what is used of MLflow's own and those of people.

    All others of MLflow's own are dropped: they hold user names and paths.
    """
    return Housekeeping(
        name=tags.get("mlflow.runName", ""),
        parent=tags.get("mlflow.parentRunId") or None,
        notes=tags.get("mlflow.note.content", ""),
        commit=tags.get("mlflow.source.git.commit") or None,
        tags={key: tags[key] for key in sorted(tags) if not key.startswith("mlflow.")},
        command=_command(tags),
    )


def _command(tags: Mapping[str, str]) -> str:
    """Return what was started: a project's entry point, or a script."""
    entry = tags.get("mlflow.project.entryPoint", "")
    if entry:
        return f"mlflow run . --entry-point {shlex.quote(entry)}"
    return script_started(tags.get("mlflow.source.name", ""))


def status(value: str | None) -> Status:
    """Return a run's status, which files hold as a number and databases as a word.

    MLflow takes a run without one for running, and so for unfinished here.
    """
    return "unfinished" if value is None else _STATUS.get(value, "unknown")


def stage(value: str | None) -> str:
    """Return a registered version's stage; MLflow writes the word ``None`` for none."""
    return "" if value in (None, "None") else value


def model_status(value: str | None) -> str:
    """Return a logged model's status as a word; both stores hold it as a number."""
    return {"1": "PENDING", "2": "READY", "3": "FAILED"}.get(value or "", value or "")


def model_id_of(model_source: str | None) -> str:
    """Return the id of the logged model that a registered version was made from, or ``""``."""
    head, _, model_id = (model_source or "").partition("models:/")
    return model_id if not head and model_id.startswith("m-") and "/" not in model_id else ""


def experiment(name: str, location: str, tags: Mapping[str, str]) -> ExperimentRecord:
    """Return an experiment with what MLflow's own tags say of it."""
    greater = tags.get("mlflow.experiment.primaryMetric.greaterIsBetter", "").strip().lower()
    return ExperimentRecord(
        name=name,
        location=location,
        notes=tags.get("mlflow.note.content", ""),
        primary_metric=tags.get("mlflow.experiment.primaryMetric.name") or None,
        greater_is_better={"true": True, "false": False}.get(greater),
    )


def rows_of(profile: str | None) -> int | None:
    """Return the number of rows from a dataset's profile, a JSON text."""
    try:
        tree = parse_json(profile or "")
    except ParseError:
        return None
    rows = to_float(tree.get("num_rows")) if isinstance(tree, dict) else None
    return int(rows) if rows is not None and 0 <= rows < 2**63 else None
