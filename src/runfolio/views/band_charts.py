"""Stage 4: the curves of two configurations as a chart, with what it shows in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runfolio.analysis.curves import FEWEST_FOR_QUARTILES, MOST_PLACES, Axis, Band
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import format_count, format_number
from runfolio.views.blocks import Cell, Chart, Column, Mark, Row, Table
from runfolio.views.words import listed, number_word

__all__ = ["Side", "band_chart"]

_CLOCK = ((7200.0, 3600.0, "hours", "hour"), (120.0, 60.0, "minutes", "minute"))


@dataclass(frozen=True, slots=True)
class Side:
    """A configuration with the band of its runs' curves."""

    mark: Mark
    label: str
    band: Band

    @property
    def name(self) -> str:
        return f"the {self.mark}" if self.mark else self.label


@dataclass(frozen=True, slots=True)
class _Along:
    """What the curves go along: how a place is written and called."""

    scale: float
    many: str
    one: str
    title: str

    def place(self, x: float) -> str:
        return f"{self.one} {format_number(x / self.scale)}"


def band_chart(metric: Metric, sides: Sequence[Side], axis: Axis) -> Chart:
    """Draw the medians and the bands of one or two sides.

    Parameters
    ----------
    metric : Metric
    sides : sequence of Side
        The champion before the baseline; or neither of them.
    axis : {"step", "epoch", "time"}
        What the bands go along.
    """
    along = _along(axis, sides)
    rows: list[tuple[object, ...]] = []
    for side in sides:
        band = side.band
        ends = (band.low, band.high) if band.runs > 1 else (np.full(len(band.x), np.nan),) * 2
        for x, y, low, high, reached in zip(
            *(column.tolist() for column in (band.x, band.median, *ends, band.reached)), strict=True
        ):
            y, low, high = (_drawn(value * metric.scale) for value in (y, low, high))
            own = side.mark or side.label
            rows.append((round(x / along.scale, 6), y, own, low, high, reached))
    return Chart(
        key=f"learning-{axis}",
        kind="band" if any(side.mark for side in sides) else "bands",
        title=_finding(metric, sides, along),
        sentence=_sentence(metric, sides, along),
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={
            "@x": along.title,
            "@y": f"{metric.label} ({metric.unit})" if metric.unit else metric.label,
        },
        table=_table(metric, sides, along),
        static=axis == "step",
    )


