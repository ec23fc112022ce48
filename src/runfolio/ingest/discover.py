"""Stage 1c, first half: find the log sources below the given places.

In: the folders and files that the user named. Out: units of work, what the sources know
already, and what was passed over and why. Names are looked at before bytes; what no source
claims is walked down, except folders that never hold logs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from runfolio.ingest.revisions import Revision
from runfolio.model.problems import Problem, Severity
from runfolio.model.records import Records
from runfolio.model.tables import Skipped
from runfolio.sources.base import Source, Unit
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["Found", "Wanted", "discover"]

MAX_DEPTH = 12
SITE_MARKER = ".runfolio"
_NEVER_LOGS = frozenset(
    {"node_modules", "__pycache__", "site-packages", "venv", "env", ".venv", ".tox", "dist"}
)
_NO_STEP = "Tables without a column called step or epoch; one named itself is read row by row"
_UNKNOWN = "Files of no format that is known"
_WHY_NOT = {
    # What might have been logs: other files are not worth a word.
    "csv": _NO_STEP,
    "tsv": _NO_STEP,
    "parquet": "Tables of runs; one named itself is read row by row",
    "json": _UNKNOWN,
    "jsonl": _UNKNOWN,
    "yaml": _UNKNOWN,
    "yml": _UNKNOWN,
    "log": _UNKNOWN,
    "db": "Databases of no tracker that is known",
    "sqlite": "Databases of no tracker that is known",
    "sqlite3": "Databases of no tracker that is known",
    **dict.fromkeys(
        ("pkl", "pickle", "joblib", "pt", "pth", "ckpt", "bin"),
        "Pickles, which may run code when they are loaded, and are never opened",
    ),
}


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
    revision : Revision or None
        The revision whose files these are.
    """

    place: Place
    format: str | None = None
    experiment: str | None = None
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What discovery yields: work, and the records that are known without it."""

    units: tuple[tuple[Unit, Wanted], ...]
    """Each unit, with the place in which it was found."""
    records: tuple[tuple[str, str, Records], ...]
    """(source name, location, records) known from discovery alone."""
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...] = ()


def discover(
    wanted: Iterable[Wanted], sources: Sequence[Source], apart: Collection[str] = ()
) -> Found:
    """Find units of work in the wanted places.

    Parameters
    ----------
    wanted : iterable of Wanted
    sources : sequence of Source
        Asked by ascending ``order``, each about what is not yet claimed. Those that are
        ``on_request`` are asked only about a place that the user named itself, and those
        that come with a ``format`` only where that is theirs.
    apart : collection of str
        Full paths of files that the configuration names as something else than logs of runs.

    Returns
    -------
    Found
        Units in a fixed order (places as given, below them by name).
    """
    units: list[tuple[Unit, Wanted]] = []
    records: list[tuple[str, str, Records]] = []
    claimed: set[tuple[str, object, str]] = set()
    ordered = sorted(sources, key=lambda source: (source.order, source.name))
    walk = _Walk(apart=frozenset(apart))
    for want in wanted:
        asked = [s for s in ordered if want.format in (None, s.name)]
        for source, place in walk.matching(want.place, asked, by_format=want.format is not None):
            if (source.name, place.storage, place.path) in claimed:
                continue  # the same place was reached by two of the given paths
            claimed.add((source.name, place.storage, place.path))
            try:
                discovery = source.discover(place)
            except Exception as error:  # a defect in a source must not lose the others
                walk.problems.append(_defect(place, source, error))
                continue
            units.extend((unit, want) for unit in discovery.units)
            if discovery.records != Records():
                records.append((source.name, place.shown, discovery.records))
    return Found(tuple(units), tuple(records), tuple(walk.problems), tuple(walk.all_skipped()))


_SOME = 3


@dataclass(slots=True)
class _Walk:
    """Goes through folders, and keeps what was wrong and what was passed over."""

    apart: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    _skipped: dict[str, list[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def matching(
        self, place: Place, sources: Sequence[Source], *, by_format: bool
    ) -> Iterator[tuple[Source, Place]]:
        """Yield each source with a place that it claims, at or below a place."""
        below = [s for s in sources if by_format or not getattr(s, "on_request", False)]
        yield from self._matching(place, sources, below, 0)

    def all_skipped(self) -> list[Skipped]:
        return [
            Skipped(reason, self._counts[reason], tuple(places))
            for reason, places in self._skipped.items()
        ]

    def _is_apart(self, place: Place) -> bool:
        return f"{getattr(place.storage, 'root', '')}/{place.path}" in self.apart

    def _matching(
        self, place: Place, asked: Sequence[Source], below: Sequence[Source], depth: int
    ) -> Iterator[tuple[Source, Place]]:
        entries: list[Entry] | None = None
        if place.is_folder():
            try:
                entries = place.entries()
            except StorageError as error:
                self._tell(
                    place,
                    "folder-unreadable",
                    f"The folder {error}; it was left out.",
                    "Make it readable, or exclude it from the sources.",
                    "error",
                )
                return
            for name in place.storage.links_out(place.path):
                self._skip("Links that lead out of the input", place / name)
        if self.apart and entries:
            entries = [entry for entry in entries if not self._is_apart(place / entry.name)]
        names = {entry.name for entry in entries or ()}
        if SITE_MARKER in names:  # its metrics.csv is none of a run
            self._skip("Reports that were built earlier", place)
            return
        if "pyvenv.cfg" in names:
            self._skip("Environments of Python", place)
            return
        for source in asked:
            try:
                claim = source.matches(place, entries)
            except StorageError as error:  # its name says that it is a log, its bytes nothing
                self._tell(
                    place,
                    "file-unreadable",
                    f"The file {error}; it was left out.",
                    "Make it a readable file, or remove it.",
                    "error",
                )
                return
            except Exception as error:
                self.problems.append(_defect(place, source, error))
                continue
            if claim is None:
                continue
            yield source, place
            if claim.names is None or entries is None:
                return
            entries = [entry for entry in entries if entry.name not in claim.names]
        if entries is None:
            ending = place.name.rpartition(".")[2].lower()
            if ending in _WHY_NOT or depth == 0:
                self._skip(_WHY_NOT.get(ending, _UNKNOWN), place)
            return
        if depth == MAX_DEPTH:
            self._tell(
                place,
                "folder-too-deep",
                f"Folders more than {MAX_DEPTH} deep were not looked into.",
                "Name the folder itself as a source.",
            )
            return
        for entry in entries:
            if entry.name.startswith("."):
                if entry.is_folder:
                    self._skip("Hidden folders", place / entry.name)
            elif entry.is_folder and entry.name in _NEVER_LOGS:
                self._skip("Folders of programs, not logs", place / entry.name)
            else:
                yield from self._matching(place / entry.name, below, below, depth + 1)

    def _tell(
        self, place: Place, slug: str, message: str, hint: str, severity: Severity = "warning"
    ) -> None:
        self.problems.append(Problem(place.shown, slug, message, hint, severity))

    def _skip(self, reason: str, place: Place) -> None:
        self._counts[reason] = self._counts.get(reason, 0) + 1
        places = self._skipped.setdefault(reason, [])
        if len(places) < _SOME:
            places.append(readable(place.shown))


def _defect(place: Place, source: Source, error: Exception) -> Problem:
    return Problem(
        place.shown,
        "source-failed",
        f"The reader {source.name!r} failed on it ({type(error).__name__}: {error}); "
        "it was left out, all else was read.",
        "Please report this with the file: it is a defect of the reader.",
        "error",
    )
