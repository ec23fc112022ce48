"""Consistency: nothing is there twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from runfolio.checks.asking import columns_of
from runfolio.checks.base import Context, Found, Plan
from runfolio.checks.batch import Batch
from runfolio.checks.hashing import Distinct
from runfolio.model.numbers import format_count
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule


@dataclass(slots=True)
class _Repeats:
    """Counts rows that repeat an earlier one in some columns, or in all."""

    columns: tuple[str, ...]
    context: Context
    rows: int = 0
    seen: Distinct = field(default_factory=Distinct)

    def update(self, batch: Batch) -> None:
        columns = self.columns or tuple(self.context.columns)
        hashes = batch.identities(columns)
        if self.columns:  # a row without its key is no duplicate of another
            there = ~np.logical_or.reduce([batch.missing(column) for column in columns])
            if not there.all():
                hashes = hashes[there]
        self.rows += len(hashes)
        self.seen.add(hashes)

    def result(self) -> Found:
        repeats = self.seen.repeats()
        words = (
            f"{format_count(repeats)} row{'' if repeats == 1 else 's'} "
            f"repeat{'s' if repeats == 1 else ''}"
        )
        found = f"{words} an earlier one" if repeats else "no row repeats another"
        return Found(self.rows, repeats, found, reason="" if self.rows else "it has no rows")


@dataclass(frozen=True, slots=True)
class Unique:
    """``unique: patient_id``, several columns, or ``unique: rows`` for rows as a whole."""

    name = "unique"
    dimension: Dimension | None = "consistency"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        value = told.kinds["unique"]
        whole = value == "rows"
        columns = () if whole else columns_of(value, told)
        if not whole and not columns:
            raise RuleError("unique", "names no column.", "Write a column's name, or unique: rows.")

        def start(context: Context) -> _Repeats:
            return _Repeats(columns, context)

        shown = ", ".join(columns)
        return [
            Plan(
                f"{shown} is there once" if columns else "No row is there twice",
                f"no {shown} is there twice" if columns else "no row is there twice",
                columns,
                start,
                pattern="*" if whole else "",
            )
        ]


rule = Unique()
