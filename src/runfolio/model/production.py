"""Stage 2: what a model in production logged: one time a row, numbers and texts by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "ProductionLog"]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a table, each of numbers or of texts.

    Parameters
    ----------
    numbers : mapping of str to ndarray of float64, shape (rows,)
        NaN where a row has no value.
    texts : mapping of str to tuple of (str or None), length rows
    """

    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductionLog:
    """A log of production, in the order of time.

    Parameters
    ----------
    entry : int
        Its place under ``monitoring:`` in the configuration.
    name : str
        How it is shown: its path.
    times : ndarray of int64, shape (rows,)
        Milliseconds since 1970 in UTC, ascending.
    columns : Columns
    versions : tuple of str
        The version of the model by row, empty where it is not logged; none at all without such
        a column.
    reference : Columns or None
        The rows that inputs and outputs are compared with.
    reference_name : str
        How they are shown.
    """

    entry: int
    name: str
    times: NDArray[np.int64]
    columns: Columns
    versions: tuple[str, ...] = ()
    reference: Columns | None = None
    reference_name: str = ""
