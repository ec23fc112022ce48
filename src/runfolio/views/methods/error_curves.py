"""How confusion matrices and curves of rates are put together."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.analysis.rate_curves import BINS
from runfolio.model.plots import Confusion, RatedCurve
from runfolio.views.methods import Method
from runfolio.views.view import View

_MATRICES = (
    "Confusion matrices of one name are added up over a configuration's runs. Shares are of the "
    "cases of a class, and are means of the runs' shares, so that every run counts alike; so are "
    "a class's recall (its cases that were called so) and precision (those called so that are of "
    "it). Their differences have the interval of any candidate and baseline."
)
_CURVES = {
    "roc": "ROC curves are averaged vertically: at each false positive rate stands the mean of the "
    "runs' true positive rates, in each interpolated along a straight line (Fawcett 2006). The "
    "area under a run's curve is the sum of trapezoids over all of its points, from (0, 0) to "
    "(1, 1). A DET curve is read as a ROC curve.",
    "precision-recall": "Average precision is Σ (Rᵢ − Rᵢ₋₁) Pᵢ by ascending recall R: precision P "
    "is not interpolated between points, since a straight line is too good there (Davis & "
    "Goadrich 2006). At a recall the precision of a run is that of the first point that reaches "
    "it; runs are averaged at each recall.",
    "calibration": f"Points of calibration curves are averaged in {BINS} equal parts of the "
    "predicted probability, by the cases behind them where these were logged. The expected "
    "calibration error of a run is the mean distance of share and predicted probability over its "
    "bins, weighted by their cases (Naeini, Cooper & Hauskrecht 2015); without cases it is not "
    "known.",
}
_BANDS = (
    "The bands are the interval of the mean at each point alone, not of the whole curve. A curve "
    "of very many points is drawn with some of them; its area is that of all."
)


def build(view: View) -> tuple[str, ...]:
    return tuple(_told(view))


def _told(view: View) -> Iterator[str]:
    plots = [plot for own in view.analysed.tables.plots.values() for plot in own]
    kinds = {plot.kind for plot in plots if isinstance(plot, RatedCurve)}
    if any(isinstance(plot, Confusion) for plot in plots):
        yield _MATRICES
    yield from (told for kind, told in _CURVES.items() if kind in kinds)
    if kinds:
        yield _BANDS


method = Method("error-curves", "Confusion matrices and curves of rates", 130, build)
