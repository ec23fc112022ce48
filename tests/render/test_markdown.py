from __future__ import annotations

import re
import time

import pytest

from runfolio.render.markdown import LONGEST, markdown_to_html


def test_ordinary_markdown_is_kept() -> None:
    html = markdown_to_html("# Why\n\nSome *words*, `code`\n\n- one\n\n|a|\n|-|\n|1|\n")
    for part in (
        "<h3>Why</h3>",
        "<em>words</em>",
        "<code>code</code>",
        "<li>one</li>",
        "<td>1</td>",
    ):
        assert part in html


def test_headings_stand_below_those_of_the_page() -> None:
    html = markdown_to_html("# a\n\n## b\n\n###### f\n\nSetext\n===\n")
    assert re.findall(r"<(h\d)", html) == ["h3", "h4", "h5", "h3"]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example/p.png)",
        "![x](data:image/png;base64,AAAA)",
        '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
        '<https://a.example/?"onload=alert(1)>',
        "[x]: javascript:alert(1)\n\n[x]",
        "```<script>\nx\n```",
        "<svg/onload=alert(1)>",
    ],
)
def test_hostile_markdown_holds_nothing_that_runs_or_loads(source: str) -> None:
    html = markdown_to_html(source)
    for tag in re.findall(r"<[^>]*>", html):
        assert re.match(r"</?(p|a|pre|code|h3|em)\b", tag), tag
        assert not re.search(r"""\s(on\w+|src|style)=(?=[^"]*(?:"[^"]*"[^"]*)*$)""", tag), tag
        assert "javascript:" not in tag.lower()
        assert "data:" not in tag


def test_an_image_is_replaced_by_its_description() -> None:
    assert markdown_to_html("![the <loss>](https://a.example/x.png)") == "<p>the &lt;loss&gt;</p>\n"


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "*a ", "> ", "_a*", "`", "<"])
def test_what_is_long_takes_little_time_and_is_cut(piece: str) -> None:
    start = time.process_time()
    html = markdown_to_html(piece * (2 * LONGEST))
    assert time.process_time() - start < 2
    assert "Only the first 20,000 characters" in html


def test_headings_leave_no_level_out_wherever_a_note_begins() -> None:
    html = markdown_to_html("### Deep first\n\n## Then up\n\n##### Far down\n")
    assert re.findall(r"<(h\d)", html) == ["h3", "h3", "h4"]
