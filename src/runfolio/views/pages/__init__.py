"""Stage 4: the pages of every site, a file for each: its sections, title and place.

The overview, the pages of roles, of runs and of single metrics are made by
`runfolio.views.book`, which finds these here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runfolio.views.blocks import Span
from runfolio.views.roles import SectionUse
from runfolio.views.view import View

__all__ = ["GROUPS", "Group", "PageKind"]

Group = Literal["The runs", "The project", "About"]

GROUPS: tuple[Group, ...] = ("The runs", "The project", "About")
"""The navigation's headings below the pages of roles, in order."""


def _nothing(view: View) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page of the site. It stands in the navigation where any of its sections has something.

    Parameters
    ----------
    name : str
        The file's name without its ending.
    label : str
        What the navigation calls it.
    group : Group
        Under which heading it stands there.
    order : int
        Its place there.
    sections : tuple of str or SectionUse
        Sections in order: names, or names with options.
    title, lede, kicker : callable
        The heading, the sentence below it and the small line above it.
    scripts, data : tuple of str
        As of `runfolio.views.blocks.Page`.
    """

    name: str
    label: str
    group: Group
    order: int
    sections: tuple[str | SectionUse, ...]
    title: Callable[[View], str]
    lede: Callable[[View], str | tuple[Span, ...]] = _nothing
    kicker: Callable[[View], str] = _nothing
    scripts: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.name}.html"
