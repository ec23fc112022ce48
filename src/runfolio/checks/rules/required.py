"""Completeness: whether columns are there at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.checks.asking import columns_of
from runfolio.checks.base import Context, Found, Plan
from runfolio.checks.batch import Batch
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule


@dataclass(frozen=True, slots=True)
class _Columns:
    """Looks for columns among those that the table has."""

    wanted: tuple[str, ...]
    context: Context

    def update(self, batch: Batch) -> None:
        pass

    def result(self) -> Found:
        absent = [name for name in self.wanted if name not in self.context.columns]
        found = f"there is no column {', '.join(absent)}" if absent else "all of them are there"
        return Found(len(self.wanted), len(absent), found)


@dataclass(frozen=True, slots=True)
class Required:
    """``required: [patient_id, birth_date]``: the table has these columns."""

    name = "required"
    dimension: Dimension | None = "completeness"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        columns = columns_of(told.kinds.get("required"), told)
        if not columns:
            raise RuleError("", "names no column.", "Write it as required: [id, name].")

        def start(context: Context) -> _Columns:
            return _Columns(columns, context)

        shown = ", ".join(columns)
        return [
            Plan(
                *("The columns are there", f"the table has the columns {shown}", (), start),
                about=columns,
                unit="columns",
            )
        ]


rule = Required()
