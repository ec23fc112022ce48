"""Stage 1a: a revision of a git repository as a folder like any other.

In: a repository, a commit and the folder in it. Out: names, change stamps and bytes, as of a
folder on disk, without checking anything out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from runfolio.storage.base import READ_LIMIT, Entry, StorageError
from runfolio.storage.git.objects import Objects, objects_of
from runfolio.storage.git.tree import Tree, tree_of

if TYPE_CHECKING:
    from runfolio.storage.git.repository import Repository

__all__ = ["RevisionStorage"]

_IN_MEMORY = 1024 * 1024
"""Bytes up to which an opened file is not written to disk."""


@dataclass(frozen=True, slots=True)
class RevisionStorage:
    """The files of one commit.

    Parameters
    ----------
    repository : Repository
    commit : str
        Full object id.
    prefix : str
        The folder in the commit that is the root; empty for all of it.
    label : str
        How it is shown to people.
    """

    repository: Repository
    commit: str
    prefix: str = ""
    label: str = field(default="", compare=False)

    def entries(self, path: str) -> list[Entry]:
        return self._tree().entries(path)

    def links_out(self, path: str) -> list[str]:
        try:
            return self._tree().links_out(path)
        except StorageError:
            return []  # `entries` says why

    def is_folder(self, path: str) -> bool:
        try:
            return self._tree().find(path)[1].is_folder
        except StorageError:
            return False

    def is_file(self, path: str) -> bool:
        try:
            return self._tree().find(path)[1].is_file
        except StorageError:
            return False

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        return self._objects().read(self._blob(path), limit)

    def head(self, path: str, size: int) -> bytes:
        return self._objects().take(self._blob(path), size)[1]

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        blob = self._blob(path)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            self._objects().copy(blob, file)
            yield cast(BinaryIO, file)

    def read_tree(
        self, path: str, skip: Container[str] = ()
    ) -> Iterator[tuple[str, bytes | StorageError]]:
        try:
            tree = self._tree()
            tree.inside(path)
        except StorageError as error:
            yield "", error
            return
        pending = [""]  # a stack, not recursion: folders may be nested without end
        while pending:
            prefix = pending.pop()
            inside = tree.inside(f"{path}/{prefix}".strip("/"))
            names = sorted(name for name in inside if prefix + name not in skip)
            for name in names:
                if not inside[name].is_folder:
                    yield prefix + name, self._read_or_error(f"{path}/{prefix}{name}".lstrip("/"))
            folders = [f"{prefix}{name}/" for name in names if inside[name].is_folder]
            pending += sorted(folders, reverse=True)

    def stamp(self, path: str) -> str:
        return self._tree().find(path)[1].id

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        blob = self._blob(path)
        with tempfile.TemporaryDirectory(prefix="runfolio-") as folder:
            # Under its own name: what comes behind the dot may tell what it is.
            file = Path(folder) / path.rpartition("/")[2]
            with file.open("wb") as out:
                self._objects().copy(blob, out)
            yield file

    def _read_or_error(self, path: str) -> bytes | StorageError:
        try:
            return self.read(path)
        except StorageError as error:
            return error

    def _blob(self, path: str) -> str:
        """Return the object id of a file, links followed."""
        node = self._tree().find(path)[1]
        if not node.is_file:
            raise StorageError("is a folder or no regular file")
        return node.id

    def _tree(self) -> Tree:
        return tree_of(self.repository.shadow(), self.commit, self.prefix)

    def _objects(self) -> Objects:
        return objects_of(self.repository.shadow())
