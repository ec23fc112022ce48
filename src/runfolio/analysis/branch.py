"""Stage 3: what a branch changes: its end against the commit where it left another.

In: the `Branch`, and what was read of both commits. Out: `BranchDiff`.
"""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.analysis.revision_diff import StateDiff
from runfolio.model.branch import Branch
from runfolio.model.problems import Problem

__all__ = ["BranchDiff"]


@dataclass(frozen=True, slots=True)
class BranchDiff:
    """What a branch changes.

    Parameters
    ----------
    branch : Branch
    diff : StateDiff
        From its base to its tip.
    problems : tuple of Problem
        Met while reading these two commits.
    """

    branch: Branch
    diff: StateDiff
    problems: tuple[Problem, ...] = ()
