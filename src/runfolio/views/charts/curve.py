"""Stage 4: one series over its steps; of a longer one a smoothed line over the pale raw one."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, x, y

CURVE_HEIGHT = 190
MOST_POINTS = 30
"""Up to as many points are marked each; of more the line is smoothed."""
MEDIAN_OF = 9
MEAN_OF = 5


def _curve(narrow: bool) -> Spec:
    import altair as alt

    base = alt.Chart(alt.NamedData("table")).encode(
        x=x(alt, "f0", nice=False, tickMinStep=1, tickCount=4 if narrow else 6),
        y=y(alt, "f1", tickCount=4),
    )
    counted = base.transform_joinaggregate(n="count()")
    short = counted.transform_filter(f"datum.n <= {MOST_POINTS}")
    long = counted.transform_filter(f"datum.n > {MOST_POINTS}")
    line = short.mark_line(color="var(--accent)")
    points = short.mark_point(color="var(--accent)", filled=True, size=30, opacity=1)
    raw = long.mark_line(color="var(--accent)", strokeWidth=1, opacity=0.4)
    answers = hover(alt, base, {"f0": "@x", "f1": "@y"})
    return finish(alt, [raw, line, points, _smoothed(alt, long), answers], CURVE_HEIGHT)


def _smoothed(alt: Any, long: Any) -> Any:
    """Smooth by medians, which a spike does not move, then by means, which leave no stairs.

    The values at either end stand for their medians and means (Tukey, Exploratory Data
    Analysis, 1977), so that a steep beginning stays steep. A gap stays a gap.
    """
    side, near = MEDIAN_OF // 2, MEAN_OF // 2
    at_end = "datum.place <= {0} || datum.place > datum.n - {0}"
    return (
        long.transform_window(
            window=[
                alt.WindowFieldDef(op="median", field="f1", **{"as": "middle"}),
                alt.WindowFieldDef(op="row_number", **{"as": "place"}),
            ],
            frame=[-side, side],
        )
        .transform_calculate(kept=f"{at_end.format(side)} ? datum.f1 : datum.middle")
        .transform_window(mean="mean(kept)", frame=[-near, near])
        .transform_calculate(smooth=f"{at_end.format(near)} ? datum.kept : datum.mean")
        .transform_calculate(line="isValid(datum.f1) ? datum.smooth : null")
        .mark_line(color="var(--accent)")
        .encode(y=alt.Y(field="line", type="quantitative"))
    )


kind = ChartKind("curve", {"f0": "step", "f1": "value or None"}, _curve)
