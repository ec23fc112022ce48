"""Stage 3: how metrics moved over the commits of a branch, and what can have moved them.

In: `History`. Out: a `Trend` per metric, with its moves: changes of level for which there is
evidence (see `change_points`), each with the commits that can have caused it, and the params,
versions of data and files that these changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.analysis.change_points import ChangePoint, change_points
from runfolio.analysis.direction import Goal
from runfolio.analysis.metrics import Metric, describe_metrics
from runfolio.model.history import History
from runfolio.model.seeds import is_seed

if TYPE_CHECKING:
    from runfolio.config import Settings

__all__ = ["Alteration", "Event", "Move", "Moves", "Outcome", "Trend", "analyse_history"]

Outcome = Literal["better", "worse", "moved"]


@dataclass(frozen=True, slots=True)
class Alteration:
    """A param or a version of data that became another; empty where there was or is none."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Move:
    """A change of a metric's level.

    Parameters
    ----------
    metric : Metric
    change : ChangePoint
    since : int
        Position of the last commit that was measured before it for sure.
    at : int
        Position of the commit that most likely shows it first.
    until : int
        Position of the first commit that was measured after it for sure: what caused it lies
        in ``since + 1`` … ``until``.
    outcome : {"better", "worse", "moved"}
        ``moved`` where the metric has no direction.
    params, data : tuple of Alteration
        What these commits changed, all in all; seeds are left out.
    files : tuple of str
        Other files that they changed.
    file_count : int
        How many these are, where not all are named.
    """

    metric: Metric
    change: ChangePoint
    since: int
    at: int
    until: int
    outcome: Outcome
    params: tuple[Alteration, ...]
    data: tuple[Alteration, ...]
    files: tuple[str, ...]
    file_count: int

    @property
    def commits(self) -> int:
        """How many commits can have caused it."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Event:
    """Moves that one commit can have caused together.

    Parameters
    ----------
    since, until : int
        What caused it lies in ``since + 1`` … ``until``, if one commit caused it all.
    at : int
        Position of the commit that most moves most likely began with.
    moves : tuple of Move
        In the order of the trends.
    """

    since: int
    until: int
    at: int
    moves: tuple[Move, ...]

    @property
    def nearest(self) -> Move:
        """The move whose commits are fewest: what these changed is said of the event."""
        return min(self.moves, key=lambda move: move.commits)

    def count(self, outcome: Outcome) -> int:
        """Return how many of its moves are for the better, or the worse."""
        return sum(move.outcome == outcome for move in self.moves)


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over the commits that measured it.

    Parameters
    ----------
    metric : Metric
    positions : ndarray of int64, shape (n,)
    values : ndarray of float64, shape (n,)
        May hold NaN.
    moves : tuple of Move
        Oldest first.
    """

    metric: Metric
    positions: NDArray[np.int64]
    values: NDArray[np.float64]
    moves: tuple[Move, ...]

    @property
    def latest(self) -> float:
        return float(self.values[-1])

    def levels(self) -> list[tuple[int, int, float]]:
        """Return (first position, last position, mean) of each stretch between moves."""
        starts = [0, *(int(np.searchsorted(self.positions, move.at)) for move in self.moves)]
        ends = [*starts[1:], len(self.positions)]
        found = []
        for start, end in zip(starts, ends, strict=True):
            part = self.values[start:end]
            finite = part[np.isfinite(part)]
            if len(finite):
                level = float(finite.mean())
                found.append((int(self.positions[start]), int(self.positions[end - 1]), level))
        return found

    def recent(self) -> NDArray[np.float64]:
        """Return the finite values measured since the last move: the present level's."""
        start = int(np.searchsorted(self.positions, self.moves[-1].at)) if self.moves else 0
        part = self.values[start:]
        finite: NDArray[np.float64] = part[np.isfinite(part)]
        return finite


