"""Stage 2: records, the plain shape in which a source hands over what it read.

Records are small, picklable and know neither pandas nor HTML; ``ingest`` turns them
into the tidy tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from runfolio.model.problems import Problem
from runfolio.model.series import Series

__all__ = [
    "DatasetUse",
    "ExperimentRecord",
    "ModelRecord",
    "Records",
    "RunRecord",
    "Status",
]

Status = Literal["finished", "failed", "killed", "running", "scheduled", "unknown"]


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset that a run used: its name, version digest and role (``training`` …)."""

    name: str
    digest: str = ""
    context: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as its source tells it.

    Parameters
    ----------
    id : str
        The tracker's own id; for formats without ids the path relative to the input.
    name : str
        As logged; may be empty or repeated.
    experiment : str
        Name of the experiment the run belongs to.
    format : str
        Name of the source that read it, such as ``mlflow-files``.
    location : str
        Where the source lies, relative to the input.
    status : Status
    started, ended : int or None
        Milliseconds since 1970 in UTC.
    parent : str or None
        Id of the parent run.
    commit : str or None
        Git commit of the code.
    seed : str or None
        Only where the format has a place for it; else found among the params later.
    notes : str
        Markdown written by people.
    params, tags : dict of str to str
        As logged. Tags with which trackers keep house are not in here.
    """

    id: str
    name: str
    experiment: str
    format: str
    location: str
    status: Status = "unknown"
    started: int | None = None
    ended: int | None = None
    parent: str | None = None
    commit: str | None = None
    seed: str | None = None
    notes: str = ""
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    series: tuple[Series, ...] = ()
    datasets: tuple[DatasetUse, ...] = ()


@dataclass(frozen=True, slots=True)
class ExperimentRecord:
    """A named group of runs; the primary metric is where the tracker names one."""

    name: str
    location: str
    notes: str = ""
    primary_metric: str | None = None
    greater_is_better: bool | None = None


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A logged model, or a version of a registered one.

    Parameters
    ----------
    name : str
    kind : {"registered", "logged"}
    version : str
        Empty for a logged model.
    run_id : str or None
        The run that made it.
    stage : str
        ``Staging``, ``Production``, ``Archived`` or empty.
    aliases : tuple of str
    status : str
        ``READY``, ``PENDING``, ``FAILED`` … in the tracker's word, or empty.
    created : int or None
        Milliseconds since 1970 in UTC.
    """

    name: str
    kind: Literal["registered", "logged"]
    location: str
    version: str = ""
    run_id: str | None = None
    stage: str = ""
    aliases: tuple[str, ...] = ()
    description: str = ""
    status: str = ""
    created: int | None = None
    model_id: str = ""
    model_type: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What one unit of work yielded; ``hidden_*`` count what the tracker deleted."""

    runs: tuple[RunRecord, ...] = ()
    experiments: tuple[ExperimentRecord, ...] = ()
    models: tuple[ModelRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    hidden_runs: int = 0
    hidden_experiments: int = 0
