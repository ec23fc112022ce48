"""Stage 4: a link to a page or a file that this site does not have becomes plain text.

A section may point to where more is told without asking whether this project has that page: one
without features has no page of features, and an audience may not see the pages of runs. A link to
a section that is not there leads to its page. Pictures of which the file is not there go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any

from runfolio.registry import find
from runfolio.views.blocks import (
    Chart,
    Door,
    Gallery,
    Heading,
    Link,
    Markdown,
    Page,
    Picture,
    RunTable,
)
from runfolio.views.shown import Shown

__all__ = ["without_hidden_links", "without_lost_links"]


def without_lost_links(pages: Sequence[Page], shown: Shown) -> list[Page]:
    """Return pages without links to pages that are not among them, or to what is not shown.

    Parameters
    ----------
    pages : sequence of Page
        All but those of runs and of single metrics.
    shown : Shown
    """
    there = {page.path: frozenset(_places_in(page)) for page in pages}
    links = _Links(shown, there, frozenset(find("runfolio.views.sections", "section")))
    return [links.page(page) for page in pages]


def without_hidden_links(page: Page, shown: Shown) -> Page:
    """Return a page of a run or of a metric without links to what is not shown."""
    return page if shown.everything else _Links(shown).page(page)


def _places_in(page: Page) -> Iterator[str]:
    """Yield the places in a page that links lead to: its sections, and headings such as rules."""
    for section in page.sections:
        yield section.key
        yield from (block.anchor for block in section.blocks if isinstance(block, Heading))


@dataclass(frozen=True, slots=True)
class _Links:
    """What is shown, which places each page has, and which sections there could be.

    Without pages those that are shown count as being there.
    """

    shown: Shown
    there: Mapping[str, frozenset[str]] | None = None
    sections: frozenset[str] = frozenset()

    def page(self, page: Page) -> Page:
        sections = tuple(
            section if section.blocks is blocks else replace(section, blocks=blocks)
            for section in page.sections
            for blocks in (self.mended(section.blocks),)
            if blocks
        )
        return replace(page, sections=sections, lede=self.mended(page.lede))

    def mended(self, told: Any) -> Any:
        """Return blocks, spans or cells without lost links; the same object if none is."""
        if isinstance(told, tuple):
            kept = [one for one in told if not self._is_lost(one)]
            new = tuple(map(self.mended, kept))
            same = len(new) == len(told) and all(a is b for a, b in zip(new, told, strict=True))
            return told if same else new
        if isinstance(told, str) or not is_dataclass(told) or isinstance(told, Markdown):
            return told
        changed: dict[str, Any] = {}
        if isinstance(told, RunTable):
            files = {"csv": told.csv, "parquet": told.parquet}
            changed |= {name: "" for name, path in files.items() if not self.shown.page(path)}
        before = getattr(told, "href", "")
        after = self._href(before)
        if isinstance(told, Link) and not after:
            return told.text
        if after != before:
            changed["href"] = after
        for name in _told_fields(type(told)):  # type: ignore[arg-type]
            old = getattr(told, name)
            if isinstance(old, tuple) or is_dataclass(old):
                new = self.mended(old)
                if new is not old:
                    changed[name] = new
        return replace(told, **changed) if changed else told  # type: ignore[type-var]

    def _is_lost(self, told: Any) -> bool:
        """Tell whether something is nothing without what it leads to."""
        if isinstance(told, Door):
            return not self._href(told.href)
        if isinstance(told, Gallery):
            return all(map(self._is_lost, told.pictures))
        return isinstance(told, Picture) and not self.shown.page(told.path)

    def _href(self, href: str) -> str:
        """Return an address as far as the site has it; nothing where it lacks the page."""
        path, _, section = href.partition("#")
        page = path.partition("?")[0]
        is_ours = page and "://" not in href and not href.startswith("mailto:")
        if is_ours and not self.shown.page(page):
            return ""
        if self.there is None or not page.endswith(".html") or "/" in page:
            return href
        if page not in self.there:
            return ""
        is_lost = section in self.sections and section not in self.there[page]
        return path if is_lost else href


@cache
def _told_fields(kind: type) -> tuple[str, ...]:
    """Return the fields of a kind of block in which links may stand."""
    if not is_dataclass(kind):
        return ()
    if issubclass(kind, Chart):
        return ("table",)
    return tuple(field.name for field in fields(kind))
