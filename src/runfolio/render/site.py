"""Stage 5: pages and data files become a site in a folder.

In: pages, made one by one, and the texts of data files. Out: the site, swapped in whole.
Charts are drawn ahead in another process while the run pages, which need none, are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runfolio.model.locale import current_locale
from runfolio.model.problems import Problem
from runfolio.render.assets import bundle_assets
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.output import SiteWriter
from runfolio.render.static_charts import draw_charts
from runfolio.render.theme import Theme
from runfolio.views.blocks import Page

__all__ = ["Written", "write_site"]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the number of pages, and what went wrong with drawing ahead."""

    pages: int
    problems: tuple[Problem, ...] = ()


def write_site(
    output: Path,
    *,
    theme: Theme,
    info: SiteInfo,
    specs: Mapping[str, Mapping[str, Any]],
    pages: Sequence[Page],
    run_pages: Iterable[Page],
    embeds: Iterable[Page],
    data: Iterable[tuple[str, str | bytes]],
    inputs: Sequence[Path],
    advance: Callable[[int], None],
    inspect: Callable[[str, bytes], None] | None = None,
    audience: str = "",
) -> Written:
    """Write a site and put it in place of the previous one.

    Parameters
    ----------
    output : Path
        The site's folder.
    theme : Theme
    info : SiteInfo
    specs : mapping of str to dict
        Specifications of the chart kinds.
    pages : sequence of Page
        Those that may hold charts drawn ahead.
    run_pages : iterable of Page
        One per run.
    embeds : iterable of Page
        Single sections of `pages`, to stand in a frame elsewhere.
    data : iterable of (str, str or bytes)
        Path and content of each data file.
    inputs : sequence of Path
        What the report is made from; the site is never written over it.
    advance : callable
        Called with the number of run pages just written.
    inspect : callable, optional
        Called with the path and the bytes of each page and data file before it is written; what
        it raises leaves the previous site as it is.
    audience : str
        Who the site is for.

    Raises
    ------
    OutputError
    """
    assets = bundle_assets(theme, specs)
    renderer = HtmlRenderer(theme, info, assets)
    count = len(pages)
    with SiteWriter(output, inputs, inspect, audience) as site, ThreadPoolExecutor(1) as drawing:
        drawn = drawing.submit(draw_charts, pages, specs, current_locale())
        for path, content in assets.files.items():
            site.write(path, content, is_shared=True)
        for path, held in data:
            site.write(path, held)
        for page in run_pages:
            site.write(page.path, renderer.page(page))
            count += 1
            advance(1)
        drawings = drawn.result()
        renderer = replace(renderer, drawings=drawings)
        for page in pages:
            site.write(page.path, renderer.page(page))
        for page in embeds:
            site.write(page.path, renderer.filled("embed.html", page))
        site.commit()
    problems: tuple[Problem, ...] = ()
    if drawings.message:
        problems = (
            Problem(
                "the report itself",
                "charts-not-drawn",
                drawings.message,
                "Nothing to do for readers with scripts; update vl-convert-python to get images.",
                "note",
            ),
        )
    return Written(count, problems)
