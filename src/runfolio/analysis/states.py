"""Stage 3: the runs that were read at two places become two states, and these are compared.

In: the tables of each place. Out: `StateDiff`. Where each holds one run, these are compared;
where there are more, runs are matched by path or id, and the run's name stands before each
metric and param.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from runfolio.analysis.history import Moves, analyse_history
from runfolio.analysis.metrics import Metric, describe_metrics
from runfolio.analysis.objective import tracker_goals
from runfolio.analysis.revision_diff import (
    Compared,
    Part,
    Spread,
    State,
    StateDiff,
    compare_states,
    spread_of,
)
from runfolio.analysis.summary import SummaryRule, rule_named, rule_of, summarise
from runfolio.errors import UsageError
from runfolio.model.history import History
from runfolio.model.problems import near_miss
from runfolio.model.tables import MADE, Tables

if TYPE_CHECKING:
    from runfolio.config import Settings, Tolerance

__all__ = ["Side", "compare_runs", "compare_sides", "compare_sites", "moves_of", "run_named"]

_SHORTEST_ID = 4
"""Characters of an id from which its beginning may stand for it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One place that was read.

    Parameters
    ----------
    label : str
        As people see it.
    tables : Tables
    mark : str
        The commit, as it stands in the paths of its runs: ``team@1a2b3c4d/a``, ``1a2b3c4d/a``.
    """

    label: str
    tables: Tables
    mark: str = ""


def compare_sides(
    before: Side, after: Side, settings: Settings, histories: Sequence[Moves] = ()
) -> StateDiff:
    """Compare all runs of two places.

    Parameters
    ----------
    before, after : Side
    settings : Settings
    histories : sequence of Moves
        What tells how much metrics move by themselves.
    """
    theirs, mine = _by_key(before), _by_key(after)
    if len(mine) <= 1 and len(theirs) <= 1:
        names = dict.fromkeys((*theirs, *mine), "")
    else:
        names = {}
        for side, runs in ((before, theirs), (after, mine)):
            for key, run in runs.items():
                label = _unmarked(str(side.tables.runs["label"][run]), side.mark)
                names.setdefault(key, label)
        count = Counter(names.values())
        names = {key: name if count[name] == 1 else key for key, name in names.items()}
    return _compared(
        *(settings, histories, {name: key for key, name in names.items()}),
        _Named(before.label, before.tables, {run: names[key] for key, run in theirs.items()}),
        _Named(after.label, after.tables, {run: names[key] for key, run in mine.items()}),
    )


def compare_runs(tables: Tables, before: str, after: str, settings: Settings) -> StateDiff:
    """Compare two runs, given by their ids."""
    labels = tables.runs["label"]
    return _compared(
        *(settings, (), {}),
        _Named(str(labels[before]), tables, {before: ""}),
        _Named(str(labels[after]), tables, {after: ""}),
    )


def compare_sites(
    before: Side,
    champion_before: str | None,
    after: Side,
    champion_after: str | None,
    settings: Settings,
    summary: str,
) -> Compared:
    """Compare two built sites: champion with champion, and each run that both have by its id.

    Parameters
    ----------
    before, after : Side
        Their labels are those of the sites.
    champion_before, champion_after : str or None
        Ids of the runs that stand for the champions.
    settings : Settings
    summary : str
        Which value of a series counts.
    """
    theirs, mine = before.tables.runs["label"], after.tables.runs["label"]
    plain = _described(before.tables, after.tables, settings)
    alone = _run_by_run(before.tables), _run_by_run(after.tables)

    def compared(one: str, other: str, *, named: bool = False) -> StateDiff:
        labels = [
            f"{name} of {side.label}" if named else side.label
            for side, name in ((before, theirs[one]), (after, mine[other]))
        ]
        return _compared(
            *(settings, (), {}),
            _Named(labels[0], alone[0][one], {one: ""}),
            _Named(labels[1], alone[1][other], {other: ""}),
            plain,
            rule_named(summary),
        )

    both = [str(run) for run in theirs.index if run in mine.index]
    parts: list[Part] = []
    notes = ["Runs are matched by their ids."]
    if champion_before in theirs.index and champion_after in mine.index:
        assert champion_before is not None
        assert champion_after is not None
        found = compared(champion_before, champion_after, named=True)
        parts.append(Part("Champion against champion", found, of_champions=True))
    else:
        notes.append("Champions are not compared, since not both sites have one.")
    same = 0
    for run in both:
        found = compared(run, run)
        if found.is_empty:
            same += 1
        else:
            parts.append(Part(str(mine[run]), found))
    return Compared(
        *("sites", before.label, after.label, tuple(parts), tuple(notes)),
        same_runs=same,
        new_runs=tuple(str(label) for run, label in mine.items() if run not in theirs.index),
        gone_runs=tuple(str(label) for run, label in theirs.items() if run not in mine.index),
    )


def run_named(tables: Tables, name: str, otherwise: str = "") -> str:
    """Return the id of the run that a person means.

    Parameters
    ----------
    tables : Tables
    name : str
        An id, a name as logged, a label, or the beginning of an id.
    otherwise : str
        Why it is nothing else either, for the message.

    Raises
    ------
    UsageError
        If there is none, or several could be meant.
    """
    runs = tables.runs
    ids = [str(run) for run in runs.index]
    if name in ids:
        return name
    started = [run for run in ids if len(name) >= _SHORTEST_ID and run.startswith(name)]
    for found in (_ids_of(runs, "name", name), _ids_of(runs, "label", name), started):
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"{len(found)} runs are called {name!r}: {', '.join(found[:6])}"
                f"{', …' if len(found) > 6 else ''}. Give the id of one of them.",
                "run-ambiguous",
            )
    known = [*map(str, runs["label"]), *ids]
    raise UsageError(
        f"There is no run {name!r}. {near_miss(name, known, 'Runs are')}"
        + (f" Nor is it a revision: {otherwise}" if otherwise else ""),
        "run-unknown",
    )


def _ids_of(runs: pd.DataFrame, column: str, name: str) -> list[str]:
    return [str(run) for run in runs.index[runs[column] == name]]


def moves_of(history: History, settings: Settings) -> Moves:
    """Find out how metrics moved where there are no runs to tell what they are."""
    facts = pd.DataFrame({"goal": [], "unit": []}, index=pd.Index([], name="metric"))
    return analyse_history(history, {}, settings, None, facts)


@dataclass(frozen=True, slots=True)
class _Named:
    """A state before it is one: `names` has the runs that belong to it, by id.

    The name is empty for an only run, else it stands before what the run logged.
    """

    label: str
    tables: Tables
    names: Mapping[str, str]


def _by_key(side: Side) -> dict[str, str]:
    """Return each run's id by what it is known by in both places: its id, less the commit."""
    return {
        _unmarked(str(run), side.mark).strip("/").removeprefix("."): str(run)
        for run in side.tables.runs.index
    }


