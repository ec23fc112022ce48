"""Stage 1c: files of the project that a pattern in report.yaml names.

In: the project's folder and patterns with ``*``, ``?`` and ``**``. Out: the files that fit, never
one outside the folder. However many folders there are, a bounded number is looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["MOST_FOLDERS", "FileSearch", "leads_out"]

MOST_FOLDERS = 20_000
"""Folders of a project that are listed."""


def leads_out(pattern: str) -> bool:
    """Tell whether a pattern leads out of the folder that it is relative to."""
    return pattern.startswith(("/", "\\")) or ".." in _steps(pattern)


class FileSearch:
    """Finds files below a folder; what was listed for one pattern is not listed again.

    Parameters
    ----------
    folder : Place
        The project's.
    inside : str
        Which files a pattern means that names a folder, such as ``*.md``.
    """

    def __init__(self, folder: Place, inside: str = "*") -> None:
        self.folder = folder
        self.inside = inside
        self.is_whole = True
        """Whether no folder was passed over for there being too many."""
        self._listed: dict[str, list[Entry]] = {}

    def find(self, pattern: str) -> Iterator[Place]:
        """Yield the files that fit a pattern, each once, in no order.

        A step that begins with ``*`` fits no hidden file or folder. Links that lead out of the
        folder, and links to folders, are not followed. A pattern that leads out fits nothing.
        """
        if leads_out(pattern):
            return
        pending = [(self.folder, _steps(pattern))]
        seen = set(pending)
        while pending:
            place, steps = pending.pop()
            if not steps:
                if not place.is_folder():
                    yield place
                    continue
                steps = (self.inside,)
            for following in self._following(place, steps):
                if following not in seen:
                    seen.add(following)
                    pending.append(following)

    def _following(
        self, place: Place, steps: tuple[str, ...]
    ) -> Iterator[tuple[Place, tuple[str, ...]]]:
        """Yield where the steps lead from a folder, each with the steps that are left."""
        step, rest = steps[0], steps[1:]
        if step == "**":
            yield place, rest or (self.inside,)
            for entry in self._entries(place):
                if entry.is_folder and not entry.name.startswith("."):
                    yield place / entry.name, steps
            return
        is_named = not set("*?[") & set(step)
        for entry in self._entries(place):
            if not fnmatchcase(entry.name, step):
                continue
            if entry.name.startswith(".") and not step.startswith("."):
                continue
            if (rest or is_named) if entry.is_folder else not rest:
                yield place / entry.name, rest

    def _entries(self, place: Place) -> list[Entry]:
        if place.path not in self._listed:
            if len(self._listed) >= MOST_FOLDERS:
                self.is_whole = False
                return []
            try:
                self._listed[place.path] = place.entries()
            except StorageError:
                self._listed[place.path] = []
        return self._listed[place.path]


def _steps(pattern: str) -> tuple[str, ...]:
    """Split a pattern at its slashes; several ``**`` in a row are one."""
    steps: list[str] = []
    for step in pattern.replace("\\", "/").split("/"):
        if step not in ("", ".") and not (step == "**" and steps[-1:] == ["**"]):
            steps.append(step)
    return tuple(steps)
