from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from runfolio.render.html import CONTENT_POLICY
from runfolio.views import blocks as b
from sample_pages import dots, every_block, kinds_of_blocks, page_of, renderer

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'&\u2028"


class Reader(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.blocks: list[str] = []
        self.text = ""
        self._data_block = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._data_block = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._data_block = False

    def handle_data(self, data: str) -> None:
        if self._data_block:
            self.blocks.append(data)
        else:
            self.text += data

    def values(self, *names: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags for name in names if name in attrs]


def test_the_test_page_has_every_kind_of_block() -> None:
    assert {type(block) for block in every_block("x")} == kinds_of_blocks()


@pytest.mark.parametrize("kind", sorted(kind.__name__ for kind in kinds_of_blocks()))
def test_hostile_text_stays_text_in_every_kind_of_block(kind: str) -> None:
    (block,) = (item for item in every_block(HOSTILE) if type(item).__name__ == kind)
    (harmless,) = (item for item in every_block("words") if type(item).__name__ == kind)
    page = Reader(renderer(title=HOSTILE).page(page_of(block, text=HOSTILE)))
    plain = Reader(renderer(title="words").page(page_of(harmless, text="words")))
    drop = {"details", "summary", "pre", "p", "span", "a", "bdi"}  # long values fold
    assert [tag for tag, _ in page.tags if tag not in drop] == [
        tag for tag, _ in plain.tags if tag not in drop
    ]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "onerror=alert(1)" in page.text


def test_no_script_and_no_style_that_could_run_stands_in_a_page() -> None:
    page = Reader(renderer().page(page_of(*every_block(HOSTILE))))
    assert not page.values("style")
    assert [tag for tag, _ in page.tags].count("style") == 1, "for paper: see the policy"
    scripts = [attrs for tag, attrs in page.tags if tag == "script"]
    assert scripts
    assert all("src" in attrs or attrs["type"] == "application/json" for attrs in scripts)


def test_the_content_policy_is_strict_and_stands_before_everything_it_governs() -> None:
    html = renderer().page(page_of(text='</style> \\ " };'))
    page = Reader(html)
    names = [(tag, attrs.get("http-equiv")) for tag, attrs in page.tags]
    place = names.index(("meta", "Content-Security-Policy"))
    style = re.search("<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    own = f"style-src 'self' 'sha256-{digest}'"
    assert page.tags[place][1]["content"] == CONTENT_POLICY.replace("style-src 'self'", own)
    assert CONTENT_POLICY == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; base-uri 'none'; form-action 'none'"
    )
    assert not {"script", "link"} & {tag for tag, _ in names[:place]}


@pytest.mark.parametrize(("path", "root"), [("index.html", ""), ("runs/a.html", "../")])
def test_links_lead_from_the_page_to_the_root(path: str, root: str) -> None:
    page = Reader(renderer().page(page_of(*every_block("x", "runs/b.html"), path=path)))
    addresses = page.values("href", "src")
    assert f"{root}runs/b.html" in addresses
    assert f"{root}runs.html" in addresses
    assert f"{root}data/runs.js" in addresses
    assert any(address.startswith(f"{root}assets/style-") for address in addresses)
    assert not [a for a in addresses if a.startswith(("/", "http"))]


def test_a_path_out_of_a_log_cannot_become_a_script_or_another_site() -> None:
    for target in ("javascript:alert(1)", "//evil.example/x", "data:text/html,x", "a b#c?"):
        page = Reader(renderer().page(page_of(b.Prose((b.Link("x", target),)))))
        (address,) = (
            a
            for a in page.values("href")
            if "alert" in a or "evil" in a or "b#c" in a or "text/html" in a
        )
        assert not address.startswith(("javascript:", "//", "data:"))


def test_control_characters_are_shown_by_their_pictures() -> None:
    html = renderer().page(page_of(*every_block("a\x00b\x1bc\ud800d\ufffe")))
    html.encode("utf-8")
    assert "a␀b␛c\ufffdd\ufffd" in html
    assert "\\u0000" not in html


def test_chart_data_survive_the_page() -> None:
    chart = dots(HOSTILE)
    page = Reader(renderer().page(page_of(chart)))
    (content,) = (json.loads(block) for block in page.blocks)
    assert content == {"kind": "dots", "titles": chart.titles, "data": chart.data}


def test_numbers_that_json_has_not_are_refused() -> None:
    chart = b.Chart("k", "curve", "t", "s", {"f0": [1], "f1": [float("nan")]}, {})
    with pytest.raises(ValueError, match="JSON"):
        renderer().page(page_of(chart))


def test_long_and_many_lined_values_fold_and_are_whole() -> None:
    items = (b.Definition("long", "x" * 10_000), b.Definition("lines", "a\nb"))
    html = renderer().page(page_of(b.Definitions((*items, b.Definition("short", "y")))))
    assert html.count('<details class="long">') == 2
    assert "x" * 10_000 in html
    assert "a\nb" in html


def test_small_charts_side_by_side_and_the_others_alone() -> None:
    curve = b.Chart("c", "curve", "t", "s", {"f0": [], "f1": []}, {})
    html = renderer().page(page_of(curve, curve, dots()))
    start, end = html.index('<div class="multiples">'), html.rindex("<figure")
    assert html[start:end].count("<figure") == 2


def test_two_renderers_write_the_same_bytes() -> None:
    page = page_of(*every_block("x"))
    assert renderer().page(page) == renderer().page(page)


def test_the_current_entry_of_the_navigation_is_marked() -> None:
    page = Reader(renderer().page(page_of(path="runs.html")))
    (marked,) = (attrs for tag, attrs in page.tags if "aria-current" in attrs)
    assert marked == {"href": "runs.html", "aria-current": "page"}


def test_ids_are_unique() -> None:
    ids = Reader(renderer().page(page_of(*every_block("x")))).values("id")
    assert len(ids) == len(set(ids))
