"""Stage 1d: the registry of the feature store that report.yaml names is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read"]


def read(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Read the registry of the feature store, where the configuration names one."""
    named = project.settings.data.features.feast
    if named is None:
        return tables
    from runfolio.ingest.feature_store import read_feature_views
    from runfolio.sources.feast import feature_store
    from runfolio.storage.base import Place
    from runfolio.storage.local import LocalStorage

    folder = Place(LocalStorage.at(project.folder))
    views, problems = read_feature_views(folder, named, feature_store.read)
    return replace(
        tables,
        feature_views=views,
        problems=tuple(sorted({*tables.problems, *problems})),
    )
