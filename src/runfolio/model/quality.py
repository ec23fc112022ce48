"""Stage 2: what was found of the quality of the project's data.

A `DataCheck` is one rule judged on one version of a data set. It holds counts and, of the values
that break the rule, a few examples whose letters and digits are masked unless the project says
that they may be shown: no other value of the data goes any further.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "DIMENSIONS",
    "CheckOutcome",
    "CheckedSet",
    "DataCheck",
    "DataQuality",
    "Dimension",
    "RuleError",
]

Dimension = Literal["accuracy", "completeness", "consistency", "timeliness", "other"]
"""In what way data can be good; ``other``: a tool's check that says nothing of the four."""

DIMENSIONS: tuple[Dimension, ...] = ("accuracy", "completeness", "consistency", "timeliness")
"""The four dimensions of the quality of data, in the order in which they are shown."""

CheckOutcome = Literal["pass", "fail", "not evaluated"]


@dataclass(frozen=True, slots=True)
class DataCheck:
    """One rule, judged on one version of a data set.

    Parameters
    ----------
    name : str
        What the rule is called.
    kind : str
        The kind of rule, such as ``filled``, or a tool's own word for its check.
    dimension : Dimension
    data_set, version : str
        The version is empty where the set has only one.
    status : CheckOutcome
    place : str
        Where the data lie, as shown to people.
    columns : tuple of str
        What it is about; empty for the whole table.
    rows, failed : int or None
        How many were judged, and how many of them break the rule.
    unit : str
        What is counted: ``rows``, ``columns``, ``periods`` …
    at_least : float
        The share that must hold, in [0, 1].
    asks, found : str
        What is asked for and what was found, as clauses for people.
    reason : str
        Why it was not evaluated.
    examples : tuple of str
        Values that break it, a few, masked unless the project shows them.
    masked : bool
    owner, why : str
        As the rule says, or the set.
    format : str
        ``rule`` for one of report.yaml, else the tool that made the check.
    checked : int or None
        When, in milliseconds since 1970 in UTC; None where the data have no such time.
    share : float or None
        The share that holds, where it is known without counts.
    """

    name: str
    kind: str
    dimension: Dimension
    data_set: str
    status: CheckOutcome
    version: str = ""
    place: str = ""
    columns: tuple[str, ...] = ()
    rows: int | None = None
    failed: int | None = None
    unit: str = "rows"
    at_least: float = 1.0
    asks: str = ""
    found: str = ""
    reason: str = ""
    examples: tuple[str, ...] = ()
    masked: bool = True
    owner: str = ""
    why: str = ""
    format: str = "rule"
    checked: int | None = None
    share: float | None = None

    @property
    def score(self) -> float:
        """The share that holds, in [0, 1]; NaN where the rule was not evaluated."""
        if self.status == "not evaluated":
            return math.nan
        if self.share is not None:
            return self.share
        if self.rows and self.failed is not None:
            return (self.rows - self.failed) / self.rows
        return 1.0 if self.status == "pass" else 0.0


@dataclass(frozen=True, slots=True)
class CheckedSet:
    """One version of a data set that rules were evaluated on.

    Parameters
    ----------
    name, version, place : str
    rows : int or None
        None where it could not be read to its end.
    columns : tuple of str
    owner, description : str
        As report.yaml says.
    is_present : bool
        Whether it is the newest version.
    reason : str
        Why it could not be read.
    """

    name: str
    version: str
    place: str
    rows: int | None = None
    columns: tuple[str, ...] = ()
    owner: str = ""
    description: str = ""
    is_present: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What the rules of report.yaml found: the data sets in their order, and each rule's result."""

    sets: tuple[CheckedSet, ...] = ()
    checks: tuple[DataCheck, ...] = ()


class RuleError(ValueError):
    """A rule says something that cannot be meant.

    Parameters
    ----------
    key : str
        The key of the rule that is wrong; empty for the rule as a whole.
    message, hint : str
        What is wrong, to follow on the key's name, and what to write.
    slug : str
    """

    def __init__(self, key: str, message: str, hint: str, slug: str = "config-rule") -> None:
        super().__init__(message)
        self.key, self.message, self.hint, self.slug = key, message, hint, slug
