"""Stage 1a: the interface of a storage, and a place (a folder or file) in one.

In: nothing but a root. Out: names, sizes, change stamps and bytes. A storage is read
only, small and picklable, so that a place can be handed to another process.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

__all__ = ["READ_LIMIT", "Entry", "Place", "Storage", "StorageError", "readable"]

READ_LIMIT = 64 * 1024 * 1024
"""Bytes read of one file at most, unless the caller says otherwise."""


class StorageError(OSError):
    """A file or folder cannot be read; the message is one clause for people."""


class Entry(NamedTuple):
    """One name in a folder."""

    name: str
    is_folder: bool


class Storage(Protocol):
    """Where bytes lie: a folder, a revision in git, later also a remote.

    Paths are relative to the root, separated by ``/``; ``""`` is the root itself.
    """

    @property
    def label(self) -> str:
        """How the root is shown to people: relative, never with a path of this machine."""
        ...

    def entries(self, path: str) -> list[Entry]:
        """List a folder, sorted by name.

        Left out are links that lead out of the root, which is nobody's to read, and links
        to folders inside it, which are listed under their own name (and may go in circles).

        Raises
        ------
        StorageError
            If `path` is no folder or cannot be listed.
        """
        ...

    def links_out(self, path: str) -> list[str]:
        """Name the links in a folder that `entries` leaves out since they lead out of the root."""
        ...

    def is_folder(self, path: str) -> bool:
        """Tell whether `path` is a folder; False also where there is nothing."""
        ...

    def is_file(self, path: str) -> bool:
        """Tell whether `path` is a regular file inside the root."""
        ...

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        """Return a file's bytes.

        Raises
        ------
        StorageError
            If there is no such file, it cannot be read, is larger than `limit` bytes,
            or is a link that leads out of the root.
        """
        ...

    def read_tree(
        self, path: str, skip: Container[str] = ()
    ) -> Iterator[tuple[str, bytes | StorageError]]:
        """Yield every file below a folder: the path relative to it, and the bytes.

        A folder's own files come before those of its subfolders, each sorted by name. What
        cannot be read comes as the error; links to folders are not followed.

        Parameters
        ----------
        path : str
        skip : container of str
            Paths, relative to it, of folders that are not gone into and files not read.
        """
        ...

    def head(self, path: str, size: int) -> bytes:
        """Return at most the first `size` bytes of a file, however large it is.

        Raises
        ------
        StorageError
            As for `read`.
        """
        ...

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Give the file as a stream of bytes, for files that may be too large to `read`.

        Raises
        ------
        StorageError
            As for `read`, but of any size. Reading on may raise `OSError`.
        """
        ...

    def stamp(self, path: str) -> str:
        """Return a string that changes when the file does (size and modification time)."""
        ...

    def local(self, path: str) -> AbstractContextManager[Path]:
        """Give the file as one on this machine's disk, for libraries that need that."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or file in a storage.

    Parameters
    ----------
    storage : Storage
    path : str
        Relative to the storage's root, separated by ``/``.
    """

    storage: Storage
    path: str = ""

    def __truediv__(self, name: str) -> Place:
        return Place(self.storage, f"{self.path}/{name}" if self.path else name)

    @property
    def name(self) -> str:
        """The last part of the path; the root's label at the root."""
        return (self.path or self.storage.label).rpartition("/")[2]

    @property
    def parent(self) -> Place:
        """The folder above; the root is its own parent."""
        return Place(self.storage, self.path.rpartition("/")[0])

    def is_within(self, other: Place) -> bool:
        """Tell whether this place lies in the folder `other`."""
        above = f"{other.path}/" if other.path else ""
        return self.storage == other.storage and self != other and self.path.startswith(above)

    @property
    def shown(self) -> str:
        """The path as people see it: the storage's label and the path below it."""
        label, path = self.storage.label, readable(self.path)
        if not path:
            return label or "."
        return f"{label}/{path}" if label else path

    def entries(self) -> list[Entry]:
        return self.storage.entries(self.path)

    def is_folder(self) -> bool:
        return self.storage.is_folder(self.path)

    def is_file(self) -> bool:
        return self.storage.is_file(self.path)

    def read(self, limit: int = READ_LIMIT) -> bytes:
        return self.storage.read(self.path, limit)

    def head(self, size: int) -> bytes:
        return self.storage.head(self.path, size)

    def open(self) -> AbstractContextManager[BinaryIO]:
        return self.storage.open(self.path)

    def stamp(self) -> str:
        return self.storage.stamp(self.path)

    def local(self) -> AbstractContextManager[Path]:
        return self.storage.local(self.path)


def readable(name: str) -> str:
    """Return a file's name as text that can be written.

    Names on disk are bytes; where they are not UTF-8, Python keeps the odd ones as lone
    surrogates, which no output file takes. They become replacement characters.
    """
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
