"""What a report is made of, once its logs are read and cut for the audience."""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.analysis.branch import BranchDiff
from runfolio.analysis.since import LastReport
from runfolio.model.tables import Tables

__all__ = ["Material"]


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made of, beside the settings.

    Parameters
    ----------
    tables : Tables
    last : LastReport or None
        The earlier report, where there is one.
    branch : BranchDiff or None
        What a branch changes, where that was asked for.
    """

    tables: Tables
    last: LastReport | None = None
    branch: BranchDiff | None = None
