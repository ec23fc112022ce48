"""Stage 1a: a folder on this machine's disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from runfolio.storage.base import READ_LIMIT, Entry, StorageError

__all__ = ["LocalStorage"]

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """A folder on disk.

    Parameters
    ----------
    root : str
        Absolute path of the folder, links resolved.
    label : str
        How it is shown to people; empty for "the input itself".
    """

    root: str
    label: str = ""

    @classmethod
    def at(cls, root: str | os.PathLike[str], label: str = "") -> LocalStorage:
        """Return the storage of a folder given by any path."""
        return cls(os.path.realpath(root), label)

    def entries(self, path: str) -> list[Entry]:
        full = self._full(path)
        found: list[Entry] = []
        try:
            with os.scandir(full) as items:
                for item in items:
                    is_folder = _is_folder(item)
                    if item.is_symlink() and (
                        is_folder or not self._inside(os.path.realpath(item.path))
                    ):
                        continue
                    found.append(Entry(item.name, is_folder))
        except OSError as error:
            raise _as_storage_error(error) from error
        found.sort()
        return found

    def links_out(self, path: str) -> list[str]:
        try:
            with os.scandir(self._full(path)) as items:
                links = [item for item in items if item.is_symlink()]
                return sorted(
                    item.name for item in links if not self._inside(os.path.realpath(item.path))
                )
        except OSError:
            return []  # `entries` says why

    def is_folder(self, path: str) -> bool:
        return self._is(os.path.isdir, path)

    def is_file(self, path: str) -> bool:
        return self._is(os.path.isfile, path)

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        with self._opened(path) as handle:
            return _read_all(handle, limit)

    def head(self, path: str, size: int) -> bytes:
        with self._opened(path) as handle:
            return os.read(handle, size)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        with self._opened(path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
            yield file

    def read_tree(
        self, path: str, skip: Container[str] = ()
    ) -> Iterator[tuple[str, bytes | StorageError]]:
        try:
            top = self._real(path)
        except StorageError as error:
            yield "", error
            return
        pending = [""]  # a stack, not recursion: folders may be nested without end
        while pending:
            prefix = pending.pop()
            folders: list[str] = []
            files: list[str] = []
            others: set[str] = set()
            try:
                with os.scandir(f"{top}/{prefix}") as items:
                    for item in items:
                        name = prefix + item.name
                        if name in skip:
                            continue
                        if item.is_dir(follow_symlinks=False):
                            folders.append(name + "/")
                        else:
                            files.append(name)
                            if not item.is_file(follow_symlinks=False):
                                others.add(name)
            except OSError as error:
                yield prefix.rstrip("/"), _as_storage_error(error)
                continue
            files.sort()
            for name in files:
                try:
                    if name in others:  # a link to a file inside is as good as the file
                        data = self.read(f"{path}/{name}" if path else name)
                    else:
                        handle = os.open(f"{top}/{name}", _FLAGS)
                        try:
                            data = os.read(handle, _CHUNK)
                            if len(data) == _CHUNK:  # most log files are smaller
                                data = _read_on(handle, READ_LIMIT, data)
                        finally:
                            os.close(handle)
                except OSError as error:
                    yield name, _as_storage_error(error)
                else:
                    yield name, data
            folders.sort(reverse=True)
            pending += folders

    def stamp(self, path: str) -> str:
        try:
            about = os.stat(self._full(path))
        except OSError as error:
            raise _as_storage_error(error) from error
        return f"{about.st_size}-{about.st_mtime_ns}-{about.st_ino}"

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        yield Path(self._real(path))

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        try:
            handle = os.open(self._real(path), _FLAGS)
            try:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise StorageError("is a folder or no regular file")
                yield handle
            finally:
                os.close(handle)
        except OSError as error:
            raise _as_storage_error(error) from error

    def _is(self, kind: Callable[[str], bool], path: str) -> bool:
        try:
            return kind(self._real(path))
        except StorageError:
            return False

    def _full(self, path: str) -> str:
        if not path:
            return self.root
        if path.startswith("/") or ".." in path.split("/") or "\0" in path:
            raise StorageError("leads out of the input")
        return f"{self.root}/{path}"

    def _real(self, path: str) -> str:
        """Return the full path, links followed; they must not lead out of the root."""
        full = self._full(path)
        if self._has_link(path):
            full = os.path.realpath(full)
            if not self._inside(full):
                raise StorageError("leads out of the input")
        return full

    def _has_link(self, path: str) -> bool:
        """Tell whether a part of the path is a link, at a fraction of what realpath takes."""
        at = self.root
        for part in path.split("/"):
            at = f"{at}/{part}"
            if os.path.islink(at):
                return True
        return False

    def _inside(self, real: str) -> bool:
        return real == self.root or real.startswith(self.root.rstrip("/") + "/")


# O_NONBLOCK: a named pipe must not hang the build.
_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
    _FLAGS |= getattr(os, _flag, 0)


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:  # a link to itself: reading it tells
        return False


def _read_all(handle: int, limit: int) -> bytes:
    """Read an open file to its end, if that comes before `limit`."""
    data = os.read(handle, _CHUNK)
    if len(data) < min(_CHUNK, limit + 1):
        return data  # most log files are smaller than one chunk
    return _read_on(handle, limit, data)


def _read_on(handle: int, limit: int, data: bytes) -> bytes:
    """Read the rest of a file whose first chunk is `data`."""
    parts, size = [data], len(data)
    while data and size <= limit:
        data = os.read(handle, 16 * _CHUNK)
        parts.append(data)
        size += len(data)
    if size > limit:
        raise StorageError(f"is larger than {limit / 1024 / 1024:.3g} MB")
    return b"".join(parts)


def _as_storage_error(error: OSError) -> StorageError:
    """Turn an OSError into one clause without the path, which the caller knows."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, FileNotFoundError):
        return StorageError("does not exist")
    if isinstance(error, PermissionError):
        return StorageError("cannot be read: permission denied")
    if isinstance(error, IsADirectoryError):
        return StorageError("is a folder, not a file")
    if isinstance(error, NotADirectoryError):
        return StorageError("is a file, not a folder")
    return StorageError(f"cannot be read: {error.strerror or error}")
