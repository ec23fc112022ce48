"""Accuracy: a text has a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from runfolio.checks.asking import one_column
from runfolio.checks.base import Context, Plan
from runfolio.checks.batch import Batch, Flags, is_pattern
from runfolio.checks.row_rule import RowTally
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule


@dataclass(frozen=True, slots=True)
class Pattern:
    """``pattern: "[A-Z]{2}[0-9]{6}"``: a regular expression that matches the whole value."""

    name = "pattern"
    dimension: Dimension | None = "accuracy"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        column, pattern = one_column(told), str(told.kinds["pattern"])
        try:
            re.compile(pattern)
        except re.error as error:
            raise RuleError(
                *("pattern", f"is no regular expression: {error}."),
                "Put it into single quotes, so that YAML leaves it as it is.",
            ) from error
        if find_spec("pyarrow") is not None and not is_pattern(pattern):
            raise RuleError(
                "pattern",
                "has something in it that is not supported.",
                "Write it without looking ahead or behind, (?=…), (?<!…), and without \\1 or \\Z.",
            )

        def judge(batch: Batch) -> tuple[Flags, Flags]:
            judged = ~batch.missing(column)
            return judged, judged & ~batch.fullmatch(column, pattern)

        def start(context: Context) -> RowTally:
            return RowTally(judge, (column,), context.shows)

        return [
            Plan(f"{column} has its form", f"{column} has the form {pattern}", (column,), start)
        ]


rule = Pattern()
