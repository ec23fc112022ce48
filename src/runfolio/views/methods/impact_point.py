"""What one more point of a metric is worth."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or not impact.points:
        return ()
    return (
        "What one more point of a metric is worth is W with the champion's mean of it raised by "
        "one, less W as it is: by a hundredth where it is a share (above 0.99 the last one), else "
        "by one of its unit, all else the same; its range is over the same draws as that of W. "
        "Where the formulas are not linear, a second point is worth something else.",
    )


method = Method("impact-point", "One more point", 96, build)
