"""Each metric in plain words with the champion's and the baseline's value."""

from __future__ import annotations

from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Span, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import verdict_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    explained = [m for m in a.metrics.values() if m.explain]
    if not explained:
        return ()
    first = a.objective.metric if a.objective else ""
    rows = []
    for c in sorted(a.scorecard, key=lambda c: c.metric != first):
        metric = a.metrics[c.metric]
        if not metric.explain or c.candidate is None or c.baseline is None:
            continue
        rows.append(
            Row(
                (
                    Cell(metric.label),
                    Cell(verdict=verdict_of(c)),
                    Cell(metric.value(c.candidate.value)),
                    Cell(metric.value(c.baseline.value)),
                    Cell(metric.explain),
                )
            )
        )
    if not rows:
        return (Prose(tuple(f"{m.label}: {m.explain} " for m in explained)),)
    return (
        Table(
            "What each figure means",
            (
                Column("Figure"),
                Column("Verdict", "verdict"),
                Column("Champion", "number"),
                Column("Baseline", "number"),
                Column("In plain words"),
            ),
            tuple(rows),
        ),
        Prose(("Champion and baseline are means over their runs. ", *_rules(), "."), "note"),
    )


def _rules() -> tuple[Span, ...]:
    return (
        method_link("difference", "How the verdicts are made"),
        "; ",
        method_link("summary", "which number stands for a run"),
    )


section = SectionKind(
    "meaning", "What it means", "metrics: {name: {explain: …}} in report.yaml", build
)
