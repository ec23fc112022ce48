"""Stage 6: what became of a site that was published."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Published"]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of it.

    Parameters
    ----------
    place : str
        Where it went: branch and remote, or the address of a store.
    address : str
        Where it is read; empty if that is not known.
    index : str
        Where all reports are listed; empty where there is one only.
    commit : str
        The new commit; empty where nothing changed.
    written, new, removed : int
        Numbers of files that were written, of those that are new, and that went.
    gone : tuple of str
        Folders of reports that went.
    dry_run : bool
        Whether nothing was done but to look.
    audience : str
        Who the site was made for; empty where none was published.
    is_protected : bool
        Whether it was encrypted while it was built.
    """

    place: str
    address: str = ""
    index: str = ""
    commit: str = ""
    written: int = 0
    new: int = 0
    removed: int = 0
    gone: tuple[str, ...] = ()
    dry_run: bool = False
    audience: str = ""
    is_protected: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything is another than before."""
        return bool(self.written or self.removed)
