"""Stage 4: what share each param explains, beside what chance alone would give."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, rows, x

OUTCOMES = ["beyond", "chance"]


def _shares(narrow: bool) -> Spec:
    import altair as alt

    place = 0.72 if narrow else 0.5
    row = rows(alt, narrow, most=250, bandPosition=place)
    share = x(alt, "f1", tickCount=4 if narrow else 6)
    share.scale = alt.Scale(zero=True, nice=True)
    base = alt.Chart(alt.NamedData("table")).encode(x=share, y=row)
    coloured: dict[str, Any] = {
        "color": alt.Color(
            field="f3",
            type="nominal",
            legend=None,
            scale=alt.Scale(domain=OUTCOMES, range=["var(--accent)", "var(--muted)"]),
        )
    }
    chance = base.mark_rule(strokeWidth=18, color="var(--muted)", opacity=0.2).encode(
        x=alt.X(field="f2", type="quantitative"), x2=alt.datum(0)
    )
    stem = base.mark_rule(strokeWidth=3).encode(x2=alt.datum(0), **coloured)
    dot = base.mark_point(size=110, filled=True, opacity=1).encode(
        shape=alt.Shape(
            field="f3",
            type="nominal",
            legend=None,
            scale=alt.Scale(domain=OUTCOMES, range=["circle", "stroke"]),
        ),
        **coloured,
    )
    layers = [chance, stem, dot]
    if narrow:
        layers.append(
            base.mark_text(
                align="left", baseline="bottom", fontSize=13, limit=320, color="var(--ink)"
            ).encode(
                x=alt.value(0),
                y=alt.Y(field="f0", type="nominal", sort=None, axis=None, bandPosition=0.46),
                text=alt.Text(field="f0", type="nominal"),
            )
        )
    layers.append(hover(alt, base, {"f0": "Param", "f1": "@x", "f2": "@chance"}, nearest=False))
    return finish(alt, layers, alt.Step(50 if narrow else 36))


kind = ChartKind(
    "shares",
    {
        "f0": "label of the param, unique; rows are drawn in the order given",
        "f1": "share it explains",
        "f2": "what chance alone would give",
        "f3": "beyond or chance: whether the share is more than that",
    },
    _shares,
)
