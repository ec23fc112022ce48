"""Stage 4: the kinds of charts; a kind is a Vega-Lite specification without data.

A specification names its data ``table`` and its columns ``f0``, ``f1`` …, so that no name
out of a log can be mistaken for syntax. Axis titles are placeholders (``@x``, ``@y``).
Colours are the theme's CSS variables: one drawing serves light, dark and print. A page
carries only data; the browser and the pre-rendering draw the same specification.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

__all__ = [
    "KINDS",
    "NARROW_WIDTH",
    "SERIES_COLOURS",
    "SERIES_DASHES",
    "TREND_LABEL_ROWS",
    "ChartKind",
    "built_specs",
    "chart_specs",
]

Spec = dict[str, Any]

_FILE = Path(__file__).with_name("chart_specs.json")

NARROW_WIDTH = 480
"""Below this width in pixels the narrow form of a kind is drawn."""

SERIES_COLOURS = tuple(f"var(--series-{number})" for number in range(1, 9))

# Lines are told apart by dash as well as by colour.
SERIES_DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 4], [1, 2], [6, 2, 2, 2, 2, 2])

CURVE_HEIGHT = 190
CURVES_HEIGHT = 300
TREND_HEIGHTS = {"trend": 340, "trend-calm": 290, "trend-small": 220, "trend-small-calm": 180}
TREND_LABEL_ROWS = {"trend": 3, "trend-calm": 0, "trend-small": 2, "trend-small-calm": 0}
"""Rows of words above the values; a calm chart has no moves to name."""
LABEL_GAP = 17
MOST_LABELS = 8
MOST_POINTS = 30


@dataclass(frozen=True, slots=True)
class ChartKind:
    """A kind of chart.

    Parameters
    ----------
    name : str
        As in `runfolio.views.blocks.Chart.kind`.
    columns : mapping of str to str
        What each column of the data means.
    build : callable
        Makes the specification; the argument says whether it is for a narrow place.
    """

    name: str
    columns: Mapping[str, str]
    build: Callable[[bool], Spec]


@lru_cache(maxsize=1)
def chart_specs() -> dict[str, Spec]:
    """Return the specifications of all kinds, by ``<kind>-wide`` and ``<kind>-narrow``.

    They are read from the file that `main` writes: importing Altair and building them would
    take as long as reading a hundred runs. A test holds the file to what Altair builds.
    """
    specs: dict[str, Spec] = json.loads(_FILE.read_text(encoding="utf-8"))
    return specs


def built_specs() -> dict[str, Spec]:
    """Build the specifications of all kinds with Altair."""
    return {
        f"{kind.name}-{form}": kind.build(form == "narrow")
        for kind in KINDS.values()
        for form in ("wide", "narrow")
    }


def main() -> None:
    """Write the file of specifications: ``python -m runfolio.views.charts`` after a change."""
    text = json.dumps(built_specs(), indent=1, sort_keys=True, ensure_ascii=False)
    _FILE.write_text(text + "\n", encoding="utf-8")


def _curve(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=_x(alt, "f0", nice=False, tickMinStep=1, tickCount=4 if narrow else 6),
        y=_y(alt, "f1", tickCount=4),
    )
    line = base.mark_line(color="var(--accent)")
    points = (
        base.mark_point(color="var(--accent)", filled=True, size=30, opacity=1)
        .transform_joinaggregate(n="count()")
        .transform_filter(f"datum.n <= {MOST_POINTS}")
    )
    return _finish(alt, [line, points, _hover(alt, base, {"f0": "@x", "f1": "@y"})], CURVE_HEIGHT)


def _curves(narrow: bool) -> Spec:
    import altair as alt

    # Without room at the ends of the lines their names stand in a legend above.
    legend = (
        alt.Legend(
            orient="top", columns=1, labelLimit=225, symbolSize=300, symbolType="stroke", title=None
        )
        if narrow
        else None
    )
    base = alt.Chart(alt.NamedData("table")).encode(
        x=_x(alt, "f0", nice=False, tickMinStep=1, tickCount=4 if narrow else 7),
        y=_y(alt, "f1", tickCount=5),
        color=alt.Color(
            field="f2",
            type="nominal",
            sort=None,
            legend=legend,
            scale=alt.Scale(range=list(SERIES_COLOURS)),
        ),
    )
    # The layer that answers the pointer has the dash too, or the legend would lose it.
    dashed = base.encode(
        strokeDash=alt.StrokeDash(
            field="f2",
            type="nominal",
            sort=None,
            legend=legend,
            scale=alt.Scale(range=[list(dash) for dash in SERIES_DASHES]),
        )
    )
    layers = [dashed.mark_line(), _hover(alt, dashed, {"f2": "Run", "f0": "@x", "f1": "@y"})]
    if not narrow:
        layers.append(_end_labels(alt, base))
    return _finish(alt, layers, CURVES_HEIGHT)


def _end_labels(alt: Any, base: Any) -> Any:
    """Name each line at its end, moved up as far as needed to stand clear of the one below.

    With the ends sorted upwards, label i stands at least one gap above label i - 1: at the
    running maximum of (end - i gaps), plus i gaps. So the places follow from the data alone.
    """
    gap = f"(datum.high - datum.low) * {LABEL_GAP / CURVES_HEIGHT}"
    return (
        base.mark_text(align="left", dx=8, fontSize=12, limit=142, fontWeight=600)
        .transform_filter("isValid(datum.f1)")
        .transform_joinaggregate(high="max(f1)", low="min(f1)")
        .transform_joinaggregate(last="max(f0)", groupby=["f2"])
        .transform_joinaggregate(right="max(f0)")
        .transform_filter("datum.f0 === datum.last")
        .transform_window(rank="row_number()", sort=[alt.SortField("f1")])
        .transform_calculate(lowest=f"datum.f1 - datum.rank * {gap}")
        .transform_window(floor="max(lowest)", frame=[None, 0], sort=[alt.SortField("f1")])
        .transform_calculate(place=f"datum.floor + datum.rank * {gap}")
        .encode(
            x=alt.X(field="right", type="quantitative"),
            y=alt.Y(field="place", type="quantitative"),
            text=alt.Text(field="f2", type="nominal"),
        )
    )


def _dots(narrow: bool) -> Spec:
    import altair as alt

    # In a narrow place the name stands above its marks and they get the whole width.
    axis = (
        None
        if narrow
        else alt.Axis(
            title=None,
            domain=False,
            ticks=False,
            grid=False,
            labelPadding=14,
            labelLimit=290,
            labelFontSize=13,
            labelColor="var(--ink)",
        )
    )
    place = 0.72 if narrow else 0.5
    base = alt.Chart(alt.NamedData("table"))
    row = alt.Y(field="f0", type="nominal", sort=None, axis=axis, bandPosition=place)
    base = base.encode(x=_x(alt, "f1", tickCount=4 if narrow else 6), y=row)
    means = base.transform_filter("datum.f3 === 'mean'")
    interval = (
        base.transform_filter("isValid(datum.f4) && isValid(datum.f5)")
        .mark_rule(strokeWidth=9, opacity=0.3, strokeCap="round")
        .encode(
            x=alt.X(field="f4", type="quantitative"),
            x2=alt.X2(field="f5"),
            color=_mark_colour(alt, "f2"),
        )
    )
    seeds = (
        base.transform_filter("datum.f3 !== 'mean'")
        .mark_point(filled=True, size=26, opacity=0.8, shape="circle")
        .encode(color=_mark_colour(alt, "f2"))
    )
    mean = _marked(alt, means.mark_point(size=130, strokeWidth=2.25, opacity=1), "f2")
    layers = [interval, seeds, mean]
    if narrow:
        names = (
            means.mark_text(
                align="left", baseline="bottom", fontSize=13, limit=320, color="var(--ink)"
            )
            .transform_aggregate(groupby=["f0"])
            .encode(
                x=alt.value(0),
                y=alt.Y(field="f0", type="nominal", sort=None, axis=None, bandPosition=0.42),
                text=alt.Text(field="f0", type="nominal"),
            )
        )
        layers.append(names)
    tips = {"f0": "Configuration", "f3": "Kind", "f1": "@x"}
    layers.append(_hover(alt, base, tips, nearest=False))
    return _finish(alt, layers, alt.Step(46 if narrow else 34))


def _scatter(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=_x(alt, "f0", tickCount=4 if narrow else 6), y=_y(alt, "f1", tickCount=5)
    )
    others = base.transform_filter("!datum.f3").mark_point(
        size=55, filled=True, opacity=0.55, color="var(--muted)"
    )
    marked = base.transform_filter("!!datum.f3")
    points = _marked(alt, marked.mark_point(size=150, strokeWidth=2.25, opacity=1), "f3")
    layers = [others, points]
    # The name stands on the side with more room, the baseline's below, not to meet the other.
    sides: Any = (("left", "<=", 11), ("right", ">", -11))
    for side, test, offset in sides:
        names = (
            base.transform_joinaggregate(low="min(f0)", high="max(f0)")
            .transform_filter(f"!!datum.f3 && datum.f0 {test} (datum.low + datum.high) / 2")
            .mark_text(
                align=side,
                dx=offset,
                dy=alt.expr("datum.f3 === 'baseline' ? 13 : -11"),
                fontSize=13,
                fontWeight=600,
                limit=150 if narrow else 300,
                color="var(--ink)",
            )
            .encode(text=alt.Text(field="f2", type="nominal"))
        )
        layers.append(names)
    layers.append(_hover(alt, base, {"f2": "Run", "f0": "@x", "f1": "@y"}, nearest=False))
    return _finish(alt, layers, 300)


def _trend(kind: str, narrow: bool) -> Spec:
    """Draw values in the order of commits: dots, a line for each level, a mark for each move.

    Above the values there is room for the words of moves, below them for the names of tags.
    Words are placed by whoever makes the data, which has a row for each form of the chart.
    """
    import altair as alt

    form = "narrow" if narrow else "wide"
    height = TREND_HEIGHTS[kind]
    label_rows = TREND_LABEL_ROWS[kind]
    top = 22 + 15 * label_rows if label_rows else 6
    scale = alt.Scale(zero=False, range=[height - 26, top])
    base = alt.Chart(alt.NamedData("table")).encode(
        x=alt.X(
            field="f0",
            type="quantitative",
            scale=alt.Scale(zero=False, nice=False, padding=6),
            axis=alt.Axis(title="@x", grid=False, labels=False, ticks=False, titlePadding=42),
        )
    )
    valued = base.encode(y=_y(alt, "f1", tickCount=5 if height > 250 else 3, scale=scale))

    def rows(kind_of_row: str, of: Any = base) -> Any:
        return of.transform_filter(f"datum.f2 === '{kind_of_row}'")

    words: dict[str, Any] = {"fontSize": 11, "baseline": "top", "color": "var(--muted)"}
    coloured = {"color": _outcome_scale(alt, OUTCOME_COLOURS)}
    above = alt.expr(f"{top - 26} - 15 * datum.f5")
    dots = (
        rows("", valued)
        .mark_point(filled=True, color="var(--muted)", opacity=0.55)
        .transform_joinaggregate(n="count()")
        .encode(size=alt.value(alt.expr("datum.n > 250 ? 7 : 20")))
    )
    ranges = (
        rows("range", valued)
        .mark_rule(color="var(--muted)", opacity=0.35)
        .encode(y2=alt.Y2(field="f5"))
    )
    levels = (
        rows("level", valued)
        .mark_rule(color="var(--accent)", strokeWidth=2.25, strokeCap="round")
        .encode(x2=alt.X2(field="f5"))
    )
    tags = [
        rows(f"pin-{form}").mark_rule(color="var(--muted)", y=height - 6, y2=height),
        rows(f"tag-{form}")
        .mark_text(**{**words, "baseline": "bottom", "y": height - 7})
        .encode(text=alt.Text(field="f3", type="nominal")),
    ]
    ticks = [
        rows(f"tick-{form}").mark_rule(color="var(--line)", y=height, y2=height + 5),
        *(
            rows(f"tick-{form}")
            .mark_text(**words, y=height + below)
            .encode(text=alt.Text(field=field, type="nominal"))
            for field, below in (("f3", 8), ("f4", 22))
        ),
    ]
    hover = _hover(alt, rows("", valued), {"f4": "Date", "f3": "Commit", "f1": "@y"})
    if not label_rows:
        return _finish(alt, [ranges, dots, levels, *tags, *ticks, hover], height)
    bands = (
        rows("band")
        .mark_rect(opacity=0.13, y=top - 4, y2=height)
        .encode(x2=alt.X2(field="f5"), **coloured)
    )
    moves = [
        rows("move").mark_rule(strokeWidth=1.25, y=top - 4, y2=height).encode(**coloured),
        rows(f"stem-{form}").mark_rule(strokeWidth=0.75, y=above, y2=top - 16).encode(**coloured),
        base.transform_filter("datum.f2 === 'move' || datum.f2 === 'drift'")
        .mark_point(size=90, strokeWidth=2.25, y=top - 10, filled=False, opacity=1)
        .encode(shape=_outcome_scale(alt, OUTCOME_SHAPES), **coloured),
        rows(f"word-{form}")
        .mark_text(y=above, fontSize=12, fontWeight=600, baseline="bottom")
        .encode(text=alt.Text(field="f3", type="nominal"), **coloured),
    ]
    return _finish(alt, [bands, ranges, dots, *moves, levels, *tags, *ticks, hover], height)


OUTCOMES = ["better", "worse", "moved"]
OUTCOME_COLOURS = ["var(--good)", "var(--bad)", "var(--muted)"]
OUTCOME_SHAPES = [
    # The signs of verdicts: a tick, a cross; and a ring for what has no direction.
    "M-1,0 L-0.3,0.7 L1,-0.8",
    "M-0.8,-0.8 L0.8,0.8 M0.8,-0.8 L-0.8,0.8",
    "circle",
]


def _outcome_scale(alt: Any, values: list[str]) -> Any:
    channel = alt.Color if values is OUTCOME_COLOURS else alt.Shape
    return channel(
        field="f6",
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=OUTCOMES, range=values),
    )


def _x(alt: Any, field: str, nice: bool = True, **axis: Any) -> Any:
    return alt.X(
        field=field,
        type="quantitative",
        scale=alt.Scale(zero=False, nice=nice),
        axis=alt.Axis(title="@x", grid=False, **axis),
    )


def _y(alt: Any, field: str, scale: Any = None, **axis: Any) -> Any:
    # The title lies above the axis, read without turning the head.
    return alt.Y(
        field=field,
        type="quantitative",
        scale=scale or alt.Scale(zero=False),
        axis=alt.Axis(
            title="@y",
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleBaseline="bottom",
            titleX=0,
            titleY=-8,
            domain=False,
            ticks=False,
            **axis,
        ),
    )


MARKS = ["champion", "baseline", ""]
MARK_COLOURS = ["var(--champion)", "var(--baseline)", "var(--muted)"]


def _mark_colour(alt: Any, field: str) -> Any:
    return alt.Color(
        field=field,
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=MARKS, range=MARK_COLOURS),
    )


def _marked(alt: Any, points: Any, field: str) -> Any:
    """Champion: filled diamond. Baseline: open circle. The others: filled circle."""

    def scale(values: list[str]) -> dict[str, Any]:
        return {
            "field": field,
            "type": "nominal",
            "legend": None,
            "scale": alt.Scale(domain=MARKS, range=values),
        }

    return points.encode(
        shape=alt.Shape(**scale(["diamond", "circle", "circle"])),
        fill=alt.Fill(**scale(["var(--champion)", "var(--paper)", "var(--muted)"])),
        stroke=alt.Stroke(**scale(MARK_COLOURS)),
    )


def _hover(alt: Any, base: Any, tips: Mapping[str, str], nearest: bool = True) -> Any:
    """Answer the pointer with the numbers; pre-rendering leaves this layer out by its name."""
    layer = base.transform_filter("isValid(datum.f1)").encode(
        tooltip=[
            alt.Tooltip(field=field, type="quantitative", title=title, format=",.4~g")
            if title.startswith("@")
            else alt.Tooltip(field=field, type="nominal", title=title)
            for field, title in tips.items()
        ]
    )
    if not nearest:
        return layer.mark_point(size=220, filled=True, opacity=0).properties(name="hover")
    pointed = alt.selection_point(
        name="pointed", on="pointerover", nearest=True, empty=False, clear="pointerout"
    )
    return (
        layer.mark_point(size=70, filled=True, opacity=0)
        .encode(opacity=alt.condition(pointed, alt.value(1), alt.value(0)))
        .add_params(pointed)
        .properties(name="hover")
    )


def _finish(alt: Any, layers: list[Any], height: Any) -> Spec:
    chart = alt.layer(*layers).properties(
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 2, "top": 4, "right": 4, "bottom": 5},
        background="transparent",
    )
    spec: Spec = chart.to_dict(validate=False)  # the tests validate it, once and not in every build
    # The page's bundle knows its version; the address of the schema would only be a link out.
    del spec["$schema"]
    # Set here and not by `configure`, each call of which copies the whole chart.
    spec["config"] = _config()
    return spec


def _config() -> Spec:
    import altair as alt

    config: Spec = alt.Config(
        # One label names the whole drawing; its numbers are in the table beside it.
        aria=False,
        font="sans-serif",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="var(--muted)",
            labelFontSize=12,
            titleColor="var(--muted)",
            titleFontSize=12,
            titleFontWeight="normal",
            domainColor="var(--line)",
            tickColor="var(--line)",
            gridColor="var(--line)",
            titlePadding=8,
            labelPadding=5,
        ),
        legend=alt.LegendConfig(
            labelColor="var(--ink)", labelFontSize=13, symbolStrokeWidth=2.25, padding=0, offset=26
        ),
        line=alt.LineConfig(strokeWidth=2.25, strokeJoin="round"),
        text=alt.MarkConfig(color="var(--ink)"),
    ).to_dict()
    return config


TREND_COLUMNS = {
    "f0": "commits since the oldest",
    "f1": "value or None; of a level its height, of a range its lowest",
    "f2": "what the row is: empty for a measurement, range, level, band, move, drift; and, for one "
    "form of the chart (-wide or -narrow), word and stem of a move, tag, its pin, tick of the axis",
    "f3": "the commit of a measurement; the words that are written",
    "f4": "the date of a measurement or tick",
    "f5": "of a range its highest; where a level or a band ends; in which row above the values "
    "a word stands",
    "f6": "better, worse or moved",
}

KINDS: Mapping[str, ChartKind] = {
    kind.name: kind
    for kind in (
        ChartKind("curve", {"f0": "step", "f1": "value or None"}, _curve),
        ChartKind(
            "curves",
            {
                "f0": "step",
                "f1": "value or None",
                "f2": "label of the run; at most eight are told apart",
            },
            _curves,
        ),
        ChartKind(
            "dots",
            {
                "f0": "label of the configuration, unique; rows are drawn in the order given",
                "f1": "value",
                "f2": "mark: champion, baseline or empty",
                "f3": "what the value is: run (a small dot) or mean (the large mark)",
                "f4": "lower end of the interval of the mean, or None",
                "f5": "upper end of the interval of the mean, or None",
            },
            _dots,
        ),
        ChartKind(
            "scatter",
            {
                "f0": "value on the x axis",
                "f1": "value on the y axis",
                "f2": "label of the run or configuration",
                "f3": "mark: champion, baseline or empty",
            },
            _scatter,
        ),
        *(
            ChartKind(
                name,
                TREND_COLUMNS
                if rows
                else {field: told for field, told in TREND_COLUMNS.items() if field != "f6"},
                partial(_trend, name),
            )
            for name, rows in TREND_LABEL_ROWS.items()
        ),
    )
}


if __name__ == "__main__":
    main()
