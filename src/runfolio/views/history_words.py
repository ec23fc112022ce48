"""Stage 4: moves of metrics into sentences, for every page that speaks of a history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from runfolio.analysis.history import Alteration, Move
from runfolio.analysis.metrics import NBSP, Metric
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Link, Span, Tone, Verdict
from runfolio.views.history_facts import SHORT_ID, Episode, HistoryFacts, TrendFacts, one_line
from runfolio.views.methods import method_link
from runfolio.views.words import call, count_of, listed, number_word

__all__ = [
    "called",
    "cause",
    "change_of",
    "finding",
    "headline_of",
    "interval_of",
    "label_of",
    "latest",
    "legend",
    "level_is_exact",
    "move_spans",
    "moves_link",
    "opening_of",
    "signed",
    "size_of",
    "span_of",
    "spread_text",
    "standing_of",
    "tally",
    "told_apart",
    "verdict_on",
    "what_changed",
]

_VERDICTS: dict[str, tuple[str, Tone]] = {
    "better": ("Better", "good"),
    "worse": ("Worse", "bad"),
    "moved": ("Moved", "none"),
}
FEWEST = 12
"""Measurements without which `change_points` tells no move of a metric that wavers."""
_BACK = 0.1
"""A metric is back where its levels differ by no more than this share of its largest move."""
_NAMED = 3
"""How many params, versions of data and files are named of one move."""


def label_of(metric: Metric) -> str:
    """Return a metric's label, on one line."""
    return one_line(metric.label, 80) or "A metric"


def called(metric: Metric) -> str:
    """Return a metric's name inside a sentence, on one line."""
    return one_line(call(metric), 80) or "a metric"


def verdict_on(episode: Episode) -> Verdict:
    return Verdict(*_VERDICTS[episode.outcome])


def size_of(episode: Episode) -> str:
    """Return by how much a metric moved, without the sign."""
    return episode.metric.size(episode.size)


def signed(episode: Episode) -> str:
    """Return by how much a metric moved, with the sign and without the unit."""
    return episode.metric.fine_for(episode.size).delta_number(episode.size)


def interval_of(episode: Episode) -> str:
    """Return the interval of a single move's size."""
    return episode.metric.fine_for(episode.size).delta_range(*episode.last.change.interval)


def change_of(episode: Episode) -> str:
    """Say how the metric moved and how sure that is."""
    verb = "rose" if episode.size > 0 else "fell"
    if episode.drift:
        verb += " little by little"
    if len(episode.moves) > 1:
        return f"{verb} by {size_of(episode)}"
    sure = (
        "the metric repeats exactly, so the difference is no noise"
        if episode.last.change.exact
        else f"95{NBSP}% interval of the change {interval_of(episode)}"
    )
    return f"{verb} by {size_of(episode)} ({sure})"


def tally(episodes: Sequence[Episode]) -> str:
    """Count moves by their outcome, in words."""
    count = Counter[str](episode.outcome for episode in episodes)
    words = {
        "worse": ("regression", "regressions"),
        "better": ("improvement", "improvements"),
        "moved": ("move without a known direction", "moves without a known direction"),
    }
    return listed(
        [
            f"{number_word(count[key])} {one if count[key] == 1 else many}"
            for key, (one, many) in words.items()
            if count[key]
        ]
    )


def finding(own: TrendFacts) -> str:
    """Return what a metric did, in one sentence without a full stop."""
    trend, metric, levels = own.trend, own.trend.metric, own.levels
    label = label_of(metric)
    if not levels:
        return f"{label} never has a finite value"
    if own.constant:
        return f"{label} is {metric.value(levels[0].value)} at every commit"
    if not trend.moves:
        if sum(level.n for level in levels) < FEWEST:
            return f"{label} has too few measurements to tell a move from noise"
        return f"No move of {called(metric)} can be told from noise"
    told, count = _from_to(own), len(own.episodes)
    if count == 1:
        return f"{label} {told} {'little by little' if own.episodes[0].drift else 'in one move'}"
    return f"{label} {told} in {number_word(count)} moves"


