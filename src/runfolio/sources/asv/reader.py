"""Stage 1b: results of airspeed velocity (asv).

In: a results folder. Out: a unit of work per machine (of at most some hundred files), and a
run per file: a commit, measured on a machine in an environment.

::

    results/benchmarks.json                 units, and which version of the code is the present
    results/<machine>/machine.json
    results/<machine>/<commit>-<environment>.json

The folder is often ``.asv/results``. Machines are called after hosts, and environments may be
after a path of one: neither is shown, machines are numbered in the order of their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.records import MetricFact, Records, RunRecord
from runfolio.model.series import reduce_series
from runfolio.sources.asv.results import (
    MOST_VALUES,
    Benchmark,
    Values,
    benchmarks_in,
    environment_of,
    name_without_path,
    surroundings_of,
    values_in,
)
from runfolio.sources.base import Claim, Discovery, Unit
from runfolio.sources.reading.documents import read_json, read_mapping, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import tell_names
from runfolio.sources.reading.listing import listed, names_listed
from runfolio.sources.reading.parsing import ParseError, Tree, parse_time, text_of
from runfolio.sources.reading.paths import experiment_of, id_of
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["AsvSource", "source"]

_BENCHMARKS, _MACHINE, _HIDDEN = "benchmarks.json", "machine.json", ".asv"
_CONFIGURATION = "asv.conf.json"
_FILES_PER_UNIT = 500
_COMMIT = 8
"""Digits of a commit among the params, as in the names of the files."""
_OF_THE_MACHINE = ("arch", "cpu", "num_cpu", "os", "ram")


class AsvSource:
    """Reader of asv's results."""

    name = "asv"
    title = "airspeed velocity"
    looks_like = "a folder with benchmarks.json and folders with machine.json, or .asv/results"
    order = 190
    by_commit = True

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        names = {entry.name for entry in entries or ()}
        own = names & {_CONFIGURATION}
        if _BENCHMARKS in names and (machines := _machines(place, entries or ())):
            own |= {_BENCHMARKS, *machines}
        if _HIDDEN in names and _BENCHMARKS in names_listed(place / _HIDDEN / "results"):
            own |= {_HIDDEN}
        return Claim(frozenset(own)) if own else None

    def discover(self, place: Place) -> Discovery:
        units: list[Unit] = []
        problems: list[Problem] = []
        for results in (place, place / _HIDDEN / "results"):
            if _BENCHMARKS in names_listed(results):
                findings = Findings(results / _BENCHMARKS)
                _read_benchmarks(results / _BENCHMARKS, findings)
                problems += findings.problems()
                for number, machine in enumerate(_machines(results, results.entries()), 1):
                    units += _units(results / machine, number, problems)
        return Discovery(tuple(units), Records(problems=tuple(problems)))

    def read(self, unit: Unit) -> Records:
        return _MachineReader(unit).read()


source = AsvSource()


def _machines(place: Place, entries: Sequence[Entry]) -> list[str]:
    return [
        entry.name
        for entry in entries
        if entry.is_folder and _MACHINE in names_listed(place / entry.name)
    ]


def _units(machine: Place, number: int, problems: list[Problem]) -> Iterator[Unit]:
    try:
        files = [entry.name for entry in listed(machine)]
    except StorageError as error:
        findings = Findings(machine)
        unreadable(findings, error)
        problems += _without_host(findings, machine, number)
        return
    names = [name for name in files if name.endswith(".json") and name != _MACHINE]
    for at in range(0, len(names), _FILES_PER_UNIT):
        some = tuple(names[at : at + _FILES_PER_UNIT])
        yield Unit(source.name, machine, machine.parent.shown, len(some), (number, some))


def _without_host(findings: Findings, machine: Place, number: int) -> Iterator[Problem]:
    """Yield problems, with the machine's number in place of its name."""
    for found in findings.problems():
        place = f"{machine.parent.shown}/machine {number}"
        if below := found.place[len(machine.shown) :].lstrip("/"):
            place += f"/{name_without_path(below)}.json"
        yield replace(found, place=place)


def _read_benchmarks(place: Place, findings: Findings) -> dict[str, Benchmark]:
    tree = read_json(place, findings)
    try:
        return benchmarks_in(tree) if tree is not None else {}
    except ParseError as error:
        unreadable(findings, error)
        return {}


