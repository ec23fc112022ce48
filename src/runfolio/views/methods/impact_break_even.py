"""Where champion and baseline are worth the same."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or not impact.break_evens:
        return ()
    return (
        "The break-even value of an input is the x with D(x) = 0 while all other inputs are as "
        "expected: the one nearest to what is expected of it, looked for among the values that "
        "are possible (a share between 0 and 1). Where D has one sign for all of them there is no "
        "break-even, and the champion is always or never worth more. It is within the range where "
        "it lies between the 5th and the 95th percentile of the input; for a metric these are "
        "the champion's mean give or take what is not known of its difference to the baseline's, "
        "and what has no range has no likely values to be judged by. Several inputs that move "
        "a little together may turn the answer round before any of them does so alone.",
    )


method = Method("impact-break-even", "Break-even", 95, build)
