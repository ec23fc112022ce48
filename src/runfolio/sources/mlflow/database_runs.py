"""Stage 1b: the runs of one unit in an MLflow database.

In: an open database and the ids of some runs. Out: their records. Points are reduced run by
run, so that no more than one run's are ever in memory.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from runfolio.model.records import DatasetUse, RunRecord
from runfolio.model.series import Series
from runfolio.sources.base import Unit
from runfolio.sources.mlflow.artifacts import Artifacts, RunArtifacts
from runfolio.sources.mlflow.database_points import Points, as_text
from runfolio.sources.mlflow.datasets import dataset_use
from runfolio.sources.mlflow.environment import environment_of
from runfolio.sources.mlflow.rules import sort_tags, status
from runfolio.sources.mlflow.signatures import HISTORY_TAG, features_of_history
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.sql_database import Row, SqlDatabase

__all__ = ["Chunk", "read_runs"]

_CHECK = "Check it with `sqlite3 FILE 'PRAGMA integrity_check'`, or restore it from a backup."
_BOUND = 400
"""Values given to one query at most; SQLite has a limit."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The runs of a unit; `scan` where the schema has no index to find them by."""

    ids: tuple[str, ...]
    scan: bool


def read_runs(
    database: SqlDatabase, unit: Unit, findings: Findings, artifacts: Artifacts | None = None
) -> Iterator[RunRecord]:
    """Yield the records of a unit's runs; its context is a `Chunk`."""
    yield from _ChunkReader(database, unit, findings, artifacts).runs()


