"""Stage 4: each configuration by two of its figures."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, marked, x, y


def _scatter(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=x(alt, "f0", tickCount=4 if narrow else 6), y=y(alt, "f1", tickCount=5)
    )
    others = base.transform_filter("!datum.f3").mark_point(
        size=55, filled=True, opacity=0.55, color="var(--muted)"
    )
    chosen = base.transform_filter("!!datum.f3")
    points = marked(alt, chosen.mark_point(size=150, strokeWidth=2.25, opacity=1), "f3")
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
    layers.append(hover(alt, base, {"f2": "Run", "f0": "@x", "f1": "@y"}, nearest=False))
    return finish(alt, layers, 300)


kind = ChartKind(
    "scatter",
    {
        "f0": "value on the x axis",
        "f1": "value on the y axis",
        "f2": "label of the run or configuration",
        "f3": "mark: champion, baseline or empty",
    },
    _scatter,
)
