"""Stage 4: the mean for each combination of two params."""

from __future__ import annotations

from typing import Any

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover


def _heat(narrow: bool) -> Spec:
    import altair as alt

    look: dict[str, Any] = {
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelColor": "var(--ink)",
    }
    base = alt.Chart(alt.NamedData("table")).encode(
        x=alt.X(
            field="f1",
            type="nominal",
            sort=None,
            axis=alt.Axis(
                title="@x", orient="top", labelAngle=0, labelLimit=60 if narrow else 130, **look
            ),
            scale=alt.Scale(paddingInner=0.04),
        ),
        y=alt.Y(
            field="f0",
            type="nominal",
            sort=None,
            axis=alt.Axis(
                title="@y",
                labelLimit=70 if narrow else 160,
                titleAngle=0,
                titleAlign="right",
                titleAnchor="end",
                titleX=-6,
                titleY=-12,
                **look,
            ),
            scale=alt.Scale(paddingInner=0.06),
        ),
    )
    looks: Any = (("!datum.f5", {}), ("!!datum.f5", {"fontWeight": 700}))
    run = base.transform_filter("isValid(datum.f2)")
    # Never so strong that the ink on it could not be read, in light and dark.
    cells = run.mark_rect(color="var(--accent)").encode(
        opacity=alt.Opacity(
            field="f2",
            type="quantitative",
            legend=None,
            scale=alt.Scale(domain=[0, 1], range=[0.04, 0.52]),
        )
    )
    words = [
        run.transform_filter(test)
        .mark_text(fontSize=12 if narrow else 13, color="var(--ink)", **weight)
        .encode(text=alt.Text(field="f3", type="nominal"))
        for test, weight in looks
    ]
    tips = {"f0": "Row", "f1": "Column", "f3": "Mean", "f4": "Configurations", "f5": "Of it"}
    # All cells first, also the empty ones: they set the order of rows and columns.
    ground = base.mark_rect(color="var(--soft)", opacity=0.6)
    return finish(alt, [ground, cells, *words, hover(alt, base, tips, nearest=False)], alt.Step(44))


kind = ChartKind(
    "heat",
    {
        "f0": "label of the row; rows are drawn in the order given",
        "f1": "label of the column; in the order given",
        "f2": "how good the mean is, from 0 for the worst cell to 1 for the best; None where "
        "nothing was run",
        "f3": "the mean as text",
        "f4": "configurations behind it",
        "f5": "champion where it is the champion's cell, or empty",
    },
    _heat,
)
