"""Stage 3: have inputs and outputs of the model moved away from what it was trained on?

In: a log of production with its reference. Out: each column's drift in the newest window and in
those before it.
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.drift import Drift, NumbersBefore, drift_of_categories, drift_of_numbers
from runfolio.analysis.service_levels import HOUR
from runfolio.model.production import Columns, ProductionLog

__all__ = ["ColumnDrift", "DriftWindow", "drift_in"]

MOST_WINDOWS = 26
"""Windows that are looked at, the newest."""
MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class DriftWindow:
    """How far a column had moved in a window: ``since`` and ``until`` in milliseconds."""

    since: int
    until: int
    drift: Drift


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """How far a column moved away from the reference.

    Parameters
    ----------
    column : str
    role : {"input", "output"}
    windows : tuple of DriftWindow
        The oldest first; the last one is the newest.
    kind : {"numbers", "categories"}
    mean_before, mean_now : float
        Of numbers, in the reference and in the newest window; NaN for categories.
    """

    column: str
    role: Literal["input", "output"]
    windows: tuple[DriftWindow, ...]
    kind: Literal["numbers", "categories"]
    mean_before: float = float("nan")
    mean_now: float = float("nan")

    @property
    def now(self) -> DriftWindow:
        return self.windows[-1]


def names_of(log: ProductionLog, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that patterns name, in the order of the log."""
    there = [*log.columns.numbers, *log.columns.texts]
    return tuple(
        name for name in there if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    )


def drift_in(
    log: ProductionLog, inputs: Sequence[str], outputs: Sequence[str], hours: int
) -> tuple[ColumnDrift, ...]:
    """Compare inputs and outputs with the reference, window by window.

    Windows are cut back from the newest row, so that the newest one is whole. A verdict on one of
    them heeds how many columns and windows are looked at.

    Parameters
    ----------
    log : ProductionLog
        With a reference.
    inputs, outputs : sequence of str
        Patterns of columns; one that is both counts as an output.
    hours : int
        Length of a window.

    Returns
    -------
    tuple of ColumnDrift
        Those that moved furthest first, outputs and inputs apart.
    """
    if log.reference is None or not len(log.times):
        return ()
    answered = names_of(log, outputs)
    given = tuple(name for name in names_of(log, inputs) if name not in answered)
    known = {*log.reference.numbers, *log.reference.texts}
    wanted = [name for name in (*answered, *given) if name in known][:MOST_COLUMNS]
    windows = _windows(log.times, hours)
    rows = [slice(*np.searchsorted(log.times, window, "right").tolist()) for window in windows]
    tests = len(wanted) * len(windows)
    found = [
        _column(log, name, "output" if name in answered else "input", windows, rows, tests)
        for name in wanted
    ]
    return tuple(sorted(found, key=lambda one: (one.role == "input", -_or_none(one.now.drift.psi))))


def _or_none(value: float) -> float:
    return -1.0 if np.isnan(value) else value


def _windows(times: NDArray[np.int64], hours: int) -> list[tuple[int, int]]:
    """Return (since, until] of windows in milliseconds, the oldest first: those that are whole."""
    last, length = int(times[-1]), hours * HOUR
    # A log that began at noon of a day did not miss much of its first week.
    covered = last - int(times[0]) + length // 10
    count = min(max(covered // length, 1), MOST_WINDOWS)
    return [(last - (back + 1) * length, last - back * length) for back in range(count - 1, -1, -1)]


def _column(
    log: ProductionLog,
    name: str,
    role: Literal["input", "output"],
    windows: Sequence[tuple[int, int]],
    rows: Sequence[slice],
    tests: int,
) -> ColumnDrift:
    assert log.reference is not None
    numeric = name in log.columns.numbers and name in log.reference.numbers
    found = []
    numbers = NumbersBefore.of(log.reference.numbers[name]) if numeric else None
    categories = Counter[str | None]() if numeric else Counter(_texts(log.reference, name))
    now = () if numeric else _texts(log.columns, name)
    for (since, until), own in zip(windows, rows, strict=True):
        drift = (
            drift_of_numbers(numbers, log.columns.numbers[name][own], tests)
            if numbers is not None
            else drift_of_categories(categories, now[own], tests)
        )
        found.append(DriftWindow(since, until, drift))
    return ColumnDrift(
        *(name, role, tuple(found), "numbers" if numeric else "categories"),
        mean_before=_mean(log.reference.numbers[name]) if numeric else float("nan"),
        mean_now=_mean(log.columns.numbers[name][rows[-1]]) if numeric else float("nan"),
    )


def _texts(columns: Columns, name: str) -> Sequence[str | None]:
    if name in columns.texts:
        return columns.texts[name]
    return [None if np.isnan(value) else f"{value:g}" for value in columns.numbers[name]]


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else float("nan")
