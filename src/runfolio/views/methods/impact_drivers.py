"""How much the worth depends on each input."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or not impact.drivers:
        return ()
    return (
        "For each input that has a range, D is computed with this input at its 5th and at its"
        " 95th percentile, and all others as expected: D(low) and D(high). Its swing is s = "
        "|D(high) − D(low)|; the largest stands first, which gives the chart its form "
        "(tornado). What was measured of the champion moves one by one as well, as far as the"
        " mean difference to the baseline is uncertain: what seeds do to both sides is left "
        "out. An input's share of the variance is told as s² / Σ s², which is right where D "
        "is a sum of parts that depend on one input each, and else an approximation: what two"
        " inputs do together is in none of the bars.",
    )


method = Method("impact-drivers", "On what the worth depends", 94, build)
