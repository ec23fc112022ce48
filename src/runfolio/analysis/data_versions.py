"""Stage 3: which version of the data did each run use, and is the champion's the newest?

In: what runs logged of data sets, and the versions that the configuration names, as they were
read from their files. Out: per data set its versions in order, what changed from each to the
next, and which the champion was trained on.

A logged version and a configured file are one where a digest of the file begins as the logged one
does, or where both are called the same. Versions are in the order of the configuration, else in
that of their first use; where neither is known none is called newer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.data_changes import DataChange, change_between
from runfolio.analysis.data_version import DataVersion, VersionFiles, of_file
from runfolio.model.features import DataColumn
from runfolio.model.order import natural
from runfolio.model.tables import MADE, Tables

__all__ = ["DataVersions", "data_versions"]

_VERSION_PARAMS = frozenset({"data_version", "dataset_version", "data_tag", "version_of_data"})


@dataclass(frozen=True, slots=True)
class DataVersions:
    """A data set with its versions.

    Parameters
    ----------
    name : str
    versions : tuple of DataVersion
        The oldest first.
    changes : tuple of DataChange
        From each version to the next: one less than there are versions.
    champion, baseline : tuple of DataVersion
        Those that their runs used; several where a side is mixed.
    newer : tuple of DataVersion
        Those known to be newer than any that the champion used; empty where it used none.
    """

    name: str
    versions: tuple[DataVersion, ...]
    changes: tuple[DataChange, ...]
    champion: tuple[DataVersion, ...] = ()
    baseline: tuple[DataVersion, ...] = ()
    newer: tuple[DataVersion, ...] = ()


def data_versions(
    tables: Tables,
    champion: Configuration | None,
    baseline: Configuration | None,
) -> tuple[DataVersions, ...]:
    """Gather the versions of each data set that runs used or the configuration names.

    Parameters
    ----------
    tables : Tables
    champion, baseline : Configuration or None

    Returns
    -------
    tuple of DataVersions
        Those that the champion used first, then by how many versions and runs they have.
    """
    found: dict[str, list[DataVersion]] = defaultdict(list)
    files = VersionFiles(tables.profiles)
    for version, name in _logged(tables):
        home, own = files.of(name, version)
        found[home].append(own)
    for profile, place in files.left():
        found[profile.data_set].append(of_file(profile, place))
    sets = [_set(name, own, champion, baseline) for name, own in found.items()]
    return tuple(
        sorted(sets, key=lambda one: (not one.champion, -len(one.versions), natural(one.name)))
    )


def _logged(tables: Tables) -> Iterable[tuple[DataVersion, str]]:
    """Yield each version that runs used, with the name of its data set."""
    runs: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    columns = ["run", "name", "digest", "context"]
    for run, name, digest, context in tables.datasets[columns].itertuples(index=False, name=None):
        if context != MADE:
            runs[name, digest][run] = None
    told = {
        (name, digest): rest
        for name, digest, *rest in tables.versions[
            ["name", "digest", "version", "source", "rows", "size"]
        ].itertuples(index=False, name=None)
    }
    named = _named_by_params(tables)
    started = tables.runs["started"]
    for (name, digest), own in runs.items():
        version, source, rows, size = told.get((name, digest), ("", "", None, None))
        by_param = {named.get(run, "") for run in own}
        label = version or (by_param.pop() if len(by_param) == 1 else "")
        yield (
            DataVersion(
                label,
                digest,
                None if pd.isna(rows) else int(rows),
                None if pd.isna(size) else int(size),
                tables.columns.get((name, digest), ()),
                source,
                tuple(own),
                started.loc[list(own)].min(),
            ),
            name,
        )


def _named_by_params(tables: Tables) -> dict[str, str]:
    params = tables.params
    names = [p for p in params["param"].unique() if p.rpartition(".")[2] in _VERSION_PARAMS]
    rows = params[params["param"].isin(names)]
    return dict(zip(rows["run"], rows["value"], strict=True))


def _set(
    name: str,
    found: Sequence[DataVersion],
    champion: Configuration | None,
    baseline: Configuration | None,
) -> DataVersions:
    versions = sorted(found, key=_order)
    used, base = (_used(versions, side) for side in (champion, baseline))
    return DataVersions(
        name,
        tuple(versions),
        tuple(
            change_between(
                (before.rows, now.rows),
                _comparable(before, now),
                (before.file, now.file),
            )
            for before, now in pairwise(versions)
        ),
        used,
        base,
        tuple(
            version
            for version in versions
            if used and version not in used and all(own.is_before(version) for own in used)
        ),
    )


def _order(version: DataVersion) -> tuple[bool, int, bool, float, object]:
    has_time = not pd.isna(version.first_used)
    return (
        version.place is None,
        version.place or 0,
        not has_time,
        version.first_used.value if has_time else 0,
        natural(version.label),
    )


def _comparable(
    before: DataVersion, now: DataVersion
) -> tuple[Sequence[DataColumn], Sequence[DataColumn]]:
    """Return the columns of both; types only where both come from a file, or both from a log."""
    if (before.file is None) == (now.file is None):
        return before.columns, now.columns
    bare = [[DataColumn(column.name) for column in side.columns] for side in (before, now)]
    return bare[0], bare[1]


def _used(versions: Sequence[DataVersion], side: Configuration | None) -> tuple[DataVersion, ...]:
    own = set(side.runs) if side is not None else set()
    return tuple(version for version in versions if own.intersection(version.runs))
