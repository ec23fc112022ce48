"""Stage 4: curves of champion and baseline over steps or time: the runs' median in its band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runfolio.views.charts.parts import (
    MARK_COLOURS,
    MARKS,
    SERIES_COLOURS,
    SERIES_DASHES,
    ChartKind,
    Spec,
    finish,
    hover,
    x,
    y,
)

HEIGHT = 300
SIDES = MARKS[:2]
MOST_POINTS = 30


def band(narrow: bool, is_marked: bool) -> Spec:
    """Build the specification, for champion and baseline or for configurations without a mark."""
    import altair as alt

    legend = alt.Legend(
        orient="top",
        title=None,
        symbolType="stroke",
        symbolSize=300,
        symbolOpacity=1,
        labelExpr="upper(slice(datum.label, 0, 1)) + slice(datum.label, 1)"
        if is_marked
        else "datum.label",
        labelLimit=225,
        columns=1 if narrow and not is_marked else 2,
    )

    def side(marked: list[Any], others: Sequence[Any], legend: Any = legend) -> dict[str, Any]:
        scale = alt.Scale(domain=SIDES, range=marked) if is_marked else alt.Scale(range=[*others])
        return {"field": "f2", "type": "nominal", "scale": scale, "legend": legend, "sort": None}

    plain = alt.Chart(alt.NamedData("table")).encode(
        x=x(alt, "f0", nice=False, tickCount=4 if narrow else 7), y=y(alt, "f1", tickCount=5)
    )
    # Not filtered: where no run has a value, the band has a gap as the line has.
    # Legends are merged where scales have the same domain; if it is open, only one may be told.
    shared = legend if is_marked else None
    area = plain.mark_area(opacity=0.16).encode(
        y=alt.Y(field="f3", type="quantitative"),
        y2=alt.Y2(field="f4"),
        fill=alt.Fill(**side(MARK_COLOURS[:2], SERIES_COLOURS, shared)),
    )
    # Told apart by dash as well as by colour.
    base = plain.encode(
        color=alt.Color(**side(MARK_COLOURS[:2], SERIES_COLOURS)),
        strokeDash=alt.StrokeDash(**side([[1, 0], [6, 3]], SERIES_DASHES)),
    )
    line = base.mark_line()
    points = (
        base.transform_joinaggregate(n="count()", groupby=["f2"])
        .transform_filter(f"datum.n <= {MOST_POINTS}")
        .mark_point(filled=True, size=30, opacity=1)
    )
    tips = {"f2": "Side", "f0": "@x", "f1": "@y", "f5": "Runs"}
    return finish(alt, [area, line, points, hover(alt, base, tips)], HEIGHT)


kind = ChartKind(
    "band",
    {
        "f0": "step, epoch or time",
        "f1": "median, or None",
        "f2": "champion or baseline",
        "f3": "lower end of the band, or None",
        "f4": "upper end of it, or None",
        "f5": "how many runs have a value there",
    },
    lambda narrow: band(narrow, True),
)
