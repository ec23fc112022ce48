"""Stage 2: a branch: its commits since it left another, and what of it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.model.history import Web

__all__ = ["MOST_SHOWN", "Branch", "BranchCommit"]

MOST_SHOWN = 50
"""Commits and files of a branch that are listed."""


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit: its id and the first line of its message."""

    id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and where it left another.

    Parameters
    ----------
    name, onto : str
        As they were asked for, such as ``HEAD`` and ``main``.
    base, tip : str
        Commit where it left the other, and its own newest.
    moved_on : int
        Commits that the other has since then.
    commits : tuple of BranchCommit
        The newest `MOST_SHOWN` since the base, the newest first.
    commit_count : int
        Of how many.
    files : tuple of str
        Files that they changed, without those of metrics, params and data; at most
        `MOST_SHOWN`.
    file_count : int
        Of how many.
    web : Web or None
    """

    name: str
    onto: str
    base: str
    tip: str
    moved_on: int
    commits: tuple[BranchCommit, ...]
    commit_count: int
    files: tuple[str, ...]
    file_count: int
    web: Web | None = None
