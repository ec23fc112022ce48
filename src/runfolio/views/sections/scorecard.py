"""Champion against baseline on every metric that has a direction."""

from __future__ import annotations

import math

from runfolio.analysis.comparison import Comparison
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import NBSP, Metric
from runfolio.model.numbers import MINUS, localized
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import (
    call,
    count_of,
    is_without_spread,
    listed,
    no_interval,
    number_word,
    verdict_of,
)

_MOST = 200
"""Metrics in the table, unless a role says otherwise: what differs comes first."""
_REST = {
    "not distinguishable": (
        "the two cannot be told apart",
        "on none of these can champion and baseline be told apart",
    ),
    "equivalent": (
        "they are equivalent",
        "on all of these champion and baseline are equivalent: what differs does not matter",
    ),
    "too few runs": (
        "there are too few runs to tell",
        "on all of these there are too few runs to tell champion and baseline apart",
    ),
    "no spread": (
        "equal runs have no spread to judge by",
        "on all of these the runs of each side are equal, so there is no spread to judge by",
    ),
    "not comparable": (
        "they cannot be compared",
        "on none of these can champion and baseline be compared",
    ),
}
"""What is said of some of the metrics, and what of all of them."""


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    first = a.objective.metric if a.objective else ""
    rows = [c for c in a.scorecard if c.difference is not None]
    rows.sort(key=lambda c: c.metric != first)
    if not rows:
        return ()
    limit = view.options.get("limit")
    shown = rows[: limit if isinstance(limit, int) else _MOST]
    table = Table(
        "Champion against baseline, means over the runs of each",
        (
            Column("Metric"),
            Column("Verdict", "verdict"),
            Column("Champion", "number"),
            Column("Baseline", "number"),
            Column("Difference", "number"),
            Column("95\u00a0% interval", "number"),
        ),
        tuple(comparison_row(a.metrics[c.metric], c) for c in shown),
    )
    finding = Prose((_sentence(view, rows), " ", method_link("difference"), "."))
    rest = rows[len(shown) :]
    if not rest:
        return (finding, table)
    told = sum(c.outcome in ("better", "worse") for c in rest)
    apart = f"on {number_word(told)} of them" if told else "on none of them"
    more = count_of(len(rest), "further metric is", "further metrics are")
    note = f"{more} compared in report.json; {apart} the two can be told apart."
    return (finding, table, Prose((note,), "note"))


def comparison_row(metric: Metric, c: Comparison) -> Row:
    """Return a metric's row: verdict, both means, their difference and its interval."""
    return Row(
        (
            Cell(metric.label),
            Cell(verdict=verdict_of(c)),
            _mean(metric, c.candidate),
            _mean(metric, c.baseline),
            Cell(
                metric.fine_for(c.difference.value).delta(c.difference.value)
                if c.difference
                else ""
            ),
            Cell(
                metric.delta_range(c.difference.low, c.difference.high)
                if c.difference and c.difference.has_interval
                else no_interval(c.difference)
                if c.difference
                else ""
            ),
        )
    )


def _mean(metric: Metric, estimate: Estimate | None) -> Cell:
    return Cell(metric.value(estimate.value) if estimate else "")


def _sentence(view: View, rows: list[Comparison]) -> str:
    """Name the trade-off: what gets better, what gets worse, what cannot be told."""
    metrics = view.analysed.metrics
    better = [call(metrics[c.metric]) for c in rows if c.outcome == "better"]
    worse = [call(metrics[c.metric]) for c in rows if c.outcome == "worse"]
    parts = []
    if better:
        parts.append(f"The champion is better by {listed(better)}")
    if worse:
        parts.append(f"{'and worse' if better else 'The champion is worse'} by {listed(worse)}")
    sizes = [
        f"{call(metrics[c.metric])} {_change(metrics[c.metric], c)}"
        for c in rows
        if c.outcome in ("better", "worse") and c.difference is not None
    ]
    clauses = [f"{' '.join(parts)} ({listed(sizes)})"] if parts else []
    for outcome, (some, every) in _REST.items():
        count = sum(_kind(c) == outcome for c in rows)
        if count:
            clauses.append(every if count == len(rows) else f"on {number_word(count)} {some}")
    told = "; ".join(clauses)
    perhaps = [
        f"{call(metrics[c.metric])} ({c.leaning}, {_change(metrics[c.metric], c)})"
        for c in rows
        if c.leaning
    ]
    if perhaps:
        told += f". Perhaps they differ by {listed(perhaps)}, which among so many may be chance"
    return (
        f"{told[:1].upper()}{told[1:]}. "
        "The verdicts allow for all comparisons made together; the intervals do not."
    )


def _kind(c: Comparison) -> str:
    return "no spread" if is_without_spread(c) else c.outcome


def _change(metric: Metric, c: Comparison) -> str:
    """Return a difference as people say it: in points where it is a share, else in per cent."""
    assert c.difference is not None
    if metric.unit == "%" or not math.isfinite(c.difference.relative):
        return metric.fine_for(c.difference.value).delta(c.difference.value)
    share = 100 * c.difference.relative
    return localized(
        (f"{share:+,.0f}" if abs(share) >= 1 else f"{share:+.1g}").replace("-", MINUS) + f"{NBSP}%"
    )


section = SectionKind(
    "scorecard", "What else changes", "a baseline and metrics with a known direction", build
)
