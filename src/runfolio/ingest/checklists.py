"""Stage 1c: checklists are read: those that come with the report, and a project's own.

In: their names or paths. Out: `Checklist` objects, and problems of files that are none. Nothing
is read from outside the project's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from runfolio.ingest.private import impersonal
from runfolio.model.checklists import Checklist
from runfolio.model.problems import Problem, near_miss
from runfolio.storage.base import Place, StorageError

__all__ = ["read_checklists"]

_LARGEST = 1024 * 1024

Parse = Callable[[bytes, str, str], tuple[Checklist | None, tuple[Problem, ...]]]


def read_checklists(
    names: Iterable[str], folder: Place, built_in: Mapping[str, bytes], parse: Parse
) -> tuple[dict[str, Checklist], list[Problem]]:
    """Read checklists.

    Parameters
    ----------
    names : iterable of str
        Names of built-in ones, or paths of files in the project's folder.
    folder : Place
        The project's.
    built_in : mapping of str to bytes
        The files of those that come with the report, by name.
    parse : callable
        Makes a checklist of a file's bytes, its name and how it is shown.
    """
    found: dict[str, Checklist] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        place = impersonal(name)
        try:
            data = built_in[name] if name in built_in else _file(folder, name).head(_LARGEST + 1)
        except StorageError as error:
            hint = "Its path is relative to report.yaml, without '..'."
            if "/" not in name and "." not in name:
                hint = near_miss(name, list(built_in), "Checklists that come with the report")
            message = f"The checklist {place!r} cannot be read: it {error}."
            problems.append(Problem("report.yaml", "checklist-unreadable", message, hint, "error"))
            continue
        checklist, more = parse(data, name, place)
        problems += more
        if checklist is not None:
            found[name] = checklist
    return found, problems


def _file(folder: Place, name: str) -> Place:
    return Place(folder.storage, name.removeprefix("./"))
