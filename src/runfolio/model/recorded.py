"""Stage 2: a version of a model that the project itself keeps on record.

`report register` writes one as a file, people may add to it, and later reports read it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["RECORD_FORMAT", "RECORD_VERSION", "RecordedGate", "RecordedMetric", "RecordedModel"]

RECORD_FORMAT = "runfolio-model"
"""What the key ``format`` of a record says."""
RECORD_VERSION = 1
"""Version of the format that this program writes."""


@dataclass(frozen=True, slots=True)
class RecordedMetric:
    """A metric as it was then: the mean, its 95 % interval (NaN where unknown), its runs."""

    metric: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class RecordedGate:
    """A requirement as it was judged then: its name, its outcome in words.

    `waived_until` is the last day of a waiver that held then; empty without one.
    """

    name: str
    outcome: str
    waived_until: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it was met, for certain or not."""
        return self.outcome.lower().startswith("met")


@dataclass(frozen=True, slots=True)
class RecordedModel:
    """One version of a model on record.

    Parameters
    ----------
    name : str
    version : int
    path : str
        The record's file, as shown to people.
    fingerprint : str
        Equal for the same model: see `runfolio.analysis.reproduction`.
    as_of : str
        The newest time in the logs then (ISO 8601 in UTC), or empty.
    configuration : str
        What the report called it.
    runs, commits : tuple of str
        Ids.
    metrics : tuple of RecordedMetric
    gates : tuple of RecordedGate
    forced : bool
        Whether it was registered although a gate did not pass.
    stage : str
        Such as ``production``; only people write it.
    aliases : tuple of str
    note : str
        Only people write it.
    added : dict of str to str
        Other keys that people wrote.
    is_newer : bool
        Whether a newer version of this program wrote it, so that some of it may be unknown.
    """

    name: str
    version: int
    path: str
    fingerprint: str = ""
    as_of: str = ""
    configuration: str = ""
    runs: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    metrics: tuple[RecordedMetric, ...] = ()
    gates: tuple[RecordedGate, ...] = ()
    forced: bool = False
    stage: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""
    added: dict[str, str] = field(default_factory=dict)
    is_newer: bool = False
