"""Stage 2: a checklist: questions that somebody has to have an answer to."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Checklist", "ChecklistItem"]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One question: its name in the checklist, the words, and where it comes from."""

    name: str
    asks: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Questions on one matter.

    Parameters
    ----------
    name : str
        As the configuration names it.
    title, about : str
    source : str
        The law or the standard that it goes back to.
    items : tuple of ChecklistItem
    """

    name: str
    title: str
    about: str
    source: str
    items: tuple[ChecklistItem, ...]
