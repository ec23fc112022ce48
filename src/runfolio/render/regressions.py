"""Stage 5: ``regressions.json``: how metrics moved over the commits, for other programs.

In: analysed histories. Out: JSON, one metric and one move a line, values as logged. Its JSON
Schema is in ``runfolio.schema``.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.history import Move, Moves, Trend
from runfolio.model.history import History
from runfolio.render.json_text import exact_number, json_line, json_lines, json_object, utc_time

__all__ = ["move_ids", "regressions_json", "stable_id"]

FORMAT = "runfolio-regressions"
VERSION = 1

_IDS = uuid.UUID("5b74807b-8312-445b-9185-389ee5913a2e")
"""The name space of the ids, the same for ever."""


def regressions_json(a: Analysed) -> str:
    """Return the text of ``regressions.json``.

    Parameters
    ----------
    a : Analysed
    """
    histories = [
        _history(moves, ids) for moves, ids in zip(a.histories, move_ids(a.histories), strict=True)
    ]
    listed = "[\n" + ",\n".join(histories) + "\n]" if histories else "[]"
    return json_object({"format": FORMAT, "version": VERSION}, histories=listed)


def move_ids(histories: Sequence[Moves]) -> list[tuple[str, ...]]:
    """Return an id for every move: of each history, in the order of its moves.

    It is made from the metric's name and the commit that most likely shows the move first:
    an id never comes to stand for another move, whichever commits are added, however deep the
    clone is and wherever the site lies. A move whose place is estimated anew gets a new one,
    since another commit is told then. A commit's id tells its repository already; moves that
    are the same in two histories of one report (two branches, two folders of one repository)
    are told apart by a count.

    Parameters
    ----------
    histories : sequence of Moves

    Returns
    -------
    list of tuple of str
    """
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for moves in histories:
        commits = moves.history.commits["commit"]
        ids = []
        for move in moves.moves:
            key = (move.metric.name, str(commits.iat[move.at]))
            ids.append(stable_id(*key, str(seen[key])))
            seen[key] += 1
        found.append(tuple(ids))
    return found


def stable_id(*parts: str) -> str:
    """Return the ``urn:uuid:…`` of some texts, of version 5 (RFC 9562)."""
    return uuid.uuid5(_IDS, json.dumps(parts)).urn  # ASCII: a text may hold half a character


def _history(moves: Moves, ids: Sequence[str]) -> str:
    history = moves.history
    head: dict[str, Any] = {
        "name": history.name,
        "branch": history.branch or None,
        "head": _commit(history, len(history.commits) - 1),
        "commits": len(history.commits),
    }
    parts = [f"{json_line(key)}: {json_line(value)}" for key, value in head.items()]
    parts.append(f'"metrics": {json_lines(map(_trend, moves.trends))}')
    told = zip(moves.moves, ids, strict=True)
    parts.append(f'"moves": {json_lines(_move(history, move, name) for move, name in told)}')
    return "{" + ",\n".join(parts) + "}"


def _trend(trend: Trend) -> dict[str, Any]:
    metric, recent = trend.metric, trend.recent()
    level: float | None = float(recent.mean()) if len(recent) else None
    if trend.moves:
        level = trend.moves[-1].change.after
    return {
        "metric": metric.name,
        "label": metric.label,
        "unit": metric.unit,
        "scale": exact_number(metric.scale),
        "goal": metric.goal or None,
        "n": len(trend.values),
        "latest": exact_number(trend.latest),
        "level": exact_number(level) if level is not None else None,
        "noise": exact_number(float(np.std(recent, ddof=1))) if len(recent) > 1 else None,
        "n_level": len(recent),
        "moves": len(trend.moves),
    }


def _move(history: History, move: Move, name: str) -> dict[str, Any]:
    metric, change = move.metric, move.change
    return {
        "id": name,
        "metric": metric.name,
        "unit": metric.unit,
        "scale": exact_number(metric.scale),
        "goal": metric.goal or None,
        "outcome": move.outcome,
        "before": exact_number(change.before),
        "after": exact_number(change.after),
        "size": exact_number(change.size),
        "relative": exact_number(change.size / abs(change.before)) if change.before else None,
        "interval": [exact_number(end) for end in change.interval],
        "p": exact_number(change.p),
        "exact": change.exact,
        "gradual": change.gradual,
        "n_before": change.n_before,
        "n_after": change.n_after,
        "since": _commit(history, move.since),
        "at": _commit(history, move.at),
        "until": _commit(history, move.until),
        "commits": move.commits,
        "params": [{"name": one.name, "old": one.old, "new": one.new} for one in move.params],
        "data": [{"path": one.name, "old": one.old, "new": one.new} for one in move.data],
        "files": list(move.files),
        "file_count": move.file_count,
    }


def _commit(history: History, position: int) -> dict[str, Any]:
    row = history.commits.iloc[position]
    return {"id": row["commit"], "time": utc_time(row["time"]), "subject": row["subject"]}
