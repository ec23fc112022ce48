"""Stage 4: params side by side, one line a configuration."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover

NARROW_STEP = 66


def _parallel(narrow: bool) -> Spec:
    """Draw the axes upright; in a narrow place lying, one below the other."""
    import altair as alt

    across: Any
    of_axis: dict[str, Any] = {"field": "f0", "type": "nominal", "sort": None}
    # From 0 to 1 with room at both ends, so that no line runs along the edge.
    scale = alt.Scale(domain=[-0.04, 1.04], nice=False, zero=False)
    place: dict[str, Any] = {"field": "f1", "type": "quantitative", "axis": None, "scale": scale}
    if narrow:
        across = alt.Y(axis=None, bandPosition=0.62, **of_axis)
        base = alt.Chart(alt.NamedData("table")).encode(x=alt.X(**place), y=across)
    else:
        labels = alt.Axis(
            title=None,
            orient="top",
            domain=False,
            ticks=False,
            grid=False,
            labelAngle=0,
            labelLimit=104,
            labelPadding=10,
            labelColor="var(--ink)",
        )
        across = alt.X(axis=labels, **of_axis)
        base = alt.Chart(alt.NamedData("table")).encode(x=across, y=alt.Y(**place))

    def lines(test: str, **look: Any) -> Any:
        return (
            base.transform_filter(f"datum.f5 === 'line' && {test}")
            .mark_line(strokeJoin="round", **look)
            .encode(
                detail=alt.Detail(field="f2", type="nominal"),
                order=alt.Order(field="f6", type="quantitative"),
            )
        )

    ticks = base.transform_filter("datum.f5 === 'tick'")
    axes = ticks.transform_aggregate(low="min(f1)", high="max(f1)", groupby=["f0"]).mark_rule(
        color="var(--line)", strokeWidth=1.5
    )
    if narrow:
        axes = axes.encode(x=alt.X(**{**place, "field": "low"}), x2=alt.X2(field="high"), y=across)
        words = ticks.mark_text(
            baseline="top",
            dy=8,
            fontSize=11,
            color="var(--muted)",
            limit=90,
            align=alt.expr("datum.f1 < 0.1 ? 'left' : datum.f1 > 0.9 ? 'right' : 'center'"),
        )
        names = (
            ticks.transform_aggregate(groupby=["f0"])
            .mark_text(align="left", baseline="bottom", fontSize=13, limit=320, color="var(--ink)")
            .encode(
                x=alt.value(0),
                y=alt.Y(bandPosition=0.44, axis=None, **of_axis),
                text=alt.Text(field="f0", type="nominal"),
            )
        )
    else:
        axes = axes.encode(y=alt.Y(**{**place, "field": "low"}), y2=alt.Y2(field="high"), x=across)
        words = ticks.mark_text(align="left", dx=6, fontSize=11, color="var(--muted)", limit=76)
    # The paper's colour around the words keeps them apart from the lines below them.
    halo = {"stroke": alt.value("var(--paper)"), "strokeWidth": alt.value(4)}
    layers = [
        axes,
        lines("datum.f3 === ''", strokeWidth=1, opacity=0.28, color="var(--muted)"),
        lines("datum.f3 === 'best'", strokeWidth=1.5, opacity=0.55, color="var(--accent)"),
        lines(
            "datum.f3 === 'baseline'", strokeWidth=2.5, strokeDash=[6, 4], color="var(--baseline)"
        ),
        lines("datum.f3 === 'champion'", strokeWidth=3.5, color="var(--champion)"),
        words.encode(text=alt.Text(field="f4", type="nominal"), **halo),
        words.encode(text=alt.Text(field="f4", type="nominal")),
    ]
    if narrow:
        layers += [names.encode(**halo), names]
    points = base.transform_filter("datum.f5 === 'line'")
    tips = {"f2": "Configuration", "f0": "Param", "f4": "Value"}
    layers.append(hover(alt, points, tips, nearest=False))
    return finish(alt, layers, alt.Step(NARROW_STEP) if narrow else 330)


kind = ChartKind(
    "parallel",
    {
        "f0": "name of the axis; axes are drawn in the order given",
        "f1": "place on the axis, from 0 to 1",
        "f2": "label of the configuration",
        "f3": "champion, baseline, best for those among the best, or empty",
        "f4": "the value as text",
        "f5": "line for a value of a configuration, tick for a place that the axis names",
        "f6": "number of the axis",
    },
    _parallel,
)
