"""Stage 5: a page of blocks becomes HTML.

In: a `Page`. Out: its HTML, which opens from a file and below any address, runs no script
but the site's own and shows whatever stands in a log as text. A block is rendered by the
macro of its name: `KeyFigures` by ``key_figures(block, page)`` in ``key_figures.html``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from runfolio.model.locale import ENGLISH, Locale
from runfolio.model.numbers import format_count, localized
from runfolio.render.assets import FOLDER, Assets, json_for_script
from runfolio.render.inline import hash_of
from runfolio.render.markdown import markdown_to_html
from runfolio.render.sheets import above, with_notes
from runfolio.render.static_charts import Drawing, Drawings, chart_hash
from runfolio.render.templates import template_environment
from runfolio.render.text import visible
from runfolio.render.theme import Theme
from runfolio.views.blocks import Block, Chart, Page, Table, WhatIf

__all__ = ["CONTENT_POLICY", "HtmlRenderer", "SiteInfo", "locale_for_charts", "numbers_for_scripts"]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'"
)

SMALL_CHARTS = frozenset(("curve", "trend-small", "trend-small-calm"))
"""Kinds of charts that are drawn side by side."""

LONG_VALUE = 300
"""Characters from which a value of a definition is folded away."""

MOST_STACKED_ROWS = 40
"""A table of more rows stays a table in a narrow place, and scrolls."""

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OUTSIDE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What all pages of a site say about it.

    Parameters
    ----------
    title : str
    nav : tuple of (label, tuple of (title, path))
        The groups of the navigation; a label may be empty.
    version : str
        Of runfolio.
    sources : str
        What the report was made from, in words.
    data_as_of : str
        The date of the newest data, in words, or empty.
    problems : int
        Number of problems found in the input.
    feed : str
        Path of the Atom feed, or empty.
    language : str
        BCP 47 code of the language of the pages.
    numbers : str
        How the scripts write numbers, as JSON; empty where it is as in plain English.
    charts : str
        How the charts do, with the names of months and days; as JSON, or empty.
    url : str
        The address at which the site will be read, ending in ``/``; or empty.
    image : str
        Path of the image that stands for the site in previews, or empty.
    absent : set of str
        Paths of pages and files that the frame of a page leads to and the site does not have.
    """

    title: str
    nav: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    version: str
    sources: str
    data_as_of: str = ""
    problems: int = 0
    feed: str = ""
    language: str = "en"
    numbers: str = ""
    charts: str = ""
    url: str = ""
    image: str = ""
    absent: frozenset[str] = frozenset()


def numbers_for_scripts(locale: Locale) -> str:
    """Return what `SiteInfo.numbers` is in a locale."""
    return _json(locale.for_scripts()) if locale is not ENGLISH else ""


def locale_for_charts(locale: Locale) -> str:
    """Return what `SiteInfo.charts` is in a locale; the names are those of vega-embed."""
    if locale is ENGLISH:
        return ""
    return _json({"formatLocale": locale.for_vega(), "timeFormatLocale": locale.for_vega_times()})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class PageInPlace:
    """A page as templates see it: it knows where it lies and how to get from there."""

    page: Page
    path: str
    root: str
    drawings: Mapping[str, Drawing]
    hints: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The opening sentence as plain text, for previews of the page."""
        spans = self.page.lede or (self.page.kicker,)
        return "".join(span if isinstance(span, str) else span.text for span in spans)

    def hint(self, text: str) -> str:
        """Return the id under which an explanation stands at the page's end."""
        return self.hints.setdefault(text, f"hint-{len(self.hints) + 1}")

    def href(self, target: str) -> str:
        """Return the address of `target`, which is relative to the site's root."""
        if target.startswith("#") or _OUTSIDE.match(target):
            return target
        path, mark, fragment = target.partition("#")
        path, question, query = path.partition("?")
        # Quoted and without a slash in front, so that no path out of a log can be read as
        # `javascript:` or as another host.
        path = quote(visible(path).lstrip("/"), safe="/~")
        return self.root + path + question + query + mark + fragment

    def drawing(self, chart: Chart) -> Drawing | None:
        """Return the pre-rendered image of `chart`, if there is one."""
        return self.drawings.get(chart_hash(chart)) if chart.static else None


