"""Stage 5: what a comment is put together from.

In: texts. Out: pieces of Markdown, each in its full and its short forms; and where they link to.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from runfolio.model.numbers import format_count
from runfolio.render.summary import OVERVIEW
from runfolio.render.text import visible

__all__ = ["Failures", "Piece", "Style", "address_in"]


@dataclass(frozen=True, slots=True)
class Failures:
    """What failed, for where there is no room for a table: it is named, or counted.

    Parameters
    ----------
    lines : tuple of str
        A line for each.
    says : tuple of str
        What is said of one and of several behind their number.
    """

    lines: tuple[str, ...]
    says: tuple[str, str]

    def counted(self, shown: int = 0) -> str:
        """Return the first `shown` lines, below the number of all."""
        count = len(self.lines)
        told = f"**{format_count(count)}\N{NO-BREAK SPACE}{self.says[count > 1]}**"
        if shown < count:
            told += f", of which {format_count(shown)} named here:" if shown else "."
        return "\n".join((told, "", *self.lines[:shown])) if shown else told


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or more.

    Parameters
    ----------
    rank : int
        What has the lowest is shortened first.
    forms : tuple of str
        The longest first; an empty one leaves it out.
    name : str
        What is left out with an empty form.
    failures : Failures or None
        What the piece tells of, where that must not be left out.
    """

    rank: int
    forms: tuple[str, ...]
    name: str = ""
    failures: Failures | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How the pieces are put on a page.

    Parameters
    ----------
    site : str or None
        Where the site is: an address, or empty for beside the text; None for nowhere.
    level : int
        Of the first heading.
    folds : bool
        Whether the host can fold things away.
    """

    site: str | None
    level: int = 3
    folds: bool = True


def address_in(site: str | None, href: str) -> str:
    """Return the address of what is in a site, or empty where there is no site.

    Parameters
    ----------
    site : str or None
        As of `Style`.
    href : str
        Relative to the site's root, or a full address.
    """
    if href.startswith(("https://", "http://")):
        return href
    if site is None:
        return ""
    path, mark, fragment = href.partition("#")
    path, question, query = path.partition("?")
    root = f"{site.rstrip('/')}/" if site else ""
    path = "" if site and path == OVERVIEW else quote(visible(path).lstrip("/"), safe="/~")
    return root + path + question + query + mark + fragment
