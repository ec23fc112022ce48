"""Built sites as the tests look at them: parsed pages, strict JSON, the data of scripts."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(slots=True)
class Element:
    """One element: its tag, attributes and the text in it, without that of elements in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


class Parsed(HTMLParser):
    """A page as the parser of the standard library sees it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def values(self, attribute: str) -> list[str]:
        """Return all values of an attribute."""
        return [e.attributes[attribute] for e in self.elements if attribute in e.attributes]

    @property
    def text(self) -> str:
        """All text that a reader sees, in the order in which its elements begin."""
        unseen = ("script", "style")
        return "\n".join(element.text for element in self.elements if element.tag not in unseen)


@dataclass(slots=True)
class Site:
    """A site in a folder."""

    folder: Path
    _pages: dict[str, Parsed] = field(default_factory=dict)

    @property
    def pages(self) -> dict[str, Parsed]:
        """Every page by its path."""
        if not self._pages:
            self._pages = {
                path.relative_to(self.folder).as_posix(): Parsed(path.read_text("utf-8"))
                for path in sorted(self.folder.rglob("*.html"))
            }
        return self._pages

    @property
    def report(self) -> dict[str, Any]:
        """The content of ``report.json``."""
        content: dict[str, Any] = strict_json((self.folder / "report.json").read_text("utf-8"))
        return content

    @property
    def runs(self) -> dict[str, dict[str, Any]]:
        """The runs of ``report.json`` by their id."""
        runs = self.report["runs"]
        by_id = {run["id"]: run for run in runs}
        assert len(by_id) == len(runs), "every run once"
        return by_id

    def text_of(self, path: str) -> str:
        """Return all that a reader sees of a page."""
        return self.pages[path].text

    def files(self) -> dict[str, bytes]:
        """Every file's bytes by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def script_data(self, path: str) -> Any:
        """Return what a data file assigns last."""
        text = (self.folder / path).read_text("utf-8")
        assigned = text.rpartition("\nwindow.runfolio.")[2].partition(" = ")[2]
        return strict_json(assigned.rstrip().removesuffix(";"))

    def links(self) -> list[tuple[str, str]]:
        """Return every link and source with the page it is on, without inline images."""
        return [
            (path, target)
            for path, page in self.pages.items()
            for target in (*page.values("href"), *page.values("src"))
            if not target.startswith("data:")
        ]

    def broken_links(self) -> list[tuple[str, str]]:
        """Return the links inside the site that lead to no file, or to no place in it."""
        files = self.files().keys()
        broken = []
        for path, target in self.links():
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            there = os.path.normpath(os.path.join(os.path.dirname(path), unquote(parts.path)))
            where = there if parts.path else path
            lost = parts.fragment and parts.fragment not in self.pages[where].values("id")
            if where not in files or lost:
                broken.append((path, target))
        return broken


def strict_json(text: str) -> Any:
    """Parse JSON as other programs do, to whom NaN and Infinity are no JSON."""

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)