@dataclass
class HtmlRenderer:
    """Renders pages with the templates of a theme.

    Parameters
    ----------
    theme : Theme
    site : SiteInfo
    assets : Assets
        The shared files that pages refer to.
    drawings : Drawings
        Pre-rendered charts.
    """

    theme: Theme
    site: SiteInfo
    assets: Assets
    drawings: Drawings = field(default_factory=Drawings)

    def page(self, page: Page, root: str | None = None) -> str:
        """Return `page` as HTML.

        Parameters
        ----------
        page : Page
        root : str or None
            What leads from the page to the site's root; None where it lies below it in a folder.
        """
        style = above(self.site.title, self.label(page))
        policy = CONTENT_POLICY.replace("style-src 'self'", f"style-src 'self' {hash_of(style)}")
        html = self.filled("page.html", page, root, sheets=style, content_policy=policy)
        return with_notes(html)

    def label(self, page: Page) -> str:
        """Return what a page is called: as in the navigation, else by its title."""
        names = (
            name for _, entries in self.site.nav for name, path in entries if path == page.path
        )
        return next(names, page.title)

    def filled(self, template: str, page: Page, root: str | None = None, **more: Any) -> str:
        """Return another template of the theme, filled with `page` and whatever it asks for."""
        root = "../" * page.path.count("/") if root is None else root
        place = PageInPlace(page, page.path, root, self.drawings.images)
        return visible(self._environment.get_template(template).render(page=place, **more))

    @cached_property
    def _environment(self) -> Environment:
        environment = template_environment(self.theme)
        environment.globals.update(
            site=self.site,
            assets=self.assets,
            assets_folder=FOLDER,
            content_policy=CONTENT_POLICY,
            render=self._render,
            grouped=grouped,
            sheets="",
            long_value=LONG_VALUE,
        )
        environment.filters.update(
            markdown=lambda source: Markup(markdown_to_html(source)),
            chart_data=chart_data,
            localized=localized,
            number=format_count,
            polyline=polyline,
            stacked=stacked,
            trusted=Markup,
            what_if_data=what_if_data,
        )
        return environment

    def _render(self, block: Block, page: PageInPlace) -> str:
        """Render a block by the macro of its name."""
        html: str = self._macro(type(block))(block, page)
        return html

    def _macro(self, kind: type) -> Callable[[Any, PageInPlace], str]:
        macro: Callable[[Any, PageInPlace], str] | None = self._macros.get(kind)
        if macro is None:
            name = _WORD.sub("_", kind.__name__).lower()
            macro = getattr(self._environment.get_template(f"{name}.html").module, name)
            self._macros[kind] = macro
        return macro

    @cached_property
    def _macros(self) -> dict[type, Any]:
        return {}


def grouped(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """Put neighbouring small charts together: they are drawn side by side."""
    group: tuple[Block, ...] = ()
    for block in blocks:
        small = isinstance(block, Chart) and block.kind in SMALL_CHARTS
        if group and not small:
            yield group
            group = ()
        if small:
            group += (block,)
        else:
            yield (block,)
    if group:
        yield group


def stacked(table: Table) -> bool:
    """Whether the rows of `table` become short blocks in a narrow place."""
    return len(table.columns) > 2 and len(table.rows) <= MOST_STACKED_ROWS


def chart_data(chart: Chart) -> Markup:
    """Return what the chart script needs of `chart`, as JSON."""
    titles = {placeholder: visible(title) for placeholder, title in chart.titles.items()}
    content: dict[str, Any] = {"kind": chart.kind, "titles": titles}
    if chart.series:
        content["series"] = chart.series
    else:
        content["data"] = {
            name: [visible(value) if isinstance(value, str) else value for value in column]
            for name, column in chart.data.items()
        }
    return Markup(json_for_script(content))


def what_if_data(block: WhatIf) -> Markup:
    """Return what the script of the what-if panel needs, as JSON."""
    return Markup(json_for_script(_visible_throughout(block.data)))


def _visible_throughout(value: Any) -> Any:
    """Return JSON whose texts can all be shown; a number that is not finite is null."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _visible_throughout(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_visible_throughout(item) for item in value]
    return value


def polyline(points: tuple[tuple[float, float], ...], width: int, height: int) -> str:
    """Return the path of a sparkline; it is broken where a value is not a number."""
    path, command = [], "M"
    for x, y in points:
        if x == x and y == y:
            path.append(f"{command}{x * width:.0f} {(1 - y) * height:.1f}")
            command = "L"
        else:
            command = "M"
    return "".join(path)
