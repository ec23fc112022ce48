"""Stage 4: the chart of one metric over the commits of a branch.

In: a trend and its history. Out: a `Chart` whose rows are measurements, levels, moves, tags and
ticks of the axis. Words that would meet are left out or stand in a row of their own; how much
room there is follows from the width for which a form of the chart is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.views.blocks import Chart, Table
from runfolio.views.charts.trend import TREND_LABEL_ROWS, trend_kind
from runfolio.views.dates import short_day
from runfolio.views.history_facts import Episode, HistoryFacts, TrendFacts, one_line
from runfolio.views.history_words import finding, label_of, signed, tally
from runfolio.views.words import count_of, listed

__all__ = ["stretches", "trend_chart"]

_WITH_SUBJECTS = 500
"""Measurements up to which a small chart names the subjects of commits."""
_MOST_STRETCHES = 500
"""Bars in a chart: narrower ones would run together."""
_MOST_TAGS = 60
"""Tags that get a mark; of more, only those that get a name."""
_MOST_MOVES = 200
"""Moves that are marked, and levels that are drawn beside them, the newest."""
_DAYS_WITH_A_DAY = 120
"""Days up to which ticks tell the day, and not only month and year."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of the chart: its name, and the width of its plot in pixels, at least."""

    name: str
    width: int


_FORMS = {
    "trend": (_Form("wide", 540), _Form("narrow", 250)),
    "trend-small": (_Form("wide", 400), _Form("narrow", 250)),
}
_PIXELS_PER_LETTER = 6.6

_Row = tuple[Any, ...]


def trend_chart(
    facts: HistoryFacts,
    own: TrendFacts,
    *,
    kind: str,
    most: int,
    title: str = "",
    href: str = "",
    table: Table | None = None,
    static: bool = False,
) -> Chart:
    """Draw a metric over the commits.

    Parameters
    ----------
    facts : HistoryFacts
    own : TrendFacts
    kind : {"trend", "trend-small"}
        Its calm form is drawn where nothing moved.
    most : int
        Measurements that are drawn as dots; of more, the ranges of stretches.
    title : str
        By default what the metric did.
    href : str
        Where the title leads.
    table : Table or None
        The same numbers.
    static : bool
        Whether it is drawn ahead.
    """
    trend = own.trend
    form_of = kind if trend.moves else f"{kind}-calm"
    finite = np.flatnonzero(np.isfinite(trend.values))
    episodes = own.episodes[-_MOST_MOVES:]
    rows = [
        *_measured(
            facts, own, finite, most, subjects=kind == "trend" or len(finite) <= _WITH_SUBJECTS
        ),
        *_levels(own),
        *_marks(episodes),
    ]
    for form in _FORMS[kind]:
        axis = _Axis(trend.positions[finite], form)
        rows += _words(episodes, axis, TREND_LABEL_ROWS[form_of])
        rows += [*_ticks(facts, axis), *_tags(facts, axis)]
    metric = trend.metric
    return Chart(
        key=f"trend-{facts.key}{facts.trends.index(own)}",
        kind=form_of,
        title=title or finding(own),
        sentence=_sentence(facts, own, len(finite), most, counted=not title),
        data={name: [row[i] for row in rows] for i, name in enumerate(trend_kind(form_of).columns)},
        titles={
            "@x": "Commits since the oldest",
            "@y": f"{label_of(metric)} ({metric.unit})" if metric.unit else label_of(metric),
        },
        table=table,
        static=static,
        href=href,
    )


