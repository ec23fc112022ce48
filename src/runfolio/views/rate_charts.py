"""Stage 4: ROC, precision-recall and calibration curves as charts, with what they say."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from runfolio.analysis.rate_curves import CurvePair, MeanCurve
from runfolio.model.numbers import format_number, format_percent, with_unit
from runfolio.views.blocks import Cell, Chart, Column, Row, Table

__all__ = ["rate_chart"]

_AXES = {
    "roc": ("False positive rate", "True positive rate"),
    "precision-recall": ("Recall", "Precision"),
    "calibration": ("Predicted probability", "Share of positives"),
}
_TITLES = {
    "roc": ("ROC curve", "area under it"),
    "precision-recall": ("Precision-recall curve", "average precision"),
    "calibration": ("Calibration curve", "expected calibration error"),
}
_MORE = {
    "roc": "ranks positives above negatives more often",
    "precision-recall": "finds positives with fewer false alarms",
    "calibration": "has probabilities nearer to what happened",
}
_SHOWN = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
_DIGITS = 3


def rate_chart(pair: CurvePair, number: int, mark: str) -> Chart:
    """Draw one pair of curves.

    Parameters
    ----------
    pair : CurvePair
    number : int
        Of the chart on its page.
    mark : str
        The mark of the pair's candidate.
    """
    sides = [(mark, pair.candidate)]
    if pair.baseline is not None:
        sides.append(("baseline", pair.baseline))
    rows: list[tuple[object, ...]] = [(*end, "reference", None, None) for end in _reference(pair)]
    for own, curve in sides:
        columns = (curve.x, curve.y, curve.low, curve.high)
        for x, y, low, high in zip(*(column.tolist() for column in columns), strict=True):
            rows.append((x, y, own, *(None if math.isnan(end) else end for end in (low, high))))
    x_title, y_title = _AXES[pair.kind]
    return Chart(
        key=f"rates-{number}",
        kind="rates",
        title=_finding(pair),
        sentence=_sentence(pair, sides),
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={"@x": x_title, "@y": y_title},
        table=_table(pair, sides),
        static=True,
    )


def _reference(pair: CurvePair) -> list[tuple[float, float]]:
    if pair.kind != "precision-recall":
        return [(0.0, 0.0), (1.0, 1.0)]
    floor = pair.candidate.floor
    return [] if math.isnan(floor) else [(0.0, floor), (1.0, floor)]


def _finding(pair: CurvePair) -> str:
    title, measure = _TITLES[pair.kind]
    of = f" of {pair.label}" if pair.label else ""
    ours = pair.candidate.area
    if ours is None:
        return f"{title}{of}"
    value = format_number(ours.value, digits=_DIGITS)
    theirs = pair.baseline.area if pair.baseline else None
    if theirs is None or pair.delta is None:
        return f"{title}{of}: {measure} {value}"
    other = format_number(theirs.value, digits=_DIGITS)
    told = f"{measure} {value} against {other}"
    if not pair.delta.has_interval or pair.delta.low <= 0 <= pair.delta.high:
        return f"{title}{of}: {told}, which is no clear difference"
    is_better = (pair.delta.value > 0) == (pair.kind != "calibration")
    side = "champion" if is_better else "baseline"
    return f"The {side} {_MORE[pair.kind]}{of and f' ({pair.label})'}: {told}"


def _sentence(pair: CurvePair, sides: Sequence[tuple[str, MeanCurve]]) -> str:
    x, y = (title.lower() for title in _AXES[pair.kind])
    runs = " and ".join(f"{curve.runs} of the {mark or 'runs'}" for mark, curve in sides)
    several = any(curve.runs > 1 for _, curve in sides)
    band = ", its band the 95\u00a0% interval of the mean at each point" if several else ""
    told = f"{y.capitalize()} over {x}. Each line is a mean of curves ({runs}){band}."
    if pair.kind == "roc":
        told += " The dotted diagonal is guessing."
    elif pair.kind == "calibration":
        told += " On the dotted diagonal probabilities are what happens."
    elif not math.isnan(pair.candidate.floor):
        told += " The dotted line is the share of positives, which guessing reaches."
    delta = pair.delta
    if delta is not None and delta.has_interval:
        low, high = (format_number(end, digits=_DIGITS) for end in (delta.low, delta.high))
        told += f" The {_TITLES[pair.kind][1]} differs by {low} to {high} (95\u00a0% interval)."
    return told


def _table(pair: CurvePair, sides: Sequence[tuple[str, MeanCurve]]) -> Table:
    names = {"champion": "Champion", "baseline": "Baseline"}
    x_title, y_title = _AXES[pair.kind]
    measure = _TITLES[pair.kind][1]
    columns = [Column(x_title)]
    columns += [Column(names.get(mark, "Mean"), "number") for mark, _ in sides]
    shown = (
        _SHOWN
        if pair.kind != "calibration"
        else sorted({round(x, 3) for _, curve in sides for x in curve.x.tolist()})
    )
    rows = [
        Row((Cell(with_unit(format_number(x, 100), "%")), *(_at(curve, x) for _, curve in sides)))
        for x in shown
    ]
    areas = [
        Cell(format_number(curve.area.value, digits=_DIGITS) if curve.area else "not known")
        for _, curve in sides
    ]
    rows.append(Row((Cell(measure.capitalize()), *areas)))
    return Table(f"{y_title} at some points", tuple(columns), tuple(rows))


def _at(curve: MeanCurve, x: float) -> Cell:
    here = np.flatnonzero(np.abs(curve.x - x) < 5e-4)
    if not len(here):
        return Cell("")
    at = int(here[0])
    text = format_percent(float(curve.y[at]), 1)
    low, high = float(curve.low[at]), float(curve.high[at])
    if math.isfinite(low):
        text += f" ({format_number(low, 100, 1)} to {format_number(high, 100, 1)})"
    return Cell(text)
