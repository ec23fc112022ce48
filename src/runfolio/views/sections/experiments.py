"""Every experiment: what was asked, what was run, what came out."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.views.blocks import Block, Heading, Link, Markdown, Prose, Span
from runfolio.views.dates import day
from runfolio.views.dots import dot_chart
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of

_ROWS = 8


def build(view: View) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for number, name in enumerate(view.analysed.tables.experiments.index):
        blocks += _experiment(view, str(name), number)
    return tuple(blocks)


def _experiment(view: View, name: str, number: int) -> list[Block]:
    a = view.analysed
    runs = a.tables.runs[a.tables.runs["experiment"] == name]
    notes = str(a.tables.experiments.at[name, "notes"])
    status = runs["status"].value_counts()
    told = f"{count_of(len(runs), 'run')}"
    other = [f"{count} {word}" for word, count in status.items() if word in ("failed", "killed")]
    if other:
        told += f", {' and '.join(other)}"
    dates = [day(runs["started"].min()), day(runs["started"].max())]
    if dates[0]:
        told += f", {dates[0]}" if dates[0] == dates[1] else f", {dates[0]} to {dates[1]}"
    blocks: list[Block] = [Heading(name, 2), Prose((f"{told}.",), "note")]
    if notes.strip():
        blocks.append(Markdown(notes))
    standings = [s for s in a.standings if name in s.configuration.experiments]
    if a.objective is None or not standings:
        why = f": none that finished has a finite {_objective(a)}" if a.objective else ""
        blocks.append(Prose((f"Its runs cannot be compared{why}.",)))
        return blocks
    metric = a.metrics[a.objective.metric]
    best = standings[0]
    spans: list[Span] = [
        "Best of it: ",
        Link(best.configuration.label, view.runs[best.typical].page),
        f" with {metric.value(best.estimate.value)} {call(metric)}",
        f" ({_uncertainty(metric, best.estimate)}).",
    ]
    if not notes.strip():
        spans.append(
            " It has no notes: a hypothesis and a conclusion would tell a reader what was asked."
        )
    blocks.append(Prose(tuple(spans)))
    if len(standings) > 1:
        blocks.append(
            dot_chart(
                a,
                standings[:_ROWS],
                key=f"experiment-{number}",
                title=f"{metric.label} of its "
                + (f"{_ROWS} best configurations" if len(standings) > _ROWS else "configurations"),
                static=False,
            )
        )
    return blocks


def _objective(a: Analysed) -> str:
    return call(a.metrics[a.objective.metric]) if a.objective else ""


def _uncertainty(metric: Metric, estimate: Estimate) -> str:
    if not estimate.has_interval:
        return "one run, so its spread is unknown"
    return f"{metric.range(estimate.low, estimate.high)}, {count_of(estimate.n, 'run')}"


section = SectionKind("experiments", "Experiments", "runs", build)
