"""Stage 4: a row a configuration: its runs, their mean and its interval."""

from __future__ import annotations

from runfolio.views.charts.parts import ChartKind, Spec, finish, hover, mark_colour, marked, rows, x


def _dots(narrow: bool) -> Spec:
    import altair as alt

    place = 0.72 if narrow else 0.5
    base = alt.Chart(alt.NamedData("table"))
    row = rows(alt, narrow, bandPosition=place)
    base = base.encode(x=x(alt, "f1", tickCount=4 if narrow else 6), y=row)
    means = base.transform_filter("datum.f3 === 'mean'")
    interval = (
        base.transform_filter("isValid(datum.f4) && isValid(datum.f5)")
        .mark_rule(strokeWidth=9, opacity=0.3, strokeCap="round")
        .encode(
            x=alt.X(field="f4", type="quantitative"),
            x2=alt.X2(field="f5"),
            color=mark_colour(alt, "f2"),
        )
    )
    seeds = (
        base.transform_filter("datum.f3 !== 'mean'")
        .mark_point(filled=True, size=26, opacity=0.8, shape="circle")
        .encode(color=mark_colour(alt, "f2"))
    )
    mean = marked(alt, means.mark_point(size=130, strokeWidth=2.25, opacity=1), "f2")
    layers = [interval, seeds, mean]
    if narrow:
        names = (
            means.mark_text(
                align="left", baseline="bottom", fontSize=13, limit=320, color="var(--ink)"
            )
            .transform_aggregate(groupby=["f0"])
            .encode(
                x=alt.value(0),
                y=alt.Y(field="f0", type="nominal", sort=None, axis=None, bandPosition=0.42),
                text=alt.Text(field="f0", type="nominal"),
            )
        )
        layers.append(names)
    tips = {"f0": "Configuration", "f3": "Kind", "f1": "@x"}
    layers.append(hover(alt, base, tips, nearest=False))
    return finish(alt, layers, alt.Step(46 if narrow else 34))


kind = ChartKind(
    "dots",
    {
        "f0": "label of the configuration, unique; rows are drawn in the order given",
        "f1": "value",
        "f2": "mark: champion, baseline or empty",
        "f3": "what the value is: run (a small dot) or mean (the large mark)",
        "f4": "lower end of the interval of the mean, or None",
        "f5": "upper end of the interval of the mean, or None",
    },
    _dots,
)
