"""Checklists of law and privacy: what is answered, and what is open."""

from __future__ import annotations

from runfolio.analysis.compliance import AnsweredItem, AnsweredList, ItemState, is_link
from runfolio.views.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Heading,
    Link,
    Prose,
    Row,
    Table,
    Tone,
    Verdict,
)
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_WORDS: dict[ItemState, tuple[str, Tone]] = {
    "open": ("Open", "bad"),
    "stated": ("Done, as stated", "unsure"),
    "done": ("Done", "good"),
    "not applicable": ("Does not apply", "none"),
}


def build(view: View) -> tuple[Block, ...]:
    lists = view.analysed.compliance
    if not lists:
        return ()
    if view.options.get("brief"):
        return _brief(lists)
    blocks: list[Block] = [
        Callout(
            "none",
            "These lists help to ask. They are no legal advice.",
            ("Which law applies, and what it asks for, is for a lawyer to say.",),
        )
    ]
    for answered in lists:
        blocks += _of_list(answered)
    return tuple(blocks)


def _brief(lists: tuple[AnsweredList, ...]) -> tuple[Block, ...]:
    """Name what is open."""
    items = sum(len(one.items) for one in lists)
    still = [(one, item) for one in lists for item in one.open]
    more = Link("All items with their evidence", "requirements.html#compliance")
    if not still:
        told = f"All {count_of(items, 'item')} of {_named(lists)} are answered. "
        return (Prose((told, more, ". The lists are a help to ask, and no legal advice.")),)
    table = Table(
        "Open items",
        (Column("What is open"), Column("Checklist"), Column("Owner")),
        tuple(
            Row((Cell(item.item.asks), Cell(one.checklist.title), Cell(item.owner or "nobody yet")))
            for one, item in still
        ),
    )
    told = f"{count_of(len(still), 'item')} of {items} in {_named(lists)} "
    told += "is open. " if len(still) == 1 else "are open. "
    return (Prose((told, more, ". The lists are a help to ask, and no legal advice.")), table)


def _named(lists: tuple[AnsweredList, ...]) -> str:
    return listed([one.checklist.title for one in lists], 3)


def _of_list(answered: AnsweredList) -> list[Block]:
    checklist = answered.checklist
    counts = [
        f"{answered.count(state)} {words.lower()}"
        for state, (words, _) in _WORDS.items()
        if answered.count(state)
    ]
    about = f"{checklist.about} " if checklist.about else ""
    source = f" Source: {checklist.source}." if checklist.source else ""
    order = list(_WORDS)
    items = sorted(answered.items, key=lambda item: order.index(item.state))
    return [
        Heading(checklist.title),
        Prose((f"{about}Of {count_of(len(answered.items), 'item')}: {listed(counts)}.{source}",)),
        Table(
            checklist.title,
            (
                Column("Question"),
                Column("State", "verdict"),
                Column("Evidence"),
                Column("Owner"),
                Column("Date"),
                Column("Note"),
                Column("Reference"),
            ),
            tuple(_row(item) for item in items),
        ),
    ]


def _row(item: AnsweredItem) -> Row:
    words, tone = _WORDS[item.state]
    first = item.evidence[0] if item.evidence else ""
    return Row(
        (
            Cell(item.item.asks),
            Cell(verdict=Verdict(words, tone)),
            Cell(", ".join(item.evidence), href=first if is_link(first) else ""),
            Cell(item.owner),
            Cell(item.date),
            Cell(item.reason),
            Cell(item.item.reference),
        )
    )


section = SectionKind(
    "compliance",
    "Compliance and privacy",
    "compliance: [hipaa, gdpr …] in report.yaml (`report list checklists`)",
    build,
)
