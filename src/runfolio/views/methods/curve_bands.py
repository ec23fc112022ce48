"""How the curves of several runs are put together, and how one is smoothed."""

from __future__ import annotations

from runfolio.analysis.curves import FEWEST_FOR_QUARTILES, MOST_PLACES
from runfolio.views.charts.curve import MEAN_OF, MEDIAN_OF, MOST_POINTS
from runfolio.views.methods import Method
from runfolio.views.view import View

_BANDS = (
    "The curves of a configuration's runs are laid over each other by step; by epoch where every "
    "run logged a metric named epoch (a step's epoch is the last one logged at or before it); and "
    "by time where every run has times and most of its points one of their own, since the runs' "
    "starts, or since their first points unless all starts are known. Runs may log at different "
    f"steps: each is read at the places of all of them, of more than {MOST_PLACES} at as many "
    "equally far apart, along the straight line between its own points and never beyond them. So "
    "at each place only the runs count that have reached it, and the chart says how many those "
    "are. The line is the median; the band goes from the lower to the upper quartile, or, of fewer "
    f"than {FEWEST_FOR_QUARTILES} runs, from the lowest to the highest. It shows how runs scatter "
    "and is no interval of the median. Sentences and tables tell the medians only where at least "
    "half of the runs have a value. NaN and infinite values leave gaps.",
)
_SMOOTHED = (
    f"On a run's page a curve of more than {MOST_POINTS} points is smoothed: by the running median "
    f"of {MEDIAN_OF} points, which a single spike does not move, and then by the running mean of "
    f"{MEAN_OF} (Tukey 1977). At either end {MEDIAN_OF // 2} values stand for their medians, and "
    f"{MEAN_OF // 2} for their means. The pale line is what was logged. No number is computed from "
    "the smoothed line.",
)


def build(view: View) -> tuple[str, ...]:
    counts = view.analysed.tables.metrics["count"]
    if not (counts > 1).any():
        return ()
    return (*_BANDS, *_SMOOTHED) if (counts > MOST_POINTS).any() else _BANDS


method = Method("curve-bands", "Curves of several runs", 32, build)
