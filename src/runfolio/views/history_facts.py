"""Stage 4: histories regrouped for their pages: what each commit is called, where metrics stand.

In: analysed histories. Out: `HistoryFacts`, with a `TrendFacts` per metric. Whatever a commit
brings along (subjects, names of files) is text of strangers: it is put on one line and cut.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
import pandas as pd

from runfolio.analysis.history import Event, Move, Moves, Outcome, Trend
from runfolio.analysis.metrics import Metric
from runfolio.views.dates import day, short_day

__all__ = [
    "Episode",
    "HistoryFacts",
    "Level",
    "TrendFacts",
    "commit_in",
    "history_facts",
    "one_line",
]

SHORT_ID = 8
"""Characters that are shown of a commit's id and of a digest."""

_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of the text after them."""


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch between two moves of a metric.

    Parameters
    ----------
    start, end : int
        Positions of its first and last measured commit.
    n : int
        Finite values.
    value : float
        Where the metric moved, the level that its moves tell; else the mean.
    spread : float
        Standard deviation of the values (n - 1); NaN for a single one.
    move : Move or None
        The move that led here.
    """

    start: int
    end: int
    n: int
    value: float
    spread: float
    move: Move | None


@dataclass(frozen=True, slots=True)
class Episode:
    """A move; or neighbouring gradual moves in one direction, which together are one drift.

    Parameters
    ----------
    moves : tuple of Move
        Of one metric, the oldest first.
    """

    moves: tuple[Move, ...]

    @property
    def metric(self) -> Metric:
        return self.first.metric

    @property
    def first(self) -> Move:
        return self.moves[0]

    @property
    def last(self) -> Move:
        return self.moves[-1]

    @property
    def drift(self) -> bool:
        return self.first.change.gradual

    @property
    def outcome(self) -> Outcome:
        return self.last.outcome

    @property
    def before(self) -> float:
        return self.first.change.before

    @property
    def after(self) -> float:
        return self.last.change.after

    @property
    def size(self) -> float:
        return self.last.change.size if len(self.moves) == 1 else self.after - self.before


@dataclass(frozen=True, slots=True)
class TrendFacts:
    """A metric's trend, its page, its levels and what moved it, the oldest first."""

    trend: Trend
    page: str
    levels: tuple[Level, ...]
    episodes: tuple[Episode, ...]
    constant: bool
    """Whether no two of its finite values differ."""

    @classmethod
    def of(cls, trend: Trend, page: str) -> TrendFacts:
        finite = trend.values[np.isfinite(trend.values)]
        constant = not len(finite) or bool((finite == finite[0]).all())
        return cls(trend, page, _levels(trend), _episodes(trend), constant)


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """A history, and what its pages say of its commits.

    Parameters
    ----------
    moves : Moves
    key : str
        Tells it from other histories in names of charts; empty for the only one.
    trends : tuple of TrendFacts
        In the order of `Moves.trends`.
    events : tuple of Event
        What moved together, the newest first.
    episodes : tuple of Episode
        What moved, of all metrics, the newest first.
    ids, subjects, tags : sequence of str
        By position.
    times : sequence of Timestamp
        By position; NaT where none is known.
    places : mapping of str to int
        Positions by commit.
    """

    moves: Moves
    key: str
    trends: tuple[TrendFacts, ...]
    events: tuple[Event, ...]
    episodes: tuple[Episode, ...]
    ids: Sequence[str]
    subjects: Sequence[str]
    tags: Sequence[str]
    times: Sequence[pd.Timestamp]
    places: Mapping[str, int]

    @property
    def place(self) -> str:
        """The repository and its branch, in words."""
        history = self.moves.history
        name, branch = one_line(history.name, 80), one_line(history.branch, 60)
        return ", ".join(filter(None, (name, f"branch {branch}" if branch else "")))

    def short(self, position: int) -> str:
        return self.ids[position][:SHORT_ID]

    def day(self, position: int, *, short: bool = False) -> str:
        """Return the date of a commit, with the month's first letters if `short`."""
        return short_day(self.times[position]) if short else day(self.times[position])

    def subject(self, position: int, most: int) -> str:
        return one_line(self.subjects[position], most)

    def author(self, position: int) -> str:
        """Return a commit's author; nothing unless authors are asked for."""
        return one_line(str(self.moves.history.commits["author"].iat[position]), 60)

    def href(self, position: int) -> str:
        """Return the address of a commit on the web, or nothing."""
        web = self.moves.history.web
        return web.commit.format(self.ids[position]) if web else ""

    def range_href(self, move: Move) -> str:
        """Return the address of what can have caused a move, on the web, or nothing."""
        web = self.moves.history.web
        if web is None or move.commits == 1:
            return self.href(move.until)
        return web.compare.format(self.ids[move.since], self.ids[move.until])

    def position_of(self, commit: str) -> int | None:
        """Return where a commit is; None if it is not in this history."""
        return self.places.get(commit)

    def page_of(self, metric: Metric) -> str:
        return next(own.page for own in self.trends if own.trend.metric.name == metric.name)


