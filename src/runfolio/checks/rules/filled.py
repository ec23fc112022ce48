"""Completeness: how many rows have a value in a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from runfolio.checks.asking import columns_of, fitting
from runfolio.checks.base import Context, Found, Plan
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.row_rule import RowTally
from runfolio.model.numbers import format_count
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

_MOST_NAMED = 3


@dataclass(slots=True)
class _Cells:
    """Counts the missing cells of each of several columns."""

    columns: Sequence[str]
    pattern: str
    rows: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    def update(self, batch: Batch) -> None:
        self.rows += batch.rows
        for column in self.columns:
            count = int(np.count_nonzero(batch.missing(column)))
            self.missing[column] = self.missing.get(column, 0) + count

    def result(self) -> Found:
        if not self.columns:
            return Found(reason=f"no column is called {self.pattern}")
        if not self.rows:
            return Found(reason="it has no rows")
        worst = sorted(self.missing.items(), key=lambda item: -item[1])[:_MOST_NAMED]
        told = [
            f"{column} lacks {format_count(count)} of {format_count(self.rows)}"
            for column, count in worst
            if count
        ]
        return Found(
            self.rows * len(self.columns),
            sum(self.missing.values()),
            f"over {format_count(len(self.columns))} columns"
            + (f": {', '.join(told)}" if told else ""),
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """``filled: last_name``, several columns (each has a value), or ``filled: "mean *"``."""

    name = "filled"
    dimension: Dimension | None = "completeness"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        columns = columns_of(told.kinds.get("filled"), told)
        if not columns:
            raise RuleError("", "names no column.", "Write it as filled: last_name.")
        return [_of_many(one) if "*" in one else _of_one(one) for one in columns]


def _of_one(column: str) -> Plan:
    def judge(batch: Batch) -> tuple[Flags, Flags]:
        return np.ones(batch.rows, dtype=bool), batch.missing(column)

    def start(context: Context) -> RowTally:
        return RowTally(judge, none="it has no rows")

    return Plan(f"{column} is there", f"every row has a value in {column}", (column,), start)


def _of_many(pattern: str) -> Plan:
    def start(context: Context) -> _Cells:
        return _Cells(fitting(context.columns, pattern), pattern)

    named = "every column" if pattern == "*" else f"every column {pattern}"
    return Plan(
        *("Nothing is missing", f"every row has a value in {named}", (), start),
        about=(pattern,),
        unit="cells",
        pattern=pattern,
    )


rule = Filled()
