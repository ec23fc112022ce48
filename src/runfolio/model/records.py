"""Stage 2: records, the plain shape in which a source hands over what it read.

Records are small, picklable and know neither pandas nor HTML; ``ingest`` turns them
into the tidy tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from runfolio.model.features import DataColumn, FeatureList, Importances
from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.model.recorded import RecordedModel
from runfolio.model.series import Series

__all__ = [
    "CheckRecord",
    "CheckStatus",
    "DatasetUse",
    "ExperimentRecord",
    "Goal",
    "Image",
    "MetricFact",
    "ModelRecord",
    "Records",
    "RunRecord",
    "Status",
]

Status = Literal["finished", "failed", "killed", "unfinished", "scheduled", "unknown"]
"""A run that never said how it ended is ``unfinished``: no log tells whether it still goes on."""

Goal = Literal["maximize", "minimize"]

CheckStatus = Literal["pass", "fail", "warning", "error", "skipped", "measured"]
"""``error``: it could not be evaluated; ``measured``: a value without a rule to judge it by."""


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset that a run used: its name, version digest and role (``training`` …).

    Where the log tells more of it: its number of rows, the version's name (``v2``), its columns,
    what it was made from (a file's name, never an address), and its size in bytes.
    """

    name: str
    digest: str = ""
    context: str = ""
    rows: int | None = None
    version: str = ""
    columns: tuple[DataColumn, ...] = ()
    source: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that a run logged: its name, step, media type (``image/png``) and bytes."""

    name: str
    step: int
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as its source tells it.

    Parameters
    ----------
    id : str
        The tracker's own id; for formats without ids the path relative to the input, with
        which `id_is_path` goes.
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
    images : tuple of Image
        Few and small, the newest of each name.
    artifacts : tuple of str
        Names of its artifacts, as paths below the run; few.
    plots : tuple of Plot
        Confusion matrices, curves and metrics of segments that it logged as tables.
    path : str
        Where the run itself lies, relative to the input; empty for a row of a database.
    id_is_path : bool
        Whether the id says no more than where the run lies.
    environment : dict of str to str
        Versions of Python (``python``) and of libraries; never of whose machine it was.
    command : str
        What was started, such as ``train.py`` or ``dvc repro``; empty where that is not told.
    features : tuple of FeatureList
        What the model sees, as signatures and artifacts tell it; params and tags may tell more.
    importances : tuple of Importances
        How much each feature matters to the model.
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
    images: tuple[Image, ...] = ()
    artifacts: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()
    path: str = ""
    id_is_path: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    command: str = ""
    features: tuple[FeatureList, ...] = ()
    importances: tuple[Importances, ...] = ()


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
    environment : dict of str to str
        Versions of Python and libraries that it was made with, as of the run that made it.
    commit : str
        The git commit that a tag registered; empty for other registries.
    path : str
        The model's file or folder in the project, where the registry names it.
    features : FeatureList or None
        What it sees, as its signature tells.
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
    environment: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    path: str = ""
    features: FeatureList | None = None


@dataclass(frozen=True, slots=True)
class MetricFact:
    """What a tracker itself says of a metric: its direction and its unit, where it does."""

    metric: str
    goal: Goal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check of data, as a validation tool recorded it; never with rows of the data.

    Parameters
    ----------
    suite : str
        The named set of checks that it belongs to.
    check : str
        What was checked, in the tool's word (``expect_column_values_to_not_be_null``).
    format, location : str
        As of a run.
    status : CheckStatus
    dataset, column : str
        What it is about; empty where that is not recorded, or it is about the whole set.
    observed, expected : str
        Value found and value asked for, as text; either may be empty.
    share : float or None
        Share of rows that failed, in [0, 1].
    rows : int or None
        Number of rows checked.
    checked : int or None
        When, in milliseconds since 1970 in UTC.
    message : str
        Why it could not be evaluated, or what the tool says of the result.
    """

    suite: str
    check: str
    format: str
    location: str
    status: CheckStatus
    dataset: str = ""
    column: str = ""
    observed: str = ""
    expected: str = ""
    share: float | None = None
    rows: int | None = None
    checked: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What one unit of work yielded; ``hidden_*`` count what the tracker deleted."""

    runs: tuple[RunRecord, ...] = ()
    experiments: tuple[ExperimentRecord, ...] = ()
    models: tuple[ModelRecord, ...] = ()
    metrics: tuple[MetricFact, ...] = ()
    checks: tuple[CheckRecord, ...] = ()
    recorded: tuple[RecordedModel, ...] = ()
    problems: tuple[Problem, ...] = ()
    hidden_runs: int = 0
    hidden_experiments: int = 0
