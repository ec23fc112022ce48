"""Stage 4: gates into words, for every page and command that speaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.gate import Gate
from runfolio.model.numbers import format_percent
from runfolio.views.blocks import Verdict
from runfolio.views.words import listed, number_word

__all__ = ["asked_for", "found", "gate_sentence", "gate_verdict", "ordered", "quoted"]


def gate_verdict(gate: Gate) -> Verdict:
    """Return what became of a requirement as words with a tone."""
    if gate.waived:
        return Verdict(f"{gate.outcome.capitalize()}, waived", "unsure")
    if gate.outcome == "met":
        measured = gate.estimate is not None
        return Verdict(f"Met with {format_percent(0.95)} confidence" if measured else "Met", "good")
    if gate.outcome == "met, not certain":
        return Verdict("Met, not certain", "unsure")
    if gate.outcome == "missed":
        return Verdict("Missed", "bad")
    return Verdict("Not evaluated", "unsure" if gate.requirement.severity == "must" else "none")


def asked_for(gate: Gate) -> str:
    """Say what was asked."""
    e = gate.requirement.evidence
    if gate.threshold or e is None:
        return gate.threshold
    if e.statement is not None:
        return "a statement that somebody answers for"
    if e.check is not None:
        return f"a check of data that passes: {e.check}"
    return f"an artifact: {e.artifact}" if e.artifact is not None else f"a file: {e.file}"


def found(gate: Gate, a: Analysed) -> str:
    """Say what was found: a value with its interval, or the evidence."""
    metric = a.metrics.get(gate.requirement.metric or "")
    if gate.comparison is not None and gate.comparison.difference is not None and metric:
        return metric.fine_for(gate.comparison.difference.value).delta(
            gate.comparison.difference.value
        )
    if gate.estimate is None or metric is None:
        return listed(gate.evidence, 2)
    told = metric.value(gate.estimate.value)
    if gate.estimate.has_interval:
        ends = metric.range(gate.estimate.low, gate.estimate.high)
        told += f" ({ends.removesuffix(metric.unit).rstrip()})"
    return told


def ordered(gates: Sequence[Gate]) -> list[Gate]:
    """Return gates with what stops a release first, then what is open, then what is met."""
    rank = {"missed": 0, "not evaluated": 1, "met, not certain": 2, "met": 3}
    return sorted(gates, key=lambda gate: (not gate.stops, rank[gate.outcome]))


def gate_sentence(gates: Sequence[Gate], name: str) -> str:
    """Say how many of its requirements a configuration meets, without a full stop."""
    met = [gate for gate in gates if gate.is_met]
    unsure = [gate for gate in met if gate.outcome != "met"]
    missed = [g.requirement.name for g in gates if g.outcome == "missed" and not g.waived]
    waived = [gate.requirement.name for gate in gates if gate.waived]
    unknown = [g.requirement.name for g in gates if g.outcome == "not evaluated" and not g.waived]
    if len(gates) == 1:
        told = f"{name} {'meets' if met else 'does not meet'} what is asked of it"
    elif len(met) == len(gates):
        told = f"{name} meets all {number_word(len(gates))} requirements"
    else:
        told = f"{name} meets {number_word(len(met))} of {number_word(len(gates))} requirements"
    if unsure:
        told += (
            ", but none of them for certain"
            if len(unsure) == len(met) > 1
            else ", but not for certain"
            if len(met) == 1
            else f", {number_word(len(unsure))} of them not for certain"
        )
    clauses = [
        f"it misses {listed([quoted(n) for n in missed], 3)}" if missed else "",
        f"not evaluated: {listed([quoted(n) for n in unknown], 3)}" if unknown else "",
        f"waived for now: {listed([quoted(n) for n in waived], 3)}" if waived else "",
    ]
    return "; ".join(filter(None, (told, *clauses)))


def quoted(name: str) -> str:
    """Set off a requirement's name in a sentence."""
    return f"\u201c{name}\u201d"
