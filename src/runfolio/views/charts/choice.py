"""Stage 4: a result along what can be chosen, with the best choice and the present one."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, x, y


def _choice(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=x(alt, "f0", nice=False, tickCount=4 if narrow else 7),
        y=y(alt, "f1", tickCount=5, scale=alt.Scale(zero=False, padding=22)),
    )

    def rows(kind: str) -> Any:
        return base.transform_filter(f"datum.f2 === '{kind}'")

    line = (
        rows("")
        .mark_line(color="var(--accent)")
        .encode(order=alt.Order(field="f0", type="quantitative"))
    )
    best = rows("best").mark_point(
        shape="circle", size=130, opacity=1, strokeWidth=2.25, filled=False, color="var(--ink)"
    )
    now = rows("champion").mark_point(
        shape="diamond", size=150, filled=True, opacity=1, color="var(--champion)"
    )
    layers = [line, best, now]
    sides: Any = (("left", "<=", 11), ("right", ">", -11))
    for side, test, offset in sides:
        layers.append(
            base.transform_joinaggregate(low="min(f0)", high="max(f0)")
            .transform_filter(f"!!datum.f3 && datum.f0 {test} (datum.low + datum.high) / 2")
            .mark_text(
                align=side,
                dx=offset,
                dy=alt.expr("datum.f2 === 'best' ? -13 : 15"),
                fontSize=12.5,
                fontWeight=600,
                color="var(--ink)",
            )
            .encode(text=alt.Text(field="f3", type="nominal"))
        )
    layers.append(hover(alt, rows(""), {"f0": "@x", "f1": "@y"}))
    return finish(alt, layers, 280)


kind = ChartKind(
    "choice",
    {
        "f0": "what can be chosen",
        "f1": "the result there",
        "f2": "what the row is: empty on the line, best, or champion where it is now",
        "f3": "the name that is written beside the point, or empty",
    },
    _choice,
)
