"""Stage 3: do the runs bear out what was predicted of a metric?

In: a prediction, and the difference or the mean that was measured. Out: borne out, not borne
out, or open where the runs cannot tell; never a guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from runfolio.analysis.comparison import Comparison
from runfolio.analysis.interval import LEVEL, Estimate
from runfolio.analysis.metrics import Metric
from runfolio.model.experiment_notes import Expectation

__all__ = ["Borne", "Prediction", "all_borne", "judge_difference", "judge_value"]

Borne = Literal["borne out", "not borne out", "open"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """A prediction, and what the runs say of it.

    Parameters
    ----------
    expectation : Expectation
    metric : Metric or None
        None where no run logged it.
    borne : Borne
    reason : str
        One sentence that says why.
    comparison : Comparison or None
        The difference that it was held against.
    estimate : Estimate or None
        The mean that it was held against, where it bounds the metric itself.
    """

    expectation: Expectation
    metric: Metric | None
    borne: Borne
    reason: str
    comparison: Comparison | None = None
    estimate: Estimate | None = None


class _Measured(NamedTuple):
    """What was measured, with its standard error."""

    value: float
    error: float
    freedom: float
    low: float
    high: float


def judge_difference(
    expectation: Expectation, metric: Metric, c: Comparison, picked_from: int = 1
) -> Prediction:
    """Hold a prediction against a difference.

    A direction is borne out where the difference is told from none, by the p that is adjusted
    for all comparisons made together; "unchanged", where two sides are equivalent. A bound is
    borne out where a one-sided t test at 2.5 % (the end of the 95 % interval) finds the
    difference beyond it; where the candidate was picked as the best of several, at 2.5 %
    divided by their number, after Bonferroni. It is not borne out where the whole interval
    lies on its other side.

    Parameters
    ----------
    expectation : Expectation
    metric : Metric
    c : Comparison
    picked_from : int
        How many configurations the candidate was picked from.
    """

    def told(borne: Borne, reason: str) -> Prediction:
        return Prediction(expectation, metric, borne, reason, c)

    d = c.difference
    if c.outcome == "not comparable" or d is None:
        return told("open", c.reason)
    if not d.has_interval:
        same = d.value == 0 and min(d.n) > 1
        reason = "All runs give the same value, so nothing says how sure that is."
        return told("open", reason if same else c.reason)
    verdicts: list[tuple[Borne, str]] = []
    if expectation.direction:
        verdicts.append(_direction(expectation, metric, c))
    measured = _Measured(d.value, d.error, d.freedom, d.low, d.high)
    verdicts += _bounds(expectation, measured, picked_from)
    return told(*_worst(verdicts))


def judge_value(
    expectation: Expectation, metric: Metric, estimate: Estimate | None, picked_from: int = 1
) -> Prediction:
    """Hold bounds against the mean of a metric itself, as `judge_difference` does."""
    borne: Borne = "open"
    if estimate is None:
        reason = "No run of the candidate has a finite value."
    elif not estimate.has_interval or not estimate.spread > 0:
        reason = (
            "With one run, its spread is unknown."
            if estimate.n < 2
            else "All runs give the same value, so nothing says how sure that is."
        )
    else:
        error = estimate.spread / math.sqrt(estimate.n)
        measured = _Measured(
            *(estimate.value, error, float(estimate.n - 1), estimate.low, estimate.high)
        )
        borne, reason = _worst(_bounds(expectation, measured, picked_from))
    return Prediction(expectation, metric, borne, reason, estimate=estimate)


def all_borne(predictions: Iterable[Prediction]) -> Borne | None:
    """Return what holds of all of them together; None without any."""
    found = [one.borne for one in predictions]
    if not found:
        return None
    if "not borne out" in found:
        return "not borne out"
    return "open" if "open" in found else "borne out"


def _direction(expectation: Expectation, metric: Metric, c: Comparison) -> tuple[Borne, str]:
    assert c.difference is not None
    wanted = expectation.direction
    if wanted == "unchanged":
        if c.outcome == "equivalent":
            return "borne out", c.reason
        if c.p < 1 - LEVEL:
            return "not borne out", c.reason
        more = "" if c.tolerance else " Only a tolerance of the metric could show it unchanged."
        return "open", f"{c.reason}{more}"
    if wanted in ("better", "worse") and not metric.goal:
        return "open", "Which way of this metric is better is not known."
    sign = 1 if wanted in ("better", "higher") else -1
    if wanted in ("better", "worse"):
        sign = int(math.copysign(1, metric.improvement(sign)))
    if c.outcome == "equivalent":
        return "not borne out", c.reason
    if not c.p < 1 - LEVEL:
        return "open", c.reason
    return ("borne out" if c.difference.value * sign > 0 else "not borne out"), c.reason


def _bounds(expectation: Expectation, m: _Measured, picked_from: int) -> list[tuple[Borne, str]]:
    found: list[tuple[Borne, str]] = []
    for bound, up in ((expectation.at_least, True), (expectation.at_most, False)):
        if bound is None:
            continue
        beyond = m.value - bound if up else bound - m.value
        if (m.high < bound) if up else (m.low > bound):
            found.append(("not borne out", "The whole 95\u00a0% interval lies on the other side."))
        elif (m.low < bound) if up else (m.high > bound):
            found.append(("open", "The 95\u00a0% interval lies on both sides."))
        elif _one_sided(beyond, m) * picked_from > (1 - LEVEL) / 2 and picked_from > 1:
            reason = (
                "The 95\u00a0% interval keeps to it, but the best of "
                f"{picked_from} may do so by chance."
            )
            found.append(("open", reason))
        else:
            found.append(("borne out", "The whole 95\u00a0% interval keeps to it."))
    return found


def _one_sided(beyond: float, m: _Measured) -> float:
    """Return the p of being no further than the bound."""
    from scipy.special import stdtr

    return float(stdtr(m.freedom, -beyond / m.error))


def _worst(verdicts: list[tuple[Borne, str]]) -> tuple[Borne, str]:
    order: dict[Borne, int] = {"not borne out": 0, "open": 1, "borne out": 2}
    return min(verdicts, key=lambda verdict: order[verdict[0]])
