"""Stage 3: a version of a data set, and the file that it is.

In: what runs logged of a version, and the versions that the configuration names, as they were read
from their files. Out: which of them are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from runfolio.model.features import DataColumn
from runfolio.model.profile import DataProfile

__all__ = ["DataVersion", "VersionFiles", "of_file"]

_SHORTEST = 8
"""Characters of a digest that tell a file."""
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class DataVersion:
    """One version of a data set.

    Parameters
    ----------
    label : str
        Its name, else the beginning of its digest; empty where it has neither.
    digest : str
        As logged.
    rows, size : int or None
        Size in bytes.
    columns : tuple of DataColumn
        As the log or else the file tells them.
    source : str
        Name of what it was made from, or empty.
    runs : tuple of str
        Ids of the runs that used it, in the order of the runs.
    first_used : Timestamp
        When the first of them started; NaT where no time is known.
    place : int or None
        Its number among the versions in the configuration.
    file : DataProfile or None
    """

    label: str
    digest: str = ""
    rows: int | None = None
    size: int | None = None
    columns: tuple[DataColumn, ...] = ()
    source: str = ""
    runs: tuple[str, ...] = ()
    first_used: pd.Timestamp = pd.NaT  # type: ignore[assignment]
    place: int | None = None
    file: DataProfile | None = None

    def is_before(self, other: DataVersion) -> bool:
        """Tell whether this version is known to be older than another."""
        if self.place is not None and other.place is not None:
            return self.place < other.place
        return bool(self.first_used < other.first_used)  # never with NaT


class VersionFiles:
    """The versions that the configuration names; each is taken by one logged version."""

    def __init__(self, profiles: Sequence[DataProfile]) -> None:
        self._profiles = profiles
        self._taken: set[int] = set()
        self._places: dict[str, int] = defaultdict(int)
        self._place: list[int] = []
        for profile in profiles:
            self._place.append(self._places[profile.data_set])
            self._places[profile.data_set] += 1

    def of(self, name: str, version: DataVersion) -> tuple[str, DataVersion]:
        """Return the name of the data set and the version with what its file adds."""
        number = self._number(name, version)
        if number is None:
            label = version.label or version.digest[:_SHOWN]
            return name, replace(version, label=label)
        self._taken.add(number)
        profile, place = self._profiles[number], self._place[number]
        own = of_file(profile, place)
        return profile.data_set, replace(
            version,
            label=own.label or version.label or version.digest[:_SHOWN],
            rows=own.rows,
            columns=own.columns,
            place=place,
            file=profile,
        )

    def left(self) -> Iterable[tuple[DataProfile, int]]:
        """Yield those that no run is known to have used."""
        for number, profile in enumerate(self._profiles):
            if number not in self._taken:
                yield profile, self._place[number]

    def _number(self, name: str, version: DataVersion) -> int | None:
        digest = version.digest.lower()
        for number, profile in enumerate(self._profiles):
            if len(digest) >= _SHORTEST and any(own.startswith(digest) for own in profile.digests):
                return number
        for number, profile in enumerate(self._profiles):
            called = {version.label, version.digest} - {""}
            is_set = name == profile.data_set or _stem(name) == profile.data_set
            if is_set and number not in self._taken and profile.version in called:
                return number
        return None


def of_file(profile: DataProfile, place: int) -> DataVersion:
    """Return the version that a file in the configuration is."""
    return DataVersion(
        label=profile.version,
        rows=profile.rows,
        columns=tuple(DataColumn(column.name, column.kind) for column in profile.columns),
        place=place,
        file=profile,
    )


def _stem(name: str) -> str:
    """Return the name of a data set that is called after its file."""
    return name.rpartition("/")[2].partition(".")[0]
