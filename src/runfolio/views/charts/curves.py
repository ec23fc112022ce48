"""Stage 4: the series of a few runs together, each named at its end."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import (
    SERIES_COLOURS,
    SERIES_DASHES,
    ChartKind,
    Spec,
    finish,
    hover,
    x,
    y,
)

CURVES_HEIGHT = 300
LABEL_GAP = 17


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
        x=x(alt, "f0", nice=False, tickMinStep=1, tickCount=4 if narrow else 7),
        y=y(alt, "f1", tickCount=5),
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
    layers = [dashed.mark_line(), hover(alt, dashed, {"f2": "Run", "f0": "@x", "f1": "@y"})]
    if not narrow:
        layers.append(_end_labels(alt, base))
    return finish(alt, layers, CURVES_HEIGHT)


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


kind = ChartKind(
    "curves",
    {
        "f0": "step",
        "f1": "value or None",
        "f2": "label of the run; at most eight are told apart",
    },
    _curves,
)
