"""Stage 4: a bar an input, from the result at its low end to that at its high end."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, rows, x

_ENDS = ["low", "high"]


def _tornado(narrow: bool) -> Spec:
    import altair as alt

    row = rows(alt, narrow)
    across = x(alt, "f1", tickCount=4 if narrow else 6)
    # Room for the values beside the bars.
    across.scale = alt.Scale(zero=False, nice=False, padding=12 if narrow else 105)
    base = alt.Chart(alt.NamedData("table")).encode(x=across, y=row)
    ends = base.transform_filter("datum.f3 !== 'none'")
    bars = ends.mark_bar(
        height={"band": 0.34 if narrow else 0.6}, yOffset=9 if narrow else 0
    ).encode(
        x2=alt.X2(field="f2"),
        color=alt.Color(
            field="f3",
            type="nominal",
            scale=alt.Scale(domain=_ENDS, range=["var(--baseline)", "var(--champion)"]),
            legend=alt.Legend(
                orient="top",
                title=None,
                symbolType="square",
                labelExpr="datum.label === 'low' ? 'Input at its low end' : 'At its high end'",
            ),
        ),
    )
    rule: dict[str, Any] = {"strokeWidth": 1.25}
    none = (
        base.transform_filter("datum.f3 === 'none'")
        .mark_rule(**rule, color="var(--ink)", strokeDash=[3, 3])
        .encode(y=alt.value(0), y2=alt.value("height"))
    )
    expected = (
        ends.transform_aggregate(f2="min(f2)")
        .mark_rule(**rule, color="var(--ink)")
        .encode(x=alt.X(field="f2", type="quantitative"), y=alt.value(0), y2=alt.value("height"))
    )
    layers = [bars, none, expected]
    if not narrow:
        # The input's own value stands at the end of its half, where it is outside.
        for test, align, dx in (
            ("datum.f1 < datum.f2", "right", -6),
            ("datum.f1 >= datum.f2", "left", 6),
        ):
            beside = ends.transform_filter(test).encode(text=alt.Text(field="f4", type="nominal"))
            small: dict[str, Any] = {"align": align, "dx": dx, "fontSize": 11.5, "limit": 98}
            layers.append(beside.mark_text(**small, stroke="var(--paper)", strokeWidth=4))
            layers.append(beside.mark_text(**small, color="var(--muted)"))
    else:
        # A rim in the paper's colour keeps the name readable where a line crosses it.
        names = ends.transform_aggregate(groupby=["f0"]).encode(
            x=alt.value(0), text=alt.Text(field="f0", type="nominal")
        )
        words: dict[str, Any] = {"align": "left", "dy": -9, "fontSize": 13, "limit": 320}
        layers.append(names.mark_text(**words, stroke="var(--paper)", strokeWidth=4))
        layers.append(names.mark_text(**words, color="var(--ink)"))
    tips = {"f0": "Input", "f4": "Its value", "f1": "@x"}
    layers.append(hover(alt, ends, tips, nearest=False))
    return finish(alt, layers, alt.Step(46 if narrow else 34))


kind = ChartKind(
    "tornado",
    {
        "f0": "label of the input, unique; rows are drawn in the order given",
        "f1": "the result at an end of its range",
        "f2": "the result as expected, the same in every row",
        "f3": "which end: low or high; none marks where nothing is gained",
        "f4": "the input's value at that end, as written",
    },
    _tornado,
)
