"""When a candidate is better than a baseline."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if len(view.analysed.configurations) < 2:
        return ()
    told = (
        "The difference is candidate minus baseline, in the metric's unit. Where each run has one "
        "partner with the same seed on the other side (replicates: pair_by names another param, "
        "such as a fold), there are at least three pairs and they do not all differ by the same, "
        "it is the mean of the differences d of the pairs, with the 95 % interval "
        "d̄ ± t s(d) / √n; else the difference of the means with Welch's interval, "
        "(x̄ − ȳ) ± t √(s²/n + r²/m), with the degrees of freedom after Welch and Satterthwaite. "
        "Which of the two it was stands beside it."
    )
    verdicts = (
        "All configurations on the leaderboard are compared with the baseline together, which "
        "judges the objective; all other metrics on the scorecard are compared together, too. "
        "Their p-values are adjusted by Holm's method (1979): "
        "the k-th smallest of m is multiplied by m − k + 1. A difference is called better or "
        "worse, by the metric's direction, where the adjusted p is below 0.05; so any false one "
        "among them is expected in at most 5 % of such tables, as long as both sides scatter "
        "alike or have as many runs. The intervals themselves are not widened. "
        "Where report.yaml names a tolerance, two one-sided t tests (Schuirmann 1987), adjusted "
        "in the same way, find two sides equivalent: the difference is smaller than that. "
        "What is neither is not distinguishable, which does not mean that it is the same. With "
        "one run on a side there are too few runs to tell a difference from noise; and where all "
        "runs of either side give the same value, as with seeds that have no effect, there is no "
        "spread to judge by."
    )
    return told, verdicts


method = Method("difference", "Candidate against baseline", 60, build, own_words=True)
