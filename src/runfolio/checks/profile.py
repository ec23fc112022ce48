"""Stage 1d: what each version of a data set holds, so that versions can be compared.

In: the versions of the sets that have several. Out: a `DataProfile` each: exact counts of rows and
of missing values, and of a bounded number of rows the values. Rows are kept at a fixed rhythm
(every row, every second, every fourth …), so the same file always gives the same profile, and the
profile says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from runfolio.checks.base import Stream, UnreadableError
from runfolio.checks.batch import Batch
from runfolio.checks.opening import open_set
from runfolio.model.problems import Problem
from runfolio.model.profile import ColumnKind, ColumnProfile, DataProfile
from runfolio.storage.base import Place, StorageError

if TYPE_CHECKING:
    from runfolio.config import DataSet

__all__ = ["MOST_KEPT", "profile_data"]

MOST_KEPT = 200_000
"""Rows whose values are kept, at most."""
_MOST_COLUMNS = 500
_MOST_VALUES = 1_000
"""Different values of a column of text; beyond, they are names or notes."""
_CHUNK = 1 << 20


def profile_data(
    sets: dict[str, DataSet],
    place_of: Callable[[str], Place],
    advance: Callable[[], None] = lambda: None,
) -> tuple[tuple[DataProfile, ...], tuple[Problem, ...]]:
    """Profile every version of the sets that have several.

    Parameters
    ----------
    sets : dict of str to DataSet
    place_of : callable
        Returns the place of a path, or of a database's URL, in the project.
    advance : callable
        Called after each version.
    """
    found: list[DataProfile] = []
    problems: list[Problem] = []
    for name, told in sets.items():
        if len(told.places) < 2:
            continue
        for version, path in told.places.items():
            shown = told.shown(path)
            try:
                with open_set(place_of, path, told) as stream:
                    profile = _Profile(stream)
                    problems += stream.problems
                digests = _digests(place_of(path)) if "://" not in path else ()
                found.append(profile.result(name, version, shown, digests))
            except UnreadableError as error:
                problems.append(
                    Problem(
                        shown,
                        "data-version-unreadable",
                        f"Version '{version}' of the data set '{name}' {error.reason}; it is not "
                        "compared with others.",
                        error.hint,
                        "error",
                    )
                )
            advance()
    return tuple(found), tuple(problems)


def _digests(place: Place) -> tuple[str, ...]:
    """Return MD5, by which DVC tells files, and SHA-256 of a file."""
    sums = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    try:
        with place.open() as file:
            while chunk := file.read(_CHUNK):
                for one in sums:
                    one.update(chunk)
    except (StorageError, OSError):
        return ()
    return tuple(one.hexdigest() for one in sums)


class _Profile:
    """Reads a stream to its end."""

    def __init__(self, stream: Stream) -> None:
        self._every = 1
        self._rows = 0
        self._columns: dict[str, _Column] = {}
        for batch in stream.batches(tuple(stream.columns)[:_MOST_COLUMNS]):
            self._add(batch)

    def _add(self, batch: Batch) -> None:
        at = np.arange(self._rows, self._rows + batch.rows)
        keep = at % self._every == 0
        for name in batch.columns:
            column = self._columns.get(name)
            if column is None:  # one that appears late is empty before
                before = -(-self._rows // self._every)
                column = self._columns[name] = _Column(name, self._rows, before)
            column.add(batch, keep)
        for name, column in self._columns.items():
            if name not in batch.columns:
                column.add_missing(batch.rows, int(keep.sum()))
        self._rows += batch.rows
        while -(-self._rows // self._every) > MOST_KEPT:
            self._every *= 2
            for column in self._columns.values():
                column.thin()

    def result(self, name: str, version: str, shown: str, digests: tuple[str, ...]) -> DataProfile:
        columns = tuple(column.profile() for column in self._columns.values())
        return DataProfile(name, version, shown, self._rows, self._every, columns, digests)


class _Column:
    """One column: numbers as long as all values are, then times, then text."""

    def __init__(self, name: str, missing: int, kept: int) -> None:
        self._name = name
        self._kind: ColumnKind = "numbers"
        self._missing = missing
        self._has_values = False
        self._parts: list[NDArray[np.float64]] = [np.full(kept, np.nan)]
        self._codes: dict[str, int] = {"": 0}
        self._is_varied = False

    def add(self, batch: Batch, keep: NDArray[np.bool_]) -> None:
        missing = batch.missing(self._name)
        self._missing += int(missing.sum())
        self._has_values = self._has_values or not missing.all()
        if self._kind == "numbers":
            numbers = _numbers(batch, self._name)
            if numbers is not None and not (np.isnan(numbers) & ~missing).any():
                self._parts.append(numbers[keep])
                return
            self._become_other(batch, missing)
        if self._kind == "times":
            if (_times(batch, self._name) | missing).all():
                return
            self._kind, self._is_varied = "text", True  # what came before was not kept
        if not self._is_varied:
            self._parts.append(self._coded(batch.texts(self._name)[keep]))

    def add_missing(self, rows: int, kept: int) -> None:
        """Add rows that do not have the column."""
        self._missing += rows
        if self._kind != "times" and not self._is_varied:
            gone = np.nan if self._kind == "numbers" else 0.0
            self._parts.append(np.full(kept, gone))

    def thin(self) -> None:
        """Keep every second of the rows that were kept."""
        self._parts = [np.concatenate(self._parts)[::2]]

    def profile(self) -> ColumnProfile:
        if not self._has_values:
            return ColumnProfile(self._name, "no values", self._missing)
        values = np.concatenate(self._parts)
        if self._kind == "numbers":
            return ColumnProfile(self._name, "numbers", self._missing, numbers=values)
        if self._kind == "times" or self._is_varied:
            return ColumnProfile(self._name, self._kind, self._missing, is_varied=self._is_varied)
        times = np.bincount(values.astype(np.int64), minlength=len(self._codes))
        counts = {name: int(times[code]) for name, code in self._codes.items() if times[code]}
        return ColumnProfile(self._name, "text", self._missing, counts=counts)

    def _become_other(self, batch: Batch, missing: NDArray[np.bool_]) -> None:
        """Take the numbers so far for text; a column that held none may be one of times."""
        before = np.concatenate(self._parts)
        if np.isnan(before).all() and (_times(batch, self._name) | missing).all():
            self._kind, self._parts = "times", [np.empty(0)]
            return
        self._kind = "text"
        texts = np.array(["" if np.isnan(n) else f"{n:.15g}" for n in before], dtype=object)
        self._parts = [self._coded(texts)]

    def _coded(self, texts: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the numbers by which texts are known; none where there are too many."""
        codes = self._codes
        coded = np.array([codes.setdefault(text, len(codes)) for text in texts], np.float64)
        if len(codes) > _MOST_VALUES:
            self._is_varied, self._codes, self._parts = True, {"": 0}, [np.empty(0)]
            return np.empty(0)
        return coded


def _numbers(batch: Batch, name: str) -> NDArray[np.float64] | None:
    with suppress(ValueError, TypeError, NotImplementedError):
        return batch.number(name)
    return None


def _times(batch: Batch, name: str) -> Any:
    with suppress(ValueError, TypeError, NotImplementedError):
        return batch.time(name)[1]
    return np.zeros(batch.rows, dtype=bool)
