"""Accuracy: a number lies in a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from runfolio.checks.asking import number_of, one_column
from runfolio.checks.base import Context, Plan
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.row_rule import RowTally
from runfolio.model.numbers import localized
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule


@dataclass(frozen=True, slots=True)
class Between:
    """``between: [0, 120]``: both ends are allowed, and either may be left out (null)."""

    name = "between"
    dimension: Dimension | None = "accuracy"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        column, value = one_column(told), told.kinds["between"]
        if not isinstance(value, list | tuple) or len(value) != 2 or not any(_is_end(value)):
            raise RuleError("between", "must be two numbers.", "Write it as [0, 120].")
        low, high = (
            number_of(end, "between") if is_there else None
            for end, is_there in zip(value, _is_end(value), strict=True)
        )
        if low is not None and high is not None and low > high:
            raise RuleError("between", "starts above its end.", "Write the smaller number first.")

        def judge(batch: Batch) -> tuple[Flags, Flags]:
            numbers, judged = batch.number(column), ~batch.missing(column)
            # NaN, where a cell is no number, is not inside either.
            inside = np.ones(batch.rows, dtype=bool) if low is None else numbers >= low
            if high is not None:
                inside = inside & (numbers <= high)
            return judged, judged & ~inside

        def start(context: Context) -> RowTally:
            return RowTally(judge, (column,), context.shows)

        return [Plan(f"{column} is possible", f"{column} {_words(low, high)}", (column,), start)]


def _is_end(value: Sequence[object]) -> list[bool]:
    return [end is not None and str(end).lower() not in ("", "null", "~") for end in value]


def _words(low: float | None, high: float | None) -> str:
    if low is None:
        return localized(f"is at most {high:,g}")
    return localized(
        f"is at least {low:,g}" if high is None else f"lies between {low:,g} and {high:,g}"
    )


rule = Between()
