"""How single runs are set side by side."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if len(view.runs) < 2 or not len(view.analysed.tables.metrics):
        return ()
    return (
        "On the page on which runs are compared each column is one run, with the one number that "
        "it shows for each metric, and the difference is the run's value minus that of the first "
        "run picked. Better and worse are its sign by the metric's direction and no more: one run "
        "on each side has no spread, so such a difference has no interval and no verdict. Whether "
        "configurations differ is told from their replicates.",
    )


method = Method("compare", "Runs side by side", 68, build)
