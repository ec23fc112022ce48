"""Stage 1b: the runs of one unit in an MLflow database.

In: an open database and the ids of some runs. Out: their records. Points are reduced run by
run, so that no more than one run's are ever in memory.
"""

from __future__ import annotations

import math
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from runfolio.model.records import DatasetUse, RunRecord
from runfolio.model.series import Series, reduce_series
from runfolio.sources.base import Unit
from runfolio.sources.findings import Findings
from runfolio.sources.mlflow_rules import rows_of, sort_tags, status
from runfolio.sources.sqlite_file import Database

__all__ = ["Chunk", "read_runs"]

_INFINITY = 1.7976931348623157e308
"""What MLflow stores for infinity, which some databases cannot hold."""
_BOUND = 400
"""Values given to one query at most; SQLite has a limit."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The runs of a unit; `scan` where the schema has no index to find them by."""

    ids: tuple[str, ...]
    scan: bool


def read_runs(database: Database, unit: Unit, findings: Findings) -> Iterator[RunRecord]:
    """Yield the records of a unit's runs; its context is a `Chunk`."""
    yield from _ChunkReader(database, unit, findings).runs()


class _ChunkReader:
    """Reads the runs of one unit, table by table; metrics run by run."""

    def __init__(self, database: Database, unit: Unit, findings: Findings) -> None:
        self._database = database
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
            "SELECT r.run_uuid, r.name, COALESCE(e.name, CAST(r.experiment_id AS TEXT)), "
            "r.status, r.start_time, r.end_time FROM runs r "
            "LEFT JOIN experiments e ON e.experiment_id = r.experiment_id "
            "WHERE r.run_uuid IN ({ids})"
        ):
            run_id, name, experiment_name, state, started, ended = row
            kept = sort_tags(tags[run_id])
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
            )

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        ids = self._chunk.ids
        for start in range(0, len(ids), _BOUND):
            yield from self._database.rows_of(query, ids[start : start + _BOUND], self._damaged)

    def _pairs(self, table: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        query = f"SELECT run_uuid, key, value FROM {table}"
        rows = (
            self._database.rows(query)
            if self._chunk.scan
            else self._rows(f"{query} WHERE run_uuid IN ({{ids}})")
        )
        for run_id, key, value in rows:
            found[run_id][str(key)] = "" if value is None else str(value)
        return found

    def _datasets(self) -> dict[str, list[DatasetUse]]:
        found: dict[str, list[DatasetUse]] = defaultdict(list)
        if self._database.columns("inputs") and self._database.columns("datasets"):
            for run_id, name, digest, profile, context in self._rows(
                "SELECT i.destination_id, d.name, d.digest, d.dataset_profile, t.value "
                "FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
                "LEFT JOIN input_tags t "
                "ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context' "
                "WHERE i.destination_type = 'RUN' AND i.source_type = 'DATASET' "
                "AND i.destination_id IN ({ids})"
            ):
                use = DatasetUse(name or "", digest or "", context or "", rows_of(profile))
                found[run_id].append(use)
        return found

    def _series(self) -> Iterator[tuple[str, tuple[Series, ...]]]:
        has_nan = "is_nan" in self._database.columns("metrics")
        query = (
            # The key as bytes: turning it into text for each point is what takes the time.
            f"SELECT CAST(key AS BLOB), {self._database.pick('metrics', 'step', '0')}, timestamp, "
            f"{'CASE WHEN is_nan THEN NULL ELSE value END' if has_nan else 'value'}"
        )
        # In the order of the rows, which is that of logging.
        if self._chunk.scan:
            rows = self._database.rows(f"{query}, run_uuid FROM metrics ORDER BY run_uuid, rowid")
            for run_id, of_run in groupby(rows, itemgetter(4)):
                yield run_id, self._reduced(run_id, map(itemgetter(0, 1, 2, 3), of_run))
            return
        query = f"{query} FROM metrics WHERE run_uuid = ? ORDER BY rowid"
        for run_id in self._chunk.ids:
            try:
                yield run_id, self._reduced(run_id, self._database.rows(query, (run_id,)))
            except sqlite3.DatabaseError as error:
                self._damaged(run_id, error)

    def _reduced(self, run_id: str, rows: Iterable[tuple[Any, ...]]) -> tuple[Series, ...]:
        columns: dict[bytes, tuple[array[int], array[int], array[float]]] = {}
        for key, step, time, value in rows:
            try:
                steps, times, values = columns[key]
            except KeyError:
                steps, times, values = columns[key] = (array("q"), array("q"), array("d"))
            try:
                values.append(math.nan if value is None else value)
                times.append(time)
                steps.append(step)
            except TypeError:
                del values[len(steps) :], times[len(steps) :]
                self._findings.add(
                    "metric-not-a-number",
                    f"A point of {_text(key)!r} of run {run_id} is not made of numbers (value "
                    f"{value!r:.40}, step {step!r:.40}, time {time!r:.40}); it was left out.",
                    "Correct the row in the table metrics.",
                )
        return tuple(
            _reduce(_text(key), *columns[key]) for key in sorted(columns) if columns[key][0]
        )

    def _damaged(self, run_id: str, error: sqlite3.Error) -> None:
        self._findings.add(
            "database-damaged",
            f"Some of run {run_id} lies in a damaged part of the database ({error}); "
            "that was left out.",
            "Check it with `sqlite3 FILE 'PRAGMA integrity_check'`, or restore it from a backup.",
            "error",
        )


def _reduce(metric: str, steps: array[int], times: array[int], values: array[float]) -> Series:
    numbers = np.frombuffer(values, np.float64)
    huge = np.abs(numbers) >= _INFINITY
    if huge.any():
        numbers = np.where(huge, np.copysign(np.inf, numbers), numbers)
    return reduce_series(
        metric,
        np.frombuffer(steps, np.int64),
        numbers,
        np.frombuffer(times, np.int64),
        last_rule="mlflow",
    )


def _text(key: bytes) -> str:
    return key.decode("utf-8", "replace")


def _milliseconds(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and math.isfinite(value) else None