class _ChunkReader:
    """Reads the runs of one unit, table by table; metrics run by run."""

    def __init__(
        self,
        database: SqlDatabase,
        unit: Unit,
        findings: Findings,
        artifacts: Artifacts | None,
    ) -> None:
        self._database = database
        self._artifacts = artifacts
        self._format = unit.source
        self._location = unit.location
        self._chunk: Chunk = unit.context
        self._findings = findings

    def runs(self) -> Iterator[RunRecord]:
        tags = self._pairs("tags")
        params = self._pairs("params")
        datasets = self._datasets()
        series = dict(self._series())
        for row in self._rows(
            "SELECT r.run_uuid, r.name, e.name, r.experiment_id, r.status, r.start_time, "
            "r.end_time FROM runs r "
            "LEFT JOIN experiments e ON e.experiment_id = r.experiment_id "
            "WHERE r.run_uuid IN ({ids})"
        ):
            run_id, name, experiment_name, experiment_id, state, started, ended = row
            if experiment_name is None and experiment_id is not None:
                experiment_name = str(experiment_id)
            kept = sort_tags(tags[run_id])
            logged = (
                self._artifacts.of_run(str(experiment_id), str(run_id))
                if self._artifacts is not None
                else RunArtifacts()
            )
            yield RunRecord(
                id=run_id,
                name=name or kept.name,
                experiment=experiment_name or "",
                format=self._format,
                location=self._location,
                status=status(state),
                started=_milliseconds(started),
                ended=_milliseconds(ended),
                parent=kept.parent,
                commit=kept.commit,
                notes=kept.notes,
                params=dict(sorted(params[run_id].items())),
                tags=kept.tags,
                series=series.get(run_id, ()),
                datasets=tuple(
                    sorted(datasets[run_id], key=lambda d: (d.name, d.digest, d.context))
                ),
                artifacts=logged.names,
                plots=logged.plots,
                features=(
                    *features_of_history(tags[run_id].get(HISTORY_TAG, "")),
                    *logged.features,
                ),
                importances=logged.importances,
                environment=environment_of(logged.models[0]) if logged.models else {},
                command=kept.command,
            )

    def _rows(self, query: str) -> Iterator[Row]:
        ids = self._chunk.ids
        for start in range(0, len(ids), _BOUND):
            yield from self._database.rows_of(query, ids[start : start + _BOUND], self._damaged)

    def _pairs(self, table: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        query = f"SELECT t.run_uuid, t.key, t.value FROM {table} t"
        rows = (
            self._database.rows(query)
            if self._chunk.scan
            else self._rows(f"{query} WHERE t.run_uuid IN ({{ids}})")
        )
        for run_id, key, value in rows:
            found[run_id][str(key)] = "" if value is None else str(value)
        return found

    def _datasets(self) -> dict[str, list[DatasetUse]]:
        found: dict[str, list[DatasetUse]] = defaultdict(list)
        if self._database.columns("inputs") and self._database.columns("datasets"):
            for run_id, name, digest, profile, schema, made_from, context in self._rows(
                "SELECT i.destination_id, d.name, d.digest, d.dataset_profile, "
                "d.dataset_schema, d.dataset_source, t.value "
                "FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
                "LEFT JOIN input_tags t "
                "ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context' "
                "WHERE i.destination_type = 'RUN' AND i.source_type = 'DATASET' "
                "AND i.destination_id IN ({ids})"
            ):
                use = dataset_use(name or "", digest or "", profile, schema, made_from)
                found[run_id].append(replace(use, context=context or ""))
        return found

    def _series(self) -> Iterator[tuple[str, tuple[Series, ...]]]:
        """Yield each run that has points, with its series."""
        database = self._database
        step = database.pick("metrics", "step", "0")
        has_nan = "is_nan" in database.columns("metrics")
        value = "CASE WHEN is_nan THEN NULL ELSE value END" if has_nan else "value"
        order = database.as_logged("metrics", "timestamp", "step")
        query = (
            f"SELECT {database.raw('metrics.run_uuid')}, {database.raw('metrics.key')}, {step}, "
            f"metrics.timestamp, {value} FROM metrics {{which}}ORDER BY metrics.run_uuid, {order}"
        )
        if self._chunk.scan:
            yield from self._of_portion(query.format(which=""), (), self._stopped)
            return
        for start in range(0, len(self._chunk.ids), database.portion):
            ids = self._chunk.ids[start : start + database.portion]
            which = f"WHERE metrics.run_uuid IN ({','.join('?' * len(ids))}) "
            yield from self._of_portion(
                query.format(which=which), ids, partial(self._damaged, ids[0])
            )

    def _of_portion(
        self, query: str, ids: Sequence[str], damaged: Callable[[Exception], None]
    ) -> Iterator[tuple[str, tuple[Series, ...]]]:
        failed: list[Exception] = []
        points: Points | None = None
        for batch in self._database.batches(query, ids, failed.append):
            for run_id, rows in _by_run(batch):
                if points is None or points.run_id != run_id:
                    if points is not None:
                        yield points.run_id, points.series()
                    points = Points(run_id)
                for row in points.add(rows):
                    self._not_a_number(run_id, *row[1:])
        if failed:
            damaged(failed[0])
        elif points is not None:
            yield points.run_id, points.series()

    def _not_a_number(self, run_id: str, key: object, step: Any, time: Any, value: Any) -> None:
        self._findings.add(
            "metric-not-a-number",
            f"A point of {as_text(key)!r} of run {run_id} is not made of numbers (value "
            f"{value!r:.40}, step {step!r:.40}, time {time!r:.40}); it was left out.",
            "Correct the row in the table metrics.",
        )

    def _damaged(self, run_id: str, error: Exception) -> None:
        self._findings.add(
            "database-damaged",
            f"Some of run {run_id} lies in a damaged part of the database ({error}); "
            "that was left out.",
            _CHECK,
            "error",
        )

    def _stopped(self, error: Exception) -> None:
        self._findings.add(
            "database-damaged",
            f"The table metrics cannot be read any further ({error}); what lies behind that "
            "was left out.",
            _CHECK,
            "error",
        )


def _by_run(batch: Sequence[Row]) -> Iterator[tuple[str, Sequence[Row]]]:
    """Split rows, which lie together by run."""
    if batch[0][0] == batch[-1][0]:
        yield as_text(batch[0][0]), batch
    else:
        for run_id, rows in groupby(batch, itemgetter(0)):
            yield as_text(run_id), list(rows)


def _milliseconds(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else None
