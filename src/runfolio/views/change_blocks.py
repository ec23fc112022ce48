"""Stage 4: what two configurations do not share, as tables and a sentence on their code."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.differences import Difference
from runfolio.analysis.provenance import Changes, Commits
from runfolio.views.blocks import Block, Cell, Column, Details, Link, Prose, Row, Span, Table
from runfolio.views.words import count_of

__all__ = ["change_blocks"]

_SHORT = 10
"""Characters of a commit's id."""
_NAMED = 4
_FEW = 8
"""Versions of libraries that are shown at once; more are folded away."""


def change_blocks(changes: Changes, candidate: str, baseline: str) -> tuple[Block, ...]:
    """Return the blocks; a table of params, if any differ, comes first.

    Parameters
    ----------
    changes : Changes
    candidate, baseline : str
        What the two sides are called, such as ``Champion`` and ``Baseline``.
    """
    blocks: list[Block] = []
    sides = f"{candidate[:1].lower()}{candidate[1:]} and {baseline[:1].lower()}{baseline[1:]}"
    if changes.params:
        caption = f"Params in which {sides} differ"
        blocks.append(_table(caption, "Param", changes.params, candidate, baseline))
    if changes.data:
        caption = f"Versions of data in which {sides} differ"
        blocks.append(_table(caption, "Data", changes.data, candidate, baseline))
    if changes.commits.differ:
        blocks.append(Prose(_code(changes.commits, candidate, baseline)))
    if changes.environment:
        count = count_of(len(changes.environment), "version")
        caption = f"Versions of Python and libraries in which {sides} differ"
        table = _table(caption, "Library", changes.environment, candidate, baseline)
        many = len(changes.environment) > _FEW
        blocks.append(Details(f"{count} of libraries differ", (table,)) if many else table)
    return tuple(blocks)


def _table(
    caption: str, what: str, rows: Sequence[Difference], candidate: str, baseline: str
) -> Table:
    return Table(
        caption,
        (Column(what), Column(candidate), Column(baseline)),
        tuple(
            Row((Cell(d.param), Cell(_shown(d.candidate)), Cell(_shown(d.baseline)))) for d in rows
        ),
    )


def _code(commits: Commits, candidate: str, baseline: str) -> tuple[Span, ...]:
    """Say at which commits both sides were run, with links where they are on the web."""
    told: list[Span] = [f"{candidate}: code at "]
    told += _ids(commits.candidate, commits.pages)
    told.append(f". {baseline}: code at ")
    told += _ids(commits.baseline, commits.pages)
    told.append(".")
    if commits.compare:
        told += [" ", Link("What lies between them", commits.compare), "."]
    return tuple(told)


def _ids(ids: Sequence[str], pages: dict[str, str]) -> list[Span]:
    told: list[Span] = []
    if len(ids) > 1:
        told.append(f"{count_of(len(ids), 'commit')}, ")
    for number, commit in enumerate(ids[:_NAMED]):
        told.append(", " if number else "")
        page = pages.get(commit)
        told.append(Link(commit[:_SHORT], page) if page else commit[:_SHORT])
    if len(ids) > _NAMED:
        told.append(f" and {len(ids) - _NAMED} more")
    return [span for span in told if span]


def _shown(value: str | None) -> str:
    return "not set" if value is None else value if value.strip() else "(empty)"
