"""For whoever wants to know which configuration is better, and how sure that is."""

from __future__ import annotations

from runfolio.analysis.gates import of_side
from runfolio.views.blocks import Link, Span, Strong
from runfolio.views.sections.figures import difference_figure, side_figures
from runfolio.views.verdicts import RoleVerdict, VerdictKind
from runfolio.views.view import View
from runfolio.views.words import call, count_of, headline, listed, opening


def build(view: View) -> RoleVerdict:
    a = view.analysed
    figures = (*side_figures(view), *difference_figure(view))
    return RoleVerdict(headline(a), (opening(a),), figures, tuple(_steps(view)))


def _steps(view: View) -> list[tuple[Span, ...]]:
    a = view.analysed
    steps: list[tuple[Span, ...]] = []
    if a.objective is None:
        return [
            (
                Strong("Name the metric that decides."),
                " Without an objective nothing is ranked: objective: in report.yaml.",
            )
        ]
    if a.baseline is None:
        steps.append(
            (
                Strong("Name a baseline."),
                " It is what every other configuration is compared with: baseline: in report.yaml.",
            )
        )
    if a.rivals:
        names = listed([rival.label for rival in a.rivals], 3)
        steps.append(
            (
                Strong(f"Run more seeds of {names} and of the champion."),
                f" By {call(a.metrics[a.objective.metric])} they cannot be told apart yet; ",
                Link("how many seeds would tell", "data-scientist.html#comparison"),
                ".",
            )
        )
    single = [s.configuration.label for s in a.standings if s.estimate.n == 1]
    if single:
        steps.append(
            (
                Strong(f"Repeat {count_of(len(single), 'configuration')} that ran once."),
                f" One run has no spread: {listed(single, 3)}.",
            )
        )
    unlogged = [
        gate.requirement.name
        for gate in of_side(a.gates, "champion")
        if gate.outcome == "not evaluated" and gate.requirement.metric
    ]
    if unlogged:
        steps.append(
            (
                Strong("Log what is asked for."),
                f" The champion's runs have no value for {listed(unlogged, 3)}.",
            )
        )
    if a.diverged or a.left_out.failed:
        steps.append(
            (
                Strong("Look at what went wrong."),
                " Runs that failed or diverged are left out of every mean; ",
                Link("all runs", "runs.html"),
                " has them.",
            )
        )
    return steps or [
        (Strong("Nothing is open here."), " The next question is one for the business.")
    ]


verdict = VerdictKind("accuracy", build)
