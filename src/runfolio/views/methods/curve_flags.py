"""How overfitting, divergence, plateaus and stops too early are told from a curve."""

from __future__ import annotations

from runfolio.analysis.curve_flags import CLEAR, FAR, FEWEST_POINTS, LITTLE
from runfolio.views.methods import Method
from runfolio.views.view import View

_SHARE = f"{LITTLE:.0%}".replace("%", "\u00a0%")
_FOUND = (
    "The curves of the objective, of its family (the same measure on training and held-out data) "
    "and of losses are judged run by run. The noise of a curve is 1.4826 times the median distance "
    "of a value from the straight line between two others, divided by √(1 + a² + b²), a and b "
    "being their weights (after Gasser, Sroka & Jennen-Steinmetz 1986); once with the nearest "
    "neighbours and once with those a tenth of the curve away, and the larger counts; where the "
    "median is nothing, 1.2533 times the mean stands for it. A level is "
    "the running median of a tenth of the points, at least three and at most nine. A change of "
    f"level is clear beyond {CLEAR:g} times 1.25 times the noise over the root of that number. The "
    "gain of a curve is from its first level to its best.",
    "Overfitting: a held-out metric ends clearly worse than its best level, and by more than "
    f"{_SHARE} of its gain, while the training metric of its family clearly improves between the "
    "two, where both count the same steps. Divergence: a loss, or what was finite before, ends at "
    "NaN or infinity; or a loss ends above its first value by "
    f"more than that value, by more than its gain and by more than {FAR:g} times its noise. "
    "Stopped too early: the least-squares slope over the last fifth of the steps (at least five to "
    "seven points) is better than none with a one-sided p below 0.005, and makes more than "
    f"{_SHARE} of the gain in that fifth. Plateau: there is a clear gain, and in the last third of "
    f"the steps less than {_SHARE} of it was added (one-sided 95\u00a0% limit) or lost. The last "
    "two are told of held-out metrics, and of others only where their family has none.",
    f"Curves of fewer than {FEWEST_POINTS} finite points are only judged by whether they end "
    "finite. Where residuals resemble their neighbours, the error of a slope is multiplied by "
    "√((1 + r) / (1 − r)), r being their first autocorrelation. In noise without any trend a flag "
    "comes up in fewer than 5 of 100 curves, but a curve that wanders may look like one with a "
    "trend. No flag does not mean that there is nothing: small effects hide in noise.",
)


def build(view: View) -> tuple[str, ...]:
    return _FOUND if (view.analysed.tables.metrics["count"] > 1).any() else ()


method = Method("curve-flags", "What a curve says", 34, build, own_words=True)