def _benchmarks(place: Place) -> Mapping[str, Benchmark]:
    """Return the benchmarks for all machines; `discover` has told what is wrong there."""
    try:
        return _parsed_benchmarks(place, place.stamp())
    except StorageError:
        return {}


@lru_cache(maxsize=8)
def _parsed_benchmarks(place: Place, stamp: str) -> Mapping[str, Benchmark]:
    """Return them from the file once for all units; its stamp tells when it has changed."""
    return _read_benchmarks(place, Findings(place))


class _MachineReader:
    """Reads some of the files of one machine."""

    def __init__(self, unit: Unit) -> None:
        self._machine = unit.place
        self._results = unit.place.parent
        self._location = unit.location
        self._number, self._names = unit.context
        self._label = f"machine {self._number}"
        self._facts: dict[str, MetricFact] = {}
        self._counts: Counter[str] = Counter()
        self._problems: list[Problem] = []

    def read(self) -> Records:
        about = self._tree(_MACHINE)
        runs = tuple(self._runs({key: about.get(key) for key in _OF_THE_MACHINE}))
        self._tell_counts()
        return Records(
            runs=runs, metrics=tuple(self._facts.values()), problems=tuple(self._problems)
        )

    def _runs(self, about: Mapping[str, Tree]) -> Iterator[RunRecord]:
        benchmarks = _benchmarks(self._results / _BENCHMARKS)
        for name in self._names:
            tree = self._tree(name)
            if not tree:
                continue
            findings = Findings(self._machine / name)
            try:
                values = values_in(tree, benchmarks)
            except ParseError as error:
                unreadable(findings, error)
            else:
                for odd in values.odd:
                    findings.add(
                        "asv-values-odd",
                        f"{odd!r} has not one value for each combination of its params; it was "
                        "left out.",
                        "Run the benchmark again.",
                    )
                if values.left_out:
                    tell_names(findings, "metrics", values.left_out, MOST_VALUES)
                self._count(values)
                yield self._run(name, tree, values, about)
            self._told(findings)

    def _run(
        self, name: str, tree: dict[str, Tree], values: Values, about: Mapping[str, Tree]
    ) -> RunRecord:
        named = name_without_path(name)
        step = np.zeros(1, np.int64)
        params = {key: value for key, value in about.items() if value is not None}
        params |= surroundings_of(tree) | {"machine": self._label, "env": environment_of(tree)}
        commit, date = text_of(tree["commit_hash"]), tree.get("date")
        params["commit"] = commit[:_COMMIT]  # else two commits were replicates of one setting
        return RunRecord(
            id=f"{id_of(self._results)}/{self._label}/{named}",
            name=named,
            experiment=experiment_of(_project(self._results)),
            format=source.name,
            location=self._location,
            path=f"{self._results.shown}/{self._label}/{named}",
            id_is_path=True,
            started=parse_time(text_of(date)) if isinstance(date, int) else None,
            commit=commit,
            params={key: text_of(value) for key, value in sorted(params.items())},
            series=tuple(
                reduce_series(metric, step, np.array([values.numbers[metric]]))
                for metric in sorted(values.numbers)
            ),
        )

    def _count(self, values: Values) -> None:
        self._facts |= values.facts
        self._counts["failed"] += values.failed
        self._counts["skipped"] += values.skipped
        self._counts["stale"] += values.stale

    def _tell_counts(self) -> None:
        findings = Findings(self._machine)
        failed, skipped = self._counts["failed"], self._counts["skipped"]
        if failed or skipped:
            findings.add(
                "asv-without-value",
                f"In {format_count(len(self._names))} results {format_count(failed)} measurements "
                f"failed and {format_count(skipped)} were skipped; they have no value.",
                "Nothing to do where a benchmark does not apply to a commit.",
                "note",
            )
        if self._counts["stale"]:
            findings.add(
                "asv-benchmark-changed",
                f"{format_count(self._counts['stale'])} results are of benchmarks that are gone "
                "or whose code has changed since; they were left out.",
                "Run the benchmarks of these commits again to compare them.",
                "note",
            )
        self._told(findings)

    def _tree(self, name: str) -> dict[str, Tree]:
        findings = Findings(self._machine / name)
        tree = read_mapping(self._machine / name, findings)
        self._told(findings)
        return tree

    def _told(self, findings: Findings) -> None:
        self._problems += _without_host(findings, self._machine, self._number)


def _project(results: Place) -> Place:
    """Return the folder whose parent is the project's."""
    return results.parent if results.parent.name == _HIDDEN else results
