"""How the result of an experiment and its predictions are judged."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if not view.analysed.experiments:
        return ()
    told = (
        "An experiment is the runs that its write-up names, or those that the tracker keeps under "
        "one name. It is judged by the metric that the write-up names, else by the objective: its "
        "best configuration that was measured as the baseline was, or the one that is named, "
        "against the baseline that is named, or the project's. Where other pages show that very "
        "comparison it is taken from there; else all its configurations are compared with the "
        "baseline together, in the same way. What came of an experiment (confirmed, refuted, "
        "open) is what the team says; where it says nothing, nothing is put in its place."
    )
    if not any(one.predictions for one in view.analysed.experiments):
        return (told,)
    predictions = (
        "A prediction (expects) of a direction is borne out where the difference d of the metric "
        "is told from zero on that side, at an adjusted p below 0.05, and not borne out where it "
        "is told on the other side or both are equivalent. At least b is borne out where the 95 % "
        "interval of d lies at or above b, and not borne out where all of it lies below; at most "
        "b is the mirror image. Where the configuration was picked as the best of k, the p of a "
        "one-sided t test, t = (d − b) / SE(d), times k (Bonferroni) must be below 0.025, too. "
        "In all other cases it is open: with one run on a side, on unlike data, or where the "
        "interval lies on both sides. Of several predictions all must be borne out."
    )
    return told, predictions


method = Method("experiment-results", "What came out of an experiment", 65, build, own_words=True)