def standing_of(facts: HistoryFacts, own: TrendFacts) -> str:
    """Say what a metric means, and where it stands now."""
    metric = own.trend.metric
    told = f"{metric.explain.rstrip('.')}. " if metric.explain else ""
    if not own.levels or own.constant:
        return told
    level = own.levels[-1]
    since = facts.day(level.start)
    what = "trimmed mean" if own.trend.moves and not level_is_exact(own) else "mean"
    told += "It now stands at" if own.trend.moves else "It has been at"
    told += f" {metric.value(level.value)}: the {what} of "
    told += count_of(level.n, "measurement") + (f" since {since}" if since else "")
    spread = spread_text(metric, level.spread)
    return f"{told}, with a standard deviation of {spread}." if spread else f"{told}."


def level_is_exact(own: TrendFacts) -> bool:
    """Whether the metric repeats exactly, so that its levels are plain values."""
    return any(move.change.exact for move in own.trend.moves)


def _from_to(own: TrendFacts) -> str:
    metric, first, last = own.trend.metric, own.levels[0].value, own.levels[-1].value
    if abs(last - first) <= _BACK * max(abs(episode.size) for episode in own.episodes):
        return f"is back at {metric.value(last)}"
    verb = "rose" if last > first else "fell"
    fine = told_apart(metric, first, last)
    return f"{verb} from {fine.value(first)} to {fine.value(last)}"


def told_apart(metric: Metric, first: float, last: float) -> Metric:
    """Return the metric, with more decimals where its usual ones would write two values alike."""
    alike = first != last and metric.number(first) == metric.number(last)
    return replace(metric, digits=None) if alike else metric


def span_of(facts: HistoryFacts) -> str:
    """Say how many commits there are and from when to when."""
    days = list(dict.fromkeys(filter(None, (facts.day(0), facts.day(-1)))))
    return ", ".join((count_of(len(facts.ids), "commit"), *([" to ".join(days)] if days else [])))


def headline_of(facts: HistoryFacts, objective: str) -> str:
    """Return what a history says, in one sentence without a full stop."""
    commits = count_of(len(facts.ids), "commit")
    moved = [own for own in facts.trends if own.trend.moves]
    if not moved and _is_short(facts):
        return f"Too few measurements over {commits} to tell a move from noise"
    if not moved:
        return f"No move of any metric can be told from noise over {commits}"
    own = next((t for t in facts.trends if t.trend.metric.name == objective), None)
    if own is not None and own.trend.moves:
        last = {
            "better": "its last move was for the better",
            "worse": "its last move was for the worse",
            "moved": "whether that is better is not known",
        }[own.trend.moves[-1].outcome]
        return f"{label_of(own.trend.metric)} {_from_to(own)} over {commits}; {last}"
    many = len(moved)
    if own is not None:
        others = f"{number_word(many)} other metric{'s' if many > 1 else ''} moved"
        return (
            f"No move of {called(own.trend.metric)} can be told from noise over {commits}; {others}"
        )
    told = f"{number_word(many)} of {number_word(len(facts.trends))} metrics moved over {commits}"
    return told[:1].upper() + told[1:]


def _is_short(facts: HistoryFacts) -> bool:
    """Tell whether no metric that changes was measured often enough."""
    return all(
        own.constant or sum(level.n for level in own.levels) < FEWEST for own in facts.trends
    )


def latest(episodes: Sequence[Episode]) -> Episode:
    """Return the newest move for the better or the worse, else the newest of all."""
    return next((e for e in episodes if e.outcome != "moved"), episodes[0])


def opening_of(facts: HistoryFacts) -> tuple[Span, ...]:
    """Return the sentences below the headline: how many moves, and the latest of them."""
    episodes = facts.episodes
    count = count_of(len(facts.trends), "metric")
    if not episodes and _is_short(facts):
        return (
            f"A move of a metric that wavers needs {FEWEST} measurements to be told from noise. ",
            *moves_link(),
        )
    if not episodes:
        return (
            f"In {count} nothing rises above what wavers from commit to commit. ",
            *moves_link(),
        )
    newest = latest(episodes)
    told = tally(episodes)
    verb = "stands" if len(episodes) == 1 else "stand"
    events = len(facts.events)
    at_once = f", in {count_of(events, 'event')}" if events < len(episodes) else ""
    return (
        f"{told[:1].upper()}{told[1:]} {verb} out from the noise of {count}{at_once}. The latest: ",
        *move_spans(facts, newest, begins=False),
        *_moved_too(episodes, newest),
    )


