"""Stage 1b: one run's folder in an MLflow file store.

In: a unit of work. Out: the run's record, or that it was deleted.

::

    meta.yaml   metrics/<name>   params/<name>   tags/<name>   inputs/<id>/meta.yaml
    artifacts/…    of which tables of plots are read

Every file below the folder is opened exactly once, except those that no report shows:
opening files is what takes the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from runfolio.model.problems import Problem
from runfolio.model.records import DatasetUse, Records, RunRecord
from runfolio.sources.base import Unit, problem
from runfolio.sources.mlflow.artifacts import ARTIFACTS, artifacts_of
from runfolio.sources.mlflow.datasets import dataset_use
from runfolio.sources.mlflow.environment import environment_of
from runfolio.sources.mlflow.meta import META, Meta, meta_problem, parse_meta, read_meta, text
from runfolio.sources.mlflow.points import PointsReader
from runfolio.sources.mlflow.rules import PRIVATE_TAGS, sort_tags, status
from runfolio.sources.mlflow.signatures import HISTORY_TAG, features_of_history
from runfolio.sources.reading.parsing import ParseError, decode, parse_time
from runfolio.storage.base import Place, StorageError, readable

__all__ = ["Parent", "read_run"]

_NOT_READ = frozenset(
    {ARTIFACTS, "traces", "models", "outputs", *(f"tags/{tag}" for tag in PRIVATE_TAGS)}
)


@dataclass(frozen=True, slots=True)
class Parent:
    """What a run's reader must know of the experiment it lies in."""

    id: str
    name: str


def read_run(unit: Unit) -> Records:
    """Read a run's folder."""
    return _RunReader(unit).read()


