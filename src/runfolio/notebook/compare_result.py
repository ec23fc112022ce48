"""Beside the stages: a comparison as a notebook shows it.

In: what the analysis said of two configurations. Out: the same as a typed value, as a frame, as
text and as HTML; numbers and verdicts are written as on the site.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from runfolio.analysis.comparison import Comparison, Outcome
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.analysis.objective import Objective
from runfolio.model.grid import Grid, as_html, as_text
from runfolio.model.locale import ENGLISH, Locale, written_in
from runfolio.model.problems import Problem
from runfolio.views.words import call, count_of, verdict_of

__all__ = ["CompareResult"]

MOST_ROWS = 40
"""Comparisons shown; the frame has all of them."""


@dataclass(frozen=True, slots=True)
class CompareResult:
    """A candidate against the baseline, on every metric that has a direction.

    Shown in a notebook it is a table; printed it is the same table as text.

    Parameters
    ----------
    candidate, baseline : Configuration
        What is compared: runs that differ in nothing but the seed. One and the same where the
        baseline is the best that there is.
    candidate_why, baseline_why : str
        Why it was these two, as a clause: ``best of 9 configurations``.
    objective : Objective or None
        The metric that ranks, its direction and the rule for its one number per run; None
        where no metric has a known direction.
    metrics : dict of str to Metric
        Label, unit, direction and decimals of each metric, by its logged name.
    comparisons : tuple of Comparison
        One for each metric that has a direction and that both logged; the objective first,
        then what got worse, what got better and the rest. Numbers are in logged units.
    notes : tuple of str
        How sure the finding is, and what it was picked from, in sentences.
    problems : tuple of Problem
        What was wrong in the input.
    locale : Locale
        In which the numbers are written.
    """

    candidate: Configuration
    baseline: Configuration
    candidate_why: str
    baseline_why: str
    objective: Objective | None
    metrics: dict[str, Metric]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    locale: Locale = ENGLISH

    @property
    def comparison(self) -> Comparison | None:
        """The comparison by the objective; None where there is none."""
        name = self.objective.metric if self.objective else ""
        return next((c for c in self.comparisons if c.metric == name), None)

    @property
    def verdict(self) -> Outcome | None:
        """The verdict by the objective; None where there is no comparison by it."""
        return self.comparison.outcome if self.comparison else None

    @property
    def finding(self) -> str:
        """The comparison by the objective in one sentence without a full stop."""
        with written_in(self.locale):
            return self._finding()

    def _finding(self) -> str:
        if self.candidate is self.baseline:
            return f"{self.baseline.label} is both baseline and champion: {self.candidate_why}"
        between, c = f"{self.candidate.label} against {self.baseline.label}", self.comparison
        if c is None:
            if self.objective is None:
                return f"{between}: no metric to judge them by is known"
            return f"{between}: {self.objective.metric} was not logged by both"
        metric, d = self.metrics[c.metric], c.difference
        told = f"{between}: {verdict_of(c).text.lower()} by {call(metric)}"
        if d is None or not d.has_interval or c.outcome == "not comparable":
            return told
        interval = metric.delta_range(d.low, d.high)
        return f"{told}, {metric.delta(d.value)} (95\u00a0% interval {interval})"

    def to_frame(self) -> pd.DataFrame:
        """Return the comparisons as a tidy table.

        Returns
        -------
        DataFrame
            A row for each comparison, in their order, in logged units: ``metric`` (str, as
            logged); ``candidate``, ``baseline`` (float64, means over the runs of each);
            ``difference``, ``low``, ``high`` (float64, candidate minus baseline with its 95 %
            interval); ``relative`` (float64, the difference as a share of the baseline);
            ``p`` (float64, of no difference, adjusted for all comparisons shown together);
            ``effect`` (float64, Hedges' g); ``n_candidate``, ``n_baseline`` (int64, runs with
            a finite value); ``verdict``, ``reason`` (str). NaN is what cannot be told.
        """
        rows = [_row(c) for c in self.comparisons]
        return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)

    def __repr__(self) -> str:
        with written_in(self.locale):
            return as_text(self._finding(), (self._grid(),), self._notes())

    def _repr_html_(self) -> str:
        with written_in(self.locale):
            return as_html(self._finding(), (self._grid(),), self._notes())

    def _grid(self) -> Grid:
        return Grid(
            "Candidate against baseline, means over the runs of each",
            ("Metric", "Verdict", "Candidate", "Baseline", "Difference", "95\u00a0% interval"),
            tuple(_cells(self.metrics[c.metric], c) for c in self.comparisons[:MOST_ROWS]),
            frozenset({2, 3, 4, 5}),
        )

    def _notes(self) -> tuple[str, ...]:
        rest = len(self.comparisons) - MOST_ROWS
        more = f"And {count_of(rest, 'more metric')}: to_frame() has all of them."
        told = count_of(len(self.problems), "problem")
        return (
            *((more,) if rest > 0 else ()),
            *self.notes,
            *((f"{told} in the input: see problems.",) if self.problems else ()),
        )


_COLUMNS = {
    "metric": "object",
    **dict.fromkeys(("candidate", "baseline", "difference", "low", "high"), "float64"),
    **dict.fromkeys(("relative", "p", "effect"), "float64"),
    **dict.fromkeys(("n_candidate", "n_baseline"), "int64"),
    **dict.fromkeys(("verdict", "reason"), "object"),
}


def _row(c: Comparison) -> tuple[object, ...]:
    d, nan = c.difference, math.nan
    return (
        c.metric,
        *(side.value if side else nan for side in (c.candidate, c.baseline)),
        *((d.value, d.low, d.high, d.relative) if d else (nan, nan, nan, nan)),
        *(c.p, d.effect if d else nan),
        *(side.n if side else 0 for side in (c.candidate, c.baseline)),
        *(c.outcome, c.reason),
    )


def _cells(metric: Metric, c: Comparison) -> tuple[str, ...]:
    d = c.difference
    return (
        *(metric.label, verdict_of(c).text),
        *(_mean(metric, c.candidate), _mean(metric, c.baseline)),
        metric.delta(d.value) if d else "",
        (metric.delta_range(d.low, d.high) if d.has_interval else "too few runs") if d else "",
    )


def _mean(metric: Metric, estimate: Estimate | None) -> str:
    return metric.value(estimate.value) if estimate else ""
