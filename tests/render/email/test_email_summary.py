from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters import INFO, THEME, letter, requirement, requirements, role_page
from runfolio.model.locale import locale_named, written_in
from runfolio.render.email.html import HtmlPart
from runfolio.render.email.links import Links
from runfolio.render.email.outline import simplified
from runfolio.render.email.plain_text import plain_text_part
from runfolio.render.email.simple import Limits
from runfolio.render.email.summary import MOST_BYTES
from runfolio.views import blocks as b
from sample_pages import dots, every_block, page_of
from sites import Parsed

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
TAGS = set(
    "html head meta title style body div table tbody tr td th p h1 h2 h3 h4 h5 h6 a span b strong "
    "br ol ul li em code pre blockquote hr del s".split()
)


def words(html: str) -> str:
    """Return the text of an HTML part from its heading on, on one line."""
    return " ".join(Parsed(html[html.index("<h1") :]).text.split())


def long_page(failed: int = 0, met: int = 1_000, name: str = "Requirement number") -> b.Page:
    rows = [requirement(f"{name} {n}") for n in range(met)]
    rows[len(rows) // 2 : len(rows) // 2] = [
        requirement(f"Failed {name} {n}", "bad") for n in range(failed)
    ]
    column = tuple(b.Column(f"Column {n}", "number") for n in range(6))
    table = b.Table("A long table", column, tuple(b.Row((b.Cell("0.123"),) * 6) for _ in range(60)))
    found = b.Prose((f"This was found: {'a long word, ' * 12}and so on.",))
    others = [b.Section(f"other-{n}", f"Section {n}", (found, *(table,) * 3)) for n in range(12)]
    warnings = b.Section(
        "risks", "What could be wrong", (b.Callout("bad", "It may be worse", ("In one slice.",)),)
    )
    return role_page(*others, requirements(*rows), warnings)


def test_the_finding_comes_first_then_figures_then_requirements() -> None:
    details = b.Section("details", "Details", (b.Prose(("More of it.",)),))
    found = letter(role_page(details, requirements(requirement("Catches cases", "bad"))))
    for text in (words(found.html), " ".join(found.text.split())):
        at = [
            text.index(part)
            for part in (
                *("The new model is better", "It catches more cases.", "Recall", "96.9 %"),
                *("Catches cases", "Missed", "More of it."),
            )
        ]
        assert at == sorted(at)
    assert found.subject == "The new model is better"


def test_both_parts_say_the_same() -> None:
    page = role_page(
        b.Section("all", "All", every_block("Wording")), requirements(requirement("R"))
    )
    found = letter(page)
    html = " ".join(re.findall(r"\w+", Parsed(found.html).text))
    for line in found.text.splitlines():
        for word in re.findall(r"\w+", line):
            assert word in html


def test_a_thousand_requirements_and_long_tables_fit(  # and nothing that failed is lost
) -> None:
    found = letter(long_page(failed=40))
    assert len(found.html.encode()) <= MOST_BYTES
    for part in (found.html, found.text):
        for n in range(40):
            assert f"Failed Requirement number {n}" in part
        assert "It may be worse" in part
        assert "The new model is better" in part
        assert "in the report" in part


@pytest.mark.parametrize("failed", [300, 700])
def test_so_many_failed_that_they_are_told_by_name(failed: int) -> None:
    found = letter(long_page(failed=failed, met=100))
    assert len(found.html.encode()) <= MOST_BYTES
    named = len(re.findall(r"Failed Requirement number \d+", found.html))
    more = re.search(r"… and ([\d,]+) more missed in the report", found.html)
    assert named + (int(more.group(1).replace(",", "")) if more else 0) == failed
    assert named >= 300
    assert "… and 100 more met in the report" in found.html


