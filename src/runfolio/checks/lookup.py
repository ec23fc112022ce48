"""Stage 1d: another data set as something to look values up in.

In: the batches of a reference, its key and some of its columns. Out: for keys of other rows,
whether they are there, and the values that stand beside them. Kept are hashes: 8 bytes a row, as
many for each column, and 4 to 8 for where to begin looking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.checks.base import UnreadableError
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.hashing import Hashes
from runfolio.model.numbers import format_count

__all__ = ["MOST_ROWS", "Key", "Lookup", "Reference"]

MOST_ROWS = 20_000_000
"""Rows of a reference that are kept."""

_MOST_TEXTS = 1_000_000
"""Rows of a reference of which the values are kept as well, where they may be shown."""

Key = tuple[str, tuple[str, ...]]
"""A data set and the columns of its key."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A data set by its name, the columns of its key, and the column looked up, if any.

    ``as_number`` keeps that column as numbers, to compare with a tolerance.
    """

    data_set: str
    key: tuple[str, ...]
    column: str = ""
    as_number: bool = False

    @property
    def by(self) -> Key:
        return self.data_set, self.key


@dataclass(frozen=True, slots=True)
class Values:
    """A column of a reference, in the order of its keys.

    Parameters
    ----------
    values : ndarray of uint64 or float64
        Hashes of the values, or the numbers.
    texts : ndarray of object, or None
        The values as text, where they may be shown.
    """

    values: NDArray[Any]
    texts: NDArray[np.object_] | None = None


@dataclass(slots=True)
class _Column:
    """A column while it is read."""

    values: list[NDArray[Any]] = field(default_factory=list)
    texts: list[NDArray[np.object_]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """The rows of a reference, sorted by the hash of their key.

    Parameters
    ----------
    keys : ndarray of uint64
        Each once.
    starts : ndarray of int32
        By the first bits of a hash: where in `keys` those with these bits begin.
    shift : uint64
        By how many bits a hash is shifted to leave these.
    columns : mapping of Reference to Values
    repeated : int
        Rows whose key an earlier one has.
    """

    keys: Hashes
    starts: NDArray[np.int32]
    shift: np.uint64
    columns: Mapping[Reference, Values]
    repeated: int = 0

    @classmethod
    def of(
        cls, batches: Iterable[Batch], references: Sequence[Reference], shows: bool = False
    ) -> Lookup:
        """Read a reference.

        Parameters
        ----------
        batches : iterable of Batch
        references : sequence of Reference
            With one data set and key.
        shows : bool
            Whether values may be shown, so that they are kept.

        Raises
        ------
        UnreadableError
            If it cannot be read, or has too many rows.
        """
        key = references[0].key
        keys: list[Hashes] = []
        columns = {reference: _Column() for reference in references if reference.column}
        rows = 0
        for batch in batches:
            # A row without its whole key cannot be looked up.
            own = ~np.logical_or.reduce([batch.missing(part) for part in key])
            keys.append(batch.identities(key)[own])
            rows += len(keys[-1])
            if rows > MOST_ROWS:
                raise UnreadableError(
                    f"has more than {format_count(MOST_ROWS)} rows, too many to look values up in",
                    "Compare with the part of it that matters, as by a query.",
                )
            for reference, column in columns.items():
                name = reference.column
                found = batch.number(name) if reference.as_number else batch.identity(name)
                column.values.append(found[own])
                if shows and rows <= _MOST_TEXTS:
                    column.texts.append(batch.texts(name)[own])
        together = np.concatenate(keys) if keys else np.empty(0, dtype=np.uint64)
        together, first = np.unique(together, return_index=True)
        bits = max(1, len(together).bit_length())
        shift = np.uint64(64 - bits)
        counts = np.bincount((together >> shift).astype(np.int64), minlength=1 << bits)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return cls(
            together,
            np.minimum(starts, max(0, len(together) - 1)).astype(np.int32),
            shift,
            {
                reference: Values(
                    np.concatenate(column.values)[first],
                    np.concatenate(column.texts)[first]
                    if column.texts and rows <= _MOST_TEXTS
                    else None,
                )
                for reference, column in columns.items()
                if column.values
            },
            rows - len(together),
        )

    def find(self, keys: Hashes) -> tuple[NDArray[np.int32], Flags]:
        """Return the place of each key, and whether it is there at all.

        Hashes are spread evenly, so that about one key begins with the same bits.
        """
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.int32), np.zeros(len(keys), dtype=bool)
        at = self.starts[(keys >> self.shift).astype(np.int32)]
        there = self.keys[at]
        found = there == keys
        further = np.flatnonzero(there < keys)
        last = len(self.keys) - 1
        while len(further):
            further = further[at[further] < last]
            at[further] += 1
            there = self.keys[at[further]]
            found[further] = there == keys[further]
            further = further[there < keys[further]]
        return at, found

    def find_in(self, batch: Batch, columns: Sequence[str]) -> tuple[NDArray[np.int32], Flags]:
        """Return the same for the rows of a batch, found once for all rules that ask."""
        return batch.once(
            ("found", id(self), *columns), lambda: self.find(batch.identities(columns))
        )
