"""Stage 3: which one number does a run show for a metric?

In: the tables, the direction of each metric and a rule. Out: the number of each run for each
metric, and how many of them are not exactly what the rule asks for.

The simple rules pick an exact summary value. The others look at the curves: of these the last
points are all kept, and the points where a held-out metric was at its best
(`runfolio.model.thinning`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.model.tables import Curves, Tables
from runfolio.model.thinning import LAST_POINTS

if TYPE_CHECKING:
    from runfolio.config import SummaryOf

__all__ = ["Summarised", "SummaryRule", "rule_in_words", "rule_named", "rule_of", "summarise"]

_COLUMNS = ("last", "max", "min")
_BY_GOAL = {"maximize": 1, "minimize": 2}
_WORDS = {
    "last": "the last value",
    "first": "the first value",
    "best": "the best value",
    "min": "the lowest value",
    "max": "the highest value",
    "mean": "the mean of all values",
}
_AT_BEST = {"maximize": "highest", "minimize": "lowest"}

Kind = Literal["last", "first", "best", "min", "max", "mean", "mean_of_last", "best_by"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SummaryRule:
    """How the values of a series become one.

    Parameters
    ----------
    kind : str
        ``best`` is the maximum or minimum by the metric's direction, and the last value
        without one; ``mean_of_last`` is the mean of the finite ones among the last `n` values
        by step; ``best_by`` is the value at the step where `metric` was at its best.
    n : int
        1 to 100, of ``mean_of_last``.
    metric : str
        Of ``best_by``.
    """

    kind: Kind = "last"
    n: int = 0
    metric: str = ""

    @property
    def name(self) -> str:
        """The rule in one word and what belongs to it, as report.json has it."""
        return " ".join(filter(None, (self.kind, str(self.n or ""), self.metric)))


def rule_of(told: SummaryOf) -> SummaryRule:
    """Return the rule that the configuration gives."""
    if told.rule is not None:
        return SummaryRule(told.rule)
    if told.best_by is not None:
        return SummaryRule("best_by", metric=told.best_by)
    return SummaryRule("mean_of_last", n=told.mean_of_last or 1)


def rule_named(name: str) -> SummaryRule:
    """Return the rule with a name out of a report; `last` for an unknown one."""
    kind, _, rest = name.partition(" ")
    if kind == "best_by" and rest:
        return SummaryRule("best_by", metric=rest)
    if kind == "mean_of_last" and rest.isdecimal():
        return SummaryRule("mean_of_last", n=min(int(rest), LAST_POINTS))
    for simple in get_args(Kind):
        if name == simple and simple not in ("best_by", "mean_of_last"):
            return SummaryRule(simple)
    return SummaryRule()


@dataclass(frozen=True, slots=True)
class Summarised:
    """The one number of each run for each metric.

    Parameters
    ----------
    values : dict of str to dict of str to float
        By metric and run, in the order of the tables; NaN where a value is none.
    inexact : int
        Series whose value stands in for what the rule asks for: that of the nearest step kept
        where the metric was not logged at the deciding step, or is not kept there; the last
        value where there are no curves.
    missing : int
        Runs without a value because they did not log the deciding metric, or nothing finite.
    """

    values: dict[str, dict[str, float]]
    inexact: int = 0
    missing: int = 0


def summarise(tables: Tables, goals: Mapping[str, str], rule: SummaryRule) -> Summarised:
    """Return the one number that each run shows for each metric.

    Parameters
    ----------
    tables : Tables
        Without curves, as read from a built site, rules that need them give the last values.
    goals : mapping of str to {"maximize", "minimize", ""}
        By metric; without its entry a metric has no direction.
    rule : SummaryRule

    Returns
    -------
    Summarised
        By ``best_by``, a metric that was logged once has that value, whatever the step; one
        logged only behind the deciding step has its first, which counts as inexact. The
        deciding metric itself has its best value; without a direction, its last value
        decides.
    """
    metrics = tables.metrics
    if rule.kind == "best":
        return _by_name(metrics, _best(metrics, goals))
    if rule.kind not in ("mean_of_last", "best_by"):
        return _by_name(metrics, metrics[rule.kind].to_numpy(np.float64))
    if not len(metrics) or len(tables.curves.offsets) != len(metrics) + 1:
        return _by_name(metrics, metrics["last"].to_numpy(np.float64), inexact=len(metrics))
    if rule.kind == "best_by":
        return _best_by(tables, goals, rule.metric)
    thinned = metrics["count"].to_numpy() > np.diff(tables.curves.offsets)
    inexact = int(thinned.sum()) if rule.n > LAST_POINTS else 0
    return _by_name(metrics, _means_of_last(tables.curves, max(rule.n, 1)), inexact=inexact)


def rule_in_words(rule: SummaryRule, goals: Mapping[str, str] | None = None) -> str:
    """Return a rule as a clause.

    Examples
    --------
    >>> rule_in_words(SummaryRule("best_by", metric="val/loss"), {"val/loss": "minimize"})
    'the value at the step where val/loss was lowest'
    >>> rule_in_words(SummaryRule("mean_of_last", n=10))
    'the mean of the last 10 values'
    """
    if rule.kind == "mean_of_last":
        return f"the mean of the last {rule.n} values" if rule.n > 1 else _WORDS["last"]
    if rule.kind == "best_by":
        at_best = _AT_BEST.get((goals or {}).get(rule.metric, ""), "at its best")
        return f"the value at the step where {rule.metric} was {at_best}"
    return _WORDS[rule.kind]


def _by_name(
    metrics: pd.DataFrame, values: Floats, *, inexact: int = 0, missing: int = 0
) -> Summarised:
    names = metrics["metric"].tolist()
    found: dict[str, dict[str, float]] = {name: {} for name in dict.fromkeys(names)}
    for name, run, value in zip(names, metrics["run"].tolist(), values.tolist(), strict=True):
        found[name][run] = value
    return Summarised(found, inexact, missing)


def _best(metrics: pd.DataFrame, goals: Mapping[str, str]) -> Floats:
    """Return the maximum or minimum of each row, or its last value, by the metric's goal."""
    codes, names = pd.factorize(metrics["metric"])
    column = np.array([_BY_GOAL.get(goals.get(name, ""), 0) for name in names], np.intp)
    values = metrics[list(_COLUMNS)].to_numpy(np.float64)
    best: Floats = values[np.arange(len(values)), column[codes]]
    return best


