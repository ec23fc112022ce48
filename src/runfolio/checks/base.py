"""Stage 1d: what a reader of a data set and a rule are.

A reader opens a data set as a `Stream` of batches. A rule turns what ``report.yaml`` asks for
into plans, each of which needs some columns and starts a `Tally` for each version of a set; all
tallies of a set see each batch of it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from runfolio.checks.batch import Batch
from runfolio.model.problems import Problem
from runfolio.model.quality import CheckOutcome, Dimension
from runfolio.storage.base import Place

if TYPE_CHECKING:
    from runfolio.checks.lookup import Key, Lookup, Reference
    from runfolio.config import DataSet, QualityRule

__all__ = [
    "Context",
    "Found",
    "Plan",
    "Reader",
    "RuleKind",
    "Stream",
    "Tally",
    "UnreadableError",
]


class UnreadableError(Exception):
    """A data set cannot be read: one clause that says why, and what to do."""

    def __init__(self, reason: str, hint: str = "Check the path and the file.") -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


class Stream(Protocol):
    """An open data set with the names of its columns, and what was wrong in it so far."""

    columns: Sequence[str]
    problems: list[Problem]

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """Yield all rows in order, with these columns only.

        Raises
        ------
        UnreadableError
            Where it cannot be read any further.
        """
        ...


class Reader(Protocol):
    """Reads one kind of file."""

    name: str

    def matches(self, path: str) -> bool:
        """Tell from its name (or URL) whether a place is of this kind."""
        ...

    def open(self, place: Place, told: DataSet) -> AbstractContextManager[Stream]:
        """Open a data set.

        Raises
        ------
        UnreadableError
        """
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a tally found; `outcome` overrides the share where a rule is not about a share."""

    rows: int = 0
    failed: int = 0
    found: str = ""
    examples: tuple[str, ...] = ()
    reason: str = ""
    outcome: CheckOutcome | None = None


class Tally(Protocol):
    """Counts for one rule while batches go by."""

    def update(self, batch: Batch) -> None: ...

    def result(self) -> Found: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a tally may ask for beside the batches.

    Parameters
    ----------
    data_set : str
        Its name.
    shows : bool
        Whether values may be shown as they are.
    as_of : int or None
        The report's date, in microseconds since 1970 in UTC.
    columns : sequence of str
        Those that the data set has.
    lookups : mapping of Key to Lookup or str
        Read before; where that failed, the reason.
    """

    data_set: str
    shows: bool = False
    as_of: int | None = None
    columns: Sequence[str] = ()
    lookups: Mapping[Key, Lookup | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one result needs.

    Parameters
    ----------
    title : str
        What the rule is called unless the project names it.
    asks : str
        What is asked for, as a clause.
    columns : tuple of str
        Read for it.
    start : callable
        Makes the tally from a `Context`.
    about : tuple of str
        The columns that it is about, where they are not those that are read.
    reference : Reference or None
        The other data set that it looks into.
    unit : str
        What is counted.
    present_only : bool
        Whether it makes sense for the newest version alone.
    pattern : str
        Of the further columns that it reads, whichever there are; ``*`` for all.
    """

    title: str
    asks: str
    columns: tuple[str, ...]
    start: Callable[[Context], Tally]
    about: tuple[str, ...] = ()
    reference: Reference | None = None
    unit: str = "rows"
    present_only: bool = False
    pattern: str = ""


class RuleKind(Protocol):
    """A kind of rule, added by one file in ``checks/rules``.

    One about what runs logged has no plans but ``asks`` and ``judge`` (``rules/metric.py``).

    ``name`` is its key in report.yaml, ``options`` the further keys that it takes, ``dimension``
    where it counts unless the rule says otherwise (None: the rule must say).
    """

    name: str
    dimension: Dimension | None
    options: frozenset[str]

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        """Make the plans of a rule.

        Parameters
        ----------
        told : QualityRule
        sets : mapping of str to DataSet
            All data sets by name.

        Raises
        ------
        RuleError
            If what it says cannot be meant.
        """
        ...
