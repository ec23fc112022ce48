"""Stage 5: what ``report.json`` says of experiments, and of any comparison."""

from __future__ import annotations

from typing import Any

import pandas as pd

from runfolio.analysis.comparison import Comparison
from runfolio.analysis.predictions import Prediction
from runfolio.analysis.process import Experiment
from runfolio.render.json_text import exact_number

__all__ = ["comparison_json", "experiment_json"]


def experiment_json(one: Experiment) -> dict[str, Any]:
    """Return an experiment: what is written of it, its two sides and its predictions."""
    found, note = one.result, one.note
    date = one.when
    return {
        "name": one.name,
        "page": f"experiments.html#{one.anchor}",
        "logged_as": list(one.logged),
        "date": None if pd.isna(date) else f"{date:%Y-%m-%d}",
        "status": note.status or None,
        "owner": note.owner or None,
        "outcome": note.outcome or None,
        "written": dict(note.parts),
        "runs": list(one.runs),
        "metric": found.metric.name if found.metric else None,
        "candidate": found.candidate.configuration.label if found.candidate else None,
        "baseline": found.baseline.configuration.label if found.baseline else None,
        "picked_from": found.picked_from,
        "comparison": comparison_json(found.comparison) if found.comparison else None,
        "predictions": [_prediction(prediction) for prediction in one.predictions],
        "borne": one.borne,
    }


def comparison_json(c: Comparison) -> dict[str, Any]:
    """Return a candidate against a baseline on one metric."""
    told: dict[str, Any] = {"metric": c.metric, "verdict": c.outcome, "reason": c.reason}
    d = c.difference
    if d is not None:
        told |= {
            "difference": exact_number(d.value),
            "low": exact_number(d.low),
            "high": exact_number(d.high),
            "p": exact_number(c.p),
            "together": c.together,
            "runs": list(d.n),
            "pairs": d.pairs,
        }
    return told


def _prediction(prediction: Prediction) -> dict[str, Any]:
    e = prediction.expectation
    told: dict[str, Any] = {"metric": e.metric, "of": e.of}
    if e.direction:
        told["direction"] = e.direction
    told |= {
        key: exact_number(bound)
        for key, bound in (("at_least", e.at_least), ("at_most", e.at_most))
        if bound is not None
    }
    return told | {"borne": prediction.borne, "reason": prediction.reason}
