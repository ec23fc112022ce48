"""Stage 1c: one run is one run, however many logs hold it.

In: runs in the order in which they were found. Out: every run once, and which places hold it
too, and by what that was told:

id
    Two records with one tracker's id; or two formats in one folder, whose path is the id.
folder
    Event files in a folder such as ``runs/`` or ``tensorboard/`` below the folder of a run.
values
    Curves that are equal to the last bit of a 32-bit float in their first, last, lowest and
    highest value, none that differ, and no param or seed that does. Of one format only those runs
    are compared that have no ids of their own, and their seed and all their params, times and
    series must be equal: a copied folder, or one file under two names.

The record with an id of its own, then the one with more points, gives its name to the run;
of each metric the finer series is kept; what only another record knows is added.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import same_value
from runfolio.model.problems import Problem
from runfolio.model.records import RunRecord
from runfolio.model.series import Series

__all__ = ["Merged", "merge_runs"]

How = Literal["id", "folder", "values"]

_EVENT_FOLDERS = frozenset(
    "runs tensorboard tb tb_logs tensorboard_logs logs log events summaries summary".split()
)
_EVENT_FORMAT = "tensorboard"
_EVIDENCE = 3
"""Values that are no round numbers and must agree, before equal values mean one run."""
_COMPARED = 50
"""Points of a curve that are looked at; more prove nothing more."""
_WEAKEST_FIRST: tuple[How, ...] = ("values", "folder", "id")
_HOW: dict[How, str] = {
    "id": "told by the same id",
    "folder": "told by the folder it lies in",
    "values": "told by equal values",
}

_DRAWN = re.compile(r"[0-9a-f-]{16,}", re.IGNORECASE)
"""An id that was drawn at random, and so occurs nowhere else."""

Signature = tuple[float, ...]


@dataclass(slots=True)
class Merged:
    """The runs, each once.

    Parameters
    ----------
    runs : list of RunRecord
    also_in : dict of str to list of str
        By id of a run, the other places that hold it.
    problems : list of Problem
        A note for each such place.
    """

    runs: list[RunRecord]
    also_in: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def merge_runs(runs: Iterable[RunRecord], *, dedupe: bool = True) -> Merged:
    """Return every run once.

    Parameters
    ----------
    runs : iterable of RunRecord
    dedupe : bool
        False keeps every record as a run; an id that is taken gets the record's place before
        it.
    """
    known = list(_own_ids(runs))
    if not dedupe:
        return Merged(list(_all_apart(known)))
    groups = _Groups(known)
    _by_id(known, groups)
    _by_folder(known, groups)
    _by_values(known, groups)
    return groups.merged()


class _Groups:
    """Which records are one run: a forest whose roots stand for runs."""

    def __init__(self, records: Sequence[RunRecord]) -> None:
        self.records = records
        self._above = list(range(len(records)))
        self._how: dict[int, How] = {}

    def root(self, index: int) -> int:
        while self._above[index] != index:
            index = self._above[index]
        return index

    def join(self, one: int, other: int, how: How) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._above[second] = first
            self._how[second] = how

    def merged(self) -> Merged:
        members: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.records)):
            members[self.root(index)].append(index)
        runs: list[RunRecord] = []
        groups = [sorted(group, key=self._rank) for group in members.values()]
        for kept, *others in groups:
            run = self.records[kept]
            for other in others:
                run = _joined(run, self.records[other])
            runs.append(run)
        also_in: dict[str, list[str]] = {}
        noted: dict[tuple[str, How], int] = defaultdict(int)
        runs = list(_all_apart(runs))
        for run, (kept, *others) in zip(runs, groups, strict=True):
            if not others:
                continue
            places = [_where(self.records[other]) for other in others]
            also_in[run.id] = [p for p in dict.fromkeys(places) if p != _where(run)]
            hows = {self._how[index] for index in (*others, kept) if index in self._how}
            how = next(how for how in _WEAKEST_FIRST if how in hows)
            for location in {self.records[other].location for other in others}:
                noted[location, how] += 1
        notes = [_note(place, how, n) for (place, how), n in sorted(noted.items())]
        return Merged(runs, also_in, notes)

    def _rank(self, index: int) -> tuple[bool, int, int]:
        run = self.records[index]
        return (run.id_is_path, -sum(series.summary.count for series in run.series), index)


def _where(run: RunRecord) -> str:
    """Return the place of a record: its own where its id says nothing else."""
    return run.path or run.location if run.id_is_path else run.location


def _note(place: str, how: How, count: int) -> Problem:
    return Problem(
        place,
        "run-in-two-places",
        f"{count} {'run is' if count == 1 else 'runs are'} also in another source "
        f"({_HOW[how]}); each is counted once, with the finer series kept.",
        "Nothing to do; dedupe: off in report.yaml counts them apart.",
        "note",
    )


def _own_ids(runs: Iterable[RunRecord]) -> Iterator[RunRecord]:
    """Keep runs apart that share a path as their id, but lie in different inputs."""
    home: dict[str, str] = {}
    for run in runs:
        if run.id_is_path and home.setdefault(run.id, run.path) != run.path:
            yield replace(run, id=f"{run.location}/{run.id}")
        else:
            yield run


def _all_apart(runs: Iterable[RunRecord]) -> Iterator[RunRecord]:
    taken: set[str] = set()
    for run in runs:
        own, number = run.id, 1
        while own in taken:
            own = f"{run.location}/{run.id}" if number == 1 else f"{run.location}/{run.id} {number}"
            number += 1
        taken.add(own)
        yield run if own == run.id else replace(run, id=own)


def _by_id(runs: Sequence[RunRecord], groups: _Groups) -> None:
    """Join runs with one id; where people may have chosen it, of one experiment only."""
    first: dict[tuple[str, str], int] = {}
    for index, run in enumerate(runs):
        chosen = not run.id_is_path and not _DRAWN.fullmatch(run.id)
        key = (run.id, run.experiment if chosen else "")
        if index != first.setdefault(key, index):
            groups.join(first[key], index, "id")


def _by_folder(runs: Sequence[RunRecord], groups: _Groups) -> None:
    """Join a run with the one set of event files that lies in a folder for such below it."""
    homes = {run.path: index for index, run in enumerate(runs) if run.format != _EVENT_FORMAT}
    below: dict[int, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        if run.format != _EVENT_FORMAT:
            continue
        parts = run.path.split("/")
        for cut in range(len(parts) - 1, 0, -1):
            home = homes.get("/".join(parts[:cut]))
            if home is not None:
                if parts[cut].lower() in _EVENT_FOLDERS and len(parts) - cut <= 2:
                    below[home].append(index)
                break
    for home, found in below.items():
        if len(found) == 1:
            groups.join(home, found[0], "folder")


def _by_values(runs: Sequence[RunRecord], groups: _Groups) -> None:
    """Join runs whose curves are the same."""
    if len({run.format for run in runs}) < 2 and not any(run.id_is_path for run in runs):
        return  # one tracker knows its runs
    signed = [{_signature(s): s for s in run.series} for run in runs]
    holders: dict[Signature, list[int]] = defaultdict(list)
    for index, run in enumerate(runs):
        candidates: dict[int, None] = {}
        for key in signed[index]:
            if any(map(_is_telling, key)):
                candidates |= dict.fromkeys(holders[key])
                holders[key].append(index)
        for other in candidates:
            if groups.root(other) != groups.root(index) and _same(
                runs[other], run, signed[other], signed[index]
            ):
                groups.join(other, index, "values")


def _signature(series: Series) -> Signature:
    """First, last, lowest and highest value as 32-bit floats, which is what event files hold."""
    s = series.summary
    return _as_float32(np.array([s.first, s.last, s.min, s.max]))


def _as_float32(values: NDArray[np.float64]) -> Signature:
    """Return values so that equal ones are equal, NaN too."""
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float32)
    return tuple(np.nan_to_num(narrow, nan=-0.125, posinf=np.inf, neginf=-np.inf).tolist())


def _is_telling(value: float) -> bool:
    """Tell whether a value is no round number, so that it hardly occurs twice by chance."""
    return math.isfinite(value) and f"{value:.7g}" != f"{value:.3g}"


def _evidence(mine: Mapping[Signature, Series], theirs: Mapping[Signature, Series]) -> int:
    """Count the telling values that two runs share, in curves that are equal."""
    shared: set[float] = set()
    for key in mine.keys() & theirs.keys():
        curve, other = (_as_float32(side[key].values[:_COMPARED]) for side in (mine, theirs))
        shared |= {*key, *(curve if curve == other else ())}
    return sum(map(_is_telling, shared))


def _same(
    one: RunRecord,
    other: RunRecord,
    mine: Mapping[Signature, Series],
    theirs: Mapping[Signature, Series],
) -> bool:
    if one.format == other.format and not (
        one.id_is_path
        and other.id_is_path
        and one.params == other.params
        and (one.seed, one.started, one.ended) == (other.seed, other.started, other.ended)
        and mine.keys() == theirs.keys()
    ):
        return False
    if None not in (one.seed, other.seed) and not same_value(one.seed, other.seed):
        return False
    shared = one.params.keys() & other.params.keys()
    if not all(same_value(one.params[name], other.params[name]) for name in shared):
        return False
    named = {_plain(series.metric): series for series in one.series}
    for series in other.series:
        twin = named.get(_plain(series.metric))
        if (
            twin is not None
            and twin.summary.count == series.summary.count
            and _signature(twin) != _signature(series)
        ):
            return False
    return _evidence(mine, theirs) >= _EVIDENCE


def _plain(metric: str) -> str:
    """Return a metric's name without what trackers put between its parts."""
    return metric.lower().replace("/", "_").replace(".", "_").replace("-", "_").replace(" ", "_")


