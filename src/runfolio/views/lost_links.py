"""Stage 4: a link to a page that this site does not have becomes plain text.

A section may point to where more is told without asking whether this project has that page: one
without features has no page of features. A link to a section that is not there leads to its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any

from runfolio.registry import find
from runfolio.views.blocks import Chart, Comparator, Door, Heading, Link, Markdown, Page, RunTable

__all__ = ["without_lost_links"]

_LEFT = (Comparator, Markdown, RunTable)
"""Blocks that link to nothing but runs, or not by themselves."""


def without_lost_links(pages: Sequence[Page]) -> list[Page]:
    """Return pages without links to pages that are not among them; runs always have pages."""
    there = {page.path: frozenset(_places_in(page)) for page in pages}
    links = _Links(there, frozenset(find("runfolio.views.sections", "section")))
    return [
        replace(page, sections=links.mended(page.sections), lede=links.mended(page.lede))
        for page in pages
    ]


def _places_in(page: Page) -> Iterator[str]:
    """Yield the places in a page that links lead to: its sections, and headings such as rules."""
    for section in page.sections:
        yield section.key
        yield from (block.anchor for block in section.blocks if isinstance(block, Heading))


@dataclass(frozen=True, slots=True)
class _Links:
    """Which places each page has, and which sections there could be."""

    there: Mapping[str, frozenset[str]]
    sections: frozenset[str]

    def mended(self, told: Any) -> Any:
        """Return blocks, spans or cells without lost links; the same object if none is."""
        if isinstance(told, tuple):
            kept = [one for one in told if not (isinstance(one, Door) and not self._href(one.href))]
            new = tuple(map(self.mended, kept))
            same = len(new) == len(told) and all(a is b for a, b in zip(new, told, strict=True))
            return told if same else new
        if isinstance(told, str) or not is_dataclass(told) or isinstance(told, _LEFT):
            return told
        changed: dict[str, Any] = {}
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

    def _href(self, href: str) -> str:
        """Return an address as far as the site has it; nothing where it lacks the page."""
        path, _, section = href.partition("#")
        page = path.partition("?")[0]
        if not page.endswith(".html") or "/" in page:
            return href
        if page not in self.there:
            return ""
        is_lost = section in self.sections and section not in self.there[page]
        return path if is_lost else href


@cache
def _told_fields(kind: type) -> tuple[str, ...]:
    """Return the fields of a kind of block in which links may stand."""
    if not is_dataclass(kind) or issubclass(kind, Chart):
        return ()
    return tuple(field.name for field in fields(kind))
