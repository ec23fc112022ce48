"""Stage 1a: the contents of a repository's files by object id.

In: object ids. Out: bytes, from one `git cat-file --batch` that lives as long as it is needed.
Its format is described in git's manual of cat-file under "Batch output".
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cache
from multiprocessing.util import Finalize
from typing import IO, NamedTuple

from runfolio.storage.base import StorageError
from runfolio.storage.git.command import end, reason
from runfolio.storage.git.shadow import Shadow

__all__ = ["Objects", "blobs", "is_id", "objects_of"]

_KEPT_ONE = 1024 * 1024
"""Bytes up to which a file's content is kept: other revisions have the same one."""
_KEPT_ALL = 32 * 1024 * 1024
_PASSED_OVER = 8 * 1024 * 1024
"""Bytes that are read and dropped; where more is left, git is started anew."""
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
_LFS, _LFS_POINTER = b"version https://git-lfs.github.com/spec/", 1024
"""How Git LFS's stand-in for a file begins, and what size it does not reach (its spec.md)."""
_ELSEWHERE = "is kept by Git LFS, outside of the repository"


class _EndedError(Exception):
    """Git ended in the middle of an answer."""


class Objects:
    """One repository's objects, asked for one at a time."""

    def __init__(self, shadow: Shadow) -> None:
        self._shadow = shadow
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._kept_size = 0
        Finalize(None, self._end, exitpriority=10)

    def read(self, blob: str, limit: int) -> bytes:
        """Return all of a blob.

        Raises
        ------
        StorageError
            If it is missing, damaged, no blob, larger than `limit` bytes, or in Git LFS.
        """
        size, data = self.take(blob, limit)
        if size > limit:
            raise _too_large(limit)
        return data

    def take(self, blob: str, most: int) -> tuple[int, bytes]:
        """Return a blob's size, and its first bytes, `most` of them.

        Raises
        ------
        StorageError
            If it is missing, damaged, no blob, or in Git LFS.
        """
        if not is_id(blob):
            raise StorageError("has no object in the repository")
        with self._lock:
            kept = self._kept.get(blob)
            if kept is not None:
                self._kept.move_to_end(blob)
                return len(kept), kept[:most]
            for _ in range(2):
                try:
                    size, data = self._ask(blob, most)
                    break
                except (_EndedError, BrokenPipeError):
                    self._end()  # it was ended by somebody, or by this very object
            else:
                raise StorageError("is damaged in the repository")
            if _is_elsewhere(data, size):
                raise StorageError(_ELSEWHERE)
            if len(data) == size <= _KEPT_ONE:
                self._keep(blob, data)
        return size, data

    def copy(self, blob: str, file: IO[bytes]) -> None:
        """Write all of a blob to a file, whatever its size, and go back to its start.

        Raises
        ------
        StorageError
            If it is missing or damaged.
        """
        size, data = self.take(blob, _KEPT_ONE)
        if size == len(data):
            file.write(data)
        else:
            with self._shadow.started("cat-file", "blob", blob) as (process, complaints):
                assert process.stdout is not None
                shutil.copyfileobj(process.stdout, file, _KEPT_ONE)
                if process.wait() != 0:
                    complaints.seek(0)
                    said = reason(complaints.read(_KEPT_ONE))
                    raise StorageError(f"cannot be read from the repository: {said}")
        file.seek(0)

    def _ask(self, blob: str, most: int) -> tuple[int, bytes]:
        process = self._process
        if process is None:
            process = self._process = self._shadow.start("cat-file", "--batch")
        assert process.stdin is not None
        assert process.stdout is not None
        # Past the buffer: in a fork of this process it must not be written once more.
        os.write(process.stdin.fileno(), f"{blob}\n".encode("ascii"))
        size, data, in_step = _answer(process.stdout, most)
        if not in_step:
            self._end()
        if isinstance(data, StorageError):
            raise data
        return size, data

    def _keep(self, blob: str, data: bytes) -> None:
        self._kept[blob] = data
        self._kept_size += len(data)
        while self._kept_size > _KEPT_ALL:
            self._kept_size -= len(self._kept.popitem(last=False)[1])

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)


@cache
def objects_of(shadow: Shadow) -> Objects:
    """Return the one reader of a shadow, which belongs to one process."""
    return Objects(shadow)


def blobs(
    shadow: Shadow, ids: Iterable[str], limit: int
) -> Iterator[tuple[str, bytes | StorageError]]:
    """Yield the contents of many objects, in the order asked.

    Git is asked for all at once, so that neither waits for the other; what it stumbles over
    is asked for once more by itself, and git started anew behind it.

    Parameters
    ----------
    shadow : Shadow
    ids : iterable of str
    limit : int
        Bytes of one object at most.
    """
    asked = list(ids)
    at = 0
    while at < len(asked):
        if not is_id(asked[at]):
            yield asked[at], StorageError("has no object in the repository")
            at += 1
            continue
        upto = next((n for n in range(at, len(asked)) if not is_id(asked[n])), len(asked))
        for read in _batch(shadow, asked[at:upto], limit):
            yield asked[at], read
            at += 1
        if at < upto:
            answer: bytes | StorageError
            try:
                answer = objects_of(shadow).read(asked[at], limit)
            except StorageError as error:
                answer = error
            yield asked[at], answer
            at += 1


def _batch(shadow: Shadow, ids: list[str], limit: int) -> Iterator[bytes | StorageError]:
    """Yield contents until the end, or until something is damaged or far too large."""
    with tempfile.TemporaryFile() as asked:
        # A file, not a pipe: both ends of two full pipes would wait for each other.
        asked.write("\n".join([*ids, ""]).encode("ascii"))
        asked.seek(0)
        with shadow.started("cat-file", "--batch", "--buffer", given=asked) as (process, _):
            stream = process.stdout
            assert stream is not None
            for _ in ids:
                try:
                    size, data, in_step = _answer(stream, limit)
                except _EndedError:
                    return
                if isinstance(data, StorageError):
                    yield data
                elif size > limit:
                    yield _too_large(limit)
                else:
                    yield StorageError(_ELSEWHERE) if _is_elsewhere(data, size) else data
                if not in_step:
                    return


class _Answer(NamedTuple):
    size: int
    data: bytes | StorageError
    in_step: bool
    """Whether the next answer is the next to be read."""


def _answer(stream: IO[bytes], most: int) -> _Answer:
    """Read what git says of one object, and at most `most` bytes of it."""
    line = stream.readline()
    if line.endswith(b" missing\n"):
        return _Answer(0, StorageError("is not in this copy of the repository"), True)
    words = line.split()
    if len(words) != 3 or not line.endswith(b"\n"):
        raise _EndedError
    size, is_blob = int(words[2]), words[1] == b"blob"
    if is_blob and size <= most:
        data = stream.read(size + 1)  # with the end of line behind it
        if len(data) <= size:
            raise _EndedError
        return _Answer(size, data[:-1], True)
    data = stream.read(most if is_blob else 0)
    left = size + 1 - len(data)
    in_step = left <= _PASSED_OVER
    if in_step and len(stream.read(left)) < left:
        raise _EndedError
    return _Answer(size, data if is_blob else StorageError("is no file"), in_step)


def is_id(text: str) -> bool:
    """Tell whether it is a full object id."""
    return _ID.fullmatch(text) is not None


def _is_elsewhere(data: bytes, size: int) -> bool:
    return size < _LFS_POINTER and data.startswith(_LFS)


def _too_large(limit: int) -> StorageError:
    return StorageError(f"is larger than {limit / 1024 / 1024:.3g} MB")
