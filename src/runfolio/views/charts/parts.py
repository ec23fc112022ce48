"""Stage 4: what the kinds of charts share: axes, marks, the answer to the pointer, the look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "MARKS",
    "MARK_COLOURS",
    "SERIES_COLOURS",
    "SERIES_DASHES",
    "ChartKind",
    "Spec",
    "finish",
    "hover",
    "mark_colour",
    "marked",
    "rows",
    "x",
    "y",
]

Spec: TypeAlias = dict[str, Any]

SERIES_COLOURS = tuple(f"var(--series-{number})" for number in range(1, 9))

# Lines are told apart by dash as well as by colour.
SERIES_DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 4], [1, 2], [6, 2, 2, 2, 2, 2])


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


def x(alt: Any, field: str, nice: bool = True, **axis: Any) -> Any:
    return alt.X(
        field=field,
        type="quantitative",
        scale=alt.Scale(zero=False, nice=nice),
        axis=alt.Axis(title="@x", grid=False, **axis),
    )


def y(alt: Any, field: str, scale: Any = None, **axis: Any) -> Any:
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


def rows(alt: Any, narrow: bool, *, most: int = 290, **channel: Any) -> Any:
    """Return a row for each name in ``f0``, in the order given.

    In a narrow place the names are left to the chart, which writes them above its marks: these
    get the whole width. `most` is the room for a name elsewhere, in pixels.
    """
    axis = (
        None
        if narrow
        else alt.Axis(
            title=None,
            domain=False,
            ticks=False,
            grid=False,
            labelPadding=14,
            labelLimit=most,
            labelFontSize=13,
            labelColor="var(--ink)",
        )
    )
    return alt.Y(field="f0", type="nominal", sort=None, axis=axis, **channel)


def mark_colour(alt: Any, field: str) -> Any:
    return alt.Color(
        field=field,
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=MARKS, range=MARK_COLOURS),
    )


def marked(alt: Any, points: Any, field: str) -> Any:
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


def hover(alt: Any, base: Any, tips: Mapping[str, str], nearest: bool = True) -> Any:
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


def finish(alt: Any, layers: list[Any], height: Any) -> Spec:
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
