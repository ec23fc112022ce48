"""Stage 4: a metric of production over time: its window's line and band, levels, alerts."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, y

HEIGHT = 250
_TICK = (
    "utcFormat(datum.value, utchours(datum.value) ? '%H:%M' : "
    "utcmonth(datum.value) || utcdate(datum.value) > 1 ? '%-d %b' : '%-d %b %Y')"
)
_TOP = 20
"""Room above the values for the names of versions."""


def _levels(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=alt.X(
            field="f0",
            type="temporal",
            scale=alt.Scale(type="utc", nice=False, padding=6),
            axis=alt.Axis(
                title="@x",
                grid=False,
                labelOverlap=True,
                tickCount=4 if narrow else 8,
                labelExpr=_TICK,
            ),
        )
    )
    scale = alt.Scale(zero=False, range=[HEIGHT, _TOP])
    valued = base.encode(y=y(alt, "f1", tickCount=5, scale=scale))

    def rows(kind: str, of: Any = base) -> Any:
        return of.transform_filter(f"datum.f2 === '{kind}'")

    def band(kind: str, colour: str, opacity: float) -> Any:
        return (
            rows(kind, base)
            .mark_area(color=colour, opacity=opacity)
            .encode(y=alt.Y(field="f4", type="quantitative", scale=scale), y2=alt.Y2(field="f5"))
        )

    words: dict[str, Any] = {"fontSize": 11, "color": "var(--muted)"}
    alerts = (
        rows("alert")
        .mark_rect(color="var(--bad)", opacity=0.1, y=_TOP, y2=HEIGHT)
        .encode(x2=alt.X2(field="f6"))
    )
    edges = rows("alert").mark_rule(color="var(--bad)", strokeWidth=1.25, y=_TOP, y2=HEIGHT)
    forecast = rows("forecast", valued).mark_line(
        color="var(--baseline)", strokeDash=[2, 3], strokeWidth=1.75
    )
    levels = (
        rows("level", valued)
        .mark_rule(color="var(--ink)", strokeDash=[7, 3], strokeWidth=1.25)
        .encode(x2=alt.X2(field="f6"))
    )
    named = (
        valued.transform_filter("datum.f2 === 'name'")
        .mark_text(**words, align="right", baseline="bottom", dy=-3)
        .encode(text=alt.Text(field="f3", type="nominal"))
    )
    versions = [
        rows("version").mark_rule(color="var(--muted)", strokeDash=[3, 3], y=0, y2=HEIGHT),
        rows("version")
        .mark_text(**words, y=2, align="left", baseline="top", dx=4)
        .encode(text=alt.Text(field="f3", type="nominal")),
    ]
    dots = rows("", valued).mark_point(
        filled=True, color="var(--muted)", opacity=0.5, size=14 if narrow else 20
    )
    line = rows("window", valued).mark_line(color="var(--accent)")
    return finish(
        alt,
        [
            *(alerts, band("forecast", "var(--baseline)", 0.12)),
            *(band("window", "var(--accent)", 0.16), edges, dots, forecast, levels, named),
            *(*versions, line),
            hover(alt, rows("window", valued), {"f3": "Up to", "f1": "@y"}),
        ],
        HEIGHT,
    )


LEVELS_COLUMNS = {
    "f0": "time in milliseconds since 1970, UTC",
    "f1": "value or None",
    "f2": "what the row is: empty for what was logged; window, level, its name, forecast, alert "
    "or version",
    "f3": "the date of a window; the words of a level, a forecast or a version",
    "f4": "lower end of a window's or a forecast's interval",
    "f5": "upper end of it",
    "f6": "where an alert or a level ends",
}

kind = ChartKind("levels", LEVELS_COLUMNS, _levels)