def stretches(values: NDArray[np.float64], count: int) -> Iterator[tuple[int, int, int, int]]:
    """Split values into equal stretches.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.
    count : int
        How many stretches; at most n.

    Yields
    ------
    (int, int, int, int)
        Of each: the index of its middle, its lowest, its highest and its median value; the
        median of an even number is the lower one of the two, so that it was measured.
    """
    edges = np.linspace(0, len(values), count + 1).astype(np.int64).tolist()
    for start, end in pairwise(edges):
        order = np.argsort(values[start:end], kind="stable")
        low, middle, high = order[0], order[(len(order) - 1) // 2], order[-1]
        yield (start + end - 1) // 2, start + int(low), start + int(high), start + int(middle)


def _measured(
    facts: HistoryFacts, own: TrendFacts, finite: NDArray[np.int64], most: int, *, subjects: bool
) -> Iterator[_Row]:
    """Draw every measurement; of too many their ranges and medians, stretch by stretch."""
    trend = own.trend
    values = trend.values * trend.metric.scale
    dots = finite.tolist()
    if len(dots) > most:
        dots = []
        for centre, low, high, middle in stretches(trend.values[finite], _stretches(most)):
            dots.append(finite[middle])
            ends = sorted((_short(values[finite[low]]), _short(values[finite[high]])))
            yield int(trend.positions[finite[centre]]), ends[0], "range", "", "", ends[1], ""
    for index in dots:
        position = int(trend.positions[index])
        about = facts.short(position)
        if subjects:
            about = f"{about} {facts.subject(position, 60)}".strip()
        yield position, _short(values[index]), "", about, short_day(facts.times[position]), None, ""


def _stretches(most: int) -> int:
    return min(most // 2, _MOST_STRETCHES)


def _levels(own: TrendFacts) -> Iterator[_Row]:
    levels = own.levels[-_MOST_MOVES - 1 :]
    for level, after in zip(levels, (*levels[1:], None), strict=False):
        start = level.start - 0.5 if level.move else level.start
        end = after.start - 0.5 if after and after.move else level.end
        yield start, _short(level.value * own.trend.metric.scale), "level", "", "", end, ""


def _marks(episodes: Sequence[Episode]) -> Iterator[_Row]:
    for episode in episodes:
        start, end = episode.first.since + 0.5, episode.last.until + 0.5
        if episode.drift or end - start > 1:
            yield start, None, "band", "", "", end, episode.outcome
    for episode in episodes:
        kind = "drift" if episode.drift else "move"
        yield _place(episode), None, kind, "", "", None, episode.outcome


def _place(episode: Episode) -> float:
    """Return where a move is marked: before its first commit, or in the middle of a drift."""
    return (episode.first.at + episode.last.at - 1) / 2


class _Axis:
    """The x axis of one form: where words fit."""

    def __init__(self, positions: NDArray[np.int64], form: _Form) -> None:
        self.form = form.name
        self.low, self.high = (int(positions[0]), int(positions[-1])) if len(positions) else (0, 1)
        self._per_pixel = max(self.high - self.low, 1) / form.width

    def half(self, text: str) -> float:
        """Return half the width of a text, in commits."""
        return (len(text) * _PIXELS_PER_LETTER + 10) / 2 * self._per_pixel

    def inside(self, place: float, text: str) -> float:
        """Return where a text is centred so that it does not stand out at an end."""
        half = self.half(text)
        if self.high - self.low <= 2 * half:
            return (self.low + self.high) / 2
        return min(max(place, self.low + half), self.high - half)

    def rows(self, texts: Iterable[tuple[float, str]], most: int) -> Iterator[tuple[float, int]]:
        """Yield for each text its centre and the first row where it meets no other, or -1."""
        taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
        for place, text in texts:
            centre, half = self.inside(place, text), self.half(text)
            row = next(
                (
                    number
                    for number, others in enumerate(taken)
                    if all(abs(centre - c) >= half + h for c, h in others)
                ),
                -1,
            )
            if row >= 0:
                taken[row].append((centre, half))
            yield centre, row


def _words(episodes: Sequence[Episode], axis: _Axis, rows: int) -> Iterator[_Row]:
    """Name moves by their size and verdict; where room is scarce those that matter most."""
    ordered = sorted(episodes, key=lambda e: (_RANK[e.outcome], -e.last.at))
    texts = [(_place(episode), _word(episode)) for episode in ordered]
    placed = axis.rows(texts, rows)
    for episode, (at, text), (centre, row) in zip(ordered, texts, placed, strict=True):
        if row < 0:
            continue
        if row:
            yield at, None, f"stem-{axis.form}", "", "", row, episode.outcome
        yield centre, None, f"word-{axis.form}", text, "", row, episode.outcome


_RANK = {"worse": 0, "better": 1, "moved": 2}


def _word(episode: Episode) -> str:
    size = signed(episode)
    return size if episode.outcome == "moved" else f"{size} {episode.outcome}"


def _ticks(facts: HistoryFacts, axis: _Axis) -> Iterator[_Row]:
    """Put ticks at round numbers of commits, with the date of the commit that is there."""
    days = _days_between(facts.times[axis.low], facts.times[axis.high])
    with_day = days <= _DAYS_WITH_A_DAY
    longest = "30 Sep 2026" if with_day else "Sep 2026"
    step = _round_step(2 * axis.half(longest))
    first = -(-axis.low // step) * step
    for position in range(first, axis.high + 1, step):
        text = short_day(facts.times[position], with_day=with_day)
        fits = position + axis.half(max(text, format_count(position), key=len)) * 0.8 <= axis.high
        if fits or position == first:
            yield position, None, f"tick-{axis.form}", format_count(position), text, None, ""


def _days_between(first: pd.Timestamp, last: pd.Timestamp) -> int:
    return 0 if pd.isna(first) or pd.isna(last) else abs((last - first).days)


def _round_step(least: float) -> int:
    """Return the first of 1, 2, 5, 10, 20, 25, 50 … that is no smaller."""
    size = 10 ** math.floor(math.log10(max(least, 1)))
    steps = (size * factor for factor in ((1, 2, 5, 10) if size == 1 else (1, 2, 2.5, 5, 10)))
    return int(next(step for step in steps if step >= least))


def _tags(facts: HistoryFacts, axis: _Axis) -> Iterator[_Row]:
    """Name tags, the newest first; where there are very many, mark only those with a name."""
    tagged = [
        (position, one_line(listed(facts.tags[position].splitlines(), 2), 24))
        for position in range(axis.high, axis.low - 1, -1)
        if facts.tags[position]
    ]
    few = len(tagged) <= _MOST_TAGS
    for (position, text), (centre, row) in zip(tagged, axis.rows(tagged, 1), strict=True):
        if few or row == 0:
            yield position, None, f"pin-{axis.form}", "", "", None, ""
        if row == 0:
            yield centre, None, f"tag-{axis.form}", text, "", None, ""


def _sentence(
    facts: HistoryFacts, own: TrendFacts, finite: int, most: int, *, counted: bool
) -> str:
    trend, metric = own.trend, own.trend.metric
    parts = [f"{count_of(finite, 'measurement')} in {count_of(len(facts.ids), 'commit')}"]
    if trend.moves and counted:
        parts.append(tally(own.episodes))
    told = f"{'; '.join(parts)}."
    if own.levels and not own.constant:
        level = own.levels[-1]
        since = " since the last move" if trend.moves else ""
        told += f" Level{since}: {metric.value(level.value)}"
        told += f" ({count_of(level.n, 'measurement')})."
    if finite > most:
        told += (
            f" A bar spans each {format_count(round(finite / _stretches(most)))} measurements, "
            "with a dot at their median."
        )
    lost = len(trend.values) - finite
    if lost:
        told += f" {count_of(lost, 'value is', 'values are')} NaN or infinite and left out."
    if len(own.episodes) > _MOST_MOVES:
        told += f" The newest {_MOST_MOVES} moves are marked."
    return told


def _short(value: float) -> float | int:
    """Round to what a screen can show; whole numbers without ``.0``."""
    number = float(f"{value:.6g}")
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
