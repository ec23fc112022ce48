"""Stage 3: what changed between two versions of a data set?

In: two versions as far as they are known: rows, columns, and the values where the files are at
hand. Out: `DataChange`: rows, columns added, removed and retyped, and per column how far its
distribution moved (`runfolio.analysis.drift`; all
columns are judged together).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from runfolio.analysis.drift import Drift, drift_of_categories, drift_of_numbers
from runfolio.model.features import DataColumn
from runfolio.model.profile import ColumnProfile, DataProfile

__all__ = ["ColumnChange", "DataChange", "change_between"]


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that both versions have.

    Parameters
    ----------
    name : str
    drift : Drift or None
        None where no distribution can be compared.
    why_not : str
        Then the reason, a clause.
    """

    name: str
    drift: Drift | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class DataChange:
    """From one version to the next.

    Parameters
    ----------
    rows_before, rows_now : int or None
    added, removed : tuple of str
        Columns; empty where the columns of a side are not known.
    retyped : tuple of (name, type before, type now)
    columns : tuple of ColumnChange
        Where both files are at hand, those that moved furthest first.
    has_columns : bool
        Whether the columns of both sides are known.
    """

    rows_before: int | None
    rows_now: int | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    retyped: tuple[tuple[str, str, str], ...] = ()
    columns: tuple[ColumnChange, ...] = ()
    has_columns: bool = False

    @property
    def moved(self) -> tuple[ColumnChange, ...]:
        """Columns whose distribution moved, somewhat or far."""
        return tuple(
            one
            for one in self.columns
            if one.drift is not None and one.drift.verdict in ("moved", "moved somewhat")
        )

    @property
    def is_same_shape(self) -> bool:
        """Whether rows and columns are known to be the same."""
        same_rows = self.rows_before is not None and self.rows_before == self.rows_now
        return same_rows and self.has_columns and not (self.added or self.removed or self.retyped)


def change_between(
    rows: tuple[int | None, int | None],
    columns: tuple[Sequence[DataColumn], Sequence[DataColumn]],
    files: tuple[DataProfile | None, DataProfile | None],
) -> DataChange:
    """Compare two versions, the earlier one first.

    Parameters
    ----------
    rows : (int or None, int or None)
    columns : (sequence of DataColumn, sequence of DataColumn)
        Empty where they are not known. Types are compared where both sides tell one.
    files : (DataProfile or None, DataProfile or None)
    """
    before, now = ({column.name: column.type for column in side} for side in columns)
    known = bool(before and now)
    changes: list[ColumnChange] = []
    if files[0] is not None and files[1] is not None:
        earlier = {column.name: column for column in files[0].columns}
        changes = [
            _column(earlier[column.name], column, max(1, len(earlier)))
            for column in files[1].columns
            if column.name in earlier
        ]
        changes.sort(key=lambda one: -(one.drift.psi if one.drift else -1.0))
    return DataChange(
        *rows,
        added=tuple(name for name in now if known and name not in before),
        removed=tuple(name for name in before if known and name not in now),
        retyped=tuple(
            (name, before[name], now[name])
            for name in now
            if known and before.get(name) and now[name] and before[name] != now[name]
        ),
        columns=tuple(changes),
        has_columns=known,
    )


def _column(before: ColumnProfile, now: ColumnProfile, tests: int) -> ColumnChange:
    if before.kind != now.kind:
        return ColumnChange(now.name, None, f"it held {before.kind}, and holds {now.kind} now")
    if before.kind == "numbers":
        drift = drift_of_numbers(before.numbers, now.numbers, tests)
        return ColumnChange(now.name, _finite(drift))
    if before.kind == "times":
        return ColumnChange(now.name, None, "times go on by themselves")
    if before.kind == "no values":
        return ColumnChange(now.name, None, "it is empty in both")
    if before.is_varied or now.is_varied:
        return ColumnChange(now.name, None, "nearly every value is another, as of names and ids")
    return ColumnChange(
        now.name, _finite(drift_of_categories(_values(before), _values(now), tests))
    )


def _values(column: ColumnProfile) -> Counter[str | None]:
    return Counter({value or None: count for value, count in column.counts.items()})


def _finite(drift: Drift) -> Drift | None:
    return None if math.isnan(drift.psi) else drift
