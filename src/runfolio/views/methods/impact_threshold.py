"""Which threshold of the model is worth most."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or (impact.threshold is None and not impact.threshold_untold):
        return ()
    return (
        "The champion's curve is the mean over its runs of the true positive rate at each "
        "false positive rate, from logged ROC or precision-recall curves or from scores. At "
        "each of its points W is computed with these rates in the place of the metrics that "
        "are these rates, every quantity as expected and every other metric as it is; the "
        "point with the highest W is the best (Provost and Fawcett 2001). What it is worth "
        "more than now is told by the curve and the rates of each run, as a mean with "
        "Student's 90\u00a0% interval; it is called more where the whole interval is above 0."
        " The cost of a missed case is what W loses by a hundredth less of the true positive "
        "rate where the champion is now, that of a false alarm what it loses by a hundredth "
        "more of the false positive rate: together they are the cost matrix, in money per "
        "point of each rate. The best point is picked on the cases on which it was measured, "
        "so it looks a little better than it is.",
    )


method = Method("impact-threshold", "The threshold that is worth most", 97, build)