def history_facts(histories: Sequence[Moves]) -> tuple[HistoryFacts, ...]:
    """Prepare what the pages of all histories share."""
    names = [
        (number, moves.history.name, trend.metric.name)
        for number, moves in enumerate(histories)
        for trend in moves.trends
    ]
    pages = iter(_pages(names))
    found = []
    for number, moves in enumerate(histories, 1):
        commits = moves.history.commits
        ids = commits["commit"].tolist()
        trends = tuple(TrendFacts.of(trend, next(pages)) for trend in moves.trends)
        episodes = [episode for own in trends for episode in own.episodes]
        found.append(
            HistoryFacts(
                moves=moves,
                key=f"{number}-" if len(histories) > 1 else "",
                trends=trends,
                events=moves.events,
                episodes=tuple(sorted(episodes, key=lambda episode: -episode.last.at)),
                ids=ids,
                subjects=commits["subject"].tolist(),
                tags=commits["tags"].tolist(),
                times=commits["time"].tolist(),
                places={commit: position for position, commit in enumerate(ids)},
            )
        )
    return tuple(found)


def commit_in(histories: Sequence[HistoryFacts], commit: str) -> tuple[HistoryFacts, int] | None:
    """Return the first history that has a commit, and where; None if none has it."""
    for facts in histories:
        position = facts.position_of(commit)
        if position is not None:
            return facts, position
    return None


def one_line(text: str, most: int) -> str:
    """Return a text on one line, cut where it is long, that turns no other text around."""
    line = " ".join(_TURNS.sub("\ufffd", text[: 4 * most]).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _episodes(trend: Trend) -> tuple[Episode, ...]:
    def kind(numbered: tuple[int, Move]) -> tuple[int, bool]:
        number, move = numbered
        return (-1 if move.change.gradual else number, move.change.size > 0)

    groups = groupby(enumerate(trend.moves), key=kind)
    return tuple(Episode(tuple(move for _, move in group)) for _, group in groups)


def _levels(trend: Trend) -> tuple[Level, ...]:
    edges = [
        0,
        *(int(np.searchsorted(trend.positions, move.at)) for move in trend.moves),
        len(trend.positions),
    ]
    told = [None, *trend.moves]
    found = []
    for number, (start, end) in enumerate(pairwise(edges)):
        part = trend.values[start:end]
        finite = part[np.isfinite(part)]
        if not len(finite):
            continue
        if number < len(trend.moves):
            value = trend.moves[number].change.before
        else:
            value = trend.moves[-1].change.after if trend.moves else float(finite.mean())
        spread = float(np.std(finite, ddof=1)) if len(finite) > 1 else float("nan")
        first, last = int(trend.positions[start]), int(trend.positions[end - 1])
        found.append(Level(first, last, len(finite), value, spread, told[number]))
    return tuple(found)


def _pages(names: Sequence[tuple[int, str, str]]) -> list[str]:
    """Return a path for each metric; where two would be the same, a hash tells them apart."""
    slugs = [_slug(metric) for _, _, metric in names]
    count = Counter(slugs)
    for at, (number, history, metric) in enumerate(names):
        if count[slugs[at]] > 1:
            own = f"{number}\0{history}\0{metric}".encode("utf-8", "replace")
            slugs[at] += f"-{hashlib.sha256(own).hexdigest()[:8]}"
    return [f"history/{slug}.html" for slug in slugs]


def _slug(metric: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", metric[:200].lower()).strip("-")
    return plain[:40].rstrip("-") or "metric"
