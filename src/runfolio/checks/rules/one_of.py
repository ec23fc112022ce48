"""Accuracy: a value is one of those that are allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.checks.asking import one_column, texts_of
from runfolio.checks.base import Context, Plan
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.row_rule import RowTally
from runfolio.model.quality import Dimension

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class OneOf:
    """``one_of: [yes, no]``, compared as text."""

    name = "one_of"
    dimension: Dimension | None = "accuracy"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        column, values = one_column(told), texts_of(told.kinds["one_of"], "one_of")

        def judge(batch: Batch) -> tuple[Flags, Flags]:
            judged = ~batch.missing(column)
            return judged, judged & ~batch.is_in(column, values)

        def start(context: Context) -> RowTally:
            return RowTally(judge, (column,), context.shows)

        more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
        asks = f"{column} is one of {', '.join(values[:_SHOWN])}{more}"
        return [Plan(f"{column} is a known value", asks, (column,), start)]


rule = OneOf()
