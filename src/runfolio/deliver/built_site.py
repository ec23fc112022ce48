"""Stage 6: a built site, as it is in its folder: what it is called, for whom, which files.

In: the folder. Out: exactly the files that its marker lists, each a plain file in that folder;
what others put there stays there.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runfolio.errors import DeliveryError

__all__ = ["MARKER", "BuiltSite", "described"]

MARKER = ".runfolio"
"""The file that lists a site's files; written with every site."""
_FORMAT = "runfolio-site"
_REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """A site in a folder.

    Parameters
    ----------
    folder : Path
    files : tuple of str
        Paths of its files, sorted, with the marker.
    audience : str
        Who it was made for; empty if it does not tell.
    title : str
        The report's; empty if it does not tell.
    data_as_of : str
        The day of the newest data, as in ISO 8601; empty if it does not tell.
    """

    folder: Path
    files: tuple[str, ...]
    audience: str = ""
    title: str = ""
    data_as_of: str = ""

    @classmethod
    def open(cls, folder: Path) -> BuiltSite:
        """Read what a folder says of itself.

        Raises
        ------
        DeliveryError
            If it holds no built site (``publish-no-site``) or not all of one
            (``publish-site-broken``).
        """
        marker = _marker(folder)
        files = {MARKER, *map(str, marker["files"])}
        if any(part in ("", ".", "..") for path in files for part in path.split("/")):
            raise _broken(folder, f"{MARKER} names files outside of it")
        site = cls(folder, tuple(sorted(files)), str(marker.get("audience") or ""))
        if _REPORT not in files:
            return site
        title, day = described(site.read(_REPORT))
        return cls(folder, site.files, site.audience, title, day)

    def read(self, path: str) -> bytes:
        """Return the content of one of its files.

        Raises
        ------
        DeliveryError
            If it is missing, cannot be read, or is a link, which might lead anywhere.
        """
        full = self.folder / path
        try:
            if os.path.realpath(full) != os.path.join(os.path.realpath(self.folder), path):
                raise _broken(self.folder, f"{path} is a link")
            handle = os.open(full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with open(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise _broken(self.folder, f"{path} is no plain file")
                return file.read()
        except OSError as error:
            raise _broken(self.folder, f"{path}: {error.strerror or error}") from error

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of each file, one at a time."""
        for path in self.files:
            yield path, self.read(path)


def described(report: bytes) -> tuple[str, str]:
    """Return the title and the day of the data that a ``report.json`` tells; empty if none."""
    try:
        told = json.loads(report)
        return str(told.get("title") or ""), str(told.get("data_as_of") or "")[:10]
    except (ValueError, AttributeError):
        return "", ""


def _marker(folder: Path) -> dict[str, Any]:
    try:
        marker: dict[str, Any] = json.loads((folder / MARKER).read_bytes())
        if marker["format"] == _FORMAT and isinstance(marker["files"], list):
            return marker
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise DeliveryError(
        f"{folder} is no site that runfolio built: it has no readable {MARKER}. Build one: "
        f"report build -o {folder} --audience NAME",
        "publish-no-site",
    )


def _broken(folder: Path, what: str) -> DeliveryError:
    return DeliveryError(
        f"The site in {folder} is not as it was built: {what}. Nothing was published; build it "
        "again.",
        "publish-site-broken",
    )
