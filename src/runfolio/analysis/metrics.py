"""Stage 3: what each metric is: label, unit, direction, and how its numbers are written.

Rounding and units are decided here, once, next to the numbers; every page, comment and
file writes a value through `Metric`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.analysis.direction import Goal, infer_goal
from runfolio.analysis.families import family_of, family_order
from runfolio.analysis.units import infer_unit, short_unit
from runfolio.glossary import explanation_of
from runfolio.model.numbers import format_number, localized_prose, ranging, with_unit

if TYPE_CHECKING:
    from runfolio.config import MetricSettings

__all__ = ["Metric", "describe_metrics"]

NBSP = "\u00a0"
_SAYS = re.compile("[1-9∞]")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as people read it.

    Parameters
    ----------
    name : str
        As logged.
    label : str
    unit : str
        ``%``, ``ms`` … or empty.
    goal : Goal
    goal_from : str
        Where the direction comes from, as a clause for the methods page.
    scale : float
        Factor from the logged to the shown value: 100 for a share shown in per cent, else 1.
    digits : int or None
        Decimals shown; None for four significant digits.
    explain : str
        What it means, in one plain sentence; may be empty.
    explain_from : str
        Who says so: ``metrics`` or ``glossary`` of the configuration, ``runfolio``, or empty.
    runs : int
        How many runs logged it.
    family : str
        What it measures, whichever data it was measured on.
    is_share : bool
        Whether it lies between nothing and all.
    """

    name: str
    label: str
    unit: str = ""
    goal: Goal = ""
    goal_from: str = ""
    scale: float = 1.0
    digits: int | None = None
    explain: str = ""
    explain_from: str = ""
    runs: int = 0
    family: str = ""
    is_share: bool = False

    def value(self, value: float) -> str:
        """Return a value with its unit, held together by no-break spaces."""
        return self._with_unit(format_number(value, self.scale, self.digits), self.unit)

    def number(self, value: float) -> str:
        """Return a value without its unit, for columns that name it."""
        return format_number(value, self.scale, self.digits)

    def delta(self, delta: float) -> str:
        """Return a signed difference; of percentages in points."""
        return self._with_unit(self.delta_number(delta), self.delta_unit)

    def delta_number(self, delta: float) -> str:
        """Return a signed difference without its unit."""
        text = format_number(delta, self.scale, self.digits)
        return f"+{text}" if delta > 0 else text

    def fine_for(self, delta: float) -> Metric:
        """Return the metric, with more decimals where its own would show a difference as none."""
        shown = self.number(delta)
        return self if not delta or _SAYS.search(shown) else replace(self, digits=None)

    def size(self, delta: float) -> str:
        """Return by how much two values differ, without a sign, in decimals that show it."""
        return self.fine_for(delta).delta(abs(delta)).removeprefix("+")

    @property
    def delta_unit(self) -> str:
        return "points" if self.unit == "%" else self.unit

    def range(self, low: float, high: float) -> str:
        """Return "from to to" in the metric's unit; of a share between nothing and all."""
        if self.is_share:
            low, high = max(low, 0.0), min(high, 1.0)
        return ranging(self.number(low), self.number(high), self.unit)

    def delta_range(self, low: float, high: float) -> str:
        """Return the range of a signed difference."""
        return f"{self.delta_number(low)} to {self.delta(high)}"

    def better(self, a: float, b: float) -> bool:
        """Tell whether value `a` is better than `b`; False without a direction."""
        return a > b if self.goal == "maximize" else a < b if self.goal == "minimize" else False

    def improvement(self, delta: float) -> float:
        """Sign a delta by the direction: positive is better."""
        return -delta if self.goal == "minimize" else delta

    def _with_unit(self, text: str, unit: str) -> str:
        return with_unit(text, unit) if text[-1:].isdigit() else text


def describe_metrics(
    metrics: pd.DataFrame,
    settings: Mapping[str, MetricSettings],
    goals: Mapping[str, Goal],
    facts: pd.DataFrame,
    glossary: Mapping[str, str] | None = None,
) -> dict[str, Metric]:
    """Describe every metric that was logged.

    Parameters
    ----------
    metrics : DataFrame
        `runfolio.model.tables.Tables.metrics`.
    settings : mapping of str to MetricSettings
        What the configuration says, by the metric's logged name.
    goals : mapping of str to Goal
        What the trackers say of an experiment's primary metric.
    facts : DataFrame
        `runfolio.model.tables.Tables.facts`.
    glossary : mapping of str to str, optional
        What terms mean, in the project's own words.

    Returns
    -------
    dict of str to Metric
        By logged name; families stand together, training before held-out data.
    """
    described: dict[str, Metric] = {}
    known_units: dict[str, str] = dict(
        zip(facts.index, map(short_unit, facts["unit"]), strict=True)
    )
    known_goals: dict[str, Goal] = dict(zip(facts.index, facts["goal"], strict=True))
    codes, names = pd.factorize(metrics["metric"])
    order = np.argsort(codes, kind="stable")
    all_values = metrics[["min", "max", "last"]].to_numpy(np.float64)[order]
    ends = np.cumsum(np.bincount(codes, minlength=len(names)))
    runs = metrics[["metric", "run"]].drop_duplicates()["metric"].value_counts().to_dict()
    for number, name in enumerate(names):
        metric = str(name)
        told = settings.get(metric)
        goal: Goal
        if told is not None and told.goal:
            goal, goal_from = told.goal, "the configuration"
        elif goals.get(metric):
            goal, goal_from = goals[metric], "the tracker's primary metric"
        elif known_goals.get(metric):
            goal, goal_from = known_goals[metric], "the tracker"
        else:
            goal = infer_goal(metric)
            goal_from = "its name" if goal else ""
        values = all_values[ends[number - 1] if number else 0 : ends[number]]
        told_unit = (told.unit if told else "") or ""
        unit = told_unit or known_units.get(metric, "") or infer_unit(metric)
        share = told_unit == "%" and bool(np.nanmax(np.abs(_finite(values)), initial=0.0) <= 1.0)
        scale = 100.0 if share else 1.0
        label = (told.label if told else "") or metric
        explain, said_by = (told.explain if told else ""), "metrics"
        if not explain:
            explain, said_by = explanation_of(metric, label, glossary or {})
            explain = localized_prose(explain) if said_by == "runfolio" else explain
        described[metric] = Metric(
            name=metric,
            label=label,
            unit=unit,
            goal=goal,
            goal_from=goal_from,
            scale=scale,
            digits=1 if unit == "%" else _digits(_finite(values) * scale),
            explain=explain,
            explain_from=said_by,
            runs=runs[name],
            family=family_of(metric),
            is_share=share and bool((_finite(values) >= 0).all()),
        )
    return dict(sorted(described.items(), key=lambda item: family_order(item[0])))


def _finite(values: Floats) -> Floats:
    flat: Floats = values.ravel()
    return flat[np.isfinite(flat)]


def _digits(values: Floats) -> int | None:
    """Decimals that give the largest value four digits; None where that hides the usual one."""
    sizes = np.abs(values[values != 0])
    if not len(sizes):
        return 0
    large = float(sizes.max())
    if large >= 1e6 or large < 1e-3:
        return None
    if np.array_equal(values, np.round(values)):
        return 0
    digits = max(3 - math.floor(math.log10(large)), 0)
    usual = float(np.median(sizes))
    return digits if usual >= 10.0 ** (1 - digits) else None
