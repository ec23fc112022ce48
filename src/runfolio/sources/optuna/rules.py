"""Stage 1b: what Optuna means by its values, whichever storage they lie in.

In: studies and trials as stored. Out: what records say. Both Optuna sources go through here,
so that one trial read from either of them is the same run.

The value of a trial is its objective; what it reported on the way there is a metric of its
own, whose last point never stands in for the objective.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from runfolio.model.records import ExperimentRecord, Goal, MetricFact, RunRecord, Status
from runfolio.model.run_series import reduce_all
from runfolio.model.series import Logged, Steps
from runfolio.sources.reading.documents import params_of
from runfolio.sources.reading.parsing import ParseError, Tree, parse_time, text_of

__all__ = [
    "Study",
    "Trial",
    "experiment",
    "facts",
    "milliseconds",
    "runs",
    "study",
    "words",
]

_STATUS: dict[str, Status] = {
    "RUNNING": "unfinished",
    "COMPLETE": "finished",
    "PRUNED": "killed",
    "FAIL": "failed",
    "WAITING": "scheduled",
}
_INTERMEDIATE = "intermediate"
_QUARTER_HOUR = 15 * 60 * 1000  # in milliseconds
_NOTES, _NOTE_LENGTH = 30, 200
_ONCE = np.zeros(1, np.int64)
_EPOCH = datetime(1970, 1, 1)
_EPOCH_IN_UTC = _EPOCH.replace(tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Study:
    """A study: picklable, and small enough to go with every unit of its trials.

    Parameters
    ----------
    name : str
    objectives : tuple of (str, Goal or None)
        Name and direction of each.
    digest : str
        Tells it from another study of that name; the same in a copy of it.
    notes : str
    """

    name: str
    objectives: tuple[tuple[str, Goal | None], ...]
    digest: str = ""
    notes: str = ""

    @property
    def intermediate(self) -> str:
        """Name of the metric that holds what trials report before they end."""
        name = _INTERMEDIATE
        while any(name == objective for objective, _ in self.objectives):
            name += " value"
        return name


@dataclass(slots=True)
class Trial:
    """A trial, as its storage tells of it; `state` is Optuna's word."""

    number: int
    state: str = "RUNNING"
    started: int | None = None
    ended: int | None = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    values: list[float | None] = field(default_factory=list)
    points: tuple[Steps, NDArray[np.float64]] | None = None


def milliseconds(text: Tree) -> int | None:
    """Return a time as milliseconds since 1970; one without a zone is taken for UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return parse_time(text)
    return round((moment - (_EPOCH_IN_UTC if moment.tzinfo else _EPOCH)) / _MILLISECOND)


def study(
    name: str,
    directions: Sequence[str],
    names: Tree,
    attributes: Mapping[str, Tree],
    first: Trial | None,
) -> Study:
    """Return a study.

    Parameters
    ----------
    name : str
    directions : sequence of str
        ``MINIMIZE``, ``MAXIMIZE`` or another word, for each objective.
    names : Tree
        What ``study:metric_names`` says, if it is there.
    attributes : mapping
        Those that people gave to the study.
    first : Trial or None
        The trial with the lowest number.
    """
    goals: dict[str, Goal] = {"MINIMIZE": "minimize", "MAXIMIZE": "maximize"}
    count = max(len(directions), 1)
    plain = ["objective"] if count == 1 else [f"objective {n}" for n in range(count)]
    told = [text_of(one) for one in names] if isinstance(names, list) else []
    usable = len(set(told)) == len(told) == count and all(one.strip() for one in told)
    return Study(
        name=name,
        objectives=tuple(
            (objective, goals.get(word))
            for objective, word in zip(told if usable else plain, directions or [""], strict=True)
        ),
        digest=_digest(first),
        notes=_notes(attributes),
    )


def _digest(first: Trial | None) -> str:
    """Return a hash of how the study began, the same in every storage that it is copied to.

    A database has the local time of a machine whose zone it does not tell, a journal has UTC.
    Zones are quarters of an hour apart, so what is left of the time within one agrees.
    """
    if first is None:
        return ""
    began = None if first.started is None else first.started % _QUARTER_HOUR
    facts = repr((first.number, began, sorted(first.params.items())))
    return hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()[:8]


def _notes(attributes: Mapping[str, Tree]) -> str:
    lines = []
    for name, value in sorted(words(attributes).items()):
        text = " ".join(value.split())
        lines.append(f"- {name}: {text[:_NOTE_LENGTH]}{'…' if len(text) > _NOTE_LENGTH else ''}")
    left = len(lines) - _NOTES
    return "\n".join(lines[:_NOTES] + ([f"- … and {left} more attributes"] if left > 0 else []))


def words(attributes: Mapping[str, Tree]) -> dict[str, str]:
    """Return attributes as tags."""
    if {*map(type, attributes.values())} <= {str}:  # as nearly all are
        return dict(attributes)
    try:
        return params_of(dict(attributes))
    except ParseError:  # nested too deeply to take apart
        return {name: text_of(value) for name, value in attributes.items()}


def experiment(study: Study, location: str) -> ExperimentRecord:
    """Return the record of a study; only one with one objective has a primary metric."""
    only = study.objectives[0] if len(study.objectives) == 1 else (None, None)
    return ExperimentRecord(
        name=study.name,
        location=location,
        notes=study.notes,
        primary_metric=only[0],
        greater_is_better=None if only[1] is None else only[1] == "maximize",
    )


def facts(studies: Iterable[Study]) -> tuple[MetricFact, ...]:
    """Return the directions of metrics, without those on which studies differ."""
    goals: dict[str, set[Goal | None]] = {}
    for one in studies:
        for name, goal in one.objectives:
            goals.setdefault(name, set()).add(goal)
        if len(one.objectives) == 1:  # pruners compare what is reported as they do the objective
            goals.setdefault(one.intermediate, set()).add(one.objectives[0][1])
    return tuple(
        MetricFact(name, goal)
        for name, found in sorted(goals.items())
        if len(found) == 1 and (goal := next(iter(found))) is not None
    )


def runs(trials: Sequence[Trial], study: Study, source: str, location: str) -> Iterator[RunRecord]:
    """Yield the records of a study's trials."""
    names = [name for name, _ in study.objectives]
    intermediate = study.intermediate
    known: dict[bytes, Steps] = {}
    logged: list[Logged] = []
    ends: list[int] = []
    for trial in trials:
        for name, value in zip(names, trial.values, strict=False):
            if value is not None:
                logged.append(Logged(name, _ONCE, np.array([value], np.float64)))
        if trial.points is not None:
            steps, values = trial.points
            # Series that share one array of steps are reduced together.
            steps = known.setdefault(steps.tobytes(), steps)
            logged.append(Logged(intermediate, steps, values))
        ends.append(len(logged))
    series = reduce_all(logged)
    start = 0
    for trial, end in zip(trials, ends, strict=True):
        if trial.state == "PRUNED":
            trial.tags["optuna.state"] = "pruned"
        yield RunRecord(
            id=f"{study.name}#{trial.number}-{study.digest}",
            name=f"trial {trial.number}",
            experiment=study.name,
            format=source,
            location=location,
            status=_STATUS.get(trial.state, "unknown"),
            started=trial.started,
            ended=trial.ended,
            params=dict(sorted(trial.params.items())),
            tags=dict(sorted(trial.tags.items())),
            series=tuple(series[start:end]),
        )
        start = end
