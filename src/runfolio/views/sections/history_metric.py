"""One metric over the commits: its chart, each of its moves in full, its levels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from runfolio.analysis.history import Alteration, Move
from runfolio.model.numbers import format_count, format_percent, localized
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Details,
    Heading,
    Link,
    Prose,
    Row,
    Table,
)
from runfolio.views.history_chart import trend_chart
from runfolio.views.history_facts import SHORT_ID, Episode, HistoryFacts, TrendFacts, one_line
from runfolio.views.history_tables import commit_table, level_table
from runfolio.views.history_words import (
    legend,
    move_spans,
    moves_link,
    tally,
    told_apart,
    verdict_on,
)
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

MOST_DOTS = 2000
MOST_MOVES = 30
"""Moves that are told in full, the newest."""
MOST_COMMITS = 50
"""Commits that are listed for a move."""
_ALL_COMMITS = 600
"""Commits that are listed on the page."""
_MOST_LEVELS = 300
_MOST_VALUES = 100
_MOST_ALTERATIONS = 40
_LONGEST_VALUE = 200


def build(view: View) -> tuple[Block, ...]:
    if view.trend is None:
        return ()
    facts, own = view.trend
    blocks: list[Block] = [
        trend_chart(
            facts,
            own,
            kind="trend",
            most=MOST_DOTS,
            title=_chart_title(facts, own),
            table=_measured(facts, own),
        ),
        Prose((*legend(bool(own.trend.moves)), " ", *moves_link()), "note"),
    ]
    if own.trend.moves:
        blocks += _moves(facts, own)
        blocks += [Heading("Levels", 2), level_table(facts, own, _MOST_LEVELS)]
    return tuple(blocks)


def _chart_title(facts: HistoryFacts, own: TrendFacts) -> str:
    if own.trend.moves:
        told = tally(own.episodes)
        return f"{told[:1].upper()}{told[1:]} in {count_of(len(facts.ids), 'commit')}"
    finite = own.trend.values[np.isfinite(own.trend.values)]
    if not len(finite):
        return "No value is finite"
    low, high = (own.trend.metric.value(float(v)) for v in (finite.min(), finite.max()))
    return f"Always {low}" if low == high else f"Between {low} and {high}"


def _moves(facts: HistoryFacts, own: TrendFacts) -> Iterator[Block]:
    episodes = own.episodes[::-1]
    many = len(episodes) > MOST_MOVES
    yield Heading(
        f"The newest {MOST_MOVES} of {format_count(len(episodes))} moves" if many else "Moves", 2
    )
    left = _ALL_COMMITS
    for episode in episodes[:MOST_MOVES]:
        yield Heading(_title(facts, episode))
        yield Prose(move_spans(facts, episode))
        yield Prose((_evidence(episode),), "note")
        move = episode.last
        if episode.drift:
            continue
        if move.params or move.data or move.files:
            yield _changes(move)
        if move.commits > 1 and left > 0:
            shown = min(move.commits, MOST_COMMITS, left)
            left -= shown
            yield _commits(facts, move, shown)


def _title(facts: HistoryFacts, episode: Episode) -> str:
    words = {"better": "For the better", "worse": "For the worse", "moved": "A move"}
    days = (facts.day(episode.first.at), facts.day(episode.last.at))
    when = " to ".join(dict.fromkeys(filter(None, days)))
    told = f"{words[episode.outcome]}{f', {when}' if when else ''}"
    fine = told_apart(episode.metric, episode.before, episode.after)
    return f"{told}: {fine.value(episode.before)} → {fine.value(episode.after)}"


def _evidence(episode: Episode) -> str:
    change = episode.last.change
    drift = (
        "A straight line describes these values better than steps do: it is a drift, and the "
        "places of its steps say little."
    )
    if len(episode.moves) > 1:
        return (
            f"{drift} Each of its {len(episode.moves)} steps, with its interval, is among the "
            "levels below."
        )
    sides = (
        f"{count_of(change.n_before, 'measurement')} before and "
        f"{format_count(change.n_after)} after it"
    )
    if change.exact:
        return f"{sides}. The values of this metric repeat exactly, so every difference is real."
    p = localized("< 0.0001" if change.p < 0.0001 else f"= {change.p:.2g}")
    told = f"{sides}; p\u00a0{p}, adjusted for everything that was searched."
    if episode.drift:
        told += f" {drift}"
    elif episode.last.commits > 1:
        told += (
            f" With {format_percent(0.95)} confidence its cause lies in these "
            f"{format_count(episode.last.commits)} commits."
        )
    return told


def _changes(move: Move) -> Table:
    rows = [*_altered("Param", move.params, _LONGEST_VALUE)]
    rows += _altered("Data", move.data, SHORT_ID)
    rows += [
        Row((Cell(one_line(name, _LONGEST_VALUE)), Cell("File"), Cell(), Cell("changed")))
        for name in move.files
    ]
    total = len(move.params) + len(move.data) + max(move.file_count, len(move.files))
    shown = rows[:_MOST_ALTERATIONS]
    caption = "What changed in these commits" if move.commits > 1 else "What this commit changed"
    if total > len(shown):
        caption += f": {len(shown)} of {format_count(total)}"
    columns = (Column("What"), Column("Kind"), Column("Before"), Column("After"))
    return Table(caption, columns, tuple(shown))


def _altered(kind: str, found: tuple[Alteration, ...], most: int) -> Iterator[Row]:
    for one in found:
        sides = (
            (text[:most] if most == SHORT_ID else one_line(text, most)) or "not set"
            for text in (one.old, one.new)
        )
        yield Row((Cell(one_line(one.name, _LONGEST_VALUE)), Cell(kind), *map(Cell, sides)))


def _commits(facts: HistoryFacts, move: Move, shown: int) -> Details:
    positions = range(move.since + 1, move.until + 1)
    nearest = sorted(positions, key=lambda position: abs(position - move.at))[:shown]
    told = f"The {count_of(move.commits, 'commit')} that can have caused it"
    caption = told if shown == move.commits else f"{told}: the {shown} nearest to the likeliest"
    blocks: list[Block] = [commit_table(facts, nearest, f"{caption}, the newest first")]
    if href := facts.range_href(move):
        blocks.append(Prose((Link("All of it as one difference", href), "."), "note"))
    return Details(told, tuple(blocks))


def _measured(facts: HistoryFacts, own: TrendFacts) -> Table:
    trend, n = own.trend, len(own.trend.values)
    newest = range(n - 1, max(n - 1 - _MOST_VALUES, -1), -1)
    led = {move.at: move for move in trend.moves}
    told = (
        f"The newest {_MOST_VALUES} of {format_count(n)} measurements"
        if n > _MOST_VALUES
        else (f"{count_of(n, 'measurement')}, the newest first")
    )
    return Table(
        f"{told}; all are in history.csv",
        (
            Column("Commit"),
            Column("Date"),
            Column("Subject"),
            Column("Value", "number"),
            Column("Move", "verdict"),
        ),
        tuple(
            Row(
                (
                    Cell(facts.short(at), facts.href(at)),
                    Cell(facts.day(at, short=True)),
                    Cell(facts.subject(at, 80)),
                    Cell(trend.metric.value(float(trend.values[i]))),
                    _marked(led.get(at)),
                )
            )
            for i in newest
            for at in (int(trend.positions[i]),)
        ),
    )


def _marked(move: Move | None) -> Cell:
    return Cell(verdict=verdict_on(Episode((move,)))) if move else Cell()


section = SectionKind(
    "history-metric",
    "The metric",
    "a git repository in which files of metrics were committed more than once",
    build,
    headed=False,
)
