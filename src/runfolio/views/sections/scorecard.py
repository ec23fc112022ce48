"""Champion against baseline on every metric that has a direction."""

from __future__ import annotations

import math

from runfolio.analysis.comparison import Comparison
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, listed, verdict_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    first = a.objective.metric if a.objective else ""
    rows = [c for c in a.scorecard if c.difference is not None]
    rows.sort(key=lambda c: c.metric != first)
    if not rows:
        return ()
    limit = view.options.get("limit")
    shown = rows[:limit] if isinstance(limit, int) else rows
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
        tuple(_row(a.metrics[c.metric], c) for c in shown),
    )
    return (Prose((_sentence(view, rows), " ", method_link("difference"), ".")), table)


def _row(metric: Metric, c: Comparison) -> Row:
    return Row(
        (
            Cell(metric.label),
            Cell(verdict=verdict_of(c)),
            _mean(metric, c.candidate),
            _mean(metric, c.baseline),
            Cell(metric.delta(c.difference.value) if c.difference else ""),
            Cell(
                metric.delta_range(c.difference.low, c.difference.high)
                if c.difference and c.difference.has_interval
                else "too few runs"
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
    rest = len(rows) - len(better) - len(worse)
    if not parts:
        return "On none of these can champion and baseline be told apart."
    told = f"{' '.join(parts)} ({listed(sizes)})"
    if rest:
        told += f"; on the other {rest} the two cannot be told apart"
    perhaps = [
        f"{call(metrics[c.metric])} ({c.leaning}, {_change(metrics[c.metric], c)})"
        for c in rows
        if c.leaning
    ]
    if perhaps:
        told += f". Perhaps also by {listed(perhaps)}, which among so many may be chance"
    return f"{told}. The verdicts allow for all comparisons shown here; the intervals do not."


def _change(metric: Metric, c: Comparison) -> str:
    """Return a difference as people say it: in points where it is a share, else in per cent."""
    assert c.difference is not None
    if metric.unit == "%" or not math.isfinite(c.difference.relative):
        return metric.fine_for(c.difference.value).delta(c.difference.value)
    return f"{100 * c.difference.relative:+.0f}\u00a0%".replace("-", "\u2212")


section = SectionKind(
    "scorecard", "What else changes", "a baseline and metrics with a known direction", build
)
