"""Stage 4: data that a page's scripts draw from: the table of all runs, a run's curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.views.blocks import Mark, Tone

__all__ = ["Badge", "MetricSeries", "SeriesData", "TableColumn", "TableData", "TableRow"]


@dataclass(frozen=True, slots=True)
class Badge:
    """One fact in few words; `name` is that of its file."""

    name: str
    label: str
    value: str
    tone: Tone = "none"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the run table.

    Parameters
    ----------
    key : str
        Unique; a letter for the group, ``:`` and the name as logged, such as
        ``m:val/recall``, ``p:lr``, ``t:team``, ``r:status``.
    label : str
        As shown.
    group : {"run", "result", "param", "tag"}
    type : {"text", "number", "time"}
        ``time``: milliseconds since 1970 in UTC.
    scale : float
        Factor from the logged value to the shown one: 100 for per cent.
    digits : int or None
        Decimals as shown; None: four significant digits.
    unit : str
        Shown after the number.
    goal : {"maximize", "minimize", ""}
    shown : bool
        Whether the column is shown until the reader chooses otherwise.
    """

    key: str
    label: str
    group: Literal["run", "result", "param", "tag"]
    type: Literal["text", "number", "time"] = "text"
    scale: float = 1
    digits: int | None = None
    unit: str = ""
    goal: Literal["maximize", "minimize", ""] = ""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class TableRow:
    """A run: one cell per column, the first its name.

    A metric is a float; a param of a column of numbers is its text as logged, which is shown
    as it is and ordered as a number; None is not logged.
    """

    slug: str
    cells: tuple[str | float | None, ...]
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class TableData:
    """All runs and everything that can be shown of them; the first column is the name.

    `linked` says whether each run has a page to which its name leads.
    """

    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    linked: bool = True


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """One metric's curve, with the way its numbers are shown."""

    name: str
    label: str
    steps: NDArray[np.float64]
    values: NDArray[np.float64]
    scale: float = 1
    digits: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SeriesData:
    """The curves of one run."""

    slug: str
    name: str
    metrics: tuple[MetricSeries, ...]
