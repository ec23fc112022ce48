"""Stage 4: each configuration by the objective and a cost, and the front of what is worth it."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, marked, x, y


def _front(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=x(alt, "f0", tickCount=4 if narrow else 6),
        y=y(alt, "f1", tickCount=5, scale=alt.Scale(zero=False, padding=18)),
    )

    def rows(test: str) -> Any:
        return base.transform_filter(test)

    points = "datum.f4 !== 'line'"
    line = (
        rows("datum.f4 === 'line'")
        .mark_line(strokeWidth=1.5, color="var(--accent)", opacity=0.6)
        .encode(order=alt.Order(field="f5", type="quantitative"))
    )
    dominated = rows(f"{points} && datum.f4 !== 'front' && !datum.f3").mark_point(
        size=45, filled=True, opacity=0.4, color="var(--muted)"
    )
    best = rows("datum.f4 === 'front' && !datum.f3").mark_point(
        size=70, filled=True, opacity=1, color="var(--accent)"
    )
    told = rows(f"{points} && !!datum.f3").mark_point(size=150, strokeWidth=2.25, opacity=1)
    layers = [line, dominated, best, marked(alt, told, "f3")]
    # The name stands on the side with more room, the baseline's below, not to meet the other.
    sides: Any = (("left", "<=", 11), ("right", ">", -11))
    for side, test, offset in sides:
        layers.append(
            base.transform_joinaggregate(low="min(f0)", high="max(f0)")
            .transform_filter(f"!!datum.f6 && datum.f0 {test} (datum.low + datum.high) / 2")
            .mark_text(
                align=side,
                dx=offset,
                dy=alt.expr("datum.f3 === 'baseline' ? 13 : -11"),
                fontSize=12.5,
                fontWeight=alt.expr("datum.f3 ? 600 : 400"),
                limit=150 if narrow else 280,
                color="var(--ink)",
            )
            .encode(text=alt.Text(field="f6", type="nominal"))
        )
    layers.append(
        hover(alt, rows(points), {"f2": "Configuration", "f0": "@x", "f1": "@y"}, nearest=False)
    )
    return finish(alt, layers, 320)


kind = ChartKind(
    "front",
    {
        "f0": "value on the x axis",
        "f1": "value on the y axis",
        "f2": "label of the configuration",
        "f3": "mark: champion, baseline or empty",
        "f4": "what the row is: front or dominated, or line for a corner of the front's line",
        "f5": "of a corner its place along the line, else None",
        "f6": "the name that is written beside the point, or empty",
    },
    _front,
)
