"""Stage 1a: a commit in the language that git reads to import histories.

In: what changes. Out: bytes for ``git fast-import``, whose manual is the source of the format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

__all__ = ["Author", "script_of", "write_all"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit is by."""

    name: str
    email: str


def script_of(
    ref: str,
    parent: str,
    message: str,
    author: Author,
    time: int,
    removed: Iterable[str],
    added: Iterable[tuple[str, bytes]],
) -> Iterator[bytes]:
    """Yield the lines that make a commit, and ask for its id.

    Parameters are those of `RemoteBranch.commit`, and the full name of the branch.
    """
    name, email = (re.sub(r"[<>\x00-\x1f]", "", part) for part in (author.name, author.email))
    text = message.encode("utf-8", "replace")
    yield f"commit {ref}\nmark :1\ncommitter {name} <{email}> {time} +0000\n".encode()
    yield b"data %d\n%s\n" % (len(text), text)
    if parent:
        yield b"from %s\n" % parent.encode("ascii")
    for path in removed:
        yield b"D %s\n" % _quoted(path)
    for path, content in added:
        yield b"M 100644 inline %s\ndata %d\n" % (_quoted(path), len(content))
        yield content
        yield b"\n"
    yield b"\nget-mark :1\ndone\n"


def _quoted(path: str) -> bytes:
    """Return a path in quotes; a path may hold any byte."""
    raw = path.encode("utf-8", "surrogateescape")
    return b'"%s"' % b"".join(
        b"\\%03o" % byte if byte < 0x20 or byte in b'"\\' else b"%c" % byte for byte in raw
    )


def write_all(pipe: IO[bytes], parts: Iterable[bytes]) -> None:
    """Write until all is written or git has gone, which then says why."""
    with suppress(BrokenPipeError):
        for part in parts:
            pipe.write(part)
        pipe.flush()
    with suppress(BrokenPipeError):
        pipe.close()
