"""Small runs for tests that need tables rather than files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from runfolio.ingest.assemble import Read, assemble
from runfolio.model.records import DatasetUse, ExperimentRecord, ModelRecord, Records, RunRecord
from runfolio.model.series import Series, reduce_series
from runfolio.model.tables import Tables

SEEDS = ("seed", "random_state")


def series(name: str, values: Sequence[float], steps: Sequence[int] | None = None) -> Series:
    """Return a series logged in order."""
    at = np.arange(len(values)) if steps is None else np.array(steps)
    return reduce_series(name, at.astype(np.int64), np.array(values, np.float64))


def run(
    run_id: str,
    metrics: Mapping[str, float | Sequence[float]] | None = None,
    data: str = "",
    **fields: Any,
) -> RunRecord:
    """Return a finished run; a metric is one value or a series."""
    curves = tuple(
        series(name, value if isinstance(value, Sequence) else [value])
        for name, value in (metrics or {}).items()
    )
    given: dict[str, Any] = {"name": run_id, "experiment": "trial", "format": "folder"}
    given |= {"location": "logs", "status": "finished"}
    given["datasets"] = (DatasetUse("cases", data),) if data else ()
    return RunRecord(id=run_id, series=curves, **{**given, **fields})


def tables(
    *runs: RunRecord,
    experiments: Sequence[ExperimentRecord] = (),
    models: Sequence[ModelRecord] = (),
) -> Tables:
    """Return the tables of some runs."""
    records = Records(tuple(runs), tuple(experiments), tuple(models))
    return assemble([Read("folder", "logs", records)], {"folder": "Plain folders"}, SEEDS)
