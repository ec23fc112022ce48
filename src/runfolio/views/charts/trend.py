"""Stage 4: the values of a metric in the order of commits, with levels and moves."""

from __future__ import annotations

from functools import partial
from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, y

TREND_HEIGHTS = {"trend": 340, "trend-calm": 290, "trend-small": 220, "trend-small-calm": 180}
TREND_LABEL_ROWS = {"trend": 3, "trend-calm": 0, "trend-small": 2, "trend-small-calm": 0}
"""Rows of words above the values; a calm chart has no moves to name."""


def _trend(name: str, narrow: bool) -> Spec:
    """Draw values in the order of commits: dots, a line for each level, a mark for each move.

    Above the values there is room for the words of moves, below them for the names of tags.
    Words are placed by whoever makes the data, which has a row for each form of the chart.
    """
    import altair as alt

    form = "narrow" if narrow else "wide"
    height = TREND_HEIGHTS[name]
    label_rows = TREND_LABEL_ROWS[name]
    top = 22 + 15 * label_rows if label_rows else 6
    scale = alt.Scale(zero=False, range=[height - 26, top])
    base = alt.Chart(alt.NamedData("table")).encode(
        x=alt.X(
            field="f0",
            type="quantitative",
            scale=alt.Scale(zero=False, nice=False, padding=6),
            axis=alt.Axis(title="@x", grid=False, labels=False, ticks=False, titlePadding=42),
        )
    )
    valued = base.encode(y=y(alt, "f1", tickCount=5 if height > 250 else 3, scale=scale))

    def rows(kind_of_row: str, of: Any = base) -> Any:
        return of.transform_filter(f"datum.f2 === '{kind_of_row}'")

    words: dict[str, Any] = {"fontSize": 11, "baseline": "top", "color": "var(--muted)"}
    coloured = {"color": outcome_scale(alt, OUTCOME_COLOURS)}
    above = alt.expr(f"{top - 26} - 15 * datum.f5")
    dots = (
        rows("", valued)
        .mark_point(filled=True, color="var(--muted)", opacity=0.55)
        .transform_joinaggregate(n="count()")
        .encode(size=alt.value(alt.expr("datum.n > 250 ? 7 : 20")))
    )
    ranges = (
        rows("range", valued)
        .mark_rule(color="var(--muted)", opacity=0.35)
        .encode(y2=alt.Y2(field="f5"))
    )
    levels = (
        rows("level", valued)
        .mark_rule(color="var(--accent)", strokeWidth=2.25, strokeCap="round")
        .encode(x2=alt.X2(field="f5"))
    )
    tags = [
        rows(f"pin-{form}").mark_rule(color="var(--muted)", y=height - 6, y2=height),
        rows(f"tag-{form}")
        .mark_text(**{**words, "baseline": "bottom", "y": height - 7})
        .encode(text=alt.Text(field="f3", type="nominal")),
    ]
    ticks = [
        rows(f"tick-{form}").mark_rule(color="var(--line)", y=height, y2=height + 5),
        *(
            rows(f"tick-{form}")
            .mark_text(**words, y=height + below)
            .encode(text=alt.Text(field=field, type="nominal"))
            for field, below in (("f3", 8), ("f4", 22))
        ),
    ]
    pointed = hover(alt, rows("", valued), {"f4": "Date", "f3": "Commit", "f1": "@y"})
    if not label_rows:
        return finish(alt, [ranges, dots, levels, *tags, *ticks, pointed], height)
    bands = (
        rows("band")
        .mark_rect(opacity=0.13, y=top - 4, y2=height)
        .encode(x2=alt.X2(field="f5"), **coloured)
    )
    moves = [
        rows("move").mark_rule(strokeWidth=1.25, y=top - 4, y2=height).encode(**coloured),
        rows(f"stem-{form}").mark_rule(strokeWidth=0.75, y=above, y2=top - 16).encode(**coloured),
        base.transform_filter("datum.f2 === 'move' || datum.f2 === 'drift'")
        .mark_point(size=90, strokeWidth=2.25, y=top - 10, filled=False, opacity=1)
        .encode(shape=outcome_scale(alt, OUTCOME_SHAPES), **coloured),
        rows(f"word-{form}")
        .mark_text(y=above, fontSize=12, fontWeight=600, baseline="bottom")
        .encode(text=alt.Text(field="f3", type="nominal"), **coloured),
    ]
    return finish(alt, [bands, ranges, dots, *moves, levels, *tags, *ticks, pointed], height)


OUTCOMES = ["better", "worse", "moved"]
OUTCOME_COLOURS = ["var(--good)", "var(--bad)", "var(--muted)"]
OUTCOME_SHAPES = [
    # The signs of verdicts: a tick, a cross; and a ring for what has no direction.
    "M-1,0 L-0.3,0.7 L1,-0.8",
    "M-0.8,-0.8 L0.8,0.8 M0.8,-0.8 L-0.8,0.8",
    "circle",
]


def outcome_scale(alt: Any, values: list[str]) -> Any:
    channel = alt.Color if values is OUTCOME_COLOURS else alt.Shape
    return channel(
        field="f6",
        type="nominal",
        legend=None,
        scale=alt.Scale(domain=OUTCOMES, range=values),
    )


TREND_COLUMNS = {
    "f0": "commits since the oldest",
    "f1": "value or None; of a level its height, of a range its lowest",
    "f2": "what the row is: empty for a measurement, range, level, band, move, drift; and, for one "
    "form of the chart (-wide or -narrow), word and stem of a move, tag, its pin, tick of the axis",
    "f3": "the commit of a measurement; the words that are written",
    "f4": "the date of a measurement or tick",
    "f5": "of a range its highest; where a level or a band ends; in which row above the values "
    "a word stands",
    "f6": "better, worse or moved",
}


def trend_kind(name: str) -> ChartKind:
    """Return the kind of trend chart with a name out of `TREND_HEIGHTS`."""
    columns = dict(TREND_COLUMNS)
    if not TREND_LABEL_ROWS[name]:
        del columns["f6"]
    return ChartKind(name, columns, partial(_trend, name))


kind = trend_kind("trend")
