"""Stage 4: what several points of view say in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.comparison import mean_over
from runfolio.analysis.gate import Gate
from runfolio.analysis.gates import of_side
from runfolio.analysis.metrics import Metric
from runfolio.views.blocks import KeyFigure, Link, Mark, Span, Strong
from runfolio.views.gate_words import gate_verdict, quoted
from runfolio.views.methods import method_link
from runfolio.views.sections.figures import spread
from runfolio.views.view import View
from runfolio.views.words import count_of, listed, number_word

__all__ = [
    "alert_steps",
    "asked_figure",
    "gate_steps",
    "measured_figure",
    "own_gates",
    "owned_sentence",
]


def measured_figure(view: View, metric: Metric) -> KeyFigure | None:
    """Return a metric of the champion, or else of the baseline, with its interval."""
    a = view.analysed
    side = a.champion or a.baseline
    if side is None:
        return None
    estimate = mean_over(a.values[metric.name], side)
    if estimate is None:
        return None
    mark: Mark = "champion" if side is a.champion else "baseline"
    context: tuple[Span, ...] = (*spread(metric, estimate), " ", method_link("mean"))
    return KeyFigure(f"{metric.label} of the {mark}", metric.value(estimate.value), context, mark)


def asked_figure(view: View) -> KeyFigure | None:
    """Return how many requirements the champion meets."""
    gates = of_side(view.analysed.gates, "champion")
    if not gates:
        return None
    met = sum(gate.is_met for gate in gates)
    unsure = sum(gate.outcome == "met, not certain" for gate in gates)
    waiting = sum(gate.stops for gate in gates)
    parts = [f"{number_word(unsure)} of them not for certain"] if unsure else []
    if waiting:
        parts.append(f"{number_word(waiting)} {'holds' if waiting == 1 else 'hold'} it back")
    told = "; ".join(parts)
    told = f"{told[:1].upper()}{told[1:]}. " if told else ""
    return KeyFigure(
        *("Requirements met", f"{met} of {len(gates)}"),
        (told, Link("All of them", "requirements.html"), ". ", method_link("gates"), "."),
    )


def own_gates(view: View, role: str) -> tuple[Gate, ...]:
    """Return the champion's gates that a role answers for."""
    wanted = role.replace("-", " ").casefold()
    return tuple(
        gate
        for gate in of_side(view.analysed.gates, "champion")
        if gate.requirement.owner.replace("-", " ").casefold() == wanted
    )


def owned_sentence(gates: Sequence[Gate]) -> str:
    """Say whether the requirements that a role answers for are met, without a full stop."""
    met = [gate for gate in gates if gate.is_met]
    count = count_of(len(gates), "requirement")
    if len(met) == len(gates):
        certain = all(gate.outcome == "met" for gate in gates)
        what = "the requirement" if len(gates) == 1 else f"all {count}"
        return f"It meets {what} that you answer for{'' if certain else ', not all for certain'}"
    missed = [quoted(gate.requirement.name) for gate in gates if gate.outcome == "missed"]
    unknown = [quoted(g.requirement.name) for g in gates if g.outcome == "not evaluated"]
    if missed:
        return f"It misses {listed(missed, 3)}, which you answer for"
    verb = "has" if len(unknown) == 1 else "have"
    return f"{listed(unknown, 3)}, for which you answer, {verb} not been evaluated"


def gate_steps(gates: Sequence[Gate], most: int = 3) -> list[tuple[Span, ...]]:
    """Return what to do about requirements that are not met for certain."""
    steps: list[tuple[Span, ...]] = []
    for gate in gates:
        name = quoted(gate.requirement.name)
        if gate.waived and gate.requirement.waiver is not None:
            until = gate.requirement.waiver.until.isoformat()
            steps.append((Strong(f"Plan for {until}."), f" Until then {name} is waived."))
        elif gate.outcome == "missed":
            steps.append((Strong(f"Decide what becomes of {name}."), f" {gate.reason}"))
        elif gate.outcome == "not evaluated":
            steps.append((Strong(f"Have {name} evaluated."), f" {gate.reason}"))
        elif gate.outcome == "met, not certain":
            steps.append(
                (
                    Strong(f"Ask for more runs on {name}."),
                    f" {gate_verdict(gate).text}: {gate.reason}",
                )
            )
    return steps[:most]


def alert_steps(
    view: View, ask: str, told: str = "", noun: str = "alert"
) -> list[tuple[Span, ...]]:
    """Return what to do about the alerts that are open, if any; ``{}`` in words is how many."""
    monitoring = view.analysed.monitoring
    if monitoring is None or not monitoring.open_alerts:
        return []
    many = count_of(len(monitoring.open_alerts), noun)
    link = Link("Monitoring", "monitoring.html")
    return [(Strong(ask.format(many)), f"{told.format(many)} ", link, ".")]
