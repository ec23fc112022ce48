"""Stage 5: ``feed.xml``: the newest moves of metrics, for those who subscribe to them.

In: analysed histories. Out: an Atom 1.0 feed (RFC 4287). Where the site will lie is not known,
so links are relative references; without ``xml:base`` their base is the address that the feed
was fetched from (RFC 3986, section 5.1.3). All of them name files beside the feed, so that it
is the same for readers that resolve them against the site's page instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import pandas as pd

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.history import Alteration, Move, Moves
from runfolio.model.history import History, commit_anchor
from runfolio.model.numbers import format_count, format_percent
from runfolio.render.json_text import utc_time
from runfolio.render.regressions import move_ids, stable_id
from runfolio.render.text import visible

__all__ = ["feed_xml"]

MOST_ENTRIES = 100
_NAMESPACE = "http://www.w3.org/2005/Atom"
_EPOCH = pd.Timestamp(0, tz="UTC")
_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of all text after them."""
_NAMES = 6
"""How many changed params, files … are named."""
_ID = 8
"""Characters that are shown of a commit's id and of a digest."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry, with the text of each of its elements."""

    id: str
    updated: pd.Timestamp
    title: str
    href: str
    category: str
    summary: str


def feed_xml(a: Analysed, title: str, version: str) -> str:
    """Return the text of ``feed.xml``: an entry per move, the newest first.

    Parameters
    ----------
    a : Analysed
        With a history at least.
    title : str
        The report's.
    version : str
        Of runfolio.
    """
    entries = _entries(a.histories)
    name = _line(title, 200) or "runfolio"
    newest = max(time for moves in a.histories for time in _times(moves.history))
    feed = ElementTree.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _add(feed, "id", _feed_id(a.histories))
    _add(feed, "title", f"{name}: changes of metrics")
    _add(feed, "subtitle", f"Where the level of a metric moved{_where(a.histories)}.")
    _add(feed, "updated", utc_time(newest) or "")
    _add(_add(feed, "author"), "name", name)
    _add(feed, "generator", "runfolio", version=version)
    _add(feed, "link", rel="self", type="application/atom+xml", href="feed.xml")
    _add(feed, "link", rel="alternate", type="text/html", href="index.html")
    for entry in entries:
        element = _add(feed, "entry")
        _add(element, "id", entry.id)
        _add(element, "title", entry.title)
        _add(element, "updated", utc_time(entry.updated) or "")
        _add(element, "link", rel="alternate", type="text/html", href=entry.href)
        _add(element, "category", term=entry.category)
        _add(element, "summary", entry.summary)
    ElementTree.indent(feed, " ")
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add(
    parent: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = _plain(text) or None
    return element


def _feed_id(histories: Sequence[Moves]) -> str:
    """Return the feed's id: it stays while the first repository's oldest commit is known."""
    return stable_id("feed", str(histories[0].history.commits["commit"].iat[0]))


def _where(histories: Sequence[Moves]) -> str:
    branches = dict.fromkeys(_line(moves.history.branch, 60) for moves in histories)
    names = [branch for branch in branches if branch]
    return f" over the commits of {_listed(names)}" if names else " over the commits"


def _entries(histories: Sequence[Moves]) -> list[_Entry]:
    """Return the newest entries; the name of a history is told where there are several."""
    told = [
        (time[move.at], moves.history, move, name)
        for moves, ids in zip(histories, move_ids(histories), strict=True)
        for time in [_times(moves.history)]
        for move, name in zip(moves.moves, ids, strict=True)
    ]
    told.sort(key=lambda one: one[0], reverse=True)
    named = len(histories) > 1
    return [_entry(*one, named=named) for one in told[:MOST_ENTRIES]]


def _entry(time: pd.Timestamp, history: History, move: Move, name: str, *, named: bool) -> _Entry:
    # With more decimals where the usual ones would show the change as none.
    move = replace(move, metric=move.metric.fine_for(move.change.size))
    place = f"In {_line(history.name, 100)}: " if named else ""
    return _Entry(
        id=name,
        updated=time,
        title=_title(move),
        href=f"history.html#{commit_anchor(str(history.commits['commit'].iat[move.at]))}",
        category=move.outcome,
        summary=place + "\n".join(_sentences(history, move)),
    )


def _times(history: History) -> list[pd.Timestamp]:
    """Return the time of every commit; one without has that of a neighbour."""
    return history.commits["time"].ffill().bfill().fillna(_EPOCH).tolist()


def _title(move: Move) -> str:
    change = move.change
    verb = "rose" if change.size > 0 else "fell"
    how = " little by little" if change.gradual else ""
    size = move.metric.size(change.size)
    return f"{_label(move)} {verb}{how} by {size}"


def _sentences(history: History, move: Move) -> list[str]:
    """Return what is known of a move, in plain text."""
    metric, change = move.metric, move.change
    sure = (
        "the metric repeats exactly, so the difference is no noise"
        if change.exact
        else f"95\u00a0% interval of the change {metric.delta_range(*change.interval)}"
    )
    verdict = f", which is {move.outcome}" if move.outcome != "moved" else ""
    before, after = metric.value(change.before), metric.value(change.after)
    sentences = [f"{_label(move)} went from {before} to {after} ({sure}){verdict}."]
    sentences.append(f"It shows first in commit {_commit(history, move.at)}.")
    first, last = (_short_id(history, place) for place in (move.since + 1, move.until))
    sentences.append(
        ("It" if change.exact else f"With {format_percent(0.95)} confidence it")
        + " happened in "
        + (
            "that commit."
            if first == last
            else f"one of {format_count(move.commits)} commits, {first} to {last}."
        )
    )
    if change.gradual:
        sentences.append("The metric drifts rather than steps, so the place says little.")
    changed = [
        _altered("Params", move.params),
        _altered("Data", [_shortened(one) for one in move.data]),
        _files(move),
    ]
    if any(changed):
        sentences += filter(None, changed)
    else:
        sentences.append("No param, no version of data and no other file changed there.")
    return sentences


def _altered(what: str, changes: Sequence[Alteration]) -> str:
    if not changes:
        return ""
    told = [
        f"{_line(one.name, 80)} from {_line(one.old, 60) or 'none'} "
        f"to {_line(one.new, 60) or 'none'}"
        for one in changes
    ]
    return f"{what} changed: {_listed(told)}."


def _shortened(change: Alteration) -> Alteration:
    """Return a change of digests as people know them, by their first characters."""
    return Alteration(change.name, change.old[:_ID], change.new[:_ID])


def _files(move: Move) -> str:
    if not move.files:
        return ""
    names = [_line(name, 120) for name in move.files]
    return f"Other files changed: {_listed(names, move.file_count)}."


def _commit(history: History, position: int) -> str:
    row = history.commits.iloc[position]
    when = "" if pd.isna(row["time"]) else f" of {row['time']:%Y-%m-%d}"
    subject = _line(row["subject"], 200)
    return f"{_short_id(history, position)}{when}" + (f" (“{subject}”)" if subject else "")


def _short_id(history: History, position: int) -> str:
    return str(history.commits["commit"].iat[position])[:_ID]


def _label(move: Move) -> str:
    return _line(move.metric.label, 200) or "A metric"


def _listed(items: Sequence[str], total: int = 0) -> str:
    """Join with commas and "and"; say how many more there are."""
    shown = list(items[:_NAMES])
    more = max(total, len(items)) - len(shown)
    if more:
        shown.append(f"{format_count(more)} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _line(text: str, most: int) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(_plain(text[: 4 * most]).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _plain(text: str) -> str:
    """Return a text that XML may hold and that turns no other text around."""
    return _TURNS.sub("\ufffd", visible(text))
