"""Stage 1d: the same key, the same value, in two data sets.

Rows whose key the other set does not have, or that lack a value on either side, are not judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runfolio.checks.asking import key_of, number_of, one_column, reference_of
from runfolio.checks.base import Context, Found, Plan, Tally
from runfolio.checks.batch import MISSING, Batch, Flags
from runfolio.checks.lookup import Lookup, Reference
from runfolio.checks.masking import shown
from runfolio.checks.row_rule import RowTally
from runfolio.model.numbers import format_count, localized
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

__all__ = ["Matching", "NotPossible"]


@dataclass(frozen=True, slots=True)
class NotPossible:
    """A tally that cannot be made, and says why; `is_told` where a problem says it already."""

    reason: str
    is_told: bool = False

    def update(self, batch: Batch) -> None:
        pass

    def result(self) -> Found:
        return Found(reason=self.reason)


@dataclass(frozen=True, slots=True)
class Matching:
    """``column: age`` with ``matches: registry.age``; numbers may differ by ``tolerance``.

    Of a reference that is taken for the truth this tells accuracy; of two sets that should say
    the same, consistency.
    """

    name: str
    dimension: Dimension | None
    options = frozenset({"tolerance"})

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        column = one_column(told)
        own, asked = told.own_set(sets), told.kinds
        tolerance = None
        if asked.get("tolerance") is not None:
            tolerance = number_of(asked["tolerance"], "tolerance")
        reference = reference_of(asked[self.name], self.name, sets, tolerance is not None)
        key = key_of(str(told.set), own, self.name)
        if len(key) != len(reference.key):
            raise RuleError(
                self.name,
                f"needs keys of as many columns in '{told.set}' and in '{reference.data_set}'.",
                "Give both sets the same columns as key.",
            )

        def start(context: Context) -> Tally:
            lookup = context.lookups[reference.by]
            if isinstance(lookup, str):
                return NotPossible(f"{reference.data_set} {lookup}", is_told=True)
            if lookup.repeated:
                return NotPossible(
                    f"{reference.data_set} has {format_count(lookup.repeated)} "
                    f"row{'s' if lookup.repeated > 1 else ''} with a key that is there before, so "
                    "which value is meant is not known"
                )
            return _Rows(key, column, lookup, reference, tolerance).tally(context)

        other = f"{reference.data_set}.{reference.column}"
        within = localized(f", within {tolerance:g},") if tolerance else ""
        is_truth = self.dimension == "accuracy"
        title = f"{column} is that of {reference.data_set}" if is_truth else f"{column} agrees"
        return [
            Plan(
                title if is_truth else f"{title} with {reference.data_set}",
                f"{column}{within} equals {other} for the same {', '.join(key)}",
                tuple(dict.fromkeys((*key, column))),
                start,
                about=(column,),
                reference=reference,
            )
        ]


@dataclass(slots=True)
class _Rows:
    """Judges rows by a reference."""

    key: tuple[str, ...]
    column: str
    lookup: Lookup
    reference: Reference
    tolerance: float | None

    def tally(self, context: Context) -> Tally:
        return RowTally(
            *(self.judge, (self.column,), context.shows, self.tell),
            none=f"no row has a value here and, for its key, in {self.reference.data_set}",
        )

    def judge(self, batch: Batch) -> tuple[Flags, Flags]:
        theirs = self.lookup.columns.get(self.reference)
        if theirs is None:  # the reference has no rows
            return np.zeros(batch.rows, dtype=bool), np.zeros(batch.rows, dtype=bool)
        at, found = self.lookup.find_in(batch, self.key)
        judged, values = found & ~batch.missing(self.column), theirs.values[at]
        for part in self.key:
            judged &= ~batch.missing(part)
        if self.tolerance is None:
            judged &= values != MISSING
            same = batch.identity(self.column) == values
        else:
            judged &= ~np.isnan(values)
            # Two decimal numbers that are 0.1 apart are so only up to rounding.
            slack = self.tolerance * (1 + 1e-9)
            same = np.abs(batch.number(self.column) - values) <= slack
        return judged, judged & ~same

    def tell(self, batch: Batch, row: int) -> str:
        """Say what the reference has, where that was kept."""
        other, texts = self.reference.data_set, self.lookup.columns[self.reference].texts
        if texts is None:
            return f", another value in {other}"
        at, _ = self.lookup.find_in(batch, self.key)
        return f", in {other} {shown(str(texts[int(at[row])]))}"
