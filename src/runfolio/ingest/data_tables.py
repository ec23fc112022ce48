"""Stage 1c: what runs tell of data sets and features, each version and each run once.

In: the runs, and the models that were logged. Out: the tables of versions, columns and features.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from runfolio.ingest.private import impersonal_features
from runfolio.model.features import DataColumn, FeatureList
from runfolio.model.records import DatasetUse, ModelRecord, RunRecord
from runfolio.model.tables import MADE

__all__ = ["columns_of", "features_of", "versions_of"]


def versions_of(runs: Sequence[RunRecord]) -> pd.DataFrame:
    """Return a row per version of a data set, in the order of its first use; see `Tables`."""
    found: dict[tuple[str, str], tuple[str, str, int | None, int | None]] = {}
    for use in _uses(runs):
        version, source, rows, size = found.get((use.name, use.digest), ("", "", None, None))
        found[use.name, use.digest] = (
            version or use.version,
            source or use.source,
            use.rows if rows is None else rows,
            use.size if size is None else size,
        )
    frame = pd.DataFrame(
        [(*key, *told) for key, told in found.items()],
        columns=["name", "digest", "version", "source", "rows", "size"],
    )
    return frame.astype({"rows": "Int64", "size": "Int64"})


def columns_of(runs: Sequence[RunRecord]) -> dict[tuple[str, str], tuple[DataColumn, ...]]:
    """Return the columns of each version of which any run tells them."""
    found: dict[tuple[str, str], tuple[DataColumn, ...]] = {}
    for use in _uses(runs):
        if use.columns:
            found.setdefault((use.name, use.digest), use.columns)
    return found


def features_of(
    runs: Iterable[RunRecord], models: Iterable[ModelRecord]
) -> dict[str, tuple[FeatureList, ...]]:
    """Return the lists of each run, those of the models that it logged first."""
    of_models: dict[str, list[FeatureList]] = {}
    for model in models:
        if model.run_id and model.features is not None:
            of_models.setdefault(model.run_id, []).append(impersonal_features(model.features))
    found = {}
    for run in runs:
        lists = dict.fromkeys((*of_models.get(run.id, ()), *run.features))
        if lists:
            found[run.id] = tuple(lists)
    return found


def _uses(runs: Iterable[RunRecord]) -> Iterator[DatasetUse]:
    return (use for run in runs for use in run.datasets if use.context != MADE)
