"""Stage 5: pages become a document for paper.

In: pages of blocks. Out: one HTML document that a browser prints: a title with the contents, the
pages as articles, each with a header and numbers on its sheets, links out of the document as
numbered notes at the end of their article. It holds no script, and nothing to click but links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runfolio.render.articles import ROOT, Contents, article_of, linked
from runfolio.render.assets import bundle_assets, stylesheet
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.inline import hash_of, inline
from runfolio.render.sheets import css_string
from runfolio.render.static_charts import Drawings
from runfolio.render.theme import Theme
from runfolio.views.blocks import Block, Chart, Definitions, Details, Page, Section

__all__ = ["drawn_throughout", "paper_document"]

_BUTTON = re.compile(r"<button type=\"button\" class=\"term[^>]*>(.*?)</button>", re.DOTALL)
_MORE = re.compile(r" ?<button type=\"button\" class=\"term more\".*?</button>", re.DOTALL)
_HINT = re.compile(r"<div class=\"hint\" .*?</div>\n?", re.DOTALL)
_DATA = re.compile(r"<script type=\"application/json\">.*?</script>\n?", re.DOTALL)
_LIVE = re.compile(r"<noscript>.*?</noscript>|<template>.*?</template>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page in the contents: where it is, and what it is called."""

    path: str
    label: str
    title: str


def drawn_throughout(pages: Iterable[Page]) -> list[Page]:
    """Return pages all of whose charts ask to be drawn ahead, if they hold their data."""
    return [
        replace(
            page,
            sections=tuple(
                replace(section, blocks=tuple(map(_drawn, section.blocks)))
                for section in page.sections
            ),
        )
        for page in pages
    ]


def _drawn(block: Block) -> Block:
    if isinstance(block, Details):
        return replace(block, blocks=tuple(map(_drawn, block.blocks)))
    if isinstance(block, Chart) and block.data:
        return replace(block, static=True)
    return block


def paper_document(
    pages: Sequence[Page],
    data: Iterable[tuple[str, str | bytes]],
    *,
    theme: Theme,
    info: SiteInfo,
    specs: Mapping[str, Mapping[str, Any]],
    drawings: Drawings,
) -> str:
    """Return pages as one HTML document for paper.

    Parameters
    ----------
    pages : sequence of Page
        In the order in which they are printed.
    data : iterable of (str, str or bytes)
        The files beside them, for their images.
    theme : Theme
    info : SiteInfo
    specs : mapping of str to dict
        Specifications of the chart kinds.
    drawings : Drawings
        The charts.

    Raises
    ------
    UsageError
        If the theme makes pages without a main part.
    """
    renderer = HtmlRenderer(theme, info, bundle_assets(theme, specs), drawings)
    pages = _with_words_once(pages)
    articles = [
        article_of(renderer.page(page, ROOT), page.path, page.nav, on_screen=False)
        for page in pages
    ]
    entries = [_Entry(page.path, renderer.label(page), page.title) for page in pages]
    contents = Contents.of(articles)
    # Nothing can be downloaded from paper, so texts are no files of it.
    contents.files.update((path, held) for path, held in data if isinstance(held, bytes))
    style = inline(
        stylesheet(theme)
        + theme.static("paper.css").decode("utf-8")
        + "".join(_sheets(entries, info))
    )
    html = renderer.filled(
        "paper.html",
        Page("", "", info.title, ()),
        ROOT,
        articles="".join(_for_paper(article.html) for article in articles),
        content_policy=f"default-src 'none'; style-src {hash_of(style)}; img-src data:",
        entries=entries,
        style=style,
    )
    return linked(html, contents)


def _with_words_once(pages: Sequence[Page]) -> list[Page]:
    """Return pages whose words are explained together, on one more page at the end."""
    items = {item.term: item for page in pages if page.words for item in page.words.items}
    told = [replace(page, words=None) for page in pages]
    if items:
        words = Definitions(tuple(sorted(items.values(), key=lambda item: item.term.casefold())))
        section = Section("words", "", (words,))
        told.append(Page("words.html", "", "Words in this document", (section,)))
    return told


def _sheets(entries: Sequence[_Entry], info: SiteInfo) -> Iterable[str]:
    """Return the rules for sheets: the report and the page above, numbers below."""
    date = f"Data up to {info.data_as_of}" if info.data_as_of else ""
    yield (
        f"@page {{ @top-left {{ content: {css_string(info.title)}; }} "
        f"@bottom-left {{ content: {css_string(date)}; }} }}\n"
    )
    yield "@page :first { @top-left { content: none; } @bottom-left { content: none; } }\n"
    for number, entry in enumerate(entries, 1):
        yield f"@page sheet-{number} {{ @top-right {{ content: {css_string(entry.label)}; }} }}\n"
        yield f"article.page:nth-of-type({number}) {{ page: sheet-{number}; }}\n"


def _for_paper(html: str) -> str:
    """Return an article without what only a screen can show, its folds open."""
    for pattern in (_HINT, _DATA, _LIVE, _MORE):
        html = pattern.sub("", html)
    html = _BUTTON.sub(r"\1", html).replace("<details", "<details open")
    return html.replace("<details open open", "<details open")
