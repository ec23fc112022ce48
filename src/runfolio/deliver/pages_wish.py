"""Stage 6: how a site goes to a branch for pages, checked before anything is done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runfolio.deliver.side_by_side import RECORD
from runfolio.errors import UsageError

__all__ = ["INDEX", "PagesWish"]

INDEX = "reports.html"
"""The page that lists all reports, where there are several."""
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.I)


@dataclass(frozen=True, slots=True)
class PagesWish:
    """How a site goes to a branch.

    Parameters
    ----------
    remote, branch : str
    folder : str
        Where below the address; empty for the address itself.
    keep : int or None
        How many reports with a folder stay, the newest; None for all.
    prune : bool
        Whether reports go that were made for a branch that is no more.
    remove : tuple of str
        Folders of reports that go.
    cname : str
        The host name under which the pages are served; empty to leave it as it is.
    dry_run : bool
        Whether nothing is to be pushed.
    """

    remote: str = "origin"
    branch: str = "gh-pages"
    folder: str = ""
    keep: int | None = None
    prune: bool = False
    remove: tuple[str, ...] = ()
    cname: str = ""
    dry_run: bool = False

    def __post_init__(self) -> None:
        for name in (*([self.folder] if self.folder else []), *self.remove):
            if not _FOLDER.fullmatch(name) or name in (INDEX, RECORD):
                better = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:100] or "pr-1"
                raise UsageError(
                    f"{name!r} cannot be a report's folder: letters, digits, '.', '_' and '-' "
                    f"can. Name it {better}, for example.",
                    "publish-folder-name",
                )
        if self.cname and not _HOST.fullmatch(self.cname):
            raise UsageError(
                f"{self.cname!r} is no host name. Give it without https:// and without a path, "
                "such as report.example.org.",
                "publish-cname",
            )
        if self.keep is not None and self.keep < 1:
            raise UsageError("At least one report has to be kept.", "publish-keep")
