"""Stage 5: the tables as Parquet files, typed, for pandas, DuckDB and others.

Nothing but the version of pyarrow enters a file beside the data, so that the same report gives
the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from runfolio.analysis.analysed import Analysed
from runfolio.model.tables import METRIC_VALUES
from runfolio.views.facts import RunFacts

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["metrics_parquet", "runs_parquet", "series_parquet"]


def runs_parquet(a: Analysed, runs: Mapping[str, RunFacts]) -> bytes:
    """Return one row per run: the columns of ``runs.csv``; times are in UTC, metrics float64."""
    import pyarrow as pa

    facts = list(runs.values())
    texts: dict[str, list[str]] = {
        "run": [run.id for run in facts],
        "name": [run.label for run in facts],
        "experiment": [run.experiment for run in facts],
        "status": [run.status for run in facts],
    }
    more: dict[str, list[str | None]] = {
        "seed": [run.seed or None for run in facts],
        "mark": [run.mark or None for run in facts],
        "configuration": [run.configuration.label if run.configuration else None for run in facts],
    }
    columns: dict[str, pa.Array] = {name: _texts(held) for name, held in texts.items()}
    frame = a.tables.runs
    for name in ("started", "ended"):
        times = frame.loc[list(runs), name].dt.tz_convert(None).to_numpy("datetime64[us]")
        columns[name] = pa.array(times, pa.timestamp("us", "UTC"))
    columns |= {name: _texts(held) for name, held in more.items()}
    for name in a.metrics:
        values = a.values[name]
        columns[f"metric: {name}"] = pa.array([values.get(run) for run in runs], pa.float64())
    for name in (*a.params.varying, *a.params.constant):
        columns[f"param: {name}"] = _texts([run.params.get(name) for run in facts])
    return _bytes(columns)


def metrics_parquet(a: Analysed) -> bytes:
    """Return one row per run and metric with the exact summary values."""
    import pyarrow as pa

    frame = a.tables.metrics
    columns = {
        "run": _texts(frame["run"].tolist()),
        "name": _texts(frame["run"].map(a.tables.runs["label"]).tolist()),
        "metric": _texts(frame["metric"].tolist()),
    }
    for name in METRIC_VALUES:
        kind = pa.int64() if name in ("count", "nonfinite") else pa.float64()
        columns[name] = pa.array(frame[name].to_numpy(), kind)
    return _bytes(columns)


def series_parquet(a: Analysed) -> bytes:
    """Return one row per point that was kept of a curve: ``run``, ``metric``, ``step``, ``value``.

    Curves of more points than the report keeps are thinned (``count`` in the metrics tells how
    many there were).
    """
    import pyarrow as pa

    curves, metrics = a.tables.curves, a.tables.metrics
    rows = np.repeat(np.arange(len(metrics), dtype=np.int32), np.diff(curves.offsets))
    columns = {
        name: pa.DictionaryArray.from_arrays(pa.array(rows), _texts(metrics[name].tolist())).cast(
            pa.string()
        )
        for name in ("run", "metric")
    }
    columns |= {"step": pa.array(curves.steps), "value": pa.array(curves.values)}
    return _bytes(columns)


def _texts(held: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    return pa.array(held, pa.string())


def _bytes(columns: Mapping[str, pa.Array]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = BytesIO()
    pq.write_table(pa.table(dict(columns)), buffer, compression="zstd")
    return buffer.getvalue()
