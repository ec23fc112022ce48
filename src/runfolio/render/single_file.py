"""Stage 5: a report becomes a single file.

In: pages of blocks and the data files beside them. Out: one HTML document with all that it
needs in it. Each page is an article; a script shows one of them at a time, by the fragment of
the address, and without scripts they stand below one another. The document's policy names the
hash of each script and style in it, and allows nothing else.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import PurePosixPath
from typing import Any

from runfolio.model.numbers import format_number
from runfolio.model.problems import Problem
from runfolio.render.articles import ROOT, Article, Contents, article_of, linked
from runfolio.render.assets import bundle_assets, json_for_script, stylesheet
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.inline import hash_of, inline
from runfolio.render.sheets import css_string
from runfolio.render.static_charts import Drawings
from runfolio.render.text import visible
from runfolio.render.theme import Theme
from runfolio.views.blocks import Block, Chart, Comparator, Details, Page

__all__ = ["MARK", "single_file", "size_problem"]

MARK = '<meta name="generator" content="runfolio single file">'
"""By what a file is known to be one."""

LARGEST = 10_000_000
"""Bytes above which its author is warned: mail servers begin to refuse such a file."""

# Each after those that it builds on.
_SCRIPTS = ("numbers", "address", "table", "charts", "compare", "impact")
_OPENING = 'document.documentElement.className = "opening";'
_TYPES = {".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"}


def single_file(
    pages: Iterable[Page],
    data: Iterable[tuple[str, str | bytes]],
    *,
    theme: Theme,
    info: SiteInfo,
    specs: Mapping[str, Mapping[str, Any]],
    drawings: Drawings | None = None,
) -> str:
    """Return a report as one HTML document.

    Parameters
    ----------
    pages : iterable of Page
        In the order in which they stand; the overview first.
    data : iterable of (str, str or bytes)
        Path and content of each data file. Those that no page asks for are left out.
    theme : Theme
    info : SiteInfo
    specs : mapping of str to dict
        Specifications of the chart kinds.
    drawings : Drawings, optional
        Charts drawn ahead, for readers without scripts.

    Raises
    ------
    UsageError
        If the theme makes pages without a main part.
    ValueError
        If a script or a style would end before its end.
    """
    renderer = HtmlRenderer(theme, info, bundle_assets(theme, specs), drawings or Drawings())
    articles: list[Article] = []
    kinds: set[str] = set()
    needed: set[str] = set()
    compares = False
    titles: list[str] = []
    for page in pages:
        titles.append(renderer.label(page))
        articles.append(article_of(renderer.page(page, ROOT), page.path, page.nav))
        needed.update(page.data)
        for block in _all_blocks(block for section in page.sections for block in section.blocks):
            if isinstance(block, Chart):
                kinds.add(block.kind)
            elif isinstance(block, Comparator):
                compares = True
    if compares:
        kinds.add("curves")  # of any runs, picked in the page
    contents = Contents.of(articles)
    numbers = []
    for path, content in data:
        if not path.startswith("data/"):
            contents.files[path] = content
        elif isinstance(content, str) and (compares or path in needed):
            numbers.append(content)
    style = inline(
        stylesheet(theme)
        + theme.static("single.css").decode("utf-8")
        + "".join(_sheets(articles, titles, info))
    )
    library = inline(theme.static("vendor/vega.js").decode("utf-8"))
    scripts = [
        inline(text)
        for text in (
            _specifications(specs, kinds) + "".join(numbers),
            *(theme.static(theme.scripts[name]).decode("utf-8") for name in _SCRIPTS),
            theme.static("single.js").decode("utf-8"),
        )
    ]
    attributes = ["", *(_attributes(name, info) for name in _SCRIPTS), ""]
    frame = renderer.filled(
        "single.html",
        Page("", "", info.title, (), scripts=("numbers",)),
        ROOT,
        articles="".join(article.html for article in articles),
        content_policy=_policy((_OPENING, *scripts, library), style),
        opening=_OPENING,
        style=style,
        mark=MARK,
    )
    body, end, rest = linked(frame, contents).rpartition("</body>")
    return "".join(
        (
            *(body, _packed(theme), *_downloads(contents)),
            *(f"<script{a}>{s}</script>\n" for a, s in zip(attributes, scripts, strict=True)),
            *(end, rest),
        )
    )


def size_problem(html: str) -> Problem | None:
    """Return a note where a single file is larger than many can take."""
    size = len(html.encode("utf-8"))
    if size <= LARGEST:
        return None
    return Problem(
        "the report itself",
        "single-file-large",
        f"The single file has {format_number(size / 1e6, 1, 1)} MB; many mail servers refuse such "
        "an attachment.",
        "Leave out the pages of runs with --no-run-pages.",
        "note",
    )


def _sheets(articles: Sequence[Article], titles: Sequence[str], info: SiteInfo) -> Iterable[str]:
    """Return the rules for paper: the report and the page that is printed above each sheet."""
    yield f"@page {{ @top-left {{ content: {css_string(info.title)}; }} }}\n"
    yield "@media print { .top, .end { display: none; } }\n"
    for number, (article, title) in enumerate(zip(articles, titles, strict=True), 1):
        yield f"@page p{number} {{ @top-right {{ content: {css_string(title)}; }} }}\n"
        place = css_string(f"/{article.path}")
        yield f"article[id={place}] {{ page: p{number}; }}\n"


def _all_blocks(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Details):
            yield from _all_blocks(block.blocks)


def _policy(scripts: Iterable[str], style: str) -> str:
    return (
        f"default-src 'none'; script-src {' '.join(map(hash_of, scripts))}; "
        f"style-src {hash_of(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _specifications(specs: Mapping[str, Mapping[str, Any]], kinds: Iterable[str]) -> str:
    """Return the statement that names the specifications of `kinds`, each of them once."""
    names = [f"{kind}-{form}" for kind in sorted(kinds) for form in ("narrow", "wide")]
    texts = {name: json_for_script(specs[name]) for name in names}
    unique = {text: place for place, text in enumerate(dict.fromkeys(texts.values()))}
    entries = ",".join(f'"{name}":all[{unique[text]}]' for name, text in texts.items())
    return (
        f"(() => {{ const all = [{','.join(unique)}];\n"
        f"(window.runfolio ??= {{}}).specs = {{{entries}}}; }})();\n"
    )


def _attributes(name: str, info: SiteInfo) -> str:
    """Return what a script needs to know, as attributes of its tag."""
    if name != "charts":
        return ""
    locale = f' data-locale="{escape(info.charts)}"' if info.charts else ""
    return f' data-vega="vega"{locale}'


def _packed(theme: Theme) -> str:
    """Return the chart library, packed, with the licences that ask to go along with it."""
    library = base64.b64encode(theme.static("vendor/vega.js.gz")).decode("ascii")
    licences = json_for_script(theme.static("vendor/LICENSES.txt").decode("utf-8"))
    return (
        f'<script type="text/plain" id="vega">{library}</script>\n'
        f'<script type="application/json" id="vega-licences">{licences}</script>\n'
    )


def _downloads(contents: Contents) -> Iterable[str]:
    """Return the data files that links offer."""
    for path in sorted(contents.offered):
        kind = _TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
        content = contents.files[path]
        packed = ' data-packed=""' if isinstance(content, bytes) else ""
        text = (
            base64.b64encode(content).decode("ascii")
            if isinstance(content, bytes)
            else visible(content)
        )
        yield (
            f'<script type="application/json" data-file="{escape(path)}" data-type="{kind}"'
            f"{packed}>{json_for_script(text)}</script>\n"
        )
