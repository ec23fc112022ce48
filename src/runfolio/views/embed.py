"""Stage 4: single sections and charts as pages of their own, to stand in a frame elsewhere.

In: the pages of a site, and patterns. Out: pages below ``embed/``, each with one section.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from runfolio.views.blocks import (
    Block,
    Chart,
    Comparator,
    Details,
    Heading,
    Page,
    RunTable,
    Section,
    WhatIf,
)

__all__ = ["embedded"]

_LIVE = (Chart, Comparator, RunTable, WhatIf)
"""Blocks that scripts work on."""


def embedded(pages: Iterable[Page], patterns: Sequence[str]) -> Iterator[Page]:
    """Make a page of each section and each chart that a pattern names.

    Parameters
    ----------
    pages : iterable of Page
    patterns : sequence of str
        ``page#section`` or ``page#section/chart``, with ``*`` and ``?``, such as ``index.html#*``.
        Charts are named by their key; ``#*`` names sections alone.

    Yields
    ------
    Page
        ``embed/<page>/<section>.html`` or ``embed/<page>/<section>/<chart>.html``; `nav` is the
        address of the place that it is taken from.
    """
    for page in pages:
        wanted = [two for one in patterns if _names(one, page) for two in [one.partition("#")[2]]]
        if not wanted:
            continue
        for section in page.sections:
            if any("/" not in one and fnmatchcase(section.key, one) for one in wanted):
                yield _page(page, section, section.key, section.title or page.title)
            for chart in _charts(section.blocks):
                name = f"{section.key}/{chart.key}"
                if any("/" in one and fnmatchcase(name, one) for one in wanted):
                    alone = replace(section, blocks=(chart,))
                    yield _page(page, alone, name, chart.title)


def _names(pattern: str, page: Page) -> bool:
    return fnmatchcase(page.path, pattern.partition("#")[0])


def _page(page: Page, section: Section, name: str, title: str) -> Page:
    stem = page.path.removesuffix(".html")
    blocks = tuple(b for b in section.blocks if not (isinstance(b, Heading) and b.level == 2))
    live = any(isinstance(block, _LIVE) for block in _all(blocks))
    return replace(
        page,
        path=f"embed/{stem}/{name}.html",
        nav=f"{page.path}#{section.key}" if section.title else page.path,
        title=title,
        kicker="",
        lede=(),
        sections=(Section(section.key, "", blocks),),
        scripts=page.scripts if live else (),
        data=page.data if live else (),
        words=None,
    )


def _charts(blocks: Sequence[Block]) -> Iterator[Chart]:
    return (block for block in _all(blocks) if isinstance(block, Chart))


def _all(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Details):
            yield from _all(block.blocks)
