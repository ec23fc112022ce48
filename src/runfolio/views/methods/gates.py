"""How requirements are judged."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if not view.analysed.gates:
        return ()
    return (
        "A requirement with a threshold is judged by the mean m of the metric over the runs of "
        "a configuration and the 95\u00a0% interval of that mean [l, h]. With at_least t and "
        "tolerance d (its absolute part, or its relative part of |t| where that is larger) it "
        "is met for certain where l ≥ t − d, met but not certain where m ≥ t − d > l or where "
        "there is no interval, and missed where m < t − d; at_most is its mirror image. What "
        "misses a threshold by no more than rounding (1e-12 of it) meets it. Where two "
        "thresholds are given, the worse of both counts. With no_worse_than: baseline, the "
        "improvement of the mean over the baseline's takes the place of m, its interval that of "
        "[l, h], and 0 that of t. What no metric measures is judged by evidence: it is met "
        "where a file that is not empty, an artifact or a statement with a name and a date was "
        "found, or where the newest results of all checks that were asked for are passes. A "
        "metric that no run logged, evidence that is not there and runs that cannot be compared "
        "are not evaluated, which is never a pass. A waiver counts up to its last day, by the "
        "day of the report; where no day is known, it does not count. A requirement that must "
        "be met and is neither met nor waived holds a release back; one that should be met does "
        "not.",
    )


method = Method("gates", "Requirements", 90, build)