def _means_of_last(curves: Curves, n: int) -> Floats:
    """Return the mean of the finite ones among the last n values of each curve."""
    ends = curves.offsets[1:]
    lengths = np.minimum(np.diff(curves.offsets), n)
    firsts = np.cumsum(lengths) - lengths
    values = curves.values[np.repeat(ends - lengths - firsts, lengths) + np.arange(lengths.sum())]
    finite = np.isfinite(values)
    counts = np.add.reduceat(finite, firsts, dtype=np.int64)
    some = np.maximum(counts, 1)
    usable = np.where(finite, values, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.add.reduceat(usable, firsts) / some
    # The sum of values near the largest float overflows: there, they are divided first.
    means = np.where(
        np.isfinite(means), means, np.add.reduceat(usable / np.repeat(some, lengths), firsts)
    )
    low = np.minimum.reduceat(np.where(finite, values, np.inf), firsts)
    high = np.maximum.reduceat(np.where(finite, values, -np.inf), firsts)
    return np.where(counts > 0, np.minimum(np.maximum(means, low), high), np.nan)


def _best_by(tables: Tables, goals: Mapping[str, str], metric: str) -> Summarised:
    """Return the values at the steps where a metric was at its best."""
    metrics, curves = tables.metrics, tables.curves
    best = _COLUMNS[_BY_GOAL.get(goals.get(metric, ""), 0)]
    runs, names = pd.factorize(metrics["run"])
    decides = (metrics["metric"] == metric).to_numpy()
    steps_of_runs = np.full(len(names), np.nan)
    steps_of_runs[runs[decides]] = np.where(
        np.isfinite(metrics[best].to_numpy(np.float64)[decides]),
        metrics[f"{best}_step"].to_numpy(np.float64)[decides],
        np.nan,
    )
    at = steps_of_runs[runs]
    known = ~np.isnan(at)
    starts, lengths = curves.offsets[:-1], np.diff(curves.offsets)
    before = np.add.reduceat(curves.steps <= np.repeat(at, lengths), starts, dtype=np.int64)
    place = starts + np.maximum(before - 1, 0)
    values = curves.values[place]
    exact = (curves.steps[place] == at) | (metrics["count"].to_numpy() == 1) | decides
    values[decides] = metrics[best].to_numpy(np.float64)[decides]
    summarised = _by_name(
        metrics[known],
        values[known],
        inexact=int((known & ~exact).sum()),
        missing=int(np.isnan(steps_of_runs).sum()),
    )
    others = {name: dict[str, float]() for name in metrics["metric"].unique().tolist()}
    return Summarised(others | summarised.values, summarised.inexact, summarised.missing)
