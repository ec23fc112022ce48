"""Stage 1c: what was read of a content in git once is kept, and not read again.

In: the id of a content, and how it is read. Out: the `Version`. The contents of a repository
never change, so nothing here ever gets out of date; a new way of reading has new keys. The
file is in the user's cache folder, never in the repository; without it all works as well.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from runfolio.sources.base import Version

__all__ = ["KeptVersions"]

_LAYOUT = "2"
"""Raised whenever a reader gets to return something else for the same bytes."""
_LARGEST = 200_000
"""Versions that are kept at most: when there are more, all are dropped and read anew."""


class KeptVersions:
    """The versions that were read before, as a context.

    Parameters
    ----------
    path : Path or None
        The cache's file; None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None

    @classmethod
    def of_the_user(cls) -> KeptVersions:
        """Return those of this user; ``RUNFOLIO_CACHE`` names another folder, or ``off``."""
        told = os.environ.get("RUNFOLIO_CACHE", "")
        if told.lower() in ("off", "0", "no", "false"):
            return cls(None)
        if told:
            return cls(Path(told) / "versions.db")
        import platformdirs

        return cls(platformdirs.user_cache_path("runfolio", appauthor=False) / "versions.db")

    def __enter__(self) -> KeptVersions:
        if self._path is not None:
            try:
                self._open(self._path)
            except (OSError, sqlite3.Error):
                self._database = None  # a cache that cannot be had is none
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.commit()
            self._database.close()

    def get(self, keys: Iterable[str]) -> dict[str, Version]:
        """Return those that are known, by key."""
        found: dict[str, Version] = {}
        if self._database is None:
            return found
        wanted = list(keys)
        try:
            for start in range(0, len(wanted), 900):
                some = [_LAYOUT + key for key in wanted[start : start + 900]]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value FROM versions WHERE key IN ({marks})"
                for key, value in self._database.execute(query, some):
                    values, problem = json.loads(value)
                    found[key[len(_LAYOUT) :]] = Version(values, problem)
        except (sqlite3.Error, ValueError, TypeError):
            return {}  # damaged: all is read anew
        return found

    def keep(self, versions: Mapping[str, Version]) -> None:
        """Add some."""
        if self._database is None or not versions:
            return
        rows = [
            (_LAYOUT + key, json.dumps([dict(one.values), one.problem]))
            for key, one in versions.items()
        ]
        with suppress(sqlite3.Error):  # a full disk, or another build that is writing
            (count,) = self._database.execute("SELECT count(*) FROM versions").fetchone()
            if count + len(rows) > _LARGEST:
                self._database.execute("DELETE FROM versions")
            self._database.executemany("INSERT OR REPLACE INTO versions VALUES (?, ?)", rows)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._database = _connected(path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)  # damaged
            self._database = _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=2.0)
    database.execute(
        "CREATE TABLE IF NOT EXISTS versions (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
    )
    return database
