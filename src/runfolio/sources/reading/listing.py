"""Stage 1b: all that a folder lists, whether it can be read or not.

In: a folder. Out: its entries, and the links in it that lead out of the input, which storages
leave out. A reader that looks for its files among these tells of one that is a folder, a pipe
or such a link, instead of taking it for one that was never there.
"""

from __future__ import annotations

from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["listed", "names_listed"]


def listed(folder: Place) -> list[Entry]:
    """Return the entries of a folder, sorted by name.

    Raises
    ------
    StorageError
        If it cannot be listed.
    """
    links = folder.storage.links_out(folder.path)
    return sorted([*folder.entries(), *(Entry(name, False) for name in links)])


def names_listed(folder: Place) -> set[str]:
    """Return the names in a folder; none where it cannot be listed."""
    try:
        return {entry.name for entry in listed(folder)}
    except StorageError:
        return set()
