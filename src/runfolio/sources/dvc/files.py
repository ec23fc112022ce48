"""Stage 1b: the files of a DVC project, in its folder or in DVC's cache beside it.

In: the project's folder, and the versions that DVC recorded. Out: bytes by path. Only the
cache in its usual place is looked into; no address in a file is followed.
"""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Iterable

from runfolio.sources.dvc.lock import Tracked, cache_paths
from runfolio.sources.dvc.plan import plan_of
from runfolio.sources.reading.listing import listed, names_listed
from runfolio.sources.reading.parsing import ParseError, decode, parse_json
from runfolio.sources.reading.value_files import suffix_of
from runfolio.storage.base import Place, StorageError

__all__ = ["ProjectFiles", "Survey", "survey"]

MAX_FILES = 2_000
"""Files below one folder that are read at most."""
MAX_BYTES = 64 * 1024 * 1024
"""Bytes of a project after which no other of its files is read."""
MAX_WORK = 8_000_000
"""Values in a project's files after which no other is read; those of some formats count more."""
MAX_READ = 20_000
"""Files of a project that are read at most."""
MAX_SURVEYED = 20_000
"""Entries of a project that are looked at in search of its ``*.dvc`` files."""
_WORK_PER_SIGN = {".json": 3, ".csv": 1, ".tsv": 1, ".toml": 9}
_WORK_PER_SIGN_OF_YAML = 16
_SIGNS = (b",", b"\t", b"\n")
"""One of them stands behind nearly every value."""
_NOT_OF_THE_PROJECT = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env"})


