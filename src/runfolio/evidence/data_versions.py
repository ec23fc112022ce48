"""Stage 1d: the versions of data sets that report.yaml names are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read"]


def read(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Read the versions of data sets, where the configuration names several of one."""
    sets = project.settings.data.sets
    total = sum(len(told.places) for told in sets.values() if len(told.places) > 1)
    if not total:
        return tables
    from runfolio.checks.profile import profile_data

    with clock.stage("Comparing versions of data", total):
        profiles, problems = profile_data(sets, project.data_place, clock.progress.advance)
    return replace(
        tables,
        profiles=profiles,
        problems=tuple(sorted({*tables.problems, *problems})),
    )
