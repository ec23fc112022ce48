"""Stage 1b: what of its folder and those below a ``dvc.yaml`` takes for its run.

In: the folder of a ``dvc.yaml``. Out: the paths that are its own. Folders are claimed one by
one while the input is walked through, so what was made out is kept for those that follow.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from runfolio.sources.dvc.yaml import PARAMS, Definition, define
from runfolio.sources.dvclive.reader import HISTORY
from runfolio.sources.reading.parsing import YAML_LIMIT, ParseError, Tree, decode, flatten
from runfolio.sources.reading.value_files import parse
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["DVC_YAML", "LATEST", "LOCK", "Plan", "above", "live_folders", "plan_of", "values_in"]

DVC_YAML, LOCK = "dvc.yaml", "dvc.lock"
LATEST = "metrics.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What belongs to a project.

    Parameters
    ----------
    paths : frozenset of str
        Files and folders, relative to its own.
    live : frozenset of str
        DVCLive folders among them; "" is the project's own.
    is_project : bool
        False for a ``dvc.yaml`` that is no more than the companion of DVCLive folders: its
        own folder, or several, which are a run each.
    """

    paths: frozenset[str]
    live: frozenset[str]
    is_project: bool

    @property
    def is_live(self) -> bool:
        """Whether it is the companion of its own folder, as DVCLive before 3.0 wrote it."""
        return not self.is_project and self.live == {""}

    def names_in(self, folder: str, entries: Iterable[Entry]) -> Iterator[str]:
        """Yield the entries of a folder (relative to the project's) that are named."""
        parts = folder.split("/") if folder else []
        if any("/".join(parts[:end]) in self.paths for end in range(1, len(parts) + 1)):
            yield from (entry.name for entry in entries)
        else:
            for entry in entries:
                if posixpath.join(folder, entry.name) in self.paths:
                    yield entry.name


def plan_of(place: Place) -> Plan | None:
    """Return what the ``dvc.yaml`` in a folder takes; None where there is none."""
    try:
        stamps = [(place / DVC_YAML).stamp()]
    except StorageError:
        return None
    for name in (PARAMS, LOCK):
        try:
            stamps.append((place / name).stamp())
        except StorageError:
            stamps.append("")
    return _plan(place, tuple(stamps))


def above(place: Place) -> Iterator[tuple[Plan, str]]:
    """Yield each project that a folder lies in, and the folder's path in it."""
    project = place
    while project.path:
        project = project.parent
        plan = plan_of(project)
        if plan is not None and plan.is_project:
            yield plan, place.path[len(project.path) :].lstrip("/")


def values_in(place: Place) -> dict[str, Tree]:
    """Return the mapping in a file; an empty one where there is none that can be read."""
    try:
        tree = parse(place.name, decode(place.read(YAML_LIMIT))[0], numbers_as_text=True)
        if not isinstance(tree, dict):
            return {}
        for _ in flatten(tree):
            pass  # raises if it is nested too deeply
    except (StorageError, ParseError):
        return {}
    return tree


def live_folders(place: Place, found: Definition) -> frozenset[str]:
    """Return the DVCLive folders whose metrics or histories a ``dvc.yaml`` names."""
    plots = {plot.path for plot in found.plots}
    with_history = {path for path in plots if f"/{path}".endswith(f"/{HISTORY}")}
    folders = {path[: -len(HISTORY)].rstrip("/") for path in with_history}
    for path in found.metrics:
        folder, name = posixpath.split(path)
        if name == LATEST and (
            posixpath.basename(folder) == "dvclive"
            or (place / posixpath.join(folder, HISTORY)).is_folder()
        ):
            folders.add(folder)
    return frozenset(folders)


@lru_cache(maxsize=256)
def _plan(place: Place, stamps: tuple[str, ...]) -> Plan:
    """Read a ``dvc.yaml``; the stamps of its files are there to tell when it is to be read anew."""
    found = define(values_in(place / DVC_YAML), lambda path: values_in(place / path))
    live = live_folders(place, found)
    own_files = any(posixpath.dirname(path) not in live for path in found.metrics)
    companion = not found.has_stages and not own_files and (live == {""} or len(live) > 1)
    return Plan(frozenset(found.paths()), live, not companion or bool(stamps[-1]))
