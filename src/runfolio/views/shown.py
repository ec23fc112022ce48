"""Stage 4: which pages and files of a site an audience gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.model.patterns import first_match

if TYPE_CHECKING:
    from runfolio.config import AudienceSettings

__all__ = ["Shown"]

_OVERVIEW = "index.html"
_DRAWN_FROM = "data/"
"""Files that pages draw from: they come along with their pages."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is in a site, by patterns of paths such as ``runs/*`` or ``*.csv``.

    Parameters
    ----------
    show : tuple of str
        What alone is in it; empty for everything. The overview always is, and so are files that
        pages draw from (``data/``).
    hide : tuple of str
        What is not.
    """

    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()

    @classmethod
    def of(cls, audience: AudienceSettings, *, run_pages: bool = True) -> Shown:
        """Return what report.yaml says of an audience; all run pages may be left out besides."""
        more = () if run_pages else ("runs/*",)
        return cls(audience.show.pages, (*audience.hide.pages, *more))

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.show or self.hide)

    def page(self, path: str) -> bool:
        """Tell whether a page or file is in the site.

        Examples
        --------
        >>> Shown(hide=("runs/*",)).page("runs/a-1.html"), Shown(show=("data.html",)).page("x.csv")
        (False, False)
        """
        if path == _OVERVIEW:
            return True
        if first_match([path], self.hide) is not None:
            return False
        is_free = not self.show or path.startswith(_DRAWN_FROM)
        return is_free or first_match([path], self.show) is not None
