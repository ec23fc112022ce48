"""Blocks as Markdown: a reader of Markdown draws what the page says, and text stays text."""

from __future__ import annotations

import html as entities
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runfolio.render.markdown_text import (
    MarkdownWriter,
    page_markdown,
    plain_html,
    plain_text,
    unmarked,
)
from runfolio.views import blocks as b
from runfolio.views.model_words import code_block
from sample_pages import every_block, kinds_of_blocks, page_of

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60)

HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://host/p.png)",
    "# not a heading",
    "a | b\n|---|\n| c |",
    "**bold** _it_ ~~no~~ `code`",
    "1. one\n2. two",
    "- item",
    "&lt;b&gt; @somebody #12",
    "\\",
    "> quote",
    "=====",
    "* * *",
)


def drawn(markdown: str) -> str:
    html: str = MarkdownIt("commonmark").enable("table").render(markdown)
    return html


def shown(html: str) -> str:
    """Return the words of some HTML."""
    words = entities.unescape(re.sub(r"<[^>]*>", "", html)).replace("\u2060", "")
    return " ".join(words.split())


def only(*blocks: b.Block) -> str:
    return page_markdown(b.Page("x.html", "x.html", "T", (b.Section("s", "", blocks),)))


def test_every_kind_of_block_is_drawn() -> None:
    more = b.Items((("Words",),)), b.Flow("Words", (b.FlowStage("x", (b.FlowNode("Words"),)),))
    blocks = [*every_block("Words"), *more]
    assert {type(block) for block in blocks} == kinds_of_blocks()
    for block in blocks:
        assert "Words" in shown(drawn(only(block)).split("</h1>")[1]), type(block)


@pytest.mark.parametrize("before", ["\t", "     ", "1. ", "- ", "+\t"])
def test_how_a_text_begins_makes_no_code_and_no_list(before: str) -> None:
    blocks = [one for one in every_block(f"{before}Words") if not isinstance(one, b.Markdown)]
    for block in (*blocks, b.Items(((f"{before}Words",),))):
        html = drawn(only(block))
        assert "<code>" not in html, type(block)
        assert not re.search(r"<li>\s*<[ou]l>", html), type(block)


def test_a_page_has_its_headings_in_order() -> None:
    page = page_of(b.Prose(("Text.",)), b.Heading("Inner"), text="Title")
    html = drawn(page_markdown(page))
    found = re.findall(r"<h(\d)>([^<]*)</h", html)
    assert found == [("1", "Title"), ("2", "Title"), ("3", "Inner")]


def test_a_table_keeps_its_cells_its_sides_and_its_verdicts() -> None:
    rows = (
        b.Row((b.Cell("a | b"), b.Cell("1.5"), b.Cell(verdict=b.Verdict("Better", "good")))),
        b.Row((b.Cell("", "x.html"), b.Cell(""), b.Cell(verdict=b.Verdict("Missed", "bad")))),
    )
    columns = (b.Column("Metric"), b.Column("Value", "number"), b.Column("Verdict", "verdict"))
    html = drawn(only(b.Table("What it shows", columns, rows)))
    cells = [shown(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html)]
    assert cells == ["Metric", "Value", "Verdict", "a | b", "1.5", "✓ Better", "", "", "✗ Missed"]
    assert html.count("text-align:right") == 3
    assert "What it shows" in shown(html)


def test_strong_words_are_strong_whatever_blanks_they_have() -> None:
    html = drawn(only(b.Prose((b.Strong("Meant for: "), "triage", b.Strong(" "), "."))))
    assert "<strong>Meant for:</strong> triage." in html


@pytest.mark.parametrize("text", HOSTILE)
def test_text_out_of_logs_stays_text(text: str) -> None:
    for block in every_block(text, "runs/a.html"):
        if isinstance(block, b.Markdown):
            continue  # people's own markup
        html = drawn(only(block)).partition("</h1>")[2]
        assert not re.search(r"<(script|img|code|del|blockquote>\s*<blockquote|hr)\b", html)
        assert html.count("<ol>") == isinstance(block, b.Items)
        assert "<em>it</em>" not in html
        links = set(re.findall(r'href="([^"]*)"', html))
        assert links <= {"runs/a.html"}, (type(block), links)


@given(TEXT)
def test_a_paragraph_says_what_was_written(text: str) -> None:
    html = drawn(only(b.Prose((text,))))
    body = html.partition("</h1>")[2]
    assert shown(body) == " ".join(text.replace("\u2060", "").split())
    assert set(re.findall(r"<(\w+)", body)) <= {"p", "span"}  # around a dollar


@given(st.lists(TEXT))
def test_commands_stay_in_their_block(lines: list[str]) -> None:
    html = drawn(code_block((*lines, "```", "````sh", "end")) + "\n\nAfter")
    assert html.count("<pre>") == 1
    assert html.endswith("</code></pre>\n<p>After</p>\n")


SEEN_BY_HOSTS = (
    # What GitHub and GitLab make of text that was drawn: a backslash in front does not help.
    r"@\w|#\d|![\d]|\bGH-\d|\bGL-\d|[$%~&]\w|https?://|ftp://|www\.|[{[][-+]|:\w*[a-z]\w*:|:100:"
)


@pytest.mark.parametrize(
    "text",
    [
        *("@team", "a@b.example", "#12", "ada/triage#12", "GH-12", "!34", "%5 of it", "~bug"),
        *("see https://example.org/x", "www.example.org", "ftp://example.org", ":tada:", "1:100:2"),
        *("$24", "$x$ and $y$", "{+ new +}", "[- old -]", "&7", "GL-9", "HTTPS://EXAMPLE.ORG"),
    ],
)
def test_hosts_see_no_mention_reference_address_or_emoji(text: str) -> None:
    html = drawn(only(b.Prose((text,)))).partition("</h1>")[2]
    seen = re.split(r"<[^>]*>", entities.unescape(html))
    assert not any(re.search(SEEN_BY_HOSTS, part, re.IGNORECASE) for part in seen), seen
    assert shown(html) == text
    assert unmarked(plain_text(text)) == text


def test_a_dollar_begins_no_formula() -> None:
    assert plain_text("$x$") == "<span>$</span>\u2060x<span>$</span>"


@pytest.mark.parametrize("text", ["/merge", "  /close", "::error::x", "1. a", "- a", "    code"])
def test_a_line_is_no_command_and_no_list(text: str) -> None:
    first = only(b.Prose((text,))).splitlines()[2]
    assert not re.match(r"\s*([/:-]|\d+\.)", first)
    assert shown(drawn(first)) == text.strip()
    assert set(re.findall(r"<(\w+)", drawn(first))) == {"p"}


def test_text_between_tags_is_text() -> None:
    html = drawn(f"<details><summary>{plain_html('<b>&amp; *x* @team $y$')}</summary></details>")
    assert "<b>" not in html
    assert shown(html) == "<b>&amp; *x* @team $y$"
    assert "@team" not in html


def test_links_lead_where_they_are_told_to_or_nowhere() -> None:
    spans = ("See ", b.Link("this", "runs/a.html"), ".")
    assert MarkdownWriter(lambda href: f"https://x/{href}").line(spans) == (
        "See [this](<https://x/runs/a.html>)."
    )
    assert MarkdownWriter(lambda href: "").line(spans) == "See this."
