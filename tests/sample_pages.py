"""Pages for the tests of rendering: every kind of block, with a given text in every field."""

from __future__ import annotations

from functools import cache
from typing import get_args

from runfolio.render.assets import Assets, bundle_assets
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.static_charts import Drawings
from runfolio.render.theme import load_theme
from runfolio.views import blocks as b
from runfolio.views.charts import chart_specs

NAV = (
    ("", (("Overview", "index.html"),)),
    ("The runs", (("All runs", "runs.html"), ("Compare", "compare.html"))),
)


@cache
def assets() -> Assets:
    return bundle_assets(load_theme(), chart_specs())


def renderer(title: str = "Screening", drawings: Drawings | None = None) -> HtmlRenderer:
    site = SiteInfo(title, NAV, version="0.1", sources="mlruns", problems=2)
    return HtmlRenderer(load_theme(), site, assets(), drawings or Drawings())


def dots(label: str = "forest", static: bool = False, key: str = "dots") -> b.Chart:
    return b.Chart(
        key=key,
        kind="dots",
        title=label,
        sentence=label,
        data={
            "f0": [label, label],
            "f1": [0.91, 0.93],
            "f2": ["champion", "champion"],
            "f3": ["run", "mean"],
            "f4": [None, 0.9],
            "f5": [None, 0.95],
        },
        titles={"@x": label},
        static=static,
    )


def every_block(text: str, href: str = "runs/a.html") -> tuple[b.Block, ...]:
    spans: tuple[b.Span, ...] = (text, b.Link(text, href), b.Strong(text))
    columns = (
        *(b.Column(text), b.Column(text)),
        *(b.Column(text, "number", text), b.Column(text, "verdict")),
    )
    node = b.FlowNode(text, (text,), href, ("champion",))
    row = b.Row(
        (
            b.Cell(text, href, hint=text),
            b.Cell(text, hint=text),
            b.Cell(text, bar=(0.1, 0.6), differs=True),
            b.Cell(text, verdict=b.Verdict(text, "good")),
        ),
        "champion",
    )
    table = b.Table(text, columns, (row,))
    slider = b.WhatIfInput(
        *("quantity", text, text, 1.0, 0.5, 2.0, 0.1),
        *(text, text, text, text),
    )
    return (
        b.Prose(spans),
        b.Heading(text),
        b.Markdown(text),
        b.KeyFigures((b.KeyFigure(text, text, spans, "baseline", text),)),
        table,
        dots(text),
        b.Callout("bad", text, spans),
        b.Doors((b.Door(text, href, text),)),
        b.Items((spans, spans)),
        b.Flow(text, (b.FlowStage(text, (node,)), b.FlowStage(text, (node,)))),
        b.Gallery((b.Picture(href, text, text),)),
        b.Definitions((b.Definition(text, text, href, True), b.Definition(text, text * 300))),
        b.RunTable(table, "data/runs.js", 1),
        b.Comparator(table, "data/runs.js", ("a", "b")),
        b.WhatIf(table, (slider,), text, text, (text,), {"inputs": [text, {"name": text}]}),
        b.Details(text, (b.Prose(spans),)),
    )


def page_of(*blocks: b.Block, path: str = "index.html", text: str = "A page") -> b.Page:
    return b.Page(
        path,
        "runs.html",
        text,
        (b.Section("all", text, blocks),),
        kicker=text,
        lede=(text, b.Link(text, "runs/a.html")),
        scripts=("charts", "table"),
        data=("data/runs.js",),
    )


def kinds_of_blocks() -> set[type]:
    return set(get_args(b.Block))
