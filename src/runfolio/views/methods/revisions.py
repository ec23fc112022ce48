"""How two revisions of a repository are compared."""

from __future__ import annotations

from runfolio.analysis.interval import LEVEL
from runfolio.analysis.revision_diff import FEWEST
from runfolio.views.methods import Method
from runfolio.views.view import View

_SURE = f"{LEVEL:.0%}".replace("%", "\u00a0%")


def build(view: View) -> tuple[str, ...]:
    if view.analysed.branch is None:
        return ()
    return (
        "Each side has one value of a metric, so its scatter must come from elsewhere: from the "
        "values that the history measured since the metric last moved. With s their standard "
        f"deviation and n their number, at least {FEWEST}, two of them differ by no more than "
        f"t(n − 1) s √2 with {_SURE} probability (prediction interval, Hahn 1970). A difference "
        "beyond that is called better or worse by the metric's direction, one within it is not "
        "distinguishable. Where no history tells s, a difference is told by its sign and said to "
        "be perhaps chance. Differences up to a metric's tolerance do not matter. Nothing is "
        "adjusted for how many metrics there are: about one in twenty differs by chance.",
    )


method = Method("revisions", "Two revisions", 320, build, own_words=True)