def test_detail_goes_first() -> None:
    page = long_page(failed=1, met=3)
    limits = (60_000, 9_000, 8_000)
    sizes = [letter(page, most_bytes=limit) for limit in limits]
    assert len(sizes[0].left_out) < len(sizes[1].left_out) < len(sizes[2].left_out)
    for found, limit in zip(sizes, limits, strict=True):
        assert len(found.html.encode()) <= limit
        assert "Failed Requirement number 0" in found.html
        assert "It may be worse" in found.html
        for title in found.left_out:
            assert f"{title}. This was found" not in " ".join(found.text.split())
        # From the end.
        names = [f"Section {n}" for n in range(12)]
        assert list(found.left_out) == names[len(names) - len(found.left_out) :]
    for part in (sizes[2].html, sizes[2].text):
        assert "Also in the report: " in part


def test_a_warning_in_a_section_that_is_left_out_stays() -> None:
    page = long_page(met=2)
    callout = b.Callout("unsure", "Mind the seeds", ("There are two.",))
    last = replace(page.sections[12], blocks=(*page.sections[12].blocks, callout))
    page = replace(page, sections=(*page.sections[:12], last, *page.sections[13:]))
    found = letter(page, most_bytes=8_000)
    assert last.title in found.left_out
    assert "Mind the seeds" in found.html
    assert "Mind the seeds" in found.text


def test_of_other_sections_the_finding_is_told_and_the_rest_is_named() -> None:
    table = b.Table("Numbers", (b.Column("Name"), b.Column("Value")), (b.Row((b.Cell("0.123"),)),))
    folded = b.Details("More", (b.Prose(("Folded.",)), b.Callout("bad", "Mind it", ())))
    words_of_it = ("Costs are known. ", b.Strong("One is not."), f" But {'who reads this, ' * 20}?")
    page = role_page(
        b.Section("decision", "What to decide", (b.Prose(("Wait.",)),)),
        b.Section("costs", "What it costs", (table, b.Prose(words_of_it), folded)),
        b.Section("use", "In use", (b.Prose(("In use, it is slow.",)),)),
        b.Section("curve", "Curves", (dots("It rises", static=True), b.Prose(("Up is better.",)))),
        b.Section("table", "Only a table", (table,)),
    )
    found = letter(page)
    text = " ".join(found.text.split())
    for told in (text, words(found.html)):
        for kept in (
            "Costs are known.",
            "One is not.",
            "In use, it is slow.",
            "Mind it",
            "It rises",
        ):
            assert kept in told
        for gone in ("0.123", "who reads this", "Folded", "Up is better", "In use."):
            assert gone not in told
        assert "Also in the report: Only a table." in told
    assert "What it costs. Costs are known. One is not." in text
    assert found.left_out == ("Only a table",)
    assert len(found.pictures) == 1


def test_requirements_that_are_met_are_names() -> None:
    rows = (requirement("Is quick"), requirement("Catches all", "bad"), requirement("Is fair"))
    why = b.Table("Who asks", (b.Column("Name"), b.Column("Why")), (b.Row((b.Cell("Board"),)),))
    section = requirements(*rows)
    found = letter(role_page(replace(section, blocks=(*section.blocks, why))))
    text = " ".join(found.text.split())
    assert "Met: Is quick; Is fair." in text
    assert text.index("Catches all") < text.index("Is quick")
    assert text.count("93.1 %") == 1, "what was found is told of what is missed alone"
    assert "Board" not in text


def test_of_a_long_list_the_beginning_is_told() -> None:
    items = b.Items(tuple((f"Step {n}.",) for n in range(40)))
    text = letter(role_page(b.Section("next-steps", "Next", (items,)))).text
    told = len(re.findall(r"Step \d+\.", text))
    assert f"… and {40 - told} more in the report" in text
    assert 5 < told < 20


def test_rows_that_are_left_out_are_counted() -> None:
    with written_in(locale_named("de")):
        found = letter(role_page(requirements(*(requirement(f"R{n}") for n in range(2_012)))))
    assert "… and 2.000 more in the report" in words(found.html)
    assert "… and 2.000 more in the report" in " ".join(found.text.split())


