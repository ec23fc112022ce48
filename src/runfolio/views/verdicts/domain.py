"""For whoever knows the matter: does what the model does fit what we see?"""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.slices import Slices
from runfolio.views.blocks import KeyFigure, Link, Span, Strong
from runfolio.views.methods import method_link
from runfolio.views.sections.figures import side_figures, spread
from runfolio.views.sections.slices import groups_of
from runfolio.views.verdict_parts import alert_steps, gate_steps, own_gates, owned_sentence
from runfolio.views.verdicts import RoleVerdict, VerdictKind
from runfolio.views.view import View
from runfolio.views.words import call, headline, listed, opening


def build(view: View) -> RoleVerdict:
    a = view.analysed
    own = own_gates(view, "subject matter expert")
    title = owned_sentence(own) if own else headline(a)
    lede: list[Span] = [f"{headline(a)}." if own else opening(a)]
    groups = groups_of(view)
    worst = _worst(groups)
    if worst is not None:
        lede.append(worst[0])
    leading = _leading(view)
    if leading:
        lede.append(f" It looks most at {listed(leading, 3)}.")
    figures = [*side_figures(view)]
    if worst is not None:
        figures.append(worst[1])
    return RoleVerdict(title, tuple(lede), tuple(figures[:3]), tuple(_steps(view, leading, groups)))


def _worst(groups: Sequence[Slices]) -> tuple[str, KeyFigure] | None:
    """Return the segment on which the champion does worst, in words and as a figure."""
    for group in groups:
        row, best = group.worst, group.best
        if row is None or best is None or row is best or row.candidate is None:
            continue
        metric = group.metric
        told = f"Its {call(metric)} is lowest for {group.segment} {row.value}"
        if metric.goal == "minimize":
            told = f"Its {call(metric)} is highest for {group.segment} {row.value}"
        estimate = row.candidate
        sure = (*spread(metric, estimate), " ") if estimate.has_interval else ()
        figure = KeyFigure(
            f"{metric.label}, {group.segment} {row.value}",
            metric.value(estimate.value),
            (*sure, method_link("slices")),
            "champion",
        )
        return f" {told}: {metric.value(estimate.value)}.", figure
    return None


def _leading(view: View) -> list[str]:
    """Return the features that matter most to the champion."""
    features = view.analysed.features
    if features is None or features.champion is None or not features.champion.importances:
        return []
    return [one.feature for one in features.champion.importances[0].features[:3]]


def _steps(view: View, leading: list[str], groups: Sequence[Slices]) -> list[tuple[Span, ...]]:
    a = view.analysed
    steps = gate_steps(own_gates(view, "subject matter expert"))
    if leading:
        steps.append(
            (
                Strong("Check that these features make sense."),
                f" {listed(leading, 3)} matter most to the champion. ",
                Link("All features", "features.html"),
                ".",
            )
        )
    if groups:
        steps.append(
            (
                Strong("Say whether it may do worse on some cases than on others."),
                " The segments are above; a requirement can be written for each.",
            )
        )
    steps += alert_steps(view, "Look at what changed in use.", " {} of the model in production.")
    unexplained = [m.name for m in a.metrics.values() if not m.explain]
    if unexplained and not steps:
        steps.append(
            (
                Strong("Say what the figures mean."),
                f" Nobody has explained {listed(unexplained, 3)} in plain words yet: metrics: in "
                "report.yaml, explain.",
            )
        )
    return steps


verdict = VerdictKind("domain", build)
