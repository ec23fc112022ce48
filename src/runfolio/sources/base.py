"""Stage 1b: what a source (a log format's reader) is.

A source says which places are its own (`Source.matches`, from names before bytes): a file, all
of a folder, or some of its entries. It splits one into units of work (`Source.discover`) and
reads a unit (`Source.read`), which is pure and may happen in another process. No tracker is
imported, nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from runfolio.model.problems import Problem
from runfolio.model.records import Records
from runfolio.storage.base import Entry, Place

__all__ = ["WHOLE", "Claim", "Discovery", "Source", "Unit", "problem"]


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
    themselves, or where ``format:`` in report.yaml is its name.
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


def problem(
    place: Place, slug: str, message: str, hint: str, severity: Any = "warning", line: int = 0
) -> Problem:
    """Return a problem at a place (and line, counted from 1, where there is one)."""
    shown = f"{place.shown}:{line}" if line else place.shown
    return Problem(shown, slug, message, hint, severity)