@pytest.mark.parametrize(
    "signs", ["<&>\"'", "a\u202eb", "漢 ", "x"], ids=["marks", "turn", "wide", "x"]
)
def test_endless_texts_fit_too(signs: str) -> None:
    text = signs * 100
    page = role_page(
        *(b.Section(f"s{n}", text, every_block(text)) for n in range(3)),
        requirements(*(requirement(text, "bad") for _ in range(150))),
        b.Section("risks", text, tuple(b.Callout("bad", text, (text,)) for _ in range(150))),
        title=text,
    )
    found = letter(page, most_bytes=MOST_BYTES // 3)
    assert len(found.html.encode()) <= MOST_BYTES // 3
    assert "more warnings in the report" in found.html
    assert "more missed in the report" in found.html


def test_without_an_address_there_is_no_link_and_no_word_that_only_leads_on() -> None:
    spans = (
        "Recall is up. ",
        b.Link("Method", "methods.html#difference"),
        ". See ",
        b.Link("the runs", "runs.html"),
        " for more. ",
        b.Link("forest", "runs/forest.html"),
        ".",
    )
    page = role_page(b.Section("text", "Text", (b.Prose(spans),)))
    found = letter(page)
    assert "href" not in found.html
    assert "Method" not in found.html + found.text
    assert "Recall is up. See the runs for more. forest." in found.text
    assert "ask whoever sent you this" in found.text


def test_with_an_address_links_are_complete() -> None:
    page = role_page(
        b.Section("text", "Text", (b.Prose((b.Link("odd", "runs/a b#x/../é.html"),)),)),
        b.Section("outside", "", (b.Prose((b.Link("web", "https://example.com/x"),)),)),
    )
    found = letter(page, url="https://example.org/report")
    links = {e.attributes["href"] for e in Parsed(found.html).all("a")}
    assert links == {
        "https://example.org/report/methods.html",
        "https://example.org/report/runs/a%20b#x/../é.html",
        "https://example.org/report/business-stakeholder.html",
        "https://example.com/x",
    }
    assert "https://example.org/report/business-stakeholder.html" in found.text
    assert "Method" in found.html
    assert "Method" not in found.text, "a word that only leads on, and text has no links"


def test_no_path_of_a_log_leads_to_another_host_or_to_a_script() -> None:
    for target in ("javascript:alert(1)", "//evil.example/x", "data:text/html,x", "\\\\evil"):
        page = role_page(b.Section("t", "T", (b.Prose((b.Link("x", target),)),)))
        html = letter(page, url="https://example.org/report/").html
        hrefs = [e.attributes["href"] for e in Parsed(html).all("a")]
        assert all(href.startswith("https://example.org/report/") for href in hrefs), target


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = role_page(b.Section("all", "All", every_block("![x](https://example.com/x.png) text")))
    found = letter(page, url="https://example.org/")
    page_of_it = Parsed(found.html)
    tags = {element.tag for element in page_of_it.elements}
    assert not tags & {
        "script",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "svg",
        "base",
    }
    assert not [v for v in page_of_it.values("src") if not v.startswith("cid:")]
    for style in (*page_of_it.values("style"), *(e.text for e in page_of_it.all("style"))):
        assert "url(" not in style
        assert "@import" not in style
    assert not [n for e in page_of_it.elements for n in e.attributes if n.startswith("on")]
    assert "background" not in {n for e in page_of_it.elements for n in e.attributes}


def test_every_image_has_words_and_is_there() -> None:
    chart = replace(dots(static=True), title="Recall", sentence="0.91 <and> 0.93")
    found = letter(role_page(b.Section("c", "Chart", (chart,))))
    images = Parsed(found.html).all("img")
    assert len(images) == len(found.pictures) == 1
    assert images[0].attributes["alt"] == "Recall. 0.91 <and> 0.93"
    assert images[0].attributes["src"] == f"cid:{found.pictures[0].cid}"
    assert int(images[0].attributes["width"]) == found.pictures[0].width <= 420
    assert found.pictures[0].image.data.startswith(b"\x89PNG")
    assert len(found.pictures[0].image.data) < 150_000
    assert "Recall. 0.91 <and> 0.93" in " ".join(found.text.split())


def test_charts_are_few_and_those_that_cannot_be_drawn_are_words() -> None:
    charts = [replace(dots(f"Chart {n}", static=True), key=f"c{n}") for n in range(5)]
    broken = replace(
        charts[0], kind="curve", data={"f0": ["x"], "f1": [{}]}, titles={}, title="Odd"
    )
    found = letter(role_page(b.Section("c", "Charts", (broken, *charts))))
    assert 1 <= len(found.pictures) <= 3
    for title in ("Odd", *(f"Chart {n}" for n in range(5))):
        assert title in words(found.html)


def test_light_and_dark_are_the_themes_colours() -> None:
    html = letter(role_page(requirements(requirement("R", "bad")))).html
    style = Parsed(html).all("style")
    dark = next(e.text for e in style if "prefers-color-scheme: dark" in e.text)
    assert "#15171b" in dark
    assert "#f0937f" in dark
    assert 'name="color-scheme" content="light dark"' in html
    missed = next(e for e in Parsed(html).elements if "Missed" in e.text)
    assert "#a8321f" in missed.attributes["style"]
    assert "var(--" not in html


def test_it_tells_programs_its_language_title_and_first_words() -> None:
    html = letter(role_page(title="Better & safer")).html
    page = Parsed(html)
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("title")[0].text == "Better & safer"
    body = html[html.index("<body") :]
    assert body.index("Recall: 96.9 %") < body.index("<h1"), "the preheader"
    # Outlook for Windows reads no width but the attribute's.
    assert all(
        e.attributes.get("width") == "100%" for e in page.all("table") if "style" in e.attributes
    )


@pytest.mark.parametrize("href", ["runs/a.html", "javascript:alert(1)"])
def test_every_kind_of_block_is_told(href: str) -> None:
    page = page_of(*every_block("Told", href))
    found = letter(page, url="https://example.org/r/")
    assert len(found.html) > 2_000
    assert "javascript:" not in "".join(Parsed(found.html).values("href"))


HOSTILE = st.text(
    st.characters(exclude_categories=())
    | st.sampled_from("<>&\"'`*_[]()\\\r\n\t\u202e\u2028\ud800\0"),
    min_size=1,
    max_size=30,
)


PART = HtmlPart(THEME(), "Screening")


@given(HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    blocks = [block for block in every_block(name) if not isinstance(block, b.Chart)]
    page = page_of(*blocks, text=name)
    page = replace(page, sections=(*page.sections, requirements(requirement(name, "bad"))))
    told, _ = simplified(page, Limits(), Links("https://example.org/r/"))
    html, text = PART.html(told, {}, ["note"]), plain_text_part(told, ["note"])
    assert {element.tag for element in Parsed(html).elements} <= TAGS
    assert not TURNING.search(text + html)
    text.encode()  # no half of a surrogate pair
    assert all(len(line) <= 78 for line in text.split("\n"))
    assert not set(text) & {chr(sign) for sign in range(32) if sign != 10}


@pytest.mark.parametrize("name", ["a\r\nBcc: x@example.org", "a\u2028b", "a\u202eb", "a\0\ud800"])
def test_the_subject_is_one_line_whatever_the_finding(name: str) -> None:
    subject = letter(role_page(title=name * 50)).subject
    assert len(subject.splitlines()) == 1
    assert len(subject) <= 180
    assert subject.isprintable()
    subject.encode()


def test_a_name_with_markup_is_shown_as_it_is() -> None:
    name = '<img src=x onerror=alert(1)>"&amp;'
    found = letter(role_page(requirements(requirement(name, "bad")), title=name))
    assert found.html.count("<img") == 0
    assert name in unescape(found.html)
    assert found.subject == name
    assert name in found.text


def test_the_same_page_gives_the_same_bytes() -> None:
    page = role_page(b.Section("c", "Chart", (dots(static=True),)))
    assert letter(page) == letter(page)


def test_what_is_attached_is_told() -> None:
    found = letter(role_page(), attached=[("The whole report", "report.html", 2_412_000)])
    assert "The whole report is attached: report.html (2.4 MB)" in found.text
    assert "ask whoever" not in found.text


def test_it_says_what_it_was_made_from() -> None:
    text = letter(role_page()).text
    assert f"Made by runfolio {INFO.version} from mlruns. Data up to 1 May 2026." in text
