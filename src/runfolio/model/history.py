"""Stage 2: the history of a repository, as tidy as the tables of runs.

A position is a commit's place in the history, 0 for the oldest: the order of the graph, not
of dates, which may go backwards. A metric is measured where a commit changed the file that
holds it; between two measurements nothing is known of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["MOST_FILES", "History", "Web", "commit_anchor"]


@dataclass(frozen=True, slots=True)
class Web:
    """Addresses of a repository's pages on the web, with ``{}`` where ids go."""

    commit: str
    compare: str


@dataclass(frozen=True, slots=True)
class History:
    """What is followed over commits: those of a branch, or those that a machine measured.

    Parameters
    ----------
    name : str
        The repository's folder or file, or the machine, as shown to people.
    branch : str
        Its short name; empty for a detached HEAD, and where a machine measured.
    commits : DataFrame, index ``position`` (int64, 0 for the oldest)
        ``commit`` (id), ``time`` (datetime64 in UTC or NaT), ``subject``, ``author`` (empty
        unless asked for), ``tags`` (str, one a line), ``parents`` (int64: how many; more than
        one for a merge), ``files`` (str: files changed that are not followed, one a line, at
        most `MOST_FILES`), ``file_count`` (int64: of how many).
    values : DataFrame
        ``metric``, ``position``, ``value`` (float64): sorted by metric, then position.
    params : DataFrame
        ``position``, ``param``, ``old``, ``new``: changes; empty where there was or is none.
    data : DataFrame
        ``position``, ``path``, ``old``, ``new``: changes of data versions (digests).
    files : tuple of str
        Paths that are followed, as they are called today.
    web : Web or None
    """

    name: str
    branch: str
    commits: pd.DataFrame
    values: pd.DataFrame
    params: pd.DataFrame
    data: pd.DataFrame
    files: tuple[str, ...]
    web: Web | None = None


MOST_FILES = 20
"""Names of changed files that are kept of one commit."""


def commit_anchor(commit: str) -> str:
    """Return the name of what is told of a commit on the page of the history."""
    return f"commit-{commit[:12]}"
