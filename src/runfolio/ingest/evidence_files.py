"""Stage 1c: files beside report.yaml that are asked for as evidence.

In: patterns. Out: the files that fit each, relative to the project's folder and never out of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from runfolio.ingest.file_search import MOST_FOLDERS, FileSearch, leads_out
from runfolio.ingest.private import impersonal
from runfolio.model.numbers import format_count
from runfolio.model.order import natural
from runfolio.model.problems import Problem
from runfolio.storage.base import Place, StorageError, readable

__all__ = ["files_that_fit"]

_MOST_FOUND = 20
"""Files that are named of one pattern."""


def files_that_fit(
    folder: Place, patterns: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """Return the files that fit each pattern.

    Parameters
    ----------
    folder : Place
        The project's.
    patterns : iterable of str
        Paths relative to the folder, with ``*``, ``?`` and ``**``; the name of a folder means
        the files in it.

    Returns
    -------
    files : dict of str to tuple of str
        Sorted. An empty or unreadable file shows nothing, and is left out.
    problems : list of Problem
        Of patterns that lead out of the folder, which fit nothing.
    """
    search = FileSearch(folder)
    files: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for pattern in dict.fromkeys(patterns):
        if leads_out(pattern):
            problems.append(
                Problem(
                    "report.yaml",
                    "evidence-outside",
                    "Evidence is looked for in the project's folder only, not in "
                    f"{impersonal(pattern)!r}.",
                    "Give a path relative to report.yaml, without '..'.",
                )
            )
        ordered = sorted(search.find(pattern), key=lambda place: natural(place.path))
        found: list[str] = []
        for place in ordered:
            if len(found) == _MOST_FOUND:
                break
            if _has_content(place):
                found.append(readable(place.path))
        files[pattern] = tuple(found)
    if not search.is_whole:
        problems.append(
            Problem(
                "report.yaml",
                "evidence-files-many",
                f"Evidence was looked for in {format_count(MOST_FOLDERS)} folders; there are more.",
                "Name the folder that it is in instead of `**`.",
            )
        )
    return files, problems


def _has_content(place: Place) -> bool:
    try:
        return bool(place.head(1))
    except StorageError:
        return False