def _moved_too(episodes: Sequence[Episode], told: Episode) -> Iterator[str]:
    """Name the other metrics that a commit moved."""
    others = [
        called(other.metric)
        for other in episodes
        if other is not told and not other.drift and other.last.at == told.last.at
    ]
    if others and not told.drift:
        yield f" With it moved {listed(others, 5)}."


def legend(moves: bool) -> tuple[Span, ...]:
    """Say what the chart of a metric shows, with or without moves."""
    told = (
        "Lines are levels; a tick marks a move for the better, a cross one for the worse, a ring "
        "one without a known direction. A shaded band holds the commits that can have caused the "
        "move."
        if moves
        else "Lines are levels."
    )
    return (
        f"Each dot is a commit that measured the metric. {told} All values are in ",
        Link("history.csv", "history.csv"),
        ".",
    )


def moves_link() -> tuple[Span, ...]:
    return (method_link("moves", "How moves are found"), ".")


def move_spans(facts: HistoryFacts, episode: Episode, *, begins: bool = True) -> tuple[Span, ...]:
    """Tell a move in full: what, how sure, with which commits, and what they changed.

    Parameters
    ----------
    facts : HistoryFacts
    episode : Episode
    begins : bool
        Whether a sentence begins with it.
    """
    name = label_of(episode.metric) if begins else called(episode.metric)
    text = f"{name} {change_of(episode)}"
    if episode.drift:
        start, end = facts.day(episode.first.since), facts.day(episode.last.until)
        when = f" between {start} and {end}" if start and end else ""
        return (f"{text}{when}, too evenly for a single commit to stand out.",)
    move = episode.last
    shown: Span = facts.short(move.at)
    if href := facts.href(move.at):
        shown = Link(facts.short(move.at), href)
    title = facts.subject(move.at, 80)
    told = f" “{title}”" if title else ""
    when = facts.day(move.at)
    told += f" of {when}. " if when else ". "
    if move.commits == 1:
        return (f"{text} with commit ", shown, told, cause(move))
    words: Span = f"one of {format_count(move.commits)} commits"
    if href := facts.range_href(move):
        words = Link(f"one of {format_count(move.commits)} commits", href)
    return (f"{text} with ", words, ", most likely ", shown, told, cause(move))


def cause(move: Move) -> str:
    """Say what the commits changed that can have caused a move."""
    who = "It" if move.commits == 1 else "Together these commits"
    params = [_param(one) for one in move.params]
    data = [f"the data version of {one_line(one.name, 60)}" for one in move.data]
    if params or data:
        return f"{who} changed {listed([*params[:_NAMED], *data[:_NAMED]], 2 * _NAMED)}."
    files = [one_line(name, 60) for name in move.files]
    if files:
        more = move.file_count - len(files[:_NAMED])
        told = [*files[:_NAMED], *([f"{count_of(more, 'other file')}"] if more > 0 else [])]
        return f"{who} changed no param and no data version, but {listed(told)}."
    return f"{who} changed nothing that is followed."


def _param(one: Alteration) -> str:
    name, old, new = (one_line(text, 60) for text in (one.name, one.old, one.new))
    if not one.old:
        return f"{name} (new: {new})"
    return f"{name} from {old} to {new}" if one.new else f"{name} (was {old}, now gone)"


def what_changed(episode: Episode) -> str:
    """List what can have caused a move, short enough for a table; nothing for a drift."""
    if episode.drift:
        return ""
    move = episode.last
    found = [f"{one_line(one.name, 40)}: {_arrow(one)}" for one in move.params[:_NAMED]]
    found += [
        f"version of {one_line(one.name, 40)}: "
        f"{_arrow(Alteration(one.name, one.old[:SHORT_ID], one.new[:SHORT_ID]))}"
        for one in move.data[:_NAMED]
    ]
    found += [one_line(name, 40) for name in move.files[:_NAMED]]
    total = len(move.params) + len(move.data) + max(move.file_count, len(move.files))
    if total > len(found):
        found.append(f"{format_count(total - len(found))} more")
    return "; ".join(found) or "nothing that is followed"


def _arrow(one: Alteration) -> str:
    old, new = one_line(one.old, 30), one_line(one.new, 30)
    if old and new:
        return f"{old} → {new}"
    return f"{new} (new)" if new else f"{old} (gone)"


def spread_text(metric: Metric, spread: float) -> str:
    """Return a standard deviation in the metric's unit; nothing for a single value."""
    if not np.isfinite(spread):
        return ""
    return metric.size(spread)
