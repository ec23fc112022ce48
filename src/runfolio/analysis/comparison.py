"""Stage 3: is the candidate better than the baseline, and what can the runs carry?

In: the values of seed replicates, and which comparisons are shown together. Out: for each the
delta with its interval, and a verdict that holds for all of them together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.comparability import Evaluation, differences_of
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.delta import Delta, equivalence_p
from runfolio.analysis.interval import LEVEL, Estimate, mean_of
from runfolio.analysis.metrics import Metric
from runfolio.analysis.multiplicity import holm
from runfolio.analysis.pairing import delta_between
from runfolio.model.numbers import localized

if TYPE_CHECKING:
    from runfolio.config import Tolerance

__all__ = [
    "Case",
    "Comparison",
    "Outcome",
    "Terms",
    "compare_all",
    "compare_configurations",
    "compare_family",
    "finite_values",
    "mean_over",
]

Outcome = Literal[
    "better", "worse", "equivalent", "not distinguishable", "too few runs", "not comparable"
]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms configurations are compared.

    Parameters
    ----------
    evaluations : mapping of str to Evaluation
        How each configuration was measured, by its label.
    partners : mapping of str to str
        By run: what runs of two configurations share that belong together, such as a seed.
    tolerances : mapping of str to Tolerance
        By metric: the smallest difference that matters.
    force : bool
        Whether configurations are compared that were not measured alike.
    unseen_metrics, unseen_configurations : int
        How many more could be compared that the audience does not see.
    """

    evaluations: Mapping[str, Evaluation] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    force: bool = False
    unseen_metrics: int = 0
    unseen_configurations: int = 0


class Case(NamedTuple):
    """One comparison that is asked for: `values` are the metric's, by run."""

    metric: Metric
    values: Mapping[str, float]
    candidate: Configuration
    baseline: Configuration


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of a candidate against a baseline.

    Parameters
    ----------
    metric : str
    candidate, baseline : Estimate or None
        Means over the finite values of the replicates; None where there are none.
    difference : Delta or None
        Candidate minus baseline, in the metric's logged unit.
    outcome : Outcome
    reason : str
        One or two sentences that say why, with the method.
    p : float
        Of no difference, adjusted for all comparisons shown together; NaN where there is none.
    together : int
        How many comparisons these are.
    tolerance : float
        Differences up to this one do not matter; 0 where none is named.
    unlike : tuple of str
        In which ways both were not measured alike; with a verdict only where that was forced.
    leaning : {"", "better", "worse"}
        What the interval alone would say, where all comparisons together leave it open.
    """

    metric: str
    candidate: Estimate | None
    baseline: Estimate | None
    difference: Delta | None
    outcome: Outcome
    reason: str
    p: float = math.nan
    together: int = 1
    tolerance: float = 0.0
    unlike: tuple[str, ...] = ()
    leaning: Literal["", "better", "worse"] = ""

    @property
    def is_forced(self) -> bool:
        """Whether the verdict was asked for although both were not measured alike."""
        return bool(self.unlike) and self.outcome != "not comparable"


def finite_values(values: Mapping[str, float], configuration: Configuration) -> NDArray[np.float64]:
    """Return the finite values of a configuration's runs, in their order.

    Parameters
    ----------
    values : mapping of str to float
        The number that each run shows for a metric (`runfolio.analysis.summary`).
    """
    own = [values.get(run, np.nan) for run in configuration.runs]
    return np.array([value for value in own if math.isfinite(value)], dtype=np.float64)


def mean_over(values: Mapping[str, float], configuration: Configuration) -> Estimate | None:
    """Return the mean of a configuration's finite values; None where it has none."""
    own = finite_values(values, configuration)
    return mean_of(own) if len(own) else None


def compare_family(cases: Sequence[Case], terms: Terms, unseen: int = 0) -> tuple[Comparison, ...]:
    """Make comparisons that are shown together.

    A difference is told where its p, adjusted by Holm's method for all of them, is below 5 %;
    two sides are equivalent where two one-sided tests, adjusted in the same way, find the
    difference to be smaller than the metric's tolerance. One run on a side has no spread, so
    nothing can be told. What was not measured alike is not compared, unless that is forced.

    Parameters
    ----------
    cases : sequence of Case
    terms : Terms

    Returns
    -------
    tuple of Comparison
        In the order of the cases.
    """
    measured = [_measured(case, terms) for case in cases]
    p = holm(
        [m.difference.p if m.difference and not m.hindrance else math.nan for m in measured],
        unseen,
    )
    alike = holm(
        [
            equivalence_p(m.difference, m.tolerance)
            if m.difference and m.tolerance > 0 and not m.hindrance
            else math.nan
            for m in measured
        ],
        unseen,
    )
    together = int(np.count_nonzero(~np.isnan(p))) + unseen
    return tuple(
        _judged(case, m, float(p[i]), float(alike[i]), together, unseen)
        for i, (case, m) in enumerate(zip(cases, measured, strict=True))
    )


def compare_configurations(
    metric: Metric,
    values: Mapping[str, float],
    candidate: Configuration,
    baseline: Configuration,
    terms: Terms,
) -> Comparison:
    """Make one comparison that stands alone."""
    [comparison] = compare_family([Case(metric, values, candidate, baseline)], terms)
    return comparison


