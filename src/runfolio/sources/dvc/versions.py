"""Stage 1b: the files of DVC projects whose versions in git are a history.

In: every version of each ``dvc.yaml``. Out: the metrics and params that any of them names, and
the files in which DVC records versions of data. What DVC keeps in its cache is in no commit;
it is named all the same, so that it is told to be missing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence

from runfolio.sources.base import Followed, Version
from runfolio.sources.dvc.lock import is_code, tracked_by_file, tracked_by_lock
from runfolio.sources.dvc.plan import DVC_YAML, LOCK
from runfolio.sources.dvc.yaml import PARAMS, define
from runfolio.sources.reading.parsing import ParseError, Tree, decode, flatten
from runfolio.sources.reading.value_files import parse
from runfolio.sources.reading.versions import read_values
from runfolio.storage.base import readable

__all__ = ["DVCHistory", "history_reader"]

_MOST_VERSIONS = 500
"""Versions of one ``dvc.yaml`` that are looked at, the newest."""


class DVCHistory:
    """Follows what ``dvc.yaml`` names, and the versions of data."""

    name = "dvc"
    order = 200

    def follow(
        self, paths: Iterable[str], contents: Mapping[str, Sequence[bytes]]
    ) -> dict[str, Followed]:
        known = dict.fromkeys(paths)
        found: dict[str, Followed] = {}
        for path in known:
            name = posixpath.basename(path)
            if name == DVC_YAML:
                found |= self._named_in(path, known, contents)
            elif name == LOCK or (name.endswith(".dvc") and name != ".dvc"):
                found.setdefault(path, Followed(self.name, "data"))
        return found

    def read(self, path: str, followed: Followed, data: bytes) -> Version:
        if followed.role != "data":
            return read_values(path, followed, data)
        try:
            tree = _mapping(path, data)
        except ParseError as error:
            return Version(problem=str(error))
        is_lock = posixpath.basename(path) == LOCK
        tracked = tracked_by_lock(tree, {}) if is_lock else tracked_by_file(tree, "")
        return Version(
            {
                one.path: one.digest
                for one in tracked
                # What stages make is another each time; what they start from tells.
                if one.context == "dependency" and not is_code(one.path)
            }
        )

    def _named_in(
        self, path: str, known: Collection[str], contents: Mapping[str, Sequence[bytes]]
    ) -> dict[str, Followed]:
        folder = posixpath.dirname(path)
        found: dict[str, Followed] = {}

        def load(name: str) -> dict[str, Tree]:
            newest = next(iter(contents[posixpath.join(folder, name)]), b"")
            try:
                return _mapping(name, newest, numbers_as_text=True)
            except ParseError:
                return {}

        for data in contents[path][:_MOST_VERSIONS]:
            try:
                definition = define(_mapping(path, data), load)
            except ParseError:
                continue  # told where this file is read for itself
            for name in definition.metrics:
                for file in _files(posixpath.join(folder, name), known):
                    found.setdefault(file, Followed(self.name, "metrics"))
            for name, keys in {**definition.params, PARAMS: None}.items():
                file = posixpath.join(folder, name)
                if file in known and not is_code(file):
                    found[file] = Followed(self.name, "params", keys=tuple(sorted(keys or ())))
        return found


history_reader = DVCHistory()


def _mapping(path: str, data: bytes, *, numbers_as_text: bool = False) -> dict[str, Tree]:
    tree = parse(path, decode(data)[0], numbers_as_text=numbers_as_text)
    if not isinstance(tree, dict):
        raise ParseError("holds no keys with values")
    for _ in flatten(tree):
        pass  # raises if it is nested too deeply
    return {readable(key): value for key, value in tree.items()}


def _files(path: str, known: Collection[str]) -> list[str]:
    """Return a file, or the files below it where it is a folder."""
    return [file for file in known if file.startswith(f"{path}/")] or [path]