def _joined(kept: RunRecord, other: RunRecord) -> RunRecord:
    return replace(
        kept,
        name=kept.name or other.name,
        status=kept.status if kept.status != "unknown" else other.status,
        started=kept.started if kept.started is not None else other.started,
        ended=kept.ended if kept.ended is not None else other.ended,
        parent=kept.parent or other.parent,
        commit=kept.commit or other.commit,
        seed=kept.seed if kept.seed is not None else other.seed,
        notes=kept.notes or other.notes,
        params=dict(sorted({**other.params, **kept.params}.items())),
        tags=dict(sorted({**other.tags, **kept.tags}.items())),
        series=_finer(kept.series, other.series),
        datasets=tuple(dict.fromkeys(kept.datasets + other.datasets)),
        images=kept.images or other.images,
        artifacts=kept.artifacts or other.artifacts,
        plots=kept.plots or other.plots,
        environment=kept.environment or other.environment,
        features=kept.features or other.features,
        importances=kept.importances or other.importances,
        command=kept.command or other.command,
    )


def _finer(kept: Sequence[Series], other: Sequence[Series]) -> tuple[Series, ...]:
    """Return the series of both; of one in both that with more points, under the kept name."""
    found = {_plain(series.metric): series for series in kept}
    values = {_signature(s) for s in kept if s.summary.count > 1}
    for series in other:
        name = _plain(series.metric)
        mine = found.get(name)
        if mine is None:
            if series.summary.count == 1 or _signature(series) not in values:
                found[name] = series
        elif series.summary.count > mine.summary.count:
            found[name] = replace(series, metric=mine.metric)
        elif not len(mine.times) and np.array_equal(mine.steps, series.steps):
            found[name] = replace(mine, times=series.times)
    return tuple(sorted(found.values(), key=lambda series: series.metric))