def compare_all(
    metrics: Mapping[str, Metric],
    values: Mapping[str, Mapping[str, float]],
    candidate: Configuration,
    baseline: Configuration,
    terms: Terms,
) -> tuple[Comparison, ...]:
    """Compare two configurations on every metric that has a direction and both logged.

    What got worse comes first, then what got better, then what perhaps did, then what cannot be
    told apart.
    """
    order: dict[Outcome, int] = {"worse": 0, "better": 1, "not distinguishable": 3, "equivalent": 4}
    compared = compare_family(
        [
            Case(metric, values[name], candidate, baseline)
            for name, metric in metrics.items()
            if metric.goal
            and any(run in values[name] for run in candidate.runs)
            and any(run in values[name] for run in baseline.runs)
        ],
        terms,
        terms.unseen_metrics,
    )
    return tuple(
        sorted(compared, key=lambda c: (2 if c.leaning else order.get(c.outcome, 5), c.metric))
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is known of a case before the others that are shown with it are looked at."""

    candidate: Estimate | None
    baseline: Estimate | None
    difference: Delta | None
    tolerance: float
    unlike: tuple[str, ...]
    hindrance: str


def _measured(case: Case, terms: Terms) -> _Measured:
    mine = mean_over(case.values, case.candidate)
    other = mean_over(case.values, case.baseline)
    told = terms.tolerances.get(case.metric.name)
    tolerance = told.of(other.value) if told is not None and other is not None else 0.0
    unlike = _unlike(case, terms)
    hindrance = " ".join(unlike) if unlike and not terms.force else ""
    difference = delta_between(
        _by_run(case.values, case.candidate), _by_run(case.values, case.baseline), terms.partners
    )
    return _Measured(mine, other, difference, tolerance, unlike, hindrance)


def _unlike(case: Case, terms: Terms) -> tuple[str, ...]:
    ours = terms.evaluations.get(case.candidate.label)
    theirs = terms.evaluations.get(case.baseline.label)
    return differences_of(ours, theirs) if ours is not None and theirs is not None else ()


def _by_run(values: Mapping[str, float], configuration: Configuration) -> dict[str, float]:
    return {run: values[run] for run in configuration.runs if run in values}


def _judged(
    case: Case, m: _Measured, p: float, alike: float, together: int, unseen: int
) -> Comparison:
    metric = case.metric

    def verdict(outcome: Outcome, *reason: str) -> Comparison:
        told = [*reason]
        if m.unlike and outcome != "not comparable":
            told.insert(0, f"Compared all the same, as configured (force): {' '.join(m.unlike)}")
        return Comparison(
            *(metric.name, m.candidate, m.baseline, m.difference, outcome, " ".join(told)),
            *(p, together, m.tolerance, m.unlike),
        )

    delta = m.difference
    if m.hindrance:
        return verdict("not comparable", m.hindrance)
    if delta is None:
        side = "candidate" if m.candidate is None else "baseline"
        return verdict("not comparable", f"No run of the {side} has a finite value.")
    if min(delta.n) < 2:
        both = "one run each" if delta.n[0] == delta.n[1] else "one run on one side"
        return verdict(
            "too few runs",
            f"With {both}, a difference cannot be told from noise; "
            "run each configuration with several seeds.",
        )
    if not delta.has_interval and delta.value == 0:
        return verdict("not distinguishable", "All runs of both sides give the same value.")
    if not delta.has_interval:
        return verdict(
            "too few runs",
            "The runs of each side all give the same value: there is no spread to judge the "
            "difference by.",
        )
    method = _method(delta)
    if alike < 1 - LEVEL:
        return verdict(
            "equivalent",
            f"Two one-sided tests ({method}) find a difference smaller than "
            f"{metric.size(m.tolerance)}, which does not matter.",
        )
    rest = f" ({unseen} of them not shown here)" if unseen else ""
    family = f"the {together} comparisons {'made' if unseen else 'shown'} together{rest}"
    family = family if together > 1 else ""
    alone = f"The 95\u00a0% interval of the difference ({method})"
    if not metric.goal:
        return verdict("not distinguishable", f"{alone} is known, but not which way is better.")
    if not p < 1 - LEVEL:
        if delta.low <= 0 <= delta.high:
            return verdict("not distinguishable", f"{alone} includes no difference.")
        open_ = verdict(
            "not distinguishable",
            f"{alone} leaves out zero, but among {family} one such may be chance "
            f"(p = {localized(f'{p:.2g}')} after Holm).",
        )
        return replace(open_, leaning="better" if metric.improvement(delta.value) > 0 else "worse")
    told = f"{alone} leaves out zero"
    told += f", also allowing for {family} (p = {_p_text(p)} after Holm)." if family else "."
    small = (
        " It may be smaller than what matters."
        if m.tolerance > min(abs(delta.low), abs(delta.high))
        else ""
    )
    gain = metric.improvement(delta.value) > 0
    return verdict("better" if gain else "worse", told + small)


def _method(delta: Delta) -> str:
    if delta.pairs:
        return f"{delta.pairs} pairs of runs, paired t"
    return f"Welch's method, n = {delta.n[0]} and {delta.n[1]}"


def _p_text(p: float) -> str:
    return localized(f"{p:.2g}" if p >= 1e-4 else "below 0.0001")
