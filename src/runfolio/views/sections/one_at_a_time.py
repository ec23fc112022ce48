"""What each single change of the champion does."""

from __future__ import annotations

from runfolio.analysis.alike import alike_to
from runfolio.analysis.metrics import Metric
from runfolio.analysis.one_at_a_time import OneAtATime, SingleChange, single_changes
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, no_interval, number_word, verdict_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.objective is None or a.champion is None:
        return ()
    metric = a.metrics[a.objective.metric]
    found = single_changes(
        *(metric, a.values[metric.name], alike_to(a.standings, a.champion, a.terms)),
        *(a.champion, a.terms),
    )
    if not found.changes:
        return ()
    limit = int(view.options.get("limit", 20))
    shown = found.changes[:limit]
    spread = any(change.delta.has_interval for change in shown)
    columns = [
        Column("Param"),
        Column("Champion"),
        Column("Instead"),
        Column("Verdict", "verdict"),
        Column(f"Change of {call(metric)}", "number"),
    ]
    if spread:
        columns.append(Column("95\u00a0% interval", "number"))
    columns.append(Column("Runs", "number", "of it and of the champion"))
    caption = f"Configurations that differ from {a.champion.label} in one param"
    if len(shown) < len(found.changes):
        caption += f": the {number_word(len(shown))} largest of {len(found.changes)} differences"
    table = Table(caption, tuple(columns), tuple(_row(view, metric, c, spread) for c in shown))
    return (
        Prose((f"{_finding(found, metric)} {_hedge(found)}".strip(),)),
        table,
        Prose((_untold(found), method_link("one-at-a-time")), "note"),
    )


def _row(view: View, metric: Metric, change: SingleChange, spread: bool) -> Row:
    own = change.standing.configuration
    delta = change.delta
    fine = metric.fine_for(delta.value)
    cells = [
        Cell(change.change.param),
        Cell(_value(change.change.baseline)),
        Cell(_value(change.change.candidate), view.runs[change.standing.typical].page),
        Cell(verdict=verdict_of(change.comparison)),
        Cell(fine.delta(delta.value)),
    ]
    if spread:
        cells.append(
            Cell(
                fine.delta_range(delta.low, delta.high)
                if delta.has_interval
                else no_interval(delta)
            )
        )
    n, m = delta.n
    cells.append(Cell(f"{n} and {m}"))
    return Row(tuple(cells), view.analysed.mark(own))  # type: ignore[arg-type]


def _value(value: str | None) -> str:
    if value is None:
        return "not set"
    return value if len(value) <= 60 else f"{value[:59]}…"


def _finding(found: OneAtATime, metric: Metric) -> str:
    worse = [c for c in found.changes if c.outcome == "worse"]
    better = [c for c in found.changes if c.outcome == "better"]
    alone = count_of(len(found.changes), "configuration differs", "configurations differ")
    parts = [f"{alone} from the champion in one param only."]
    for told, changes in (("worse", worse), ("better", better)):
        if changes:
            first = changes[0]
            parts.append(
                f"{first.change.param} at {_value(first.change.candidate)} instead of "
                f"{_value(first.change.baseline)} makes {call(metric)} {told} by "
                f"{metric.size(first.delta.value)}."
            )
    if worse or better:
        clear = list(dict.fromkeys(c.change.param for c in worse + better))
        rest = {c.change.param for c in found.changes} - set(clear)
        if rest:
            parts.append(f"Of {listed(sorted(rest))} no change can be told from noise.")
    elif any(c.delta.has_interval for c in found.changes):
        only = len(found.changes) == 1
        what = "The change cannot" if only else "None of the changes can"
        parts.append(f"{what} be told from noise.")
    elif not any(c.delta.value for c in found.changes):
        none = "The change makes no" if len(found.changes) == 1 else "None of the changes makes any"
        parts.append(f"{none} difference to the mean of {call(metric)}.")
    else:
        first = found.changes[0]
        untold = (
            "too few runs tell whether it is noise"
            if min(first.delta.n) < 2
            else "the runs show no spread to judge it by"
        )
        parts.append(
            f"The largest change is that of {first.change.param}, "
            f"{metric.size(first.delta.value)}; {untold}."
        )
    return " ".join(parts)


def _hedge(found: OneAtATime) -> str:
    judged = max((change.comparison.together for change in found.changes), default=0)
    if judged < 2:
        return ""
    return (
        f"Verdicts allow for {number_word(judged)} comparisons made at once; "
        "each interval stands for itself."
    )


def _untold(found: OneAtATime) -> str:
    if not found.never_alone:
        return ""
    return (
        f"No run changes only {listed(found.never_alone)}: what "
        f"{'it does' if len(found.never_alone) == 1 else 'each does'} by itself is not known. "
    )


section = SectionKind(
    "one-at-a-time",
    "One change at a time",
    "configurations that differ from the champion in a single param",
    build,
)
