"""Stage 3: what changed from one state to another: two revisions, two runs or two sites.

In: two `State`: metrics, params and versions of data, each by name, and what a history tells
of how much a metric moves by itself. Out: `StateDiff`. A state has one value of each metric,
so a change is called better or worse only as far as one value can carry it, and says so.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.differences import Difference, differing_params
from runfolio.analysis.interval import LEVEL
from runfolio.analysis.metrics import NBSP, Metric
from runfolio.model.order import natural
from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.config import Tolerance

__all__ = [
    "OUTCOMES",
    "Compared",
    "Kind",
    "MetricChange",
    "Outcome",
    "Part",
    "Spread",
    "State",
    "StateDiff",
    "compare_states",
    "spread_of",
]

Outcome = Literal[
    "worse",
    "better",
    "moved",
    "not finite",
    "gone",
    "new",
    "not distinguishable",
    "within tolerance",
    "same",
]
Kind = Literal["revisions", "runs", "sites"]
OUTCOMES: tuple[Outcome, ...] = (
    *("worse", "better", "moved", "not finite", "gone", "new"),
    *("not distinguishable", "within tolerance", "same"),
)
"""In the order in which they are shown."""

FEWEST = 5
"""Values of one level from which its spread is told."""
"""Share of a value below which a difference is one of computing, not of the model."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one place.

    Parameters
    ----------
    label : str
        Such as ``main at abc1234``.
    metrics : mapping of str to float
    params : mapping of str to str
    data : mapping of str to str
        Version (digest) of each dataset by its name.
    """

    label: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spread:
    """By how much a metric differs from commit to commit though nothing has changed.

    Parameters
    ----------
    half : float
        Half width of the interval at `LEVEL` for the difference of two values.
    n : int
        Values behind it.
    """

    half: float
    n: int


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric of two states.

    Parameters
    ----------
    metric : Metric
    before, after : float or None
        None where a state does not have it.
    delta : float
        After minus before, in the logged unit; NaN where there is none.
    relative : float
        Delta as a share of the size of `before`; NaN where that is zero or not finite.
    improvement : float
        Delta signed by the metric's direction: positive is better; NaN without a direction.
    tolerance : float
        The largest difference from `before` that does not matter.
    spread : Spread or None
        None where no history tells it.
    outcome : Outcome
    reason : str
        What the outcome rests on, in one sentence.
    """

    metric: Metric
    before: float | None
    after: float | None
    delta: float
    relative: float
    improvement: float
    tolerance: float
    spread: Spread | None
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class StateDiff:
    """What changed.

    Parameters
    ----------
    before, after : State
    metrics : tuple of MetricChange
        Ordered as `OUTCOMES`, then as the metrics were given.
    params, data : tuple of Difference
        ``baseline`` is before, ``candidate`` after; None where a state does not have it.
    """

    before: State
    after: State
    metrics: tuple[MetricChange, ...]
    params: tuple[Difference, ...]
    data: tuple[Difference, ...]

    @property
    def counts(self) -> Counter[Outcome]:
        """How many metrics came to each outcome."""
        return Counter(change.outcome for change in self.metrics)

    def of(self, *outcomes: Outcome) -> tuple[MetricChange, ...]:
        """Return the metrics that came to one of these outcomes."""
        return tuple(change for change in self.metrics if change.outcome in outcomes)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs at all."""
        return len(self.of("same")) == len(self.metrics) and not (self.params or self.data)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several comparisons; the title says of what, and is empty for the only one."""

    title: str
    diff: StateDiff
    of_champions: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, and all that came of it.

    Parameters
    ----------
    kind : {"revisions", "runs", "sites"}
    before, after : str
        The two, as people see them.
    parts : tuple of Part
        One, but of sites: the champions, then every run that both have and that differs.
    notes : tuple of str
        How the comparison is meant, a sentence each.
    problems : tuple of Problem
    same_runs : int
        Runs that two sites have alike.
    new_runs, gone_runs : tuple of str
        Labels of runs that only one of two sites has.
    locale : str
        In which its numbers are written.
    """

    kind: Kind
    before: str
    after: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    same_runs: int = 0
    new_runs: tuple[str, ...] = ()
    gone_runs: tuple[str, ...] = ()
    locale: str = "en"

    @property
    def is_worse(self) -> bool:
        """Whether any metric got worse."""
        return any(part.diff.of("worse") for part in self.parts)


def spread_of(level: Sequence[float] | NDArray[np.float64]) -> Spread | None:
    """Tell by how much two values of one level differ.

    Parameters
    ----------
    level : array of float64, shape (n,), finite
        Values measured since the metric last moved (`runfolio.analysis.history.Trend.recent`).

    Returns
    -------
    Spread or None
        ``t(0.975, n - 1) s sqrt(1 + 1/m)`` with m = 1: the interval in which a new value lies
        around the mean of m others, where, as here, only one other is there. None for fewer
        than `FEWEST` values.

    References
    ----------
    Hahn, "Additional factors for calculating prediction intervals for samples from a normal
    distribution", J. Am. Stat. Assoc. 65 (1970); NIST/SEMATECH e-Handbook, 7.2.3 (spread
    from an estimate of its own).
    """
    values = np.asarray(level, np.float64)
    if len(values) < FEWEST:
        return None
    from scipy.special import stdtrit  # a tenth of the import time of scipy.stats

    with np.errstate(over="ignore", invalid="ignore"):
        deviation = float(values.std(ddof=1))
    if not math.isfinite(deviation):
        return None
    quantile = float(stdtrit(len(values) - 1, 0.5 + LEVEL / 2))
    return Spread(quantile * deviation * math.sqrt(2), len(values))


def compare_states(
    before: State,
    after: State,
    metrics: Mapping[str, Metric],
    tolerances: Mapping[str, Tolerance],
    spreads: Mapping[str, Spread],
) -> StateDiff:
    """Compare two states.

    Parameters
    ----------
    before, after : State
    metrics : mapping of str to Metric
        Of both states, by the name that they have there.
    tolerances : mapping of str to Tolerance
        Those that are set.
    spreads : mapping of str to Spread
        Those that are known.
    """
    changes = [
        _change(
            metric,
            before.metrics.get(name),
            after.metrics.get(name),
            tolerances.get(name),
            spreads.get(name),
        )
        for name, metric in metrics.items()
        if name in before.metrics or name in after.metrics
    ]
    changes.sort(key=lambda change: OUTCOMES.index(change.outcome))
    return StateDiff(
        before,
        after,
        tuple(changes),
        differing_params(after.params, before.params),
        _other_versions(after.data, before.data),
    )


def _other_versions(after: Mapping[str, str], before: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return the data that differ; a digest is text, even if it looks like a number."""
    return tuple(
        Difference(name, after.get(name), before.get(name))
        for name in sorted(after.keys() | before.keys(), key=natural)
        if after.get(name) != before.get(name)
    )


