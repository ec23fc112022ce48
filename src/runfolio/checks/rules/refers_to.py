"""Consistency: what a row refers to is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.checks.asking import one_column, split_reference
from runfolio.checks.base import Context, Plan, Tally
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.lookup import Lookup, Reference
from runfolio.checks.matching import NotPossible
from runfolio.checks.row_rule import RowTally
from runfolio.model.quality import Dimension

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule


@dataclass(frozen=True, slots=True)
class RefersTo:
    """``column: customer`` with ``refers_to: customers.id``: each value is there."""

    name = "refers_to"
    dimension: Dimension | None = "consistency"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        column = one_column(told)
        other, of = split_reference(told.kinds[self.name], self.name, sets)
        reference = Reference(other, (of,))

        def start(context: Context) -> Tally:
            lookup = context.lookups[reference.by]
            if isinstance(lookup, str):
                return NotPossible(f"{other} {lookup}", is_told=True)
            return RowTally(_judge(column, lookup), (column,), context.shows)

        return [
            Plan(
                *(f"{column} is in {other}", f"every {column} is there as {other}.{of}"),
                *((column,), start),
                reference=reference,
            )
        ]


def _judge(column: str, lookup: Lookup) -> Callable[[Batch], tuple[Flags, Flags]]:
    def judge(batch: Batch) -> tuple[Flags, Flags]:
        judged = ~batch.missing(column)
        _, there = lookup.find_in(batch, (column,))
        return judged, judged & ~there

    return judge


rule = RefersTo()
