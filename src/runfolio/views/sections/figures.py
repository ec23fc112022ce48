"""The few large figures: champion, baseline, difference, and how much was run."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.delta import Delta
from runfolio.analysis.interval import Estimate
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, KeyFigure, KeyFigures, Link, Mark, Span
from runfolio.views.impact_figures import worth_figure
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, no_interval


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    figures = [*side_figures(view), *difference_figure(view)]
    worth = worth_figure(a, a.impact, sure=True) if a.impact is not None else None
    figures += [*([worth] if worth is not None else []), _counted(a)]
    return (KeyFigures(tuple(figures)),)


def side_figures(view: View) -> list[KeyFigure]:
    """Return the objective of champion and baseline, each with its interval."""
    a = view.analysed
    if a.objective is None:
        return []
    metric = a.metrics[a.objective.metric]
    sides: list[tuple[Mark, Standing | None]] = [
        ("champion", a.champion_standing),
        ("baseline", a.baseline_standing if a.baseline is not a.champion else None),
    ]
    return [
        KeyFigure(
            f"{metric.label} of the {mark}",
            metric.value(own.estimate.value),
            (
                Link(own.configuration.label, view.runs[own.typical].page),
                ". ",
                *spread(metric, own.estimate),
                " ",
                method_link("mean"),
            ),
            mark,
        )
        for mark, own in sides
        if own is not None
    ]


def difference_figure(view: View) -> list[KeyFigure]:
    """Return the difference of both, where there is one."""
    c = view.analysed.comparison
    if c is None or c.difference is None or c.outcome == "not comparable":
        return []
    fine = view.analysed.metrics[c.metric].fine_for(c.difference.value)
    return [
        KeyFigure(
            "Difference",
            fine.delta(c.difference.value),
            (_difference(fine, c.difference), " ", method_link("difference")),
        )
    ]


def spread(metric: Metric, estimate: Estimate) -> tuple[Span, ...]:
    """Say in a clause how sure a mean is."""
    if estimate.has_interval:
        return (
            f"{metric.range(estimate.low, estimate.high)} (95\u00a0% interval of the mean, "
            f"{count_of(estimate.n, 'run')}).",
        )
    if estimate.n > 1:
        return (f"{count_of(estimate.n, 'run')}, too far apart for an interval.",)
    return ("One run: its spread is unknown.",)


def _difference(metric: Metric, estimate: Delta) -> str:
    if estimate.has_interval:
        low = metric.delta_range(estimate.low, estimate.high)
        way = "more" if metric.goal == "maximize" else "less"
        return f"{low} (95\u00a0% interval); {way} is better."
    return f"Without an interval: {no_interval(estimate)}."


def _counted(a: Analysed) -> KeyFigure:
    left = a.left_out
    parts = [
        count_of(len(ids), word, word)
        for ids, word in (
            (left.failed, "failed"),
            (left.killed, "killed"),
            (left.unfinished, "unfinished"),
            (left.monitoring, "of production"),
        )
        if ids
    ]
    diverged = a.diverged
    if diverged:
        parts.append(count_of(diverged, "diverged", "diverged"))
    hidden = sum(s.hidden_runs for s in a.tables.sources)
    if hidden:
        parts.append(f"{count_of(hidden, 'deleted run')} hidden")
    told = f"in {count_of(len(a.tables.experiments), 'experiment')}"
    if parts:
        told += f"; {', '.join(parts)}"
    link = (" ", method_link("left-out")) if parts else ()
    return KeyFigure(
        "Runs", format_count(len(a.tables.runs)), (Link(told, "runs.html"), ".", *link)
    )


section = SectionKind("figures", "At a glance", "runs", build, headed=False)
