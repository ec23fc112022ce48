"""Stage 2: what one version of a data set holds, column by column, as it was read from its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["ColumnKind", "ColumnProfile", "DataProfile"]

ColumnKind = Literal["numbers", "times", "text", "no values"]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Parameters
    ----------
    name : str
    kind : ColumnKind
        What all its values are.
    missing : int
        Rows without a value.
    numbers : ndarray of float64, shape (kept,)
        The values of the rows that were kept, NaN where one is missing; of numbers only.
    counts : mapping of str to int
        How often each value is in the rows that were kept, no value as the empty text; of text
        with few different values.
    is_varied : bool
        Whether it is text with too many different values to count: names, ids, notes.
    """

    name: str
    kind: ColumnKind
    missing: int
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    counts: Mapping[str, int] = field(default_factory=dict)
    is_varied: bool = False


@dataclass(frozen=True, slots=True)
class DataProfile:
    """One version of a data set.

    Parameters
    ----------
    data_set, version : str
        As in the configuration; the version may be empty.
    file : str
        Path as it is shown.
    rows : int
    every : int
        Of so many rows one was kept for the distributions: 1 is all of them.
    columns : tuple of ColumnProfile
        In the file's order.
    digests : tuple of str
        Of the file's bytes: MD5 and SHA-256, in hexadecimal.
    """

    data_set: str
    version: str
    file: str
    rows: int
    every: int
    columns: tuple[ColumnProfile, ...]
    digests: tuple[str, ...] = ()

    @property
    def kept(self) -> int:
        """How many rows were kept for the distributions."""
        return -(-self.rows // self.every)
