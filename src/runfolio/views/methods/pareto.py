"""How configurations that are worth their cost are found."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if view.analysed.objective is None or len(view.analysed.standings) < 2:
        return ()
    return (
        "One configuration dominates another if its mean is at least as good in every metric "
        "shown and better in one: x ≤ y in all and x < y in some, each signed so that less is "
        "better. What nothing dominates is the front; equal configurations do not dominate each "
        "other. It is found in n log n steps (Kung, Luccio and Preparata 1975). A domination is "
        "called clear in the metrics in which the two compare as better by the method of a "
        "difference, and within noise where there is no such metric.",
    )


method = Method("pareto", "Worth its cost", 160, build)
