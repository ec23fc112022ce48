"""Stage 5: pages of a site become articles of one document.

In: the HTML of a page whose links begin with ``#/``. Out: what stands in its main part, with ids
that are its own and links that lead to places in the document. What is not in the document is
named, and no link.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from mimetypes import guess_type
from typing import Self

from runfolio.errors import UsageError

__all__ = ["ROOT", "Article", "Contents", "article_of", "linked"]

ROOT = "#/"
"""What leads to the root of the site from everywhere in the document."""

LARGEST_DOWNLOAD = 100_000
"""Characters or bytes of a file that goes along for other programs; a larger one is only named."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
# Values in quotes may hold ">"; the JSON of data blocks holds no "<".
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")
_IDS = frozenset(
    ("for", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls", "list")
)
_NARROW = re.compile(r"<svg class=\"narrow\".*?</svg>", re.DOTALL)
_STACKED = re.compile(r"<div class=\"scroll stack\">(.*?)</table>", re.DOTALL)
_CELL_NAMES = re.compile(r" (?:role|data-label)=\"[^\"]*\"")
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Article:
    """A page of the document, before its links are known to lead somewhere.

    Parameters
    ----------
    path : str
        The page's, relative to the site's root.
    html : str
    places : frozenset of str
        Ids in it.
    """

    path: str
    html: str
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contents:
    """What the document has.

    Parameters
    ----------
    places : mapping of str to (frozenset of str)
        By the path of a page: the ids in it.
    files : dict of str to (str or bytes)
        Files beside the pages, by path.
    offered : set of str
        Paths of those that links offer; filled by `linked`.
    """

    places: dict[str, frozenset[str]]
    files: dict[str, str | bytes] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Self:
        """Begin with pages alone."""
        return cls({article.path: article.places for article in articles})

    def link(self, address: str) -> str:
        """Return the attributes of a link to `address`, relative to the root; none where it ends.

        Parameters
        ----------
        address : str
            Such as ``runs.html?sort=x#all``.
        """
        rest, mark, place = address.partition("#")
        path = rest.partition("?")[0]
        if path in self.places:
            there = f"/{path}#{place}" in self.places[path]
            return f' href="{escape(ROOT + rest + (mark + place if there else ""))}"'
        content = self.files.get(path, "")
        is_picture = (guess_type(path)[0] or "").startswith("image/")
        if content and len(content) <= LARGEST_DOWNLOAD and not is_picture:
            self.offered.add(path)
            return f' data-file="{escape(path)}"'
        return ""

    def image(self, path: str) -> str:
        """Return an image as an address that holds it."""
        content = self.files.get(path, b"")
        data = content.encode("utf-8") if isinstance(content, str) else content
        kind = guess_type(path)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def article_of(html: str, path: str, nav: str, *, on_screen: bool = True) -> Article:
    """Return the main part of a page with ids that begin with the page's.

    Parameters
    ----------
    html : str
        A page, rendered with the root `ROOT`.
    path, nav : str
        As of the page.
    on_screen : bool
        Whether a script shows it, which can say again what is left out for brevity.

    Raises
    ------
    UsageError
        If the theme makes pages without a main part.
    """
    title, main = _TITLE.search(html), _MAIN.search(html)
    if title is None or main is None:
        raise UsageError(
            "The theme makes pages without <main> or <title>, so they cannot become one file. "
            "Add them to its page.html.",
            "theme-without-main",
        )
    own = f"/{path}#"
    places: set[str] = set()

    def changed(name: str, value: str) -> str | None:
        if name == "id":
            places.add(own + value)
            return f' id="{own}{value}"'
        if name in _IDS:
            return f' {name}="{" ".join(own + one for one in value.split())}"'
        if name == "href" and value.startswith("#") and not value.startswith(ROOT):
            return f' href="#{own}{value[1:]}"'
        if "url(#" in value:
            return f' {name}="{value.replace("url(#", f"url(#{own}")}"'
        return None

    inner = _slimmer(main.group(1)) if on_screen else main.group(1)
    content = _with_attributes(inner, changed)
    label = escape(f"/{path}"), escape(f"/{nav}"), title.group(1).strip()
    head = '<article class="page" id="{}" data-nav="{}" data-title="{}">'.format(*label)
    return Article(path, f"{head}{content}</article>\n", frozenset(places))


def linked(html: str, contents: Contents) -> str:
    """Return HTML whose links lead to what the document has, with its images in it."""

    def changed(name: str, value: str) -> str | None:
        if not value.startswith(ROOT) or name not in ("href", "src"):
            return None
        address = unescape(value.removeprefix(ROOT))
        return contents.link(address) if name == "href" else f' src="{contents.image(address)}"'

    return _with_attributes(html, changed)


def _with_attributes(html: str, changed: Callable[[str, str], str | None]) -> str:
    """Return HTML with attributes as `changed` gives them; None leaves one as it is."""

    def attribute(match: re.Match[str]) -> str:
        told = changed(match[1], match[2])
        return match[0] if told is None else told

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), html)


def _slimmer(html: str) -> str:
    """Return HTML without what is there twice.

    Of two drawings of a chart the wide one stays. The names and roles of cells, by which a table
    becomes blocks in a narrow place, are given by a script; without it such a table scrolls.
    """

    def bare(match: re.Match[str]) -> str:
        caption = _CAPTION.search(match[1])
        label = f' aria-label="{caption[1]}"' if caption else ""
        head = f'<div class="scroll" data-stack="" role="region" tabindex="0"{label}>'
        return f"{head}{_CELL_NAMES.sub('', match[1])}</table>"

    return _STACKED.sub(bare, _NARROW.sub("", html))
