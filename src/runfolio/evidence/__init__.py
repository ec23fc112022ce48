"""Stage 1d: what a project tells beside its run logs, a file for each kind of it.

In: the tables of the runs. Out: the same tables with more in them. Each kind reads what
report.yaml names for it, and nothing where it names nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runfolio.evidence import (
    answers,
    data_quality,
    data_versions,
    experiment_notes,
    feature_store,
    production,
)
from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read_evidence"]

_KINDS = (feature_store, data_versions, production, data_quality, answers, experiment_notes)
"""In this order: the age of data is told by the newest time, also of production."""


def read_evidence(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Read all that a project tells beside its run logs.

    Parameters
    ----------
    tables : Tables
        Of the runs.
    project : Project
    clock : Clock
    """
    for kind in _KINDS:
        tables = kind.read(tables, project, clock)
    return tables
