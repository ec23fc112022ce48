"""Stage 4: rates over rates (ROC, precision-recall, calibration): both sides with their bands."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import MARK_COLOURS, MARKS, ChartKind, Spec, finish, hover

HEIGHT = 320
SIDES = MARKS[:2]
MOST_POINTS = 30


def _rates(narrow: bool) -> Spec:
    import altair as alt

    legend = alt.Legend(
        orient="top",
        title=None,
        symbolType="stroke",
        symbolSize=300,
        symbolOpacity=1,
        labelExpr="upper(slice(datum.label, 0, 1)) + slice(datum.label, 1)",
    )
    whole = alt.Scale(domain=[0, 1], nice=False)
    ticks: dict[str, Any] = {"tickCount": 3 if narrow else 5, "format": "%"}
    y_axis = alt.Axis(
        title="@y",
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleBaseline="bottom",
        titleX=0,
        titleY=-8,
        domain=False,
        ticks=False,
        **ticks,
    )
    base = alt.Chart(alt.NamedData("table")).encode(
        x=alt.X(
            field="f0",
            type="quantitative",
            scale=whole,
            axis=alt.Axis(title="@x", grid=False, **ticks),
        ),
        y=alt.Y(field="f1", type="quantitative", scale=whole, axis=y_axis),
    )

    def side(values: list[Any]) -> dict[str, Any]:
        scale = alt.Scale(domain=SIDES, range=values)
        return {"field": "f2", "type": "nominal", "scale": scale, "legend": legend}

    sides = base.transform_filter("datum.f2 !== 'reference'")
    coloured = sides.encode(color=alt.Color(**side(MARK_COLOURS[:2])))
    band = (
        coloured.transform_filter("isValid(datum.f3) && isValid(datum.f4)")
        .mark_area(opacity=0.14)
        .encode(y=alt.Y(field="f3", type="quantitative"), y2=alt.Y2(field="f4"))
    )
    # Told apart by dash as well as by colour.
    line = coloured.mark_line().encode(strokeDash=alt.StrokeDash(**side([[1, 0], [6, 3]])))
    points = (
        coloured.transform_joinaggregate(n="count()", groupby=["f2"])
        .transform_filter(f"datum.n <= {MOST_POINTS}")
        .mark_point(filled=True, size=34, opacity=1)
    )
    reference = base.transform_filter("datum.f2 === 'reference'").mark_line(
        color="var(--muted)", strokeWidth=1, strokeDash=[2, 3]
    )
    tips = {"f2": "Side", "f0": "@x", "f1": "@y"}
    return finish(alt, [reference, band, line, points, hover(alt, coloured, tips)], HEIGHT)


kind = ChartKind(
    "rates",
    {
        "f0": "rate on the x axis, from 0 to 1",
        "f1": "rate on the y axis, from 0 to 1",
        "f2": "champion, baseline, or reference (a line to compare with)",
        "f3": "lower end of the interval of the mean, or None",
        "f4": "upper end of it, or None",
    },
    _rates,
)
