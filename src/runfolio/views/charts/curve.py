"""Stage 4: one series over its steps."""

from __future__ import annotations

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, x, y

CURVE_HEIGHT = 190
MOST_POINTS = 30


def _curve(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=x(alt, "f0", nice=False, tickMinStep=1, tickCount=4 if narrow else 6),
        y=y(alt, "f1", tickCount=4),
    )
    line = base.mark_line(color="var(--accent)")
    points = (
        base.mark_point(color="var(--accent)", filled=True, size=30, opacity=1)
        .transform_joinaggregate(n="count()")
        .transform_filter(f"datum.n <= {MOST_POINTS}")
    )
    return finish(alt, [line, points, hover(alt, base, {"f0": "@x", "f1": "@y"})], CURVE_HEIGHT)


kind = ChartKind("curve", {"f0": "step", "f1": "value or None"}, _curve)
