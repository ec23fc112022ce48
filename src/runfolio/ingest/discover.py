"""Stage 1c, first half: find the log sources below the given places.

In: the folders and files that the user named. Out: units of work, what the sources know
already, and where was looked. Names are looked at before bytes; what no source claims is
walked down, except folders that never hold logs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runfolio.model.problems import Problem
from runfolio.model.records import Records
from runfolio.sources.base import Source, Unit
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["Found", "Wanted", "discover"]

MAX_DEPTH = 12
SITE_MARKER = ".runfolio"
_NEVER_LOGS = frozenset(
    {"node_modules", "__pycache__", "site-packages", "venv", "env", ".venv", ".tox", "dist"}
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place to look in.

    Parameters
    ----------
    place : Place
    format : str or None
        Name of the only source to ask; None for all.
    experiment : str or None
        Name for the experiment of all runs found here.
    """

    place: Place
    format: str | None = None
    experiment: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What discovery yields: work, and the records that are known without it."""

    units: tuple[tuple[Unit, str | None], ...]
    """Each unit, with the name that the configuration gives its experiment."""
    records: tuple[tuple[str, str, Records], ...]
    """(source name, location, records) known from discovery alone."""
    problems: tuple[Problem, ...]


def discover(wanted: Iterable[Wanted], sources: Sequence[Source]) -> Found:
    """Find units of work in the wanted places.

    Parameters
    ----------
    wanted : iterable of Wanted
    sources : sequence of Source
        Asked by ascending ``order``; the first that matches a place has it.

    Returns
    -------
    Found
        Units in a fixed order (places as given, below them by name).
    """
    units: list[tuple[Unit, str | None]] = []
    records: list[tuple[str, str, Records]] = []
    problems: list[Problem] = []
    claimed: set[tuple[str, object, str]] = set()
    ordered = sorted(sources, key=lambda source: (source.order, source.name))
    for want in wanted:
        asked = [s for s in ordered if want.format in (None, s.name)]
        for source, place in _matching(want.place, asked, problems, 0):
            if (source.name, place.storage, place.path) in claimed:
                continue  # the same place was reached by two of the given paths
            claimed.add((source.name, place.storage, place.path))
            try:
                discovery = source.discover(place)
            except Exception as error:  # a defect in a source must not lose the others
                problems.append(_defect(place, source, error))
                continue
            units.extend((unit, want.experiment) for unit in discovery.units)
            if discovery.records != Records():
                records.append((source.name, place.shown, discovery.records))
    return Found(tuple(units), tuple(records), tuple(problems))


def _matching(
    place: Place, sources: Sequence[Source], problems: list[Problem], depth: int
) -> Iterable[tuple[Source, Place]]:
    entries: list[Entry] | None = None
    if place.is_folder():
        try:
            entries = place.entries()
        except StorageError as error:
            problems.append(
                Problem(
                    place.shown,
                    "folder-unreadable",
                    f"The folder {error}; it was left out.",
                    "Make it readable, or exclude it from the sources.",
                    "error",
                )
            )
            return
    names = {entry.name for entry in entries or ()}
    if SITE_MARKER in names or "pyvenv.cfg" in names:
        return  # a site that was built earlier (its metrics.csv is none of a run), or Python
    for source in sources:
        try:
            claim = source.matches(place, entries)
        except StorageError:
            continue  # what cannot be read is nobody's; a folder's own listing is told above
        except Exception as error:
            problems.append(_defect(place, source, error))
            continue
        if claim is None:
            continue
        yield source, place
        if claim.names is None or entries is None:
            return
        entries = [entry for entry in entries if entry.name not in claim.names]
    if entries is None:
        return
    if depth == MAX_DEPTH:
        problems.append(
            Problem(
                place.shown,
                "folder-too-deep",
                f"Folders more than {MAX_DEPTH} deep were not looked into.",
                "Name the folder itself as a source.",
            )
        )
        return
    for entry in entries:
        if entry.name.startswith(".") or (entry.is_folder and entry.name in _NEVER_LOGS):
            continue
        yield from _matching(place / entry.name, sources, problems, depth + 1)


def _defect(place: Place, source: Source, error: Exception) -> Problem:
    return Problem(
        place.shown,
        "source-failed",
        f"The reader {source.name!r} failed on it ({type(error).__name__}: {error}); "
        "it was left out, all else was read.",
        "Please report this with the file: it is a defect of the reader.",
        "error",
    )
