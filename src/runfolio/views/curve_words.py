"""Stage 4: what a curve says, in one sentence each."""

from __future__ import annotations

import math

from runfolio.analysis.curve_flags import LITTLE, CurveFlag
from runfolio.model.numbers import format_number, format_percent
from runfolio.views.words import call

__all__ = ["flag_sentence"]


def flag_sentence(flag: CurveFlag) -> str:
    """Return what a flag says: what, where, and by how much."""
    metric, beside = flag.metric, flag.beside
    label, step = metric.label, format_number(flag.step)
    if flag.kind == "overfitting" and beside is not None:
        worse = "falls" if metric.goal == "maximize" else "rises"
        meanwhile = "rises" if beside.goal == "maximize" else "falls"
        return (
            f"{label} is best at step {step} and then {worse} by {metric.size(flag.size)} "
            f"while {call(beside)} still {meanwhile}."
        )
    if flag.kind == "divergence":
        if not math.isfinite(flag.size):
            return f"{label} is not finite from step {step} on."
        return (
            f"{label} is far above its first value from step {step} on and ends at "
            f"{metric.value(flag.size)}."
        )
    if flag.kind == "plateau":
        share = format_percent(1 - LITTLE)
        return f"{label} has {share} of its gain by step {step} and stays there to the end."
    return (
        f"{label} still improves when it ends at step {step}: by {metric.size(flag.size)} over "
        "its last fifth."
    )