def _unmarked(text: str, mark: str) -> str:
    return text.replace(f"@{mark}", "", 1).removeprefix(mark) if mark else text


def _compared(
    settings: Settings,
    histories: Sequence[Moves],
    keys: Mapping[str, str],
    before: _Named,
    after: _Named,
    plain: Mapping[str, Metric] | None = None,
    summary: SummaryRule | None = None,
) -> StateDiff:
    plain = plain or _described(before.tables, after.tables, settings)
    known = _spreads(histories)
    metrics: dict[str, Metric] = {}
    tolerances: dict[str, Tolerance] = {}
    spreads: dict[str, Spread] = {}
    for prefix in dict.fromkeys((*before.names.values(), *after.names.values())):
        for name, metric in plain.items():
            full = _under(prefix, name)
            metrics[full] = replace(metric, name=full, label=_under(prefix, metric.label))
            if name in settings.metrics:
                tolerances[full] = settings.metrics[name].tolerance
            spread = _spread_in(known, keys[prefix], name) if prefix else known.get(name)
            if spread is not None:
                spreads[full] = spread
    summary = summary or rule_of(settings.objective.summary)
    return compare_states(
        _state(before, plain, summary), _state(after, plain, summary), metrics, tolerances, spreads
    )


def _run_by_run(tables: Tables) -> dict[str, Tables]:
    """Return the tables of each run alone."""
    split = [
        {str(run): rows for run, rows in frame.groupby("run", sort=False)}
        for frame in (tables.metrics, tables.params, tables.datasets)
    ]
    none = [frame.iloc[:0] for frame in (tables.metrics, tables.params, tables.datasets)]
    found = {}
    for run in map(str, tables.runs.index):
        metrics, params, datasets = (
            part.get(run, empty) for part, empty in zip(split, none, strict=True)
        )
        found[run] = replace(tables, metrics=metrics, params=params, datasets=datasets)
    return found


def _described(before: Tables, after: Tables, settings: Settings) -> dict[str, Metric]:
    facts = pd.concat([after.facts, before.facts])
    metrics = describe_metrics(
        pd.concat([before.metrics, after.metrics], ignore_index=True),
        settings.metrics,
        {**tracker_goals(before.experiments), **tracker_goals(after.experiments)},
        facts[~facts.index.duplicated()],
        settings.glossary,
    )
    objective = settings.objective
    if objective.metric in metrics and objective.goal:
        metrics[objective.metric] = replace(
            metrics[objective.metric], goal=objective.goal, goal_from="the configured objective"
        )
    return metrics


def _state(named: _Named, metrics: Mapping[str, Metric], summary: SummaryRule) -> State:
    tables, names = named.tables, named.names
    goals = {name: metric.goal for name, metric in metrics.items()}
    values = {
        _under(names[run], name): value
        for name, own in summarise(tables, goals, summary).values.items()
        for run, value in own.items()
        if run in names
    }
    return State(named.label, values, _pairs(tables.params, names), _data(tables.datasets, names))


def _pairs(params: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    return {
        _under(names[run], param): value
        for run, param, value in params[["run", "param", "value"]].itertuples(index=False)
        if run in names
    }


def _data(datasets: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """Return versions of data; what a run put out is no data that it was made of."""
    found: dict[str, list[str]] = {}
    columns = ["run", "name", "digest", "context"]
    for run, name, digest, context in datasets[columns].itertuples(index=False):
        if run in names and context != MADE:
            found.setdefault(_under(names[run], name), []).append(digest)
    return {name: ", ".join(dict.fromkeys(digests)) for name, digests in found.items()}


def _spreads(histories: Iterable[Moves]) -> dict[str, Spread]:
    found: dict[str, Spread] = {}
    for moves in histories:
        for trend in moves.trends:
            spread = spread_of(trend.recent())
            if spread is not None:
                found.setdefault(trend.metric.name, spread)
    return found


def _spread_in(known: Mapping[str, Spread], folder: str, metric: str) -> Spread | None:
    """Return the spread of one of several runs: a history names its file before the metric."""
    start, end = f"{folder}/", f":{metric}"
    return next(
        (
            spread
            for name, spread in known.items()
            if name.startswith(start)
            and name.endswith(end)
            and "/" not in name[len(start) : -len(end)]
        ),
        None,
    )


def _under(prefix: str, name: str) -> str:
    return f"{prefix}: {name}" if prefix else name