def _drawn(value: float) -> float | None:
    """Return six significant digits, more than any screen can show; None for a gap."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _along(axis: Axis, sides: Sequence[Side]) -> _Along:
    if axis == "step":
        return _Along(1.0, "steps", "step", "Step")
    if axis == "epoch":
        return _Along(1.0, "epochs", "epoch", "Epoch")
    longest = max(float(side.band.x[-1]) for side in sides)
    for above, scale, many, one in _CLOCK:
        if longest >= above:
            return _Along(scale, many, one, f"{many.capitalize()} since the start")
    return _Along(1.0, "seconds", "second", "Seconds since the start")


def _finding(metric: Metric, sides: Sequence[Side], along: _Along) -> str:
    several = any(side.band.runs > 1 for side in sides)
    told = f"{metric.label}{': the median' if several else ''} of {sides[0].name}"
    ours = sides[0].band.shared()
    if len(sides) < 2:
        if np.nanmin(ours.median) == np.nanmax(ours.median):
            return f"{told} is {metric.value(float(np.nanmax(ours.median)))} throughout"
        best = _best(metric, ours)
        if best is None:
            return f"{told} ends at {metric.value(ours.at(math.inf))}"
        return f"{told} is best at {along.place(best[1])} with {metric.value(best[0])}"
    theirs = sides[1].band.shared()
    end = min(ours.x[-1], theirs.x[-1])
    values = ours.at(end), theirs.at(end)
    if not all(map(math.isfinite, values)):
        return f"{told} and of {sides[1].name}"  # nowhere do enough runs of a side have a value
    ends = "{} against {}".format(*map(metric.value, values))
    if metric.better(values[1], values[0]):
        return f"{told} ends behind that of {sides[1].name}: {ends}"
    if not metric.better(*values):
        return f"{told} ends level with that of {sides[1].name}: {ends}"
    begin = max(ours.x[0], theirs.x[0])
    places = np.union1d(ours.x, theirs.x)
    places = places[(places >= begin) & (places <= end)].tolist()
    behind = [i for i, x in enumerate(places) if not metric.better(ours.at(x), theirs.at(x))]
    since = f"from {along.place(places[behind[-1] + 1])} on" if behind else "throughout"
    if ours.x[-1] == theirs.x[-1]:
        return f"{told} is ahead {since} and ends at {ends}"
    return f"{told} is ahead {since}; at {along.place(float(end))} it is at {ends}"


def _sentence(metric: Metric, sides: Sequence[Side], along: _Along) -> str:
    runs = listed([f"{side.band.runs} of {side.name}" for side in sides])
    told = f"{metric.label} over {along.many}: the median of the runs ({runs})"
    if all(side.band.runs == 1 for side in sides):
        told = f"{metric.label} over {along.many}: one run of "
        told += " and one of ".join(side.name for side in sides)
    kinds = {side.band.is_quartiles: side.name for side in sides if side.band.runs > 1}
    if len(kinds) == 2:
        told += (
            f", the band from the lower to the upper quartile for {kinds[True]} and, as there "
            f"are fewer than {number_word(FEWEST_FOR_QUARTILES)} runs, from the lowest to the "
            f"highest for {kinds[False]}"
        )
    elif True in kinds:
        told += ", each band from the lower to the upper quartile"
    elif False in kinds:
        told += (
            f", each band, of fewer than {number_word(FEWEST_FOR_QUARTILES)} runs, from the "
            "lowest to the highest"
        )
    told += "."
    for side in sides:
        band = side.band
        whole = np.flatnonzero(band.reached == band.runs)
        if band.reached[-1] < band.runs and len(whole):
            told += (
                f" All {band.runs} runs of {side.name} are there up to "
                f"{along.place(float(band.x[whole[-1]]))}, {band.reached[-1]} at the end."
            )
    if any(len(side.band.x) == MOST_PLACES for side in sides):
        told += f" Read at {MOST_PLACES} places equally far apart."
    return told


def _table(metric: Metric, sides: Sequence[Side], along: _Along) -> Table:
    columns = [Column("Configuration"), Column("Runs", "number")]
    columns += [
        Column(name, "number", f"The median at the {name.lower()}")
        for name in ("Start", "Middle", "End")
    ]
    if metric.goal:
        columns += [Column("Best", "number"), Column(f"at {along.one}", "number")]
    rows = tuple(Row(_cells(metric, side, along), side.mark) for side in sides)
    several = any(side.band.runs > 1 for side in sides)
    which = ": the medians, as far as half of the runs reach" if several else " on the way"
    return Table(f"{metric.label}{which}", tuple(columns), rows)


def _cells(metric: Metric, side: Side, along: _Along) -> tuple[Cell, ...]:
    band = side.band.shared()
    best = _best(metric, band)
    cells = [Cell(side.label), Cell(format_count(band.runs))]
    for x in (float(band.x[0]), float(band.x[0] / 2 + band.x[-1] / 2), math.inf):
        value = band.at(x)
        cells.append(Cell(metric.value(value) if math.isfinite(value) else "not finite"))
    if best is not None:
        cells += [Cell(metric.value(best[0])), Cell(format_number(best[1] / along.scale))]
    return tuple(cells)


def _best(metric: Metric, band: Band) -> tuple[float, float] | None:
    """Return the best median and where it is; None without a direction."""
    if not metric.goal:
        return None
    at = int(np.nanargmax(metric.improvement(1.0) * band.median))
    return float(band.median[at]), float(band.x[at])
