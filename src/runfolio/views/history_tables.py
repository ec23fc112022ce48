"""Stage 4: tables of moves, levels and commits, for every page that speaks of a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runfolio.analysis.history import Move
from runfolio.analysis.metrics import NBSP
from runfolio.model.history import commit_anchor
from runfolio.model.numbers import format_count, format_percent
from runfolio.views.blocks import Cell, Column, Row, Table
from runfolio.views.history_facts import Episode, HistoryFacts, TrendFacts
from runfolio.views.history_words import (
    interval_of,
    label_of,
    level_is_exact,
    signed,
    spread_text,
    told_apart,
    verdict_on,
    what_changed,
)

__all__ = ["commit_table", "event_table", "level_table", "move_table"]


def event_table(facts: HistoryFacts, most: int) -> Table:
    """Return one row per event: moves that one commit can have caused, the newest first."""
    events = facts.events
    rows: list[Row] = []
    seen: set[str] = set()
    for event in events[:most]:
        own = replace(event.nearest, since=event.since, at=event.at, until=event.until)
        alone = Episode((own,))
        names = [commit_anchor(facts.ids[move.at]) for move in event.moves]
        new = tuple(name for name in dict.fromkeys(names) if name not in seen)
        seen.update(new)
        cells = [
            Cell(facts.day(event.at, short=True) or facts.short(event.at)),
            Cell(_commits(facts, alone, subject=True), facts.range_href(own)),
            Cell(what_changed(alone)),
        ]
        for outcome in ("better", "worse", "moved"):
            told = [Episode((move,)) for move in event.moves if move.outcome == outcome]
            cells.append(Cell(", ".join(f"{label_of(e.metric)} {_short(e)}" for e in told)))
        rows.append(Row(tuple(cells), anchors=new))
    moved = any(row.cells[-1].text for row in rows)
    caption = f"{format_count(len(events))} events, the newest first"
    if len(events) > most:
        caption += f": {most}"
    columns = [
        Column("When"),
        Column("Commits that can have caused it"),
        Column("What they changed"),
        Column("Better"),
        Column("Worse"),
        Column("Moved"),
    ]
    if not moved:
        columns, rows = columns[:-1], [replace(row, cells=row.cells[:-1]) for row in rows]
    return Table(caption, tuple(columns), tuple(rows))


def _short(episode: Episode) -> str:
    unit = episode.metric.delta_unit
    text = signed(episode) + (f"{NBSP}{unit}" if unit else "")
    return f"{text} (gradual)" if episode.drift else text


def move_table(
    facts: HistoryFacts,
    episodes: Sequence[Episode],
    caption: str,
    *,
    metric: bool = True,
    commits: bool = True,
    anchors: bool = False,
) -> Table:
    """Return one row per move or drift.

    Parameters
    ----------
    facts : HistoryFacts
    episodes : sequence of Episode
    caption : str
    metric : bool
        Whether to name the metric.
    commits : bool
        Whether to name the commits that can have caused it.
    anchors : bool
        Whether rows can be led to by their commit.
    """
    columns = [Column("When")]
    if metric:
        columns.append(Column("Metric"))
    columns += [
        Column("Verdict", "verdict"),
        Column("From → to", "number"),
        Column(f"Change (95{NBSP}% interval)"),
    ]
    if commits:
        columns.append(Column("Commits that can have caused it"))
    columns.append(Column("What they changed"))
    rows: list[Row] = []
    seen: set[str] = set()
    above: Move | None = None
    for episode in episodes:
        cells = [Cell(_when(facts, episode))]
        if metric:
            cells.append(Cell(label_of(episode.metric), facts.page_of(episode.metric)))
        fine = told_apart(episode.metric, episode.before, episode.after)
        cells += [
            Cell(verdict=verdict_on(episode)),
            Cell(f"{fine.number(episode.before)} → {fine.value(episode.after)}"),
            Cell(_change(episode)),
        ]
        if commits:
            drift = episode.drift
            move = episode.last
            again = above is not None and (above.at, above.commits) == (move.at, move.commits)
            cells.append(
                Cell(
                    _commits(facts, episode, subject=not again),
                    "" if drift else facts.range_href(move),
                )
            )
            above = move
        cells.append(Cell(what_changed(episode)))
        names = [commit_anchor(facts.ids[move.at]) for move in episode.moves]
        new = tuple(name for name in names if anchors and name not in seen)
        seen.update(new)
        rows.append(Row(tuple(cells), anchors=new))
    return Table(caption, tuple(columns), tuple(rows))


def level_table(facts: HistoryFacts, own: TrendFacts, most: int) -> Table:
    """Return the levels of a metric, the newest first, at most `most`."""
    levels = own.levels[::-1]
    metric = own.trend.metric
    trimmed = own.trend.moves and not level_is_exact(own)
    level = f"Level ({format_percent(0.2)} trimmed mean)" if trimmed else "Level (mean)"
    caption = f"Levels of {label_of(metric)}, the newest first"
    if len(levels) > most:
        caption += f": {most} of {format_count(len(levels))}"
    return Table(
        caption,
        (
            Column("From commit"),
            Column("To commit"),
            Column("Measurements", "number"),
            Column(level, "number"),
            Column("Standard deviation", "number"),
            Column("Change", "number"),
            Column("Verdict", "verdict"),
        ),
        tuple(
            Row(
                (
                    Cell(_named(facts, one.start), facts.href(one.start)),
                    Cell(_named(facts, one.end), facts.href(one.end)),
                    Cell(format_count(one.n)),
                    Cell(metric.value(one.value)),
                    Cell(spread_text(metric, one.spread)),
                    Cell(_change(Episode((one.move,))) if one.move else ""),
                    Cell(verdict=verdict_on(Episode((one.move,)))) if one.move else Cell(),
                )
            )
            for one in levels[:most]
        ),
    )


def commit_table(facts: HistoryFacts, positions: Sequence[int], caption: str) -> Table:
    """Return one row per commit, the newest first."""
    authors = facts.moves.history.commits["author"]
    named = any(authors.iat[position] for position in positions)
    columns = [Column("Commit"), Column("Date"), Column("Subject")]
    if named:
        columns.append(Column("Author"))
    rows = []
    for position in sorted(positions, reverse=True):
        cells = [
            Cell(facts.short(position), facts.href(position)),
            Cell(facts.day(position, short=True)),
            Cell(facts.subject(position, 120)),
        ]
        if named:
            cells.append(Cell(facts.author(position)))
        rows.append(Row(tuple(cells)))
    return Table(caption, tuple(columns), tuple(rows))


def _when(facts: HistoryFacts, episode: Episode) -> str:
    days = [facts.day(move.at, short=True) for move in (episode.first, episode.last)]
    if not all(days):
        return facts.short(episode.last.at)
    return " to ".join(dict.fromkeys(days))


def _change(episode: Episode) -> str:
    if len(episode.moves) > 1:
        return f"{signed(episode)}, gradual: {len(episode.moves)} steps"
    if episode.last.change.exact:
        return f"{signed(episode)} (exact)"
    told = f"{signed(episode)} ({interval_of(episode).replace(' ', NBSP)})"
    return f"{told}, gradual" if episode.drift else told


def _commits(facts: HistoryFacts, episode: Episode, *, subject: bool) -> str:
    """Name commits; where the row above is of the same one, without its subject."""
    move = episode.last
    if episode.drift:
        first, last = facts.short(episode.first.since + 1), facts.short(move.until)
        return f"A drift from {first} to {last}"
    likely = facts.short(move.at)
    if subject:
        likely = f"{likely} {facts.subject(move.at, 60)}".strip()
    return (
        likely
        if move.commits == 1
        else f"One of {format_count(move.commits)}, most likely {likely}"
    )


def _named(facts: HistoryFacts, position: int) -> str:
    return " · ".join(filter(None, (facts.short(position), facts.day(position, short=True))))
