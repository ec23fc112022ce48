"""For whoever brings it into production and keeps it there: may it be deployed?"""

from __future__ import annotations

from runfolio.analysis.gates import of_side, stops
from runfolio.analysis.metrics import Metric
from runfolio.analysis.reproduction import KINDS
from runfolio.views.blocks import KeyFigure, Link, Span, Strong
from runfolio.views.gate_words import quoted
from runfolio.views.methods import method_link
from runfolio.views.verdict_parts import alert_steps, asked_figure, gate_steps, measured_figure
from runfolio.views.verdicts import RoleVerdict, VerdictKind
from runfolio.views.view import View
from runfolio.views.words import count_of, listed

_LATENCY = frozenset({"latency", "response", "inference"})
_THROUGHPUT = frozenset({"throughput", "qps", "rps"})


def build(view: View) -> RoleVerdict:
    return RoleVerdict(_title(view), _lede(view), _figures(view), tuple(_steps(view)))


def _title(view: View) -> str:
    a = view.analysed
    if a.champion is None:
        return "There is no champion to deploy yet"
    gates = of_side(a.gates, "champion")
    waiting = [quoted(gate.requirement.name) for gate in stops(gates)]
    if not gates:
        return f"Nothing says whether {a.champion.label} may be deployed: no requirement is written"
    if waiting:
        return (
            f"{a.champion.label} is not ready: {listed(waiting, 2)} holds it back"
            if len(waiting) == 1
            else f"{a.champion.label} is not ready: {listed(waiting, 2)} hold it back"
        )
    return f"{a.champion.label} may be deployed, by all that must be met"


def _lede(view: View) -> tuple[Span, ...]:
    a = view.analysed
    told: list[Span] = []
    made = a.models.reproduction
    if made is not None and made.missing:
        missing = listed([one.what for one in made.missing], 4)
        told.append(f"To make it again, the logs lack {missing}. ")
    elif made is not None:
        told.append("The logs tell all that is needed to make it again. ")
    live = a.models.registry.in_use
    if live is not None:
        told.append(f"In production is {live.name}, version {live.version}. ")
    if a.monitoring is None:
        told.append("No metrics from production are read.")
    else:
        open_ = len(a.monitoring.open_alerts)
        told.append(f"{count_of(open_, 'alert')} of it {'is' if open_ == 1 else 'are'} open.")
    return tuple(told)


def _figures(view: View) -> tuple[KeyFigure, ...]:
    latency = _metric(view, "latency", _LATENCY)
    throughput = _metric(view, "throughput", _THROUGHPUT)
    found = [
        measured_figure(view, metric) if metric is not None else None
        for metric in (latency, throughput)
    ]
    asked = asked_figure(view)
    made = view.analysed.models.reproduction
    if made is not None:
        found.append(
            KeyFigure(
                "Needed to make it again",
                f"{KINDS - len(made.missing)} of {KINDS} logged",
                (
                    Link("What is missing", "models.html#reproduction"),
                    ". ",
                    method_link("reproduction"),
                    ".",
                ),
            )
        )
    return tuple([one for one in (asked, *found) if one is not None][:3])


def _metric(view: View, kind: str, words: frozenset[str]) -> Metric | None:
    """Return the metric that a requirement of a kind names, else one whose name says so."""
    metrics = view.analysed.metrics
    for gate in of_side(view.analysed.gates, "champion"):
        if gate.requirement.kind == kind and gate.requirement.metric in metrics:
            return metrics[gate.requirement.metric]
    for metric in metrics.values():
        name = metric.name.lower().replace("/", "_").replace("-", "_").replace(".", "_")
        if words & set(name.split("_")) or (kind == "throughput" and "_per_s" in name):
            return metric
    return None


def _steps(view: View) -> list[tuple[Span, ...]]:
    a = view.analysed
    steps = gate_steps([g for g in of_side(a.gates, "champion") if not g.is_met], 2)
    made = a.models.reproduction
    if made is not None:
        steps += [(Strong(f"Log {one.what}."), f" {one.remedy}") for one in made.missing[:2]]
    steps += alert_steps(view, "Look into {}.", noun="open alert")
    for step in a.lifecycle[6:]:
        if step.state != "done" and step.missing:
            steps.append(
                (
                    Strong(f"Show step {step.step.number}, {step.step.name}."),
                    f" Nothing here shows {listed(list(step.missing))}. ",
                    Link("Lifecycle", "lifecycle.html"),
                    ".",
                )
            )
    return steps


verdict = VerdictKind("readiness", build)
