"""Stage 5: requirements and checklists for other programs, as ``report.json`` has them."""

from __future__ import annotations

from typing import Any

from runfolio.analysis.compliance import AnsweredList
from runfolio.analysis.gate import Gate
from runfolio.render.json_text import exact_number

__all__ = ["checklist_json", "gate_json"]


def gate_json(gate: Gate) -> dict[str, Any]:
    """Return a requirement with what became of it."""
    one, e = gate.requirement, gate.estimate
    told: dict[str, Any] = {
        "requirement": one.name,
        "kind": one.kind,
        "severity": one.severity,
        "configuration": gate.configuration,
        "side": gate.side,
        "outcome": gate.outcome,
        "waived": gate.waived,
        "holds_back": gate.stops,
        "reason": gate.reason,
    }
    if gate.threshold:
        told["asked"] = gate.threshold
    if one.metric is not None:
        told["metric"] = one.metric
    if e is not None:
        told |= {key: exact_number(getattr(e, key)) for key in ("value", "low", "high")}
    if gate.evidence:
        told["evidence"] = list(gate.evidence)
    return told


def checklist_json(answered: AnsweredList) -> dict[str, Any]:
    """Return a checklist with the answers to its items."""
    return {
        "checklist": answered.checklist.name,
        "title": answered.checklist.title,
        "items": [
            {
                "name": item.item.name,
                "state": item.state,
                "evidence": list(item.evidence),
                "owner": item.owner,
                "date": item.date,
            }
            for item in answered.items
        ],
    }
