"""The report as a single file: what is in it, where its links lead, what its policy allows."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runfolio.errors import UsageError
from runfolio.render.html import SiteInfo
from runfolio.render.single_file import MARK, single_file, size_problem
from runfolio.render.static_charts import Drawing, Drawings, chart_hash
from runfolio.render.theme import Theme, load_theme
from runfolio.views import blocks as b
from runfolio.views.charts import chart_specs
from sample_pages import NAV, dots, every_block, page_of

INFO = SiteInfo("Screening", NAV, version="0.1", sources="mlruns", problems=2)
RUNS = "window.runfolio = {};\nwindow.runfolio.runs = {};\n"
PNG = b"\x89PNG\r\n\x1a\nnot really"


def made(
    pages: Sequence[b.Page],
    data: Sequence[tuple[str, str | bytes]] = (("data/runs.js", RUNS),),
    theme: Theme | None = None,
    info: SiteInfo = INFO,
    drawings: Drawings | None = None,
) -> str:
    theme = theme or load_theme()
    specs = chart_specs()
    return single_file(pages, data, theme=theme, info=info, specs=specs, drawings=drawings)


class Document(HTMLParser):
    """What a browser makes of it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside: list[tuple[str, dict[str, str], str]] = []  # scripts and styles
        self.text = ""
        self._open: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.tags.append((tag, told))
        if tag in ("script", "style"):
            self._open = tag
            self.inside.append((tag, told, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, attrs, text = self.inside[-1]
            self.inside[-1] = (tag, attrs, text + data)
        else:
            self.text += data

    def values(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    @property
    def ids(self) -> list[str]:
        return self.values("id")

    @property
    def policy(self) -> str:
        return next(a["content"] for _, a in self.tags if "http-equiv" in a)

    def allowed(self, kind: str) -> set[str]:
        """Return the hashes that the policy names for scripts or styles."""
        (rule,) = (part for part in self.policy.split("; ") if part.startswith(f"{kind}-src "))
        return set(re.findall(r"'(sha256-[^']+)'", rule))

    def run(self) -> list[str]:
        """Return the texts of the scripts that run."""
        return [text for tag, attrs, text in self.inside if tag == "script" and "type" not in attrs]


def sha(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


PAGES = (
    page_of(*every_block("words", "runs/a.html")),
    page_of(b.Heading("Deeper", anchor="deep"), dots(), path="impact.html", text="Impact"),
    page_of(b.Prose(("in a folder ", b.Link("back", "index.html#all"))), path="runs/a.html"),
)


def test_every_script_and_style_is_named_by_its_hash_and_nothing_else_is_allowed() -> None:
    document = Document(made(PAGES))
    assert document.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in document.policy
    packed = next(text for _, a, text in document.inside if a.get("id") == "vega")
    library = gzip.decompress(base64.b64decode(packed)).decode("utf-8")
    assert {*map(sha, document.run()), sha(library)} == document.allowed("script")
    styles = [text for tag, _, text in document.inside if tag == "style"]
    assert {*map(sha, styles)} == document.allowed("style")
    assert not [name for _, attrs in document.tags for name in attrs if name.startswith("on")]
    assert not document.values("style")


def test_the_packed_chart_library_is_the_plain_one() -> None:
    theme = load_theme()
    packed = gzip.decompress(theme.static("vendor/vega.js.gz"))
    assert packed == theme.static("vendor/vega.js")


def test_nothing_is_fetched_from_elsewhere() -> None:
    document = Document(made(PAGES))
    assert all(value.startswith("data:") for value in document.values("src"))
    assert all(value.startswith(("#", "data:")) for value in document.values("href"))
    assert {tag for tag, _ in document.tags} & {"link", "iframe", "object", "base"} == {"link"}


def test_all_pages_are_there_and_every_id_is_there_once() -> None:
    document = Document(made(PAGES))
    articles = [attrs["id"] for tag, attrs in document.tags if tag == "article"]
    assert articles == ["/index.html", "/impact.html", "/runs/a.html"]
    assert len(document.ids) == len(set(document.ids))


def test_every_link_and_label_leads_to_something() -> None:
    document = Document(made(PAGES))
    there = set(document.ids)
    links = [value[1:].partition("?")[0] for value in document.values("href") if value[0] == "#"]
    assert "/index.html" in links
    assert {link for link in links if link} <= there
    for name in ("for", "popovertarget", "aria-labelledby", "aria-describedby"):
        for value in document.values(name):
            assert set(value.split()) <= there, name


def test_links_lead_to_pages_and_to_places_in_them() -> None:
    spans = (
        b.Link("page", "impact.html"),
        b.Link("place", "impact.html#deep"),
        b.Link("no such place", "impact.html#gone"),
        b.Link("state", "runs/a.html?q=x y"),
        b.Link("not there", "runs/b.html"),
        b.Link("outside", "https://example.org/a?b=1&c=2"),
    )
    html = made((page_of(b.Prose(spans)), *PAGES[1:]))
    assert '<a href="#/impact.html"><bdi>page</bdi></a>' in html
    assert '<a href="#/impact.html#deep"><bdi>place</bdi></a>' in html
    assert '<a href="#/impact.html"><bdi>no such place</bdi></a>' in html
    assert '<a href="#/runs/a.html?q=x y"><bdi>state</bdi></a>' in html
    assert "<a><bdi>not there</bdi></a>" in html
    assert (
        '<a href="https://example.org/a?b=1&amp;c=2" data-note="1"><bdi>outside</bdi></a>' in html
    )


def test_small_data_files_go_along_and_large_ones_are_named() -> None:
    link = b.Prose((b.Link("small", "runs.csv"), b.Link("large", "report.json")))
    text = 'run,note\na,"</script><!-- é"\n'
    data = [("runs.csv", text), ("report.json", "x" * 200_000), ("unasked.csv", "y,z\n" * 9)]
    document = Document(made([page_of(link)], data))
    files = {a["data-file"]: t for _, a, t in document.inside if "data-file" in a}
    assert {name: json.loads(held) for name, held in files.items()} == {"runs.csv": text}
    links = [attrs for tag, attrs in document.tags if tag == "a" and "data-file" in attrs]
    assert [link["data-file"] for link in links] == ["runs.csv"]
    assert "large" in document.text


def test_small_binary_files_go_along_too() -> None:
    link = b.Prose((b.Link("table", "runs.parquet"),))
    document = Document(made([page_of(link)], [("runs.parquet", b"PAR1\x00\xff")]))
    (held,) = (text for _, a, text in document.inside if a.get("data-file") == "runs.parquet")
    assert base64.b64decode(json.loads(held)) == b"PAR1\x00\xff"


def test_images_are_in_the_file() -> None:
    gallery = b.Gallery((b.Picture("images/a.png", "A curve", "step 3"),))
    document = Document(made([page_of(gallery)], [("images/a.png", PNG)]))
    (source,) = document.values("src")
    assert source == "data:image/png;base64," + base64.b64encode(PNG).decode()
    # A picture leads to no file of its own here.
    assert "images/a.png" not in document.values("href")


def test_data_of_pages_that_are_not_there_stay_out() -> None:
    curve = ("data/a.js", "window.runfolio.series = {curve: 1};\n")
    with_run = made([replace(PAGES[2], data=("data/a.js",))], [curve])
    alone = made([page_of(b.Prose(("x",)))], [curve])
    assert "curve: 1" in with_run
    assert "curve: 1" not in alone
    table = b.Table("t", (b.Column("a"),), ())
    compared = made([page_of(b.Comparator(table, "data/runs.js", ()))], [curve])
    assert "curve: 1" in compared, "the compare page draws the curves of any run"


def test_only_the_kinds_of_charts_on_its_pages_are_specified() -> None:
    document = Document(made([page_of(dots())]))
    (specs,) = (text for text in document.run() if ".specs = " in text)
    assert '"dots-wide"' in specs
    assert '"tornado-wide"' not in specs


def test_charts_drawn_ahead_stand_in_it_once() -> None:
    chart = dots(static=True)
    svg = '<svg class="{}" role="img"><clipPath id="c"/><g clip-path="url(#c)">{}</g></svg>'
    drawing = Drawing(svg.format("wide", "broad"), svg.format("narrow", "slim"))
    html = made([page_of(chart)], drawings=Drawings({chart_hash(chart): drawing}))
    assert "broad" in html
    assert "slim" not in html
    assert 'id="/index.html#c"' in html
    assert 'clip-path="url(#/index.html#c)"' in html


def test_the_same_report_gives_the_same_bytes() -> None:
    assert made(PAGES) == made(PAGES)


def test_it_is_known_by_its_beginning() -> None:
    assert MARK.encode() in made(PAGES).encode()[:4096]


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """The theme with a chart library of one line, so that documents are small."""
    project = tmp_path_factory.mktemp("light")
    vendor = project / "themes" / "light" / "static" / "vendor"
    vendor.mkdir(parents=True)
    (project / "themes" / "light" / "theme.yaml").write_text("extends: default\n")
    (vendor / "vega.js").write_text("1;\n")
    (vendor / "vega.js.gz").write_bytes(gzip.compress(b"1;\n", mtime=0))
    (vendor / "LICENSES.txt").write_text("none\n")
    return load_theme("light", project)


@settings(max_examples=15)
@given(text=st.text(st.characters(codec=None), max_size=30))
def test_no_text_ends_a_script_or_breaks_a_hash(light: Theme, text: str) -> None:
    hostile = f"{text}</script></style></article><!--{text}\" id='x' onclick=\"y"
    pages = [page_of(*every_block(hostile, "runs/a.html"), text=hostile)]
    data = [("data/runs.js", RUNS), ("runs.csv", hostile)]
    told = replace(INFO, title=hostile, charts=hostile)
    document = Document(made(pages, data, light, told))
    # Data of a chart and of the panel, style, opening, what is packed, a file, what runs.
    assert len(document.inside) == 2 + 1 + 1 + 2 + 1 + 8
    assert {*map(sha, document.run())} < document.allowed("script")
    assert not [name for _, attrs in document.tags for name in attrs if name.startswith("on")]
    assert [attrs["id"] for tag, attrs in document.tags if tag == "article"] == ["/index.html"]


def test_a_theme_that_ends_its_own_style_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "themes" / "ours"
    (folder / "static").mkdir(parents=True)
    (folder / "theme.yaml").write_text("extends: default\nstyles: [ours.css]\n")
    (folder / "static" / "ours.css").write_text("/* </style> */")
    with pytest.raises(ValueError, match="would end it"):
        made(PAGES, theme=load_theme("ours", tmp_path))


def test_a_theme_without_a_main_part_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "themes" / "ours"
    (folder / "templates").mkdir(parents=True)
    (folder / "theme.yaml").write_text("extends: default\n")
    (folder / "templates" / "page.html").write_text("<title>x</title><p>{{ page.path }}</p>")
    with pytest.raises(UsageError) as told:
        made(PAGES, theme=load_theme("ours", tmp_path))
    assert told.value.slug == "theme-without-main"


def test_a_large_file_is_told() -> None:
    assert size_problem("x" * 9_000_000) is None
    problem = size_problem("é" * 6_000_000)
    assert problem is not None
    assert problem.slug == "single-file-large"
    assert "12.0 MB" in problem.message
    assert "--no-run-pages" in problem.hint
