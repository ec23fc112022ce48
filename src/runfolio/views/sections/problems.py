"""Everything wrong in the input: what, where, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table, Tone, Verdict
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_TONES: dict[str, tuple[str, Tone]] = {
    "error": ("Not read", "bad"),
    "warning": ("Read in part", "unsure"),
    "note": ("Note", "none"),
}


def build(view: View) -> tuple[Block, ...]:
    problems = sorted(view.analysed.problems, key=lambda p: (list(_TONES).index(p.severity), p))
    if not problems:
        return (Prose(("Everything that was found could be read.",)),)
    if view.analysed.tables.not_shown.is_outside:
        told = f"{count_of(len(problems), 'remark')} about the input."
        return (Prose((told,)), _counts(problems))
    table = Table(
        "Everything else was read and is in this report",
        (
            Column("Where"),
            Column("Kind", "verdict"),
            Column("What"),
            Column("What to do"),
            Column("Slug"),
        ),
        tuple(
            Row(
                (
                    Cell(p.place),
                    Cell(verdict=Verdict(*_TONES[p.severity])),
                    Cell(p.message),
                    Cell(p.hint),
                    Cell(p.slug),
                )
            )
            for p in problems
        ),
    )
    return (Prose((f"{count_of(len(problems), 'remark')} about the input.",)), table)


def _counts(problems: Sequence[Problem]) -> Table:
    """Tell an audience that is not the team how many there are, and not where."""
    found = Counter(problem.severity for problem in problems)
    return Table(
        "Remarks about the input",
        (Column("Kind", "verdict"), Column("How many", "number")),
        tuple(
            Row((Cell(verdict=Verdict(*_TONES[kind])), Cell(format_count(count))))
            for kind, count in found.items()
        ),
    )


section = SectionKind("problems", "Problems found in the input", "nothing", build, headed=False)
