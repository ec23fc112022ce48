"""Pages as a document for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from runfolio.render.html import SiteInfo
from runfolio.render.paper import drawn_throughout, paper_document
from runfolio.render.static_charts import Drawing, Drawings, chart_hash
from runfolio.render.theme import load_theme
from runfolio.views import blocks as b
from runfolio.views.charts import chart_specs
from sample_pages import NAV, dots, every_block, page_of
from sites import Parsed

INFO = SiteInfo("Screening", NAV, version="0.1", sources="mlruns", data_as_of="15 November 2026")


def printed(
    pages: Sequence[b.Page], info: SiteInfo = INFO, drawings: Drawings | None = None
) -> str:
    return paper_document(
        pages,
        [("images/a.png", b"\x89PNG"), ("runs.csv", "a,b\n")],
        theme=load_theme(),
        info=info,
        specs=chart_specs(),
        drawings=drawings or Drawings(),
    )


def test_links_out_of_it_are_numbered_and_listed_once_each() -> None:
    spans = (
        b.Link("one", "https://example.org/?a=1&b=2"),
        b.Link("two", "https://example.org/two"),
        b.Link("again", "https://example.org/?a=1&b=2"),
    )
    html = printed([page_of(b.Prose(spans))])
    assert ' data-note="1"><bdi>one</bdi></a>' in html
    assert ' data-note="2"><bdi>two</bdi></a>' in html
    assert ' data-note="1"><bdi>again</bdi></a>' in html
    notes = html.partition('<section class="links">')[2]
    assert notes.count("<li>") == 2
    assert "<li>https://example.org/?a=1&amp;b=2</li>" in notes


def test_links_inside_it_stay_and_links_to_what_is_not_printed_are_text() -> None:
    spans = (
        b.Link("there", "impact.html#all"),
        b.Link("gone", "runs.html"),
        b.Link("f", "runs.csv"),
    )
    html = printed([page_of(b.Prose(spans)), page_of(b.Prose(("x",)), path="impact.html")])
    assert '<a href="#/impact.html#all"><bdi>there</bdi></a>' in html
    assert "<a><bdi>gone</bdi></a>" in html
    assert "<a><bdi>f</bdi></a>" in html
    assert 'class="links"' not in html


def test_the_contents_name_the_pages_as_the_navigation_does() -> None:
    page = page_of(b.Prose(("x",)), path="runs.html", text="All 48 runs")
    html = printed([page_of(b.Prose(("y",))), page])
    assert '<li><a href="#/runs.html">All runs</a><p>All 48 runs</p></li>' in html
    assert '@top-right { content: "All runs"; }' in html
    assert "Data up to 15 November 2026" in html


def test_nothing_to_click_and_nothing_folded_is_left() -> None:
    document = Parsed(printed([page_of(*every_block("words"))]))
    tags = {element.tag for element in document.elements}
    assert not tags & {"script", "template", "noscript"}
    assert [e for e in document.all("details") if "open" not in e.attributes] == []
    assert not [e for e in document.all("div") if "popover" in e.attributes]
    assert not document.values("popovertarget")
    ids = document.values("id")
    assert len(ids) == len(set(ids))


def test_words_are_explained_once_for_all_pages() -> None:
    words = b.Definitions((b.Definition("Recall", "Share of cases that are found."),))
    one = replace(page_of(b.Prose(("x",))), words=words)
    two = replace(page_of(b.Prose(("y",)), path="impact.html"), words=words)
    html = printed([one, two])
    assert html.count("Share of cases that are found.") == 1
    assert html.index("Words in this document") < html.index("Share of cases")
    assert "Words on this page" not in html


def test_every_chart_that_holds_its_data_is_drawn() -> None:
    folded = b.Details("more", (dots(key="inner"),))
    stored = replace(dots(key="curve"), data={}, series="a#0")
    (page,) = drawn_throughout([page_of(dots(), folded, stored)])
    outer, inside, curve = page.sections[0].blocks
    assert isinstance(outer, b.Chart)
    assert isinstance(inside, b.Details)
    (inner,) = inside.blocks
    assert isinstance(inner, b.Chart)
    assert isinstance(curve, b.Chart)
    assert (outer.static, inner.static, curve.static) == (True, True, False)
    drawing = Drawing('<svg class="wide">w</svg>', '<svg class="narrow">n</svg>')
    html = printed([page], drawings=Drawings({chart_hash(outer): drawing}))
    assert '<svg class="wide">w</svg>' in html


@settings(max_examples=15)
@given(text=st.text(st.characters(codec=None), max_size=30))
def test_no_title_ends_the_style_that_it_stands_in(text: str) -> None:
    hostile = f'{text}</style><script>"; }} body {{ display: none }} \\'
    info = replace(INFO, title=hostile, data_as_of=hostile)
    document = Parsed(printed([page_of(b.Prose(("x",)), text=hostile)], info))
    assert len(document.all("style")) == 1
    assert document.all("script") == []
    assert "body {" not in document.all("style")[0].text.rpartition("@page {")[2]
