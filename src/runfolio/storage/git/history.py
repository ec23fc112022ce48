"""Stage 1a: the commits of a repository, each with the files that it changes.

In: the output of one ``git log --raw -z`` while it is being written. Out: commits. Its format
is described in git's manual under "Raw output format" (git-diff); the header is our own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from runfolio.storage.base import readable
from runfolio.storage.commits import Change, Commit
from runfolio.storage.git.command import RepositoryError, reason
from runfolio.storage.git.shadow import Shadow

__all__ = ["commits"]

_CHUNK = 1024 * 1024
_HEADER = "--format=tformat:%H%n%P%n%ct%n%an%n%s"
"""No part of it can hold the end of a line, or a NUL: git takes a commit apart by them, after
it has decoded it."""
_DIED = 128
"""How git ends that comes upon something damaged; what it had found is written by then."""
_LONGEST = 1000
"""Characters of a subject that are kept; there are messages of megabytes."""
_MOST_MS = 2**63 - 1
_RENAMES = 200
"""Files on either side up to which contents are compared to find out what was renamed."""


def commits(
    shadow: Shadow,
    starts: Sequence[str],
    *,
    without: str | None,
    first_parent: bool,
    exact_renames: bool,
    most: int,
    walk: bool = True,
    changes: bool = True,
) -> Iterator[Commit]:
    """Yield the commits that can be reached from some, the newest first.

    Parameters
    ----------
    shadow : Shadow
    starts : sequence of str
        Object ids of commits.
    without : str or None
        A commit that is left out with all that it builds on.
    first_parent : bool
        Whether of a merge only the first parent is followed.
    exact_renames : bool
        Whether only files that did not change count as renamed, so that none has to be read.
    most : int
        How many commits at most.
    walk : bool
        Whether those that they build on are yielded, too.
    changes : bool
        Whether git is asked what they change, which is most of its work.

    Raises
    ------
    RepositoryError
        Where an object on the way is missing or damaged; what came before it was yielded.
    """
    if not starts:
        return
    # The history of one commit's first parents is a chain: there is nothing to sort.
    order = () if first_parent and len(starts) == 1 else ("--topo-order",)
    # A count would make git walk all the same.
    which = (f"-n{most}", *order) if walk else ("--no-walk=unsorted",)
    arguments = (
        *("log", "--stdin", "-z", "--root", "--no-abbrev", _HEADER, *which),
        "--raw" if changes else "--no-patch",
        *("--first-parent",) * first_parent,
        *("--diff-merges=first-parent", "--ignore-submodules=none", f"-l{_RENAMES}"),
        "--find-renames=100%" if exact_renames else "--find-renames",
        *("--encoding=UTF-8", "--no-mailmap", "--no-notes", "--no-show-signature"),
        *("--no-ext-diff", "--no-textconv", "--no-color"),
    )
    with tempfile.TemporaryFile() as asked:
        asked.write("\n".join([*starts, *[f"^{without}"] * bool(without), ""]).encode("ascii"))
        asked.seek(0)
        with shadow.started(*arguments, given=asked) as (process, complaints):
            assert process.stdout is not None
            try:
                yield from _parsed(_tokens(process.stdout), lambda: process.wait() in (0, _DIED))
            except (ValueError, IndexError):
                raise _broken(b"git's answer cannot be understood") from None
            if process.wait() != 0:
                complaints.seek(0)
                raise _broken(complaints.read(_CHUNK))


def _tokens(stream: IO[bytes]) -> Iterator[str]:
    """Yield what stands between the NULs, without waiting for more than has been written."""
    parts: list[bytes] = []
    while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
        cut = chunk.rfind(b"\0")
        if cut < 0:
            parts.append(chunk)
            continue
        whole = b"".join([*parts, chunk[:cut]])
        parts = [chunk[cut + 1 :]]
        yield from whole.decode("utf-8", "surrogateescape").split("\0")
    if any(parts):
        yield b"".join(parts).decode("utf-8", "surrogateescape")


def _parsed(tokens: Iterator[str], is_whole: Callable[[], bool]) -> Iterator[Commit]:
    """Yield commits; the last one only if all of it was written."""
    header = ""
    changes: list[Change] = []
    for token in tokens:
        first = token[0]
        if first == ":" or first == "\n":
            _, mode, before, blob, status = token.split(" ")
            status, path, old = status[0], next(tokens, ""), ""
            if status == "D":
                mode = blob = ""
            elif status == "A":
                before = ""
            elif status == "R" or status == "C":
                path, old = next(tokens, ""), path
            changes.append(Change(status, path, old, blob, mode, before))
        else:
            if header:
                yield _commit(header, tuple(changes))
                changes = []
            header = token
    if header and is_whole():
        yield _commit(header, tuple(changes))


def _commit(header: str, changes: tuple[Change, ...]) -> Commit:
    name, parents, time, author, subject = header.split("\n", 4)
    if len(subject) > _LONGEST:
        subject = subject[: _LONGEST - 1] + "…"
    return Commit(
        name, tuple(parents.split()), _ms(time), readable(author), readable(subject), changes
    )


def _ms(time: str) -> int:
    try:
        return max(-_MOST_MS, min(_MOST_MS, int(time) * 1000))
    except ValueError:
        return 0


def _broken(complaints: bytes) -> RepositoryError:
    return RepositoryError(
        f"The history could not be read to its end: {reason(complaints)}. `git fsck` says what "
        "is missing; a new clone has all of it.",
        "git-unreadable",
    )