def _change(
    metric: Metric,
    before: float | None,
    after: float | None,
    told: Tolerance | None,
    spread: Spread | None,
) -> MetricChange:
    delta = relative = math.nan
    tolerance = 0.0
    if before is not None and math.isfinite(before):
        tolerance = told.of(before) if told else 0.0
        if after is not None and math.isfinite(after):
            delta = after - before
            relative = delta / abs(before) if before else math.nan
    outcome, reason = _judged(metric, before, after, delta, tolerance, spread)
    improvement = metric.improvement(delta) if metric.goal else math.nan
    return MetricChange(
        metric, before, after, delta, relative, improvement, tolerance, spread, outcome, reason
    )


def _judged(
    metric: Metric,
    before: float | None,
    after: float | None,
    delta: float,
    tolerance: float,
    spread: Spread | None,
) -> tuple[Outcome, str]:
    if before is None or after is None:
        return ("gone", "It is not there after.") if after is None else ("new", "Not there before.")
    if before == after or (math.isnan(before) and math.isnan(after)):
        return "same", "The values are identical."
    if not math.isfinite(delta):
        side = "before" if not math.isfinite(before) else "after"
        odd = math.isfinite(before) and math.isfinite(after)
        why = "The difference is too large to compute" if odd else f"The value {side} is not finite"
        return "not finite", f"{why}, so there is no difference to judge."
    size, rounding = abs(delta), ROUNDING * max(abs(before), abs(after))
    if size <= tolerance + rounding:
        if not tolerance:
            return "within tolerance", "They differ by the rounding of computers alone."
        return "within tolerance", f"At most {metric.size(tolerance)} does not matter here."
    if spread is None:
        reason = (
            "One value on each side, and no history that tells how much it moves by itself: "
            "it may be chance."
        )
    else:
        moves = (
            f"By itself it moves by up to {metric.size(spread.half)} (n{NBSP}={NBSP}{spread.n})"
            if spread.half > rounding
            else f"Its last {spread.n} values are all equal"
        )
        if size <= spread.half + rounding:
            return "not distinguishable", f"{moves}; this is within that."
        reason = f"{moves}; this is more."
    if not metric.goal:
        return "moved", f"{reason} Which way is better is not known."
    return ("better" if metric.improvement(delta) > 0 else "worse"), reason
