"""Any dimension: a metric of data quality that a run logged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.checks.base import Found, Plan
from runfolio.model.numbers import format_number
from runfolio.model.quality import Dimension, RuleError

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule
    from runfolio.model.tables import Tables


@dataclass(frozen=True, slots=True)
class Metric:
    """``metric: data/null_share`` with ``at_most: 0.05`` or ``at_least``, and a dimension.

    What counts is the last value of the newest run that logged it.
    """

    name = "metric"
    dimension: Dimension | None = None
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        if not isinstance(told.kinds["metric"], str) or not told.kinds["metric"]:
            raise RuleError("metric", "must be the name of a metric.", "Write one as logged.")
        if told.dimension is None:
            raise RuleError(
                "", "does not say what the metric tells of the data.", "Add `dimension:`."
            )
        if told.at_least is None and told.at_most is None:
            raise RuleError("", "does not say what the metric must be.", "Add at_least or at_most.")
        return ()

    def asks(self, told: QualityRule) -> str:
        """Say what is asked for."""
        ends = ((told.at_least, "at least"), (told.at_most, "at most"))
        limits = [f"{words} {format_number(end)}" for end, words in ends if end is not None]
        return f"{told.kinds['metric']} is {' and '.join(limits)}"

    def judge(self, told: QualityRule, tables: Tables) -> Found:
        """Judge the newest run that logged the metric."""
        metric = told.kinds["metric"]
        logged = tables.metrics[tables.metrics["metric"] == metric]
        if logged.empty:
            return Found(reason=f"no run logged {metric}")
        # Runs are in the order of their start.
        order = {run: place for place, run in enumerate(tables.runs.index)}
        newest = logged.loc[logged["run"].map(order).idxmax()]
        value, label = float(newest["last"]), str(tables.runs.loc[newest["run"], "label"])
        if math.isnan(value):
            return Found(reason=f"{metric} is not a number in {label}")
        low = -math.inf if told.at_least is None else told.at_least
        high = math.inf if told.at_most is None else told.at_most
        return Found(
            found=f"{format_number(value)} in {label}, the newest run that logged it",
            outcome="pass" if low <= value <= high else "fail",
        )


rule = Metric()
