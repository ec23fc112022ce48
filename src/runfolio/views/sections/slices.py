"""How the champion does on each segment of the cases, beside the baseline."""

from __future__ import annotations

import math

from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.analysis.slices import Slice, Slices, slices_of
from runfolio.model.numbers import format_number
from runfolio.views.blocks import Block, Callout, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, no_interval, verdict_of


def groups_of(view: View) -> tuple[Slices, ...]:
    """Return what is shown: the champion's segments, or the baseline's where it stands alone."""
    a = view.analysed
    side = a.champion or a.baseline
    if side is None:
        return ()
    return slices_of(a.metrics, a.values, a.tables.plots, side, a.baseline, a.terms)


def build(view: View) -> tuple[Block, ...]:
    groups = groups_of(view)
    mark = "champion" if view.analysed.champion else "baseline"
    blocks: list[Block] = []
    for number, group in enumerate(groups, 1):
        blocks.append(_chart(group, number, mark))
        if group.against_overall:
            blocks.append(_warning(group))
    if not blocks:
        return ()
    judged = sum(
        row.comparison is not None and math.isfinite(row.comparison.p)
        for group in groups
        for row in group.rows
    )
    told = (
        f"The verdicts allow for all {judged} comparisons made here (Holm); the intervals are "
        "those of each difference alone. "
        if judged > 1
        else ""
    )
    return (*blocks, Prose((told, method_link("slices"), "."), "note"))


def _chart(group: Slices, number: int, mark: str) -> Chart:
    metric = group.metric
    rows: list[tuple[object, ...]] = []
    for row in group.rows:
        for own, estimate in ((mark, row.candidate), ("baseline", row.baseline)):
            if estimate is not None:
                shown = estimate.value * metric.scale
                rows.append((row.value, shown, own, "mean", *_ends(metric, estimate)))
    way = "right" if metric.goal == "maximize" else "left"
    against = any(row.baseline for row in group.rows)
    sides = "the champion (diamond) and the baseline (ring)" if against else "the runs"
    sentence = (
        f"{metric.label} for each {group.segment}: the mean of {sides}, with its 95\u00a0% "
        f"interval where there are several runs. Further {way} is better."
    )
    if group.left_out:
        sentence += f" {count_of(group.left_out, 'further value was', 'further values were')}"
        sentence += " left out."
    return Chart(
        key=f"slices-{number}",
        kind="dots",
        title=_finding(group),
        sentence=sentence,
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={"@x": f"{metric.label} ({metric.unit})" if metric.unit else call(metric)},
        table=_table(group),
        static=True,
    )


def _ends(metric: Metric, estimate: Estimate) -> tuple[float | None, float | None]:
    """Return the ends of an interval as shown; of a share cut at nothing and all."""
    if not estimate.has_interval:
        return None, None
    low, high = estimate.low * metric.scale, estimate.high * metric.scale
    return (max(low, 0.0), min(high, 100.0)) if metric.is_share else (low, high)


def _finding(group: Slices) -> str:
    worst, best, metric = group.worst, group.best, group.metric
    if worst is None or worst.candidate is None:
        return f"{metric.label} by {group.segment}"
    against, told = _against(group)
    if against:
        where = listed([row.value for row in against], 3)
        return (
            f"{metric.label} has the better mean overall, but {told} where {group.segment} is "
            f"{where}"
        )
    if best is None or best.candidate is None or group.gap == 0:
        return f"{metric.label} is the same for every {group.segment}"
    end = "lowest" if metric.goal == "maximize" else "highest"
    apart = "below" if metric.goal == "maximize" else "above"
    return (
        f"{metric.label} is {end} where {group.segment} is {worst.value}: "
        f"{metric.value(worst.candidate.value)}, {metric.size(group.gap)} {apart} {best.value}"
    )


def _against(group: Slices) -> tuple[list[Slice], str]:
    """Return what is worse though all cases are better, the surest of it, and how sure it is."""
    rows = group.against_overall
    sure = [row for row in rows if row.comparison and row.comparison.outcome == "worse"]
    leaning = [row for row in rows if row.comparison and row.comparison.leaning == "worse"]
    if sure or leaning:
        return sure or leaning, "is worse" if sure else "is perhaps worse"
    return list(rows), "the worse one"


def _warning(group: Slices) -> Callout:
    metric = group.metric
    rows, how = _against(group)
    sure = how == "is worse"
    parts = [
        f"{row.value} ({metric.delta(row.comparison.difference.value)})"
        for row in rows
        if row.comparison and row.comparison.difference
    ]
    told = (
        f"Over all cases {call(metric)} differs by {metric.delta(group.overall)} for the better, "
        f"but for the worse where {group.segment} is {listed(parts)}."
    )
    if how == "is perhaps worse":
        told += " Among so many comparisons that may be chance."
    elif not sure:
        told += " With these runs that cannot be told from chance."
    return Callout("bad" if sure else "unsure", "Better overall, not everywhere", (told,))


def _table(group: Slices) -> Table:
    metric = group.metric
    counted = any(math.isfinite(row.cases) for row in group.rows)
    against = any(row.baseline for row in group.rows)
    columns = [Column(group.segment[:1].upper() + group.segment[1:])]
    if counted:
        columns.append(Column("Cases", "number", "Mean number in one run"))
    if against:
        columns.append(Column("Baseline", "number"))
    columns.append(Column("Champion" if against else metric.label, "number"))
    if against:
        columns += [
            Column("Difference", "number"),
            Column("95\u00a0% interval", "number"),
            Column("Verdict", "verdict"),
        ]
    rows = []
    for row in group.rows:
        cells = [Cell(row.value)]
        if counted:
            cells.append(Cell(format_number(row.cases) if math.isfinite(row.cases) else ""))
        if against:
            cells.append(_value(metric, row.baseline))
        cells.append(_value(metric, row.candidate))
        if against:
            cells += _compared(metric, row)
        rows.append(Row(tuple(cells)))
    return Table(f"{metric.label} by {group.segment}", tuple(columns), tuple(rows))


def _value(metric: Metric, estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell("not logged")
    is_share = 0 <= estimate.value <= 1 and (metric.scale == 100 or metric.goal == "maximize")
    return Cell(metric.value(estimate.value), bar=(0.0, estimate.value) if is_share else None)


def _compared(metric: Metric, row: Slice) -> list[Cell]:
    delta = row.comparison.difference if row.comparison else None
    if row.comparison is None or delta is None:
        return [Cell(), Cell(), Cell()]
    known = delta.has_interval
    return [
        Cell(metric.delta(delta.value)),
        Cell(metric.delta_range(delta.low, delta.high) if known else no_interval(delta)),
        Cell(verdict=verdict_of(row.comparison)),
    ]


section = SectionKind(
    "slices",
    "Where it does well, and where not",
    "metrics by segment: names such as recall_by_age/60+ or recall/age=60+, or a segments.csv",
    build,
)
