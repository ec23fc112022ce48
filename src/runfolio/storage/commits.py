"""Stage 1a: what a history in git is made of, for those who read it but do not know git.

In: nothing. Out: the types of commits and changes, and what a repository can be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from runfolio.storage.base import READ_LIMIT, StorageError

__all__ = ["Change", "Commit", "Commits"]


class Change(NamedTuple):
    """One file that a commit changed against its first parent.

    Parameters
    ----------
    status : str
        ``A`` added, ``M`` modified, ``D`` deleted, ``R`` renamed, ``C`` copied, ``T`` of
        another type now.
    path : str
        As it is called after the commit; bytes that are no UTF-8 are lone surrogates.
    old_path : str
        As it was called before, for a rename or copy; else empty.
    blob : str
        Id of the content after it; empty for a deletion.
    mode : str
        ``100644``, ``120000`` for a link, ``160000`` for a submodule; empty for a deletion.
    old_blob : str
        Id of the content before it; empty for an addition.
    """

    status: str
    path: str
    old_path: str
    blob: str
    mode: str
    old_blob: str


class Commit(NamedTuple):
    """A commit.

    Parameters
    ----------
    id : str
    parents : tuple of str
    time : int
        When it was committed, in milliseconds since 1970 in UTC.
    author : str
        The name alone, never the address.
    subject : str
        First line of the message.
    changes : tuple of Change
    """

    id: str
    parents: tuple[str, ...]
    time: int
    author: str
    subject: str
    changes: tuple[Change, ...]


class Commits(Protocol):
    """What a repository is asked for when its history is read."""

    @property
    def label(self) -> str:
        """How the repository is shown to people."""
        ...

    @property
    def prefix(self) -> str:
        """Path, within it, of the folder that is reported on; empty at its top."""
        ...

    @property
    def is_shallow(self) -> bool:
        """Whether older commits were left out when it was cloned."""
        ...

    def head(self) -> tuple[str, str]:
        """Return the current branch's short name and commit; each may be empty."""
        ...

    def refs(self) -> dict[str, str]:
        """Return the commit of every reference, by its full name."""
        ...

    def tags(self) -> dict[str, str]:
        """Return the commit of every tag, by its short name."""
        ...

    def tag_times(self) -> dict[str, int]:
        """Return when each tag was made, as far as that is known."""
        ...

    def resolve(self, name: str) -> str:
        """Return the commit that a person's name for it means."""
        ...

    def remote(self) -> str:
        """Return the address of the remote it was cloned from; empty without one."""
        ...

    def log(
        self,
        start: str | Sequence[str],
        *,
        first_parent: bool = True,
        since: str | None = None,
        most: int = 100_000,
        changes: bool = True,
    ) -> Iterator[Commit]:
        """Yield commits, mostly with what they changed, newest first, parents after children."""
        ...

    def tips(self, ids: Sequence[str]) -> Iterator[Commit]:
        """Yield these commits alone, without what they changed."""
        ...

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that two commits build on; None if they share none."""
        ...

    def blobs(
        self, ids: Iterable[str], limit: int = READ_LIMIT
    ) -> Iterator[tuple[str, bytes | StorageError]]:
        """Yield each content, in the order of `ids`; what cannot be had as the error."""
        ...
