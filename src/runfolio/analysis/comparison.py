"""Stage 3: is the candidate better than the baseline, and what can the runs carry?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.interval import Estimate, difference_of_means, mean_of
from runfolio.analysis.metrics import Metric

__all__ = ["Comparison", "Outcome", "compare_configurations", "finite_values"]

Outcome = Literal["better", "worse", "not distinguishable", "too few runs", "not comparable"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of a candidate against a baseline.

    Parameters
    ----------
    metric : str
    candidate, baseline : Estimate or None
        Means over the finite values of the replicates; None where there are none.
    difference : Estimate or None
        Candidate minus baseline, in the metric's logged unit.
    outcome : Outcome
    reason : str
        One sentence that says why, with the method.
    """

    metric: str
    candidate: Estimate | None
    baseline: Estimate | None
    difference: Estimate | None
    outcome: Outcome
    reason: str


def finite_values(values: Mapping[str, float], configuration: Configuration) -> NDArray[np.float64]:
    """Return the finite values of a configuration's runs, in their order.

    Parameters
    ----------
    values : mapping of str to float
        As of `runfolio.analysis.configurations.summary_values`.
    """
    own = [values.get(run, np.nan) for run in configuration.runs]
    return np.array([value for value in own if math.isfinite(value)], dtype=np.float64)


def compare_configurations(
    metric: Metric,
    values: Mapping[str, float],
    candidate: Configuration,
    baseline: Configuration,
) -> Comparison:
    """Compare two configurations on one metric.

    The difference of means has a 95 % interval by Welch's method; an interval without zero is
    a difference, one with zero is not distinguishable from noise. One run on a side has no
    spread, so nothing can be told. Different data make runs not comparable.

    Parameters
    ----------
    metric : Metric
    values : mapping of str to float
    candidate, baseline : Configuration
    """
    ours, theirs = finite_values(values, candidate), finite_values(values, baseline)
    mine = mean_of(ours) if len(ours) else None
    other = mean_of(theirs) if len(theirs) else None

    def verdict(outcome: Outcome, reason: str, difference: Estimate | None = None) -> Comparison:
        return Comparison(metric.name, mine, other, difference, outcome, reason)

    if candidate.data != baseline.data:
        return verdict(
            "not comparable",
            f"They used different data: {_data(candidate)} against {_data(baseline)}.",
        )
    if mine is None or other is None:
        side = "candidate" if mine is None else "baseline"
        return verdict("not comparable", f"No run of the {side} has a finite value.")
    difference = difference_of_means(ours, theirs)
    if min(mine.n, other.n) < 2:
        both = "one run each" if mine.n == other.n else "one run on one side"
        return verdict(
            "too few runs",
            f"With {both}, a difference cannot be told from noise; "
            "run each configuration with several seeds.",
            difference,
        )
    if not difference.has_interval:
        return verdict(
            "too few runs",
            "The runs of each side are all equal, so their seeds show no spread to judge by.",
            difference,
        )
    method = f"95 % interval of the difference by Welch's method, n = {mine.n} and {other.n}"
    if difference.low <= 0 <= difference.high or not metric.goal:
        why = "includes no difference" if metric.goal else "is known, but not which way is better"
        return verdict("not distinguishable", f"The {method}, {why}.", difference)
    gain = (difference.value > 0) == (metric.goal == "maximize")
    return verdict("better" if gain else "worse", f"The {method}, leaves out zero.", difference)


def compare_all(
    metrics: Mapping[str, Metric],
    values: Mapping[str, Mapping[str, float]],
    candidate: Configuration,
    baseline: Configuration,
) -> tuple[Comparison, ...]:
    """Compare two configurations on every metric that has a direction and both logged.

    What got worse comes first, then what got better, then what cannot be told apart.
    """
    order: dict[Outcome, int] = {"worse": 0, "better": 1, "not distinguishable": 2}
    compared = (
        compare_configurations(metric, values[name], candidate, baseline)
        for name, metric in metrics.items()
        if metric.goal
        and any(run in values[name] for run in candidate.runs)
        and any(run in values[name] for run in baseline.runs)
    )
    return tuple(sorted(compared, key=lambda c: (order.get(c.outcome, 3), c.metric)))


def _data(configuration: Configuration) -> str:
    return " and ".join(configuration.data) or "none logged"