class ProjectFiles:
    """Reads a project's files.

    Parameters
    ----------
    place : Place
        The folder of the ``dvc.yaml``.
    tracked : iterable of Tracked
        What DVC keeps, the most telling last.
    """

    def __init__(self, place: Place, tracked: Iterable[Tracked] = ()) -> None:
        self._place = place
        self._tracked = {one.path: one for one in tracked}
        self._read = 0
        self._work = 0
        self._listings: dict[str, dict[str, Tracked]] = {}
        self._names: dict[str, set[str]] = {}
        self._bytes = 0
        self.unlisted: dict[str, StorageError] = {}
        """Folders that could not be listed, and why."""

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if it is neither here nor in the cache.

        Raises
        ------
        StorageError
            If it is here and cannot be read.
        """
        if self._bytes > MAX_BYTES:
            raise StorageError(f"comes behind the {MAX_BYTES // 1024 // 1024} MB read of a project")
        if self._work > MAX_WORK or self._read > MAX_READ:
            raise StorageError("comes behind as many values or files as are read of a project")
        if self.is_here(path):
            data: bytes | None = (self._place / path).read()
        else:
            one = self._kept(path)
            data = self._from_cache(one) if one is not None else None
        self._spend_on(path, data or b"")
        return data

    def spend(self, work: int) -> None:
        """Count what it took to go through values that were read."""
        self._work += work

    def _spend_on(self, path: str, data: bytes) -> None:
        self._read += 1
        self._bytes += len(data)
        per_sign = _WORK_PER_SIGN.get(suffix_of(path), _WORK_PER_SIGN_OF_YAML)
        self._work += per_sign * sum(map(data.count, _SIGNS))

    def is_here(self, path: str) -> bool:
        """Tell whether a path is in its folder, be it such that it cannot be read."""
        folder, name = posixpath.split(path)
        if folder not in self._names:
            self._names[folder] = names_listed(self._place / folder if folder else self._place)
        return name in self._names[folder]

    def is_kept(self, path: str) -> bool:
        """Tell whether DVC keeps a file, or a folder that it may be in."""
        return any(above in self._tracked for above in _with_above(path))

    def below(self, path: str) -> list[str]:
        """Return the files below a folder, sorted; a path that is no folder as it is."""
        if (self._place / path).is_folder():
            found: list[str] = []
            pending = [path]
            for _ in range(MAX_FILES):
                if not pending or len(found) >= MAX_FILES:
                    break
                folder = pending.pop()
                try:
                    entries = listed(self._place / folder)
                except StorageError as error:
                    self.unlisted[folder] = error
                    continue
                pending += [f"{folder}/{entry.name}" for entry in entries if entry.is_folder]
                found += [f"{folder}/{entry.name}" for entry in entries if not entry.is_folder]
            return sorted(found)[:MAX_FILES] or [path]
        kept = {
            f"{above}/{name}"
            for above in _with_above(path)
            if (one := self._tracked.get(above)) is not None and one.digest.endswith(".dir")
            for name in self._listing(one)
        }
        return sorted(name for name in kept if name.startswith(f"{path}/"))[:MAX_FILES] or [path]

    def _kept(self, path: str) -> Tracked | None:
        if path in self._tracked:
            return self._tracked[path]
        for above in _with_above(path):
            one = self._tracked.get(above)
            if one is not None and one.digest.endswith(".dir"):
                return self._listing(one).get(path[len(above) + 1 :])
        return None

    def _listing(self, folder: Tracked) -> dict[str, Tracked]:
        if folder.path not in self._listings:
            listing: dict[str, Tracked] = {}
            data = self._from_cache(folder) if self._work <= MAX_WORK else None
            self._spend_on("dir.json", data or b"")
            try:
                tree = parse_json(decode(data)[0]) if data is not None else []
            except ParseError:
                tree = []
            for entry in tree if isinstance(tree, list) else ():
                if isinstance(entry, dict):
                    name, digest = str(entry.get("relpath")), str(entry.get("md5"))
                    listing[name] = Tracked(name, digest, folder.context)
            self._listings[folder.path] = listing
        return self._listings[folder.path]

    def _from_cache(self, one: Tracked) -> bytes | None:
        root = self._place
        while not (root / ".dvc").is_folder():
            if not root.path:
                return None
            root = root.parent
        for path in cache_paths(one):
            try:
                return (root / ".dvc" / path).read()
            except StorageError:
                continue
        return None


class Survey:
    """What was found in the folders of a project.

    Attributes
    ----------
    dvc_files : list of (str, str)
        Folder and name of each ``*.dvc`` file.
    live : list of str
        DVCLive folders with a ``dvc.yaml`` of their own, as DVCLive before 3.0 wrote it.
    whole : bool
        Whether all of the project was looked at.
    """

    def __init__(self) -> None:
        self.dvc_files: list[tuple[str, str]] = []
        self.live: list[str] = []
        self.whole = True


def survey(place: Place, skip: Iterable[str]) -> Survey:
    """Look through a project's folders, those near its top first.

    Parameters
    ----------
    place : Place
    skip : iterable of str
        Folders that are not gone into, such as data that DVC keeps.
    """
    found = Survey()
    skipped = set(skip)
    pending = deque([""])
    seen = 0
    while pending:
        folder = pending.popleft()
        if folder in skipped:
            continue
        here = place / folder if folder else place
        try:
            entries = here.entries()
        except StorageError:
            continue  # told by the walk through the input
        seen += len(entries)
        plan = plan_of(here) if folder else None
        if plan is not None:
            if plan.is_live:
                found.live.append(folder)
            continue  # else a project of its own
        for name, is_folder in entries:
            path = f"{folder}/{name}" if folder else name
            if not is_folder and name.endswith(".dvc") and name != ".dvc":
                found.dvc_files.append((folder, name))
                skipped.add(path.removesuffix(".dvc"))
            elif is_folder and not name.startswith(".") and name not in _NOT_OF_THE_PROJECT:
                pending.append(path)
        if seen > MAX_SURVEYED:
            found.whole = not pending
            break
    return found


def _with_above(path: str) -> list[str]:
    """Return a path and the folders that it lies in, from the innermost."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts), 0, -1)]
