"""What metrics and terms mean, in plain words."""

from __future__ import annotations

from runfolio.analysis.metrics import Metric
from runfolio.glossary import Concept, folded
from runfolio.views.blocks import Block, Cell, Column, Heading, Prose, Row, Table
from runfolio.views.terms import OWN_GROUP, anchor_of, terms_in_words
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_MOST_NAMED = 12


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    blocks: list[Block] = []
    known = [m for m in a.metrics.values() if m.explain]
    if known:
        blocks += [Heading("Metrics of this report", 2, "metrics"), _metrics(known)]
    general = [m.label for m in known if m.explain_from == "runfolio"]
    if general:
        blocks.append(
            Prose(
                (
                    f"In general words only: {listed(general, _MOST_NAMED)}. What they mean for "
                    "this project can be said under glossary: in report.yaml.",
                ),
                "note",
            )
        )
    unknown = [m.label for m in a.metrics.values() if not m.explain]
    if unknown:
        blocks.append(
            Prose(
                (
                    f"Nothing explains {listed(unknown, _MOST_NAMED)}. One sentence each under "
                    "glossary: in report.yaml puts that right, as in glossary: "
                    f"{{{unknown[0]}: “…”}}.",
                ),
                "note",
            )
        )
    own = {folded(term): Concept(OWN_GROUP, term, text) for term, text in a.glossary.items()}
    of_metrics = {folded(form) for m in known for form in (m.name, m.label)}
    groups: dict[str, list[Concept]] = {}
    for term, told in own.items():
        if term not in of_metrics:
            groups.setdefault(OWN_GROUP, []).append(told)
    for one in terms_in_words():
        if folded(one.term) not in own:
            groups.setdefault(one.group, []).append(one)
    for group, terms in groups.items():
        blocks += [Heading(group, 2), _table(group, terms)]
    return tuple(blocks)


def _metrics(metrics: list[Metric]) -> Table:
    taken: set[str] = set()
    rows = []
    for metric in metrics:
        anchor = anchor_of(metric.label)
        anchors = () if anchor in taken else (anchor,)
        taken.add(anchor)
        goal = {"maximize": "more", "minimize": "less"}.get(metric.goal, "not known")
        rows.append(
            Row(
                (
                    Cell(metric.label),
                    Cell(metric.explain),
                    Cell(goal),
                    Cell(metric.name),
                ),
                anchors=anchors,
            )
        )
    return Table(
        count_of(len(rows), "metric"),
        (
            Column("Metric"),
            Column("In plain words"),
            Column("Better is"),
            Column("As logged"),
        ),
        tuple(rows),
    )


def _table(group: str, terms: list[Concept]) -> Table:
    rows = tuple(
        Row((Cell(one.term), Cell(one.explain)), anchors=(f"concept-{anchor_of(one.term)}",))
        for one in sorted(terms, key=lambda one: folded(one.term))
    )
    caption = f"{count_of(len(rows), 'term')}: {group[:1].lower()}{group[1:]}"
    return Table(caption, (Column("Term"), Column("In plain words")), rows)


section = SectionKind("glossary", "Glossary", "nothing", build, headed=False)
