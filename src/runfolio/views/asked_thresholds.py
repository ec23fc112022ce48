"""Stage 4: what requirements ask of metrics, as numbers that a reader may move.

In: the judged requirements. Out: each bound in the metric's unit as shown, and how a mean is
held against it: by the rule of `runfolio.analysis.gate_metric`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import mean_over
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.gates import of_side
from runfolio.analysis.metrics import Metric

if TYPE_CHECKING:
    from runfolio.config import Requirement

__all__ = ["AskedThreshold", "asked_thresholds"]


@dataclass(frozen=True, slots=True)
class AskedThreshold:
    """A bound that a requirement sets to a metric.

    Parameters
    ----------
    name : str
        The requirement's.
    metric : Metric
    values : mapping of str to float
        The metric's value of each run, as logged.
    bound : float
        In the unit in which the metric is shown, like all that follows.
    is_floor : bool
        Whether the metric must not be below it, or not above.
    absolute, relative : float
        By how much it may be missed: the larger of an amount and a share of the bound.
    is_baseline : bool
        Whether it is what the baseline reaches.
    """

    name: str
    metric: Metric
    values: Mapping[str, float]
    bound: float
    is_floor: bool
    absolute: float = 0.0
    relative: float = 0.0
    is_baseline: bool = False

    @property
    def whole(self) -> float:
        """What all is, where the metric is a share: 100 in per cent; 0 where it is none.

        Without a unit only what is better the more of it there is: a loss of 0.3 is no share.
        """
        metric = self.metric
        top = 100.0 if metric.unit == "%" else 1.0
        if not 0 <= self.bound <= top or (metric.unit != "%" and metric.goal != "maximize"):
            return 0.0
        shown = (v * metric.scale for v in self.values.values() if math.isfinite(v))
        return top if metric.unit in ("%", "") and all(0 <= v <= top for v in shown) else 0.0

    def mean_of(self, configuration: Configuration) -> float | None:
        """Return what a configuration reaches on average; None where it was not measured."""
        found = mean_over(self.values, configuration)
        return found.value * self.metric.scale if found is not None else None


def asked_thresholds(a: Analysed) -> tuple[AskedThreshold, ...]:
    """Return the bounds of all requirements that a metric could be held against."""
    judged = {gate.requirement.name for gate in a.gates if gate.estimate is not None}
    judged |= {gate.requirement.name for gate in a.gates if gate.comparison is not None}
    return tuple(
        one
        for gate in of_side(a.gates, "champion")
        if gate.requirement.metric in a.metrics and gate.requirement.name in judged
        for one in _bounds(a, gate.requirement)
    )


def _bounds(a: Analysed, told: Requirement) -> Iterator[AskedThreshold]:
    assert told.metric is not None
    metric, values = a.metrics[told.metric], a.values.get(told.metric, {})
    if told.no_worse_than is not None:
        found = mean_over(values, a.baseline) if a.baseline is not None else None
        if found is None or not metric.goal:
            return
        is_floor = metric.goal == "maximize"
        slack = told.tolerance.of(found.value)
        bound = found.value - slack if is_floor else found.value + slack
        yield AskedThreshold(
            *(told.name, metric, values, _shown(metric, bound), is_floor), is_baseline=True
        )
        return
    for asked, is_floor in ((told.at_least, True), (told.at_most, False)):
        if asked is not None:
            yield AskedThreshold(
                *(told.name, metric, values, _shown(metric, asked), is_floor),
                absolute=told.tolerance.absolute * metric.scale,
                relative=told.tolerance.relative,
            )


def _shown(metric: Metric, logged: float) -> float:
    """Return a bound as shown: 7 of 0.07, and not what multiplying leaves of it."""
    return float(f"{logged * metric.scale:.14g}")
