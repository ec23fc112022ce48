"""Any of the best configurations against any other, on the objective."""

from __future__ import annotations

from itertools import combinations

from runfolio.analysis.comparison import Case, compare_family
from runfolio.views.blocks import Block, Cell, Column, Details, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, no_interval, verdict_of

_MOST = 8
"""Configurations: that makes 28 pairs."""


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.objective is None:
        return ()
    metric = a.metrics[a.objective.metric]
    standings = a.alike
    limit = int(view.options.get("limit", _MOST))
    shown = [s for i, s in enumerate(standings) if i < limit or a.mark(s.configuration)]
    if len(shown) < 3:
        return ()
    pairs = list(combinations(shown, 2))
    compared = compare_family(
        [
            Case(metric, a.values[metric.name], better.configuration, other.configuration)
            for better, other in pairs
        ],
        a.terms,
    )
    if not any(c.difference is not None and c.difference.has_interval for c in compared):
        return ()  # 28 times the same says no more than once
    rows = tuple(
        Row(
            (
                Cell(better.configuration.label, view.runs[better.typical].page),
                Cell(other.configuration.label, view.runs[other.typical].page),
                Cell(verdict=verdict_of(c)),
                Cell(metric.fine_for(c.difference.value).delta(c.difference.value)),
                Cell(
                    metric.delta_range(c.difference.low, c.difference.high)
                    if c.difference.has_interval
                    else no_interval(c.difference)
                ),
            )
        )
        for (better, other), c in zip(pairs, compared, strict=True)
        if c.difference is not None
    )
    told = sum(c.outcome in ("better", "worse") for c in compared)
    which = f"the {len(shown)} best" if len(shown) < len(standings) else f"the {len(shown)}"
    sentence = (
        f"Of {count_of(len(pairs), 'pair')} among {which} configurations on the same data, "
        f"{told or 'none'} can be told apart by {call(metric)}, allowing for all of them. "
    )
    table = Table(
        f"Each pair, by {metric.label}",
        (
            Column("Configuration"),
            Column("Against"),
            Column("Verdict", "verdict"),
            Column("Difference", "number"),
            Column("95\u00a0% interval", "number"),
        ),
        rows,
    )
    return (
        Prose((sentence, method_link("difference"), ".")),
        Details("Show the pairs", (table,)),
    )


section = SectionKind(
    "pairwise",
    "Each against each",
    "three configurations or more that logged the objective",
    build,
)
