"""Sections and charts that stand in a frame elsewhere."""

from __future__ import annotations

from runfolio.views.blocks import Chart, Details, Heading, Page, Prose, Section, Span
from runfolio.views.embed import embedded


def _chart(key: str) -> Chart:
    return Chart(key, "dots", f"About {key}", "In words.", {}, {})


def _prose(text: Span) -> Prose:
    return Prose((text,))


PAGE = Page(
    path="impact.html",
    nav="impact.html",
    title="It is worth it",
    sections=(
        Section("worth", "What it brings", (_prose("Money."), _chart("bars"))),
        Section(
            "doubts",
            "",
            (Heading("Doubts", 2), Details("More", (_chart("folded"),)), _prose("Risks.")),
        ),
        Section("words", "Only words", (_prose("Nothing to draw."),)),
    ),
    lede=("So it is.",),
    scripts=("numbers", "charts"),
    data=("data/a.js",),
)


def _paths(*patterns: str) -> list[str]:
    return [page.path for page in embedded([PAGE], patterns)]


def test_a_section_is_named_by_its_page_and_its_key() -> None:
    assert _paths("impact.html#worth") == ["embed/impact/worth.html"]
    assert _paths("impact.html#*") == [
        f"embed/impact/{key}.html" for key in ("worth", "doubts", "words")
    ]
    assert _paths("*#doubts") == ["embed/impact/doubts.html"]
    assert _paths("index.html#*", "impact.html#wor") == []


def test_a_chart_is_named_within_its_section_also_where_it_is_folded_away() -> None:
    assert _paths("impact.html#worth/bars") == ["embed/impact/worth/bars.html"]
    assert _paths("impact.html#*/*") == [
        "embed/impact/worth/bars.html",
        "embed/impact/doubts/folded.html",
    ]


def test_it_has_its_own_title_and_leads_to_where_it_is_from() -> None:
    (page,) = embedded([PAGE], ["impact.html#worth"])
    assert (page.title, page.nav) == ("What it brings", "impact.html#worth")
    assert page.lede == ()
    assert [section.title for section in page.sections] == [""]
    (chart,) = embedded([PAGE], ["impact.html#doubts/folded"])
    assert (chart.title, chart.nav) == ("About folded", "impact.html")


def test_scripts_come_along_only_where_they_have_something_to_do() -> None:
    drawn, words = embedded([PAGE], ["impact.html#worth", "impact.html#words"])
    assert (drawn.scripts, drawn.data) == (PAGE.scripts, PAGE.data)
    assert (words.scripts, words.data) == ((), ())
