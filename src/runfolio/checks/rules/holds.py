"""Consistency: the columns of a row agree with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.checks.base import Context, Plan
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.expression import parse_condition
from runfolio.checks.row_rule import RowTally
from runfolio.model.quality import Dimension

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule


@dataclass(frozen=True, slots=True)
class Holds:
    """``holds: "time(discharged) >= time(admitted)"``, see `runfolio.checks.expression`."""

    name = "holds"
    dimension: Dimension | None = "consistency"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        text = str(told.kinds["holds"])
        condition = parse_condition(text)

        def judge(batch: Batch) -> tuple[Flags, Flags]:
            judged, holds = condition.judge(batch)
            return judged, judged & ~holds

        def start(context: Context) -> RowTally:
            return RowTally(
                *(judge, condition.columns, context.shows),
                none="no row has a value in all of its columns",
            )

        shown = text.replace("`", "")
        return [Plan(shown, f"{shown} in every row", condition.columns, start)]


rule = Holds()
