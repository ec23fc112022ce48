"""How long series are drawn."""

from __future__ import annotations

from runfolio.model.thinning import LAST_POINTS, MAX_POINTS
from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    return (
        f"A series of more than {MAX_POINTS} points is drawn with the lowest and the highest of "
        f"equally long stretches, its first point and its last {LAST_POINTS}, and the points "
        "where a held-out metric was at its best, so that peaks and dips stay. The chart says "
        "so where it was done.",
    )


method = Method("thinning", "Curves", 30, build)
