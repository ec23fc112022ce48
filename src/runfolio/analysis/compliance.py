"""Stage 3: which questions of law and privacy have an answer, and which are open?

In: checklists and the team's answers. Out: each item as done, open or not applicable. What is
said to be done and shown by nothing is told apart from what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runfolio.model.checklists import Checklist, ChecklistItem
from runfolio.model.problems import Problem, near_miss

if TYPE_CHECKING:
    from runfolio.config import ChecklistUse, ItemAnswer

__all__ = ["AnsweredItem", "AnsweredList", "ItemState", "answer_checklists", "is_link"]

ItemState = Literal["done", "stated", "open", "not applicable"]
"""``stated``: said to be done, and nothing shows it."""


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """An item with the team's answer.

    Parameters
    ----------
    item : ChecklistItem
    state : ItemState
    reason : str
        Why it is in that state, in a sentence or two; may be empty.
    evidence : tuple of str
        Files that were found, or the link that was given.
    owner : str
    date : str
        ``2026-11-02``, or empty.
    is_unshown : bool
        Whether it is open for no other reason than that its evidence is not there.
    """

    item: ChecklistItem
    state: ItemState
    reason: str = ""
    evidence: tuple[str, ...] = ()
    owner: str = ""
    date: str = ""
    is_unshown: bool = False


@dataclass(frozen=True, slots=True)
class AnsweredList:
    """A checklist with the team's answers."""

    checklist: Checklist
    items: tuple[AnsweredItem, ...]

    def count(self, *states: ItemState) -> int:
        """Return how many items are in one of some states."""
        return sum(item.state in states for item in self.items)

    @property
    def open(self) -> tuple[AnsweredItem, ...]:
        """The items that are open."""
        return tuple(item for item in self.items if item.state == "open")


def is_link(text: str) -> bool:
    """Tell whether evidence is an address on the web and no file."""
    return text.startswith(("https://", "http://"))


def answer_checklists(
    uses: Sequence[ChecklistUse],
    checklists: Mapping[str, Checklist],
    files: Mapping[str, Sequence[str]],
) -> tuple[tuple[AnsweredList, ...], tuple[Problem, ...]]:
    """Put the team's answers to the items of the checklists.

    Parameters
    ----------
    uses : sequence of ChecklistUse
        As configured.
    checklists : mapping of str to Checklist
        Those that could be read, by name.
    files : mapping of str to sequence of str
        Files beside report.yaml by the pattern by which evidence names them.
    """
    problems: list[Problem] = []
    answered = []
    for use in uses:
        if use.checklist not in checklists:
            continue  # a problem already
        checklist = checklists[use.checklist]
        known = [item.name for item in checklist.items]
        problems += [
            Problem(
                "report.yaml",
                "checklist-item-unknown",
                f"The checklist {use.checklist!r} has no item {name!r}.",
                near_miss(name, known, "Its items"),
            )
            for name in use.items
            if name not in known
        ]
        items = tuple(_answered(item, use.items.get(item.name), files) for item in checklist.items)
        answered.append(AnsweredList(checklist, items))
        problems += [
            Problem(
                "report.yaml",
                "checklist-evidence-missing",
                f"The item {item.item.name!r} of {use.checklist!r} is said to be done, but its "
                "evidence is not there.",
                "Give the path of a file beside report.yaml, or a link.",
            )
            for item in items
            if item.is_unshown
        ]
    return tuple(answered), tuple(problems)


def _answered(
    item: ChecklistItem, answer: ItemAnswer | None, files: Mapping[str, Sequence[str]]
) -> AnsweredItem:
    if answer is None:
        return AnsweredItem(item, "open")
    on = answer.date.isoformat() if answer.date else ""

    def as_(
        state: ItemState,
        reason: str = "",
        evidence: Sequence[str] = (),
        *,
        is_unshown: bool = False,
    ) -> AnsweredItem:
        told = " ".join(filter(None, (reason, answer.note)))
        return AnsweredItem(item, state, told, tuple(evidence), answer.owner, on, is_unshown)

    if answer.not_applicable:
        return as_("not applicable", answer.not_applicable)
    if not answer.done:
        return as_("open")
    if answer.evidence is None:
        return as_("stated")
    if is_link(answer.evidence):
        return as_("done", evidence=(answer.evidence,))
    found = files.get(answer.evidence, ())
    if not found:
        told = f"Said to be done, but {answer.evidence!r} is not there, or is empty."
        return as_("open", told, is_unshown=True)
    return as_("done", evidence=found)
