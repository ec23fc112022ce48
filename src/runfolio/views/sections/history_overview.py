"""The history: every move of every metric, and how each metric went, repository by repository."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from runfolio.analysis.analysed import Analysed
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, Cell, Column, Details, Heading, Prose, Row, Span, Table
from runfolio.views.history_chart import trend_chart
from runfolio.views.history_facts import Episode, HistoryFacts, TrendFacts
from runfolio.views.history_tables import event_table, level_table, move_table
from runfolio.views.history_words import (
    called,
    headline_of,
    label_of,
    legend,
    moves_link,
    opening_of,
)
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

MOST_MOVES = 100
"""Moves in the table, the newest."""
MOST_CHARTS = 40
_MOST_DOTS = 400
_ALL_DOTS = 6000
"""Dots on the page: many metrics share them."""
_MOST_LEVELS = 20
_TOGETHER = 1.5
"""Moves per event from which on events are told, and the moves one by one folded away."""


def build(view: View) -> tuple[Block, ...]:
    several = len(view.histories) > 1
    charts = sum(min(len(_changing(facts)), MOST_CHARTS) for facts in view.histories)
    most = max(100, min(_MOST_DOTS, _ALL_DOTS // max(charts, 1)))
    blocks: list[Block] = []
    for facts in view.histories:
        if several:
            blocks.append(Heading(f"{facts.place}: {_headline(view.analysed, facts)}", 2))
            blocks.append(Prose(opening_of(facts)))
        blocks += _history(facts, most, level=3 if several else 2)
    return tuple(blocks)


def _headline(a: Analysed, facts: HistoryFacts) -> str:
    return headline_of(facts, a.objective.metric if a.objective else "")


def _history(facts: HistoryFacts, most: int, level: Literal[2, 3]) -> Iterator[Block]:
    told = [episode for episode in facts.episodes if episode.outcome != "moved"]
    others = [episode for episode in facts.episodes if episode.outcome == "moved"]
    if told or others:
        yield Heading("What moved, and with which commits", level)
    together = len(facts.moves.moves) > _TOGETHER * len(facts.events)
    if together:
        yield event_table(facts, MOST_MOVES)
        caption = count_of(len(told) + len(others), "move")
        table = _table(facts, [*told, *others], caption, anchors=False)
        yield Details(f"{caption}, each with its interval", (table,))
    elif told:
        yield _table(facts, told, count_of(len(told), "move"))
    if others and not together:
        caption = count_of(len(others), "move") + " of metrics without a known direction"
        table = _table(facts, others, caption)
        yield Details(caption, (table,)) if told else table
    if told or others:
        yield Prose(_about_moves(), "note")
    changing = _changing(facts)
    if changing:
        yield Heading("Metric by metric", level)
        yield Prose(legend(bool(told or others)))
    for number, own in enumerate(changing[:MOST_CHARTS]):
        yield trend_chart(
            facts,
            own,
            kind="trend-small",
            most=most,
            href=own.page,
            table=level_table(facts, own, _MOST_LEVELS),
            static=number == 0,
        )
    if changing[MOST_CHARTS:]:
        yield _more(changing[MOST_CHARTS:])
    constant = [own for own in facts.trends if own.constant]
    if constant:
        yield Prose(_constant(constant), "note")


def _table(
    facts: HistoryFacts, episodes: list[Episode], caption: str, *, anchors: bool = True
) -> Table:
    shown = episodes[:MOST_MOVES]
    caption += ", the newest first"
    if len(shown) < len(episodes):
        caption += f": {len(shown)}; the pages of the metrics have the others"
    return move_table(facts, shown, caption, anchors=anchors)


def _changing(facts: HistoryFacts) -> list[TrendFacts]:
    return [own for own in facts.trends if not own.constant]


def _about_moves() -> tuple[Span, ...]:
    return (
        "A metric that only wavers is reported to move with a probability of at most "
        "1\u00a0%. “Gradual” moves are part of a drift, so no single commit is to blame; “exact” "
        "ones are of metrics that repeat to the last digit. What changed beside a move need not "
        "be its cause. ",
        *moves_link(),
    )


def _constant(constant: list[TrendFacts]) -> tuple[Span, ...]:
    told = []
    for own in constant:
        value = f" ({own.trend.metric.value(own.levels[0].value)})" if own.levels else ""
        told.append(f"{called(own.trend.metric)}{value}")
    return (f"Never changed: {listed(told, 20)}.",)


def _more(trends: list[TrendFacts]) -> Table:
    return Table(
        f"{count_of(len(trends), 'further metric')}, each with a page of its own",
        (Column("Metric"), Column("Level", "number"), Column("Moves", "number")),
        tuple(
            Row(
                (
                    Cell(label_of(own.trend.metric), own.page),
                    Cell(own.trend.metric.value(own.levels[-1].value) if own.levels else ""),
                    Cell(format_count(len(own.trend.moves))),
                )
            )
            for own in trends
        ),
    )


section = SectionKind(
    "history",
    "History",
    "a git repository in which files of metrics were committed more than once",
    build,
    headed=False,
)
