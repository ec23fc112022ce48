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
                    is_folder = item.is_dir()
                    if item.is_symlink() and (is_folder or not self._inside(item.path)):
                        continue
                    found.append(Entry(item.name, is_folder))
        except OSError as error:
            raise _as_storage_error(error) from error
        found.sort()
        return found

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
        top = self._full(path)
        if not self._inside(top):
            yield "", StorageError("leads out of the input")
            return
        pending = [""]  # a stack, not recursion: folders may be nested without end
        while pending:
            prefix = pending.pop()
            folders: list[str] = []
            files: list[tuple[str, bool]] = []
            try:
                with os.scandir(f"{top}/{prefix}") as items:
                    for item in items:
                        if item.is_dir(follow_symlinks=False):
                            if prefix or item.name not in skip:
                                folders.append(f"{prefix}{item.name}/")
                        else:
                            files.append((item.name, item.is_file(follow_symlinks=False)))
            except OSError as error:
                yield prefix.rstrip("/"), _as_storage_error(error)
                continue
            files.sort()
            for name, is_regular in files:
                try:
                    if is_regular:
                        handle = os.open(f"{top}/{prefix}{name}", _FLAGS)
                        try:
                            data = _read_all(handle, READ_LIMIT)
                        finally:
                            os.close(handle)
                    else:  # a link to a file inside is as good as the file
                        data = self.read(f"{path}/{prefix}{name}" if path else prefix + name)
                except OSError as error:
                    yield prefix + name, _as_storage_error(error)
                else:
                    yield prefix + name, data
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
        full = self._full(path)
        if not self._inside(full):
            raise StorageError("leads out of the input")
        yield Path(full)

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        full = os.path.realpath(self._full(path))
        try:
            if not self._inside(full):
                raise StorageError("leads out of the input")
            handle = os.open(full, _FLAGS)
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
            full = self._full(path)
        except StorageError:
            return False
        return kind(full) and self._inside(full)

    def _full(self, path: str) -> str:
        if not path:
            return self.root
        if path.startswith("/") or ".." in path.split("/") or "\0" in path:
            raise StorageError("leads out of the input")
        return f"{self.root}/{path}"

    def _inside(self, full: str) -> bool:
        real = os.path.realpath(full)
        return real == self.root or real.startswith(self.root.rstrip("/") + "/")


# O_NONBLOCK: a named pipe must not hang the build.
_FLAGS = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
    _FLAGS |= getattr(os, _flag, 0)


def _read_all(handle: int, limit: int) -> bytes:
    """Read an open file to its end, if that comes before `limit`."""
    data = os.read(handle, _CHUNK)
    if len(data) < min(_CHUNK, limit + 1):
        return data  # most log files are smaller than one chunk
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
