"""A run's own large figures: the objective beside the champion and the baseline."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.summary import rule_in_words
from runfolio.views.blocks import Block, KeyFigure, KeyFigures, Link
from runfolio.views.dates import duration
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of


def build(view: View) -> tuple[Block, ...]:
    a, run = view.analysed, view.run
    if run is None:
        return ()
    figures: list[KeyFigure] = []
    if a.objective is not None:
        metric = a.metrics[a.objective.metric]
        values = a.values[metric.name]
        if run.id in values:
            context = f"{_rule(a)}, one run."
            figures.append(
                KeyFigure(
                    metric.label,
                    metric.value(values[run.id]),
                    (context, " ", method_link("summary")),
                    run.mark,
                )
            )
        for word, standing in (
            ("Champion", a.champion_standing),
            ("Baseline", a.baseline_standing),
        ):
            if standing is not None and run.configuration is not standing.configuration:
                other = standing.configuration
                page = view.runs[standing.typical].page
                n = standing.estimate.n
                told = f", mean of {count_of(n, 'run')}. " if n > 1 else ", one run. "
                figures.append(
                    KeyFigure(
                        f"{word} for comparison",
                        metric.value(standing.estimate.value),
                        (Link(other.label, page), told, method_link("mean")),
                        "champion" if word == "Champion" else "baseline",
                    )
                )
    took = duration(run.started, run.ended)
    if took:
        figures.append(KeyFigure("Took", took, ("From start to end as logged.",)))
    return (KeyFigures(tuple(figures)),) if figures else ()


def _rule(a: Analysed) -> str:
    assert a.objective is not None
    told = rule_in_words(a.objective.summary, {m.name: m.goal for m in a.metrics.values()})
    return told.removeprefix("the ").capitalize()


section = SectionKind("run-figures", "At a glance", "an objective", build, headed=False)
