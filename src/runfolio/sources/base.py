"""Stage 1b: what a source (a log format's reader) is.

A source says which places are its own (`Source.matches`, from names before bytes): a file, all
of a folder, or some of its entries. It splits one into units of work (`Source.discover`) and
reads a unit (`Source.read`), which is pure and may happen in another process. No tracker is
imported, nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from runfolio.model.problems import Problem
from runfolio.model.records import Records
from runfolio.storage.base import Entry, Place

__all__ = [
    "WHOLE",
    "Claim",
    "Discovery",
    "Followed",
    "HistoryReader",
    "RepositoryTag",
    "Source",
    "TagReader",
    "Unit",
    "Version",
    "problem",
]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a source takes of a place for its own.

    Parameters
    ----------
    names : frozenset of str or None
        The folder's entries that nobody else is asked about; those that are folders are not
        looked through. None: the whole place, with all below it.
    """

    names: frozenset[str] | None = None

    @classmethod
    def of(cls, *names: str) -> Claim:
        """Return the claim to some entries of a folder."""
        return cls(frozenset(names))


WHOLE = Claim()
"""The claim to a file, or to a folder with all below it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of work: small, picklable, read on its own.

    Parameters
    ----------
    source : str
        Name of the source that reads it.
    place : Place
        The file or folder to read.
    location : str
        The whole that it is part of, as shown to people (``mlruns``, ``mlflow.db``).
    runs : int
        How many runs it is expected to hold, for the progress bar.
    context : object
        What `discover` already knows and `read` needs; picklable.
    """

    source: str
    place: Place
    location: str
    runs: int = 1
    context: Any = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What `Source.discover` found: work to do, and what is known without reading on."""

    units: tuple[Unit, ...] = ()
    records: Records = field(default_factory=Records)


class Source(Protocol):
    """A log format's reader.

    A third party adds one by an entry point in the group ``runfolio.sources``. With an
    attribute ``on_request`` that is true it is asked only about places that the user names
    themselves, or where ``format:`` in report.yaml is its name. With an attribute `by_commit`
    that is true its runs measure a commit each, and so are a history as well.
    """

    name: str
    """As in ``report list sources`` and ``report.json``, such as ``mlflow-files``."""

    title: str
    """For people, such as ``MLflow file store``."""

    looks_like: str
    """One clause that tells how it is recognised, for ``report list sources``."""

    order: int
    """Sources with a lower number are asked first; specific formats before general ones."""

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        """Tell what of `place` is of this format.

        Parameters
        ----------
        place : Place
            A folder or a file.
        entries : sequence of Entry or None
            The folder's entries that no source has claimed yet, names that start with a dot
            among them; None where `place` is a file.

        Returns
        -------
        Claim or None
            None where nothing here is of this format.
        """
        ...

    def discover(self, place: Place) -> Discovery:
        """Split a place that `matches` into units of work, without reading the runs."""
        ...

    def read(self, unit: Unit) -> Records:
        """Read one unit.

        What cannot be read becomes a `Problem` in the records; everything else is in
        there too. An exception is a defect: ingest turns it into a problem for the unit.
        """
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    """A file whose versions in git are worth following, and how to read one.

    Parameters
    ----------
    reader : str
        Name of the `HistoryReader` that reads it.
    role : {"metrics", "params", "data"}
        What it holds.
    separator : str
        Joins nested keys to names.
    keys : tuple of str
        The only params of it that count; empty for all.
    """

    reader: str
    role: Literal["metrics", "params", "data"]
    separator: str = "."
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of a followed file says.

    Parameters
    ----------
    values : dict of str to float or str
        Metrics as floats; params as text; digests by path, relative to the file's folder.
    problem : str
        Why it could not be read, in one clause; empty if it could.
    """

    values: Mapping[str, float | str] = field(default_factory=dict)
    problem: str = ""


class HistoryReader(Protocol):
    """Knows files whose versions in git are a history.

    As a source reads a folder of runs, this reads one file as commit after commit left it. A
    module of a format has it as ``history_reader``; a third party adds one by an entry point
    in the group ``runfolio.history``.
    """

    name: str
    order: int
    """Where two follow one file, the one with the lower number has it."""

    def follow(
        self, paths: Iterable[str], contents: Mapping[str, Sequence[bytes]]
    ) -> dict[str, Followed]:
        """Say which files are followed.

        Parameters
        ----------
        paths : iterable of str
            Every file that the history ever changed.
        contents : mapping of str to sequence of bytes
            All versions of a file, newest first; looked up where they are needed.

        Returns
        -------
        dict of str to Followed
            By path; a path that is in no commit is told to be missing.
        """
        ...

    def read(self, path: str, followed: Followed, data: bytes) -> Version:
        """Read one version; the result depends on nothing else, so that it can be kept."""
        ...


class RepositoryTag(NamedTuple):
    """A tag of a repository.

    Parameters
    ----------
    name : str
    commit : str
    time : int
        When it was made, in milliseconds since 1970 in UTC; 0 where that is not known.
    """

    name: str
    commit: str
    time: int = 0


class TagReader(Protocol):
    """Knows tags of a repository that register versions of models.

    A module of a format has it as ``tag_reader``; a third party adds one by an entry point in
    the group ``runfolio.tags``.
    """

    name: str

    def read(
        self,
        label: str,
        tags: Sequence[RepositoryTag],
        head: str,
        content: Callable[[str, str], bytes | None],
    ) -> Records:
        """Return the models.

        Parameters
        ----------
        label : str
            How the repository is shown to people.
        tags : sequence of RepositoryTag
        head : str
            The commit that is reported on; empty where there is none.
        content : callable
            Returns a commit's file by its path; None where there is none, or it is too large.
        """
        ...


def problem(
    place: Place, slug: str, message: str, hint: str, severity: Any = "warning", line: int = 0
) -> Problem:
    """Return a problem at a place (and line, counted from 1, where there is one)."""
    shown = f"{place.shown}:{line}" if line else place.shown
    return Problem(shown, slug, message, hint, severity)
