"""Stage 1a: a folder on this machine's disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
                    if item.is_symlink() and not self._inside(item.path):
                        continue
                    found.append(Entry(item.name, item.is_dir()))
        except OSError as error:
            raise StorageError(_reason(error)) from error
        found.sort()
        return found

    def is_folder(self, path: str) -> bool:
        full = self._full(path)
        return os.path.isdir(full) and self._inside(full)

    def is_file(self, path: str) -> bool:
        full = self._full(path)
        return os.path.isfile(full) and self._inside(full)

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        full = self._full(path)
        try:
            try:
                # O_NOFOLLOW makes the common case (no link) safe without a realpath.
                handle = os.open(full, os.O_RDONLY | _NOFOLLOW | _NONBLOCK | _BINARY)
            except OSError:
                if not os.path.islink(full) or not self._inside(full):
                    raise
                handle = os.open(os.path.realpath(full), os.O_RDONLY | _NONBLOCK | _BINARY)
            try:
                data = os.read(handle, _CHUNK)
                if len(data) < _CHUNK:
                    return data  # most log files are smaller than one chunk
                about = os.fstat(handle)
                if about.st_size > limit:
                    raise StorageError(f"is larger than {limit // 1024 // 1024} MB")
                if not stat.S_ISREG(about.st_mode):
                    raise StorageError("is no regular file")
                parts, size = [data], len(data)
                while data and size <= limit:
                    data = os.read(handle, 16 * _CHUNK)
                    parts.append(data)
                    size += len(data)
                if size > limit:
                    raise StorageError(f"is larger than {limit // 1024 // 1024} MB")
                return b"".join(parts)
            finally:
                os.close(handle)
        except StorageError:
            raise
        except OSError as error:
            raise StorageError(_reason(error)) from error

    def stamp(self, path: str) -> str:
        try:
            about = os.stat(self._full(path))
        except OSError as error:
            raise StorageError(_reason(error)) from error
        return f"{about.st_size}-{about.st_mtime_ns}-{about.st_ino}"

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        full = self._full(path)
        if not self._inside(full):
            raise StorageError("leads out of the input")
        yield Path(full)

    def _full(self, path: str) -> str:
        if not path:
            return self.root
        if path.startswith("/") or ".." in path.split("/") or "\0" in path:
            raise StorageError("leads out of the input")
        return f"{self.root}/{path}"

    def _inside(self, full: str) -> bool:
        real = os.path.realpath(full)
        return real == self.root or real.startswith(self.root.rstrip("/") + "/")


_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # a named pipe must not hang the build
_BINARY = getattr(os, "O_BINARY", 0)


def _reason(error: OSError) -> str:
    """Turn an OSError into one clause without the path, which the caller knows."""
    if isinstance(error, StorageError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file"
    if isinstance(error, NotADirectoryError):
        return "is a file, not a folder"
    return f"cannot be read: {error.strerror or error}"
