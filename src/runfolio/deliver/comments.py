"""Stage 6: one comment of ours on a pull request, updated in place.

In: a text whose first line is a marker, and a host. Out: where the comment is. Ours is a comment
that begins with the marker and was written by whoever holds the token: a comment in which somebody
else quotes the marker is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from runfolio.deliver.api import UncertainError

__all__ = ["Comments", "Posted", "looked_up", "posted"]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a comment.

    Parameters
    ----------
    address : str
        Where it is; empty if it is not there yet.
    is_new : bool
        Whether it was not there before.
    others : int
        Further comments of ours with the same marker, left as they are.
    notes : tuple of str
        What else is to be known.
    """

    address: str
    is_new: bool
    others: int = 0
    notes: tuple[str, ...] = ()


class Comments(Protocol):
    """The comments on a pull request of some host."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known before something is written there."""

    def ours(self, marker: str) -> list[tuple[int, str]]:
        """Return number and address of each comment of ours, the oldest first."""

    def create(self, text: str) -> str:
        """Write a comment, and return its address; not twice."""

    def update(self, number: int, text: str) -> str:
        """Write a comment anew, and return its address."""


def posted(comments: Comments, marker: str, text: str) -> Posted:
    """Write the comment: the oldest of ours anew, else a first one.

    Raises
    ------
    DeliveryError
    """
    for attempt in range(1, _ATTEMPTS + 1):
        found = comments.ours(marker)
        notes = comments.notes
        if found:
            address = comments.update(found[0][0], text)
            return Posted(address, False, len(found) - 1, notes)
        try:
            return Posted(comments.create(text), True, 0, notes)
        except UncertainError:
            # Perhaps it is there: then it is found and not written a second time.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def looked_up(comments: Comments, marker: str) -> Posted:
    """Tell what `posted` would do, without doing it.

    Raises
    ------
    DeliveryError
    """
    found = comments.ours(marker)
    address = found[0][1] if found else ""
    return Posted(address, not found, max(0, len(found) - 1), comments.notes)