class _RunReader:
    """Gathers what the files of a run's folder hold."""

    def __init__(self, unit: Unit) -> None:
        self._place = unit.place
        self._parent: Parent = unit.context
        self._format = unit.source
        self._location = unit.location
        self._params: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._inputs: list[Meta] = []
        self._problems: list[Problem] = []
        self._points = PointsReader(unit.place, self._problems)

    def read(self) -> Records:
        meta: Meta | None = None
        described = False
        parts: set[str] = set()
        for path, data in self._place.storage.read_tree(self._place.path, _NOT_READ):
            part, _, name = path.partition("/")
            parts.add(part)
            if part == "metrics" and name and isinstance(data, bytes):
                self._points.add(path, data)
            elif path == META:  # comes first: a folder's own files do
                described = True
                meta = self._meta(data)
                if meta is not None:
                    if text(meta, "lifecycle_stage") == "deleted":
                        return Records(hidden_runs=1)
                    if not self._belongs_here(meta):
                        return Records(problems=tuple(self._problems))
            elif isinstance(data, StorageError):
                self._unreadable(path, str(data))
            elif part == "params" and name:
                self._params[readable(name)] = self._text(path, data)
            elif part == "tags" and name:
                self._tags[readable(name)] = self._text(path, data)
            elif part == "inputs" and path.endswith(f"/{META}"):
                self._input(path, data)
            elif part in ("metrics", "params", "tags", "inputs") and not name:
                self._unreadable(path, "is a file where a folder should be")
        if not described:
            if not parts & {"metrics", "params", "tags"}:
                return Records(problems=tuple(self._problems))  # some other folder
            self._problems.append(
                meta_problem(self._place / META, "run", "is missing; the rest of it was read")
            )
        return Records(runs=(self._record(meta),), problems=tuple(self._problems))

    def _record(self, meta: Meta | None) -> RunRecord:
        known = meta or {}
        kept = sort_tags(self._tags)
        logged = artifacts_of(self._place / ARTIFACTS, self._problems)
        return RunRecord(
            id=text(known, "run_id") or text(known, "run_uuid") or readable(self._place.name),
            name=text(known, "run_name") or kept.name,
            experiment=self._parent.name,
            format=self._format,
            location=self._location,
            status="unknown" if meta is None else status(text(known, "status")),
            started=parse_time(text(known, "start_time") or ""),
            ended=parse_time(text(known, "end_time") or ""),
            parent=kept.parent,
            commit=kept.commit,
            notes=kept.notes,
            params=dict(sorted(self._params.items())),
            tags=kept.tags,
            series=tuple(self._points.series()),
            datasets=tuple(sorted(self._datasets(), key=lambda d: (d.name, d.digest, d.context))),
            artifacts=logged.names,
            plots=logged.plots,
            environment=environment_of(logged.models[0]) if logged.models else {},
            features=(
                *features_of_history(self._tags.get(HISTORY_TAG, "")),
                *logged.features,
            ),
            importances=logged.importances,
            command=kept.command,
        )

    def _meta(self, data: bytes | StorageError) -> Meta | None:
        place = self._place / META
        if data == b"":
            return read_meta(self._place, self._problems, "run")
        if isinstance(data, StorageError):
            self._problems.append(meta_problem(place, "run", str(data)))
            return None
        try:
            return parse_meta(data)
        except ParseError as error:
            self._problems.append(meta_problem(place, "run", f"{error}; the rest of it was read"))
            return None

    def _belongs_here(self, meta: Meta) -> bool:
        """Check, as MLflow does, that a run was not copied or moved here by hand."""
        run_id = text(meta, "run_id") or text(meta, "run_uuid")
        experiment_id = text(meta, "experiment_id")
        folder = self._place.name
        if run_id != folder:
            why = f"It says that its run is {run_id!r}, but it lies in the folder {folder!r}"
        elif experiment_id != self._parent.id:
            why = (
                f"It says that its experiment is {experiment_id!r}, but it lies in that of "
                f"{self._parent.id!r}"
            )
        else:
            return True
        self._problems.append(
            problem(
                self._place / META,
                "mlflow-run-misplaced",
                f"{why}: like in MLflow, the run was left out.",
                "Move the run's folder back, or remove it if it is a copy.",
                "error",
            )
        )
        return False

    def _text(self, path: str, data: bytes) -> str:
        content, replaced = decode(data)
        if replaced:
            self._problems.append(
                problem(
                    self._place / path,
                    "not-utf8",
                    "Some bytes are not UTF-8; they are shown as replacement characters.",
                    "Save the file as UTF-8.",
                    "note",
                )
            )
        return content

    def _unreadable(self, path: str, reason: str) -> None:
        self._problems.append(
            problem(
                self._place / path if path else self._place,
                "file-unreadable",
                f"The file or folder {reason}; it was left out.",
                "Make it readable, or remove it.",
                "error",
            )
        )

    def _input(self, path: str, data: bytes) -> None:
        try:
            self._inputs.append(parse_meta(data))
        except ParseError as error:
            self._problems.append(meta_problem(self._place / path, "dataset's use", str(error)))

    def _datasets(self) -> Iterator[DatasetUse]:
        for used in self._inputs:
            dataset_id = text(used, "source_id") or ""
            if text(used, "source_type") != "DATASET" or "/" in dataset_id:
                continue
            dataset = self._dataset(self._place.parent / "datasets" / dataset_id)
            if dataset is not None:
                tags = used.get("tags")
                context = tags.get("mlflow.data.context") if isinstance(tags, dict) else None
                yield replace(
                    dataset,
                    name=dataset.name or dataset_id,
                    context=context if isinstance(context, str) else "",
                )

    def _dataset(self, folder: Place) -> DatasetUse | None:
        try:
            return _dataset(folder, (folder / META).stamp())
        except (StorageError, ParseError) as error:
            self._problems.append(meta_problem(folder / META, "dataset", str(error)))
            return None


@lru_cache(maxsize=4096)
def _dataset(folder: Place, stamp: str) -> DatasetUse:
    """Return what is told of a dataset, which mostly many runs have in common."""
    meta = parse_meta((folder / META).read())
    return dataset_use(
        *(text(meta, "name") or "", text(meta, "digest") or "", text(meta, "profile")),
        *(text(meta, "schema"), text(meta, "source")),
    )
