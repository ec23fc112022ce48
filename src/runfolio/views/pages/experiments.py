"""Every experiment: what was asked and what came out."""

from __future__ import annotations

from runfolio.views.experiment_words import counted_outcomes
from runfolio.views.pages import PageKind
from runfolio.views.view import View
from runfolio.views.words import number_word


def _title(view: View) -> str:
    experiments = view.analysed.experiments
    counted = counted_outcomes(experiments)
    if not counted:
        return "Experiments"
    what = "experiment" if len(experiments) == 1 else "experiments"
    return f"{number_word(len(experiments)).capitalize()} {what}: {counted}"


page = PageKind(
    *("experiments", "Experiments", "The runs", 1, ("experiment-log", "experiments"), _title),
    lede=lambda view: "What was asked, what was run and what came out, experiment by experiment.",
)
