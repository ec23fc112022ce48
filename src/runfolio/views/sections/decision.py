"""What the reader should decide or ask for next."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.views.blocks import Block, Link, Prose, Span, Strong
from runfolio.views.impact_decision import impact_decision
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, is_without_spread, listed


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None or a.objective is None:
        return ()
    links: tuple[Span, ...] = (
        " The evidence: ",
        Link("what was tried", "experiments.html"),
        ", ",
        Link("how each number is computed", "methods.html"),
        ".",
    )
    told = impact_decision(view, a.impact) if a.impact is not None else ()
    if told:
        links = (" ", Link("What it is worth", "impact.html"), ".", *links)
    return (Prose((*(told or _advice(a)), *links)),)


def _advice(a: Analysed) -> tuple[Span, ...]:
    assert a.champion is not None
    name, c = a.champion.label, a.comparison
    if a.champion is a.baseline:
        tried = len(a.alike) > 1 and a.champion_of > 1
        rest = " Nothing that was tried in the same way is better." if tried else ""
        return (Strong("Keep the baseline."), rest or " There is nothing to compare it with yet.")
    if c is None and a.baseline is not None:
        return (
            Strong("Ask for runs of both that log what decides."),
            f" Champion and baseline do not both have a {call(a.metrics[a.objective.metric])}."
            if a.objective
            else "",
        )
    if c is None:
        return (
            Strong("Name what it has to beat."),
            " With a baseline in report.yaml this page can say whether it is an improvement.",
        )
    if c.outcome == "better":
        worse = [call(a.metrics[s.metric]) for s in a.scorecard if s.outcome == "worse"]
        if worse:
            return (
                Strong(f"Decide whether {listed(worse)} may get worse for it."),
                f" If so, {name} is ready for a trial against today's way of working.",
            )
        perhaps = [call(a.metrics[s.metric]) for s in a.scorecard if s.leaning == "worse"]
        if perhaps:
            return (
                Strong(f"Decide whether {listed(perhaps)} may get worse for it."),
                f" That it does is likely, not certain. If it may, {name} is ready for a trial "
                "against today's way of working.",
            )
        lost = a.champion_standing is not None and a.champion_standing.diverged
        return (
            Strong(f"Consider a trial of {name}."),
            " It is better than the baseline, and on no other metric that was logged was it found "
            f"to be worse.{' Ask first why not all of its runs went well.' if lost else ''}",
        )
    if is_without_spread(c):
        return (
            Strong("Ask whether the seeds have any effect."),
            " All runs of a side gave the same value, so that nothing shows how much chance moves "
            "it. If nothing does, the difference is what it is.",
        )
    if c.outcome == "too few runs":
        return (
            Strong("Ask for more runs before deciding."),
            " Several seeds of champion and baseline would show whether the difference is real.",
        )
    if c.outcome == "not comparable" and not c.unlike:
        return (Strong("Ask for runs that can be compared."), f" {c.reason}")
    if c.outcome == "not comparable":
        return (
            Strong("Ask for a run of both on the same data, measured in the same way."),
            " Until then the figures stand side by side and say nothing about each other.",
        )
    if c.outcome == "equivalent":
        return (
            Strong("Choose by cost."),
            f" {name} and the baseline are as good as each other, as far as it matters.",
        )
    if c.outcome == "worse":
        return (Strong("Keep the baseline."), f" {name} is worse by the runs so far.")
    return (
        Strong("Do not decide on this figure alone."),
        f" {name} and {a.baseline.label if a.baseline else 'the baseline'} cannot be told apart; "
        "choose by cost, or ask for more runs.",
    )


section = SectionKind("decision", "What to decide", "an objective", build)