@dataclass(frozen=True, slots=True)
class Moves:
    """A history with what was found in it.

    Parameters
    ----------
    history : History
    trends : tuple of Trend
        The objective's first, then those with moves, then the others; by family.
    """

    history: History
    trends: tuple[Trend, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """All moves, the newest first."""
        found = [move for trend in self.trends for move in trend.moves]
        return tuple(sorted(found, key=lambda move: -move.at))

    @property
    def events(self) -> tuple[Event, ...]:
        """The moves, those together that one commit can have caused; the newest first.

        The most certain begin, and each of the others joins the event that is nearest, if
        there are commits that can have caused both.
        """
        groups: list[_Group] = []
        every = [move for trend in self.trends for move in trend.moves]
        for move in sorted(every, key=lambda move: (move.commits, move.at)):
            near = [group for group in groups if group.has_common_cause(move)]
            if near:
                min(near, key=lambda group: abs(group.moves[0].at - move.at)).add(move)
            else:
                groups.append(_Group(move.since, move.until, {move.metric.name}, [move]))
        order = {id(move): place for place, move in enumerate(every)}
        events = [_event(sorted(group.moves, key=lambda move: order[id(move)])) for group in groups]
        return tuple(sorted(events, key=lambda event: (-event.at, -event.until)))


@dataclass(slots=True)
class _Group:
    """Moves that one commit behind `since` and up to `until` can have caused."""

    since: int
    until: int
    metrics: set[str]
    moves: list[Move]

    def has_common_cause(self, move: Move) -> bool:
        """Tell whether a commit can have caused `move` too; of one metric there is but one."""
        if move.metric.name in self.metrics:
            return False
        return max(self.since, move.since) < min(self.until, move.until)

    def add(self, move: Move) -> None:
        self.since, self.until = max(self.since, move.since), min(self.until, move.until)
        self.metrics.add(move.metric.name)
        self.moves.append(move)


def _event(moves: Sequence[Move]) -> Event:
    since, until = max(move.since for move in moves), min(move.until for move in moves)
    places = [move.at for move in moves if since < move.at <= until] or [until]
    at = max(sorted(set(places)), key=places.count)
    return Event(since, until, at, tuple(moves))


def analyse_history(
    history: History,
    known: Mapping[str, Metric],
    settings: Settings,
    objective: str | None,
    facts: pd.DataFrame,
) -> Moves:
    """Find out how every metric moved.

    Parameters
    ----------
    history : History
    known : mapping of str to Metric
        The metrics of the runs, which are written alike here.
    settings : Settings
    objective : str or None
        Name of the metric that decides.
    facts : DataFrame
        What trackers say of metrics.
    """
    metrics = {**_described(history, settings, facts), **known}
    trends = []
    for name, rows in history.values.groupby("metric", sort=False):
        metric = metrics[str(name)]
        positions = rows["position"].to_numpy(np.int64)
        values = rows["value"].to_numpy(np.float64)
        told = settings.metrics.get(metric.name)
        found = change_points(
            values,
            tolerance=told.tolerance.absolute if told else 0.0,
            relative=told.tolerance.relative if told else 0.0,
        )
        moves = tuple(
            _move(history, metric, positions, change, settings.replicates.ignore)
            for change in found
        )
        trends.append(Trend(metric, positions, values, moves))
    order = {name: place for place, name in enumerate(metrics)}
    trends.sort(
        key=lambda t: (t.metric.name != objective, not t.moves, order.get(t.metric.name, 0))
    )
    return Moves(history, tuple(trends))


def _described(history: History, settings: Settings, facts: pd.DataFrame) -> dict[str, Metric]:
    """Describe the metrics as if each commit were a run."""
    values = history.values
    rows = pd.DataFrame(
        {
            "run": values["position"],
            "metric": values["metric"],
            "min": values["value"],
            "max": values["value"],
            "last": values["value"],
        }
    )
    goals: dict[str, Goal] = {}
    return describe_metrics(rows, settings.metrics, goals, facts, settings.glossary)


def _move(
    history: History,
    metric: Metric,
    positions: NDArray[np.int64],
    change: ChangePoint,
    seeds: Sequence[str],
) -> Move:
    since, until = int(positions[change.low]), int(positions[change.high])
    commits = history.commits.iloc[since + 1 : until + 1]
    files = dict.fromkeys(name for some in commits["files"] for name in some.splitlines())
    count = max(len(files), int(commits["file_count"].max()) if len(commits) else 0)
    size = metric.improvement(change.size)
    outcome: Outcome = "moved" if not metric.goal else "better" if size > 0 else "worse"
    params = _altered(history.params, "param", since, until)
    return Move(
        metric,
        change,
        since,
        int(positions[change.at]),
        until,
        outcome,
        tuple(one for one in params if not is_seed(one.name, seeds)),
        _altered(history.data, "path", since, until),
        tuple(files),
        count,
    )


def _altered(changes: pd.DataFrame, what: str, since: int, until: int) -> tuple[Alteration, ...]:
    """Sum up what changed in ``since + 1`` … ``until``; what was changed back is left out."""
    found: dict[str, tuple[str, str]] = {}
    positions = changes["position"].to_numpy()
    start, end = np.searchsorted(positions, [since + 1, until + 1])
    part = changes.iloc[start:end]
    for name, old, new in zip(part[what], part["old"], part["new"], strict=True):
        found[name] = (found[name][0] if name in found else old, new)
    return tuple(Alteration(name, old, new) for name, (old, new) in found.items() if old != new)
