"""Histories with moves that are told by hand, for tests of what is written about them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.change_points import ChangePoint
from runfolio.analysis.history import Alteration, Move, Moves, Outcome, Trend
from runfolio.analysis.metrics import Metric
from runfolio.config import Settings
from runfolio.model.history import History

__all__ = ["RECALL", "analysed", "commit_id", "history", "move", "moves"]

RECALL = Metric("val/recall", "Recall", unit="%", goal="maximize", scale=100.0, digits=1)


def commit_id(position: int) -> str:
    """Return the id of a commit; the same in every history."""
    return hashlib.sha1(str(position).encode(), usedforsecurity=False).hexdigest()


def history(
    commits: int,
    *,
    name: str = "project",
    branch: str = "main",
    subject: Sequence[str] = (),
    time: pd.Series | None = None,
) -> History:
    """Return a history of a commit a day, from 1 March 2026 at 09:30 UTC on."""
    days = pd.Series(pd.date_range("2026-03-01 09:30", periods=commits, freq="D", tz="UTC"))
    frame = pd.DataFrame(
        {
            "commit": [commit_id(position) for position in range(commits)],
            "time": days if time is None else time,
            # As objects, since a text may hold half a character.
            "subject": pd.Series(
                list(subject) or [f"Commit {position}" for position in range(commits)],
                dtype=object,
            ),
            "author": "",
            "tags": "",
            "parents": [int(position > 0) for position in range(commits)],
            "files": "",
            "file_count": 0,
        }
    )
    frame.index.name = "position"
    return History(
        name=name,
        branch=branch,
        commits=frame,
        values=pd.DataFrame({"metric": [], "position": [], "value": []}),
        params=pd.DataFrame({"position": [], "param": [], "old": [], "new": []}),
        data=pd.DataFrame({"position": [], "path": [], "old": [], "new": []}),
        files=("metrics.json",),
    )


def move(
    at: int,
    before: float,
    after: float,
    metric: Metric = RECALL,
    *,
    half: float | None = None,
    since: int | None = None,
    until: int | None = None,
    p: float = 0.001,
    n_before: int = 5,
    n_after: int = 5,
    gradual: bool = False,
    params: tuple[Alteration, ...] = (),
    data: tuple[Alteration, ...] = (),
    files: tuple[str, ...] = (),
    file_count: int = 0,
) -> Move:
    """Return a move at a commit; without half of an interval's width the metric repeats exactly."""
    size = after - before
    exact = half is None
    low = at - 1 if since is None else since
    high = at if until is None else until
    width = half or 0.0
    change = ChangePoint(
        *(at, low, high, before, after, size),
        (size, size) if exact else (size - width, size + width),
        *(0.0 if exact else p, n_before, n_after),
        exact=exact,
        gradual=gradual,
    )
    outcome: Outcome = "moved"
    if metric.goal:
        outcome = "better" if metric.improvement(size) > 0 else "worse"
    return Move(
        *(metric, change, low, at, high, outcome),
        *(params, data, files, max(file_count, len(files))),
    )


def moves(found: History, *told: Move) -> Moves:
    """Return a history with moves, in whatever order they are told."""
    n = len(found.commits)
    trends = []
    for metric in dict.fromkeys(one.metric for one in told):
        own = sorted((one for one in told if one.metric == metric), key=lambda one: one.at)
        values = np.full(n, own[0].change.before, dtype=np.float64)
        for one in own:
            values[one.at :] = one.change.after
        trends.append(Trend(metric, np.arange(n), values, tuple(own)))
    return Moves(found, tuple(trends))


def analysed(*histories: Moves) -> Analysed:
    """Return a report of one run with these histories."""
    return replace(analyse(tables(run("one", {"loss": 1.0})), Settings()), histories=histories)
