"""Stage 1b: Optuna's SQLite storage, schemas of Optuna 1.x to 5.x.

In: a database, recognised by its tables. Out: a unit of work per `_CHUNK` trials of a study.
Times are in the writer's zone, which nothing tells, and are taken for UTC.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runfolio.model.records import Records, RunRecord
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.optuna import rules
from runfolio.sources.optuna.rdb_trials import TrialReader, value_of
from runfolio.sources.optuna.rules import Study, Trial
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree
from runfolio.sources.reading.sqlite_file import Database, is_sqlite, open_database, report_error
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["OptunaRdb", "source"]

_CHUNK = 400
"""Trials of a unit, and ids given to one query; SQLite has a limit."""
_SCHEMA_HEAD = 256 * 1024
_NAMES = (".db", ".db3", ".sqlite", ".sqlite3")


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some trials of a study: their ids in the database and their numbers."""

    study: Study
    ids: tuple[int, ...]
    numbers: tuple[int, ...]


class OptunaRdb:
    """Reader of Optuna's SQLite storage."""

    name = "optuna-rdb"
    title = "Optuna SQLite database"
    looks_like = "a SQLite file (.db, .sqlite3 …) with Optuna's tables"
    order = 120

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is not None or not _may_be(place.name):
            return None
        return WHOLE if is_sqlite(place) and _has_tables(place) else None

    def discover(self, place: Place) -> Discovery:
        findings = Findings(place)
        units: list[Unit] = []
        records = Records()
        try:
            with open_database(place, findings) as database:
                studies = _StudyReader(place, database, findings).studies()
                for study, trials in studies:
                    for start in range(0, len(trials), _CHUNK):
                        ids, numbers = zip(*trials[start : start + _CHUNK], strict=True)
                        chunk = _Chunk(study, ids, numbers)
                        units.append(Unit(self.name, place, place.shown, len(ids), chunk))
                told = [study for study, _ in studies]
                records = Records(
                    experiments=tuple(rules.experiment(study, place.shown) for study in told),
                    metrics=rules.facts(told),
                )
                if not units and not findings.problems():
                    findings.add(
                        "optuna-storage-empty",
                        "The database holds no trials.",
                        "Check that it is the one that the studies were stored in.",
                        "note",
                    )
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        return Discovery(tuple(units), replace(records, problems=tuple(findings.problems())))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        chunk: _Chunk = unit.context
        runs: tuple[RunRecord, ...] = ()
        try:
            with open_database(unit.place) as database:
                trials = TrialReader(database, findings).trials(chunk.ids, chunk.numbers)
                found = tuple(trials.values())
                runs = tuple(rules.runs(found, chunk.study, self.name, unit.location))
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        return Records(runs=runs, problems=tuple(findings.problems()))


source = OptunaRdb()


def _may_be(name: str) -> bool:
    low = name.lower()
    return low.endswith(_NAMES) or "." not in low or "optuna" in low


def _has_tables(place: Place) -> bool:
    try:
        with open_database(place) as database:
            return bool(
                "study_name" in database.columns("studies")
                and database.columns("trials") >= {"trial_id", "study_id", "state"}
                and "distribution_json" in database.columns("trial_params")
            )
    except (sqlite3.Error, StorageError):  # the text of its schema still tells whose it is
        head = place.head(_SCHEMA_HEAD)
        return b"trial_params" in head and b"distribution_json" in head


class _StudyReader:
    """Reads the studies in an open database."""

    def __init__(self, place: Place, database: Database, findings: Findings) -> None:
        self._place = place
        self._database = database
        self._findings = findings

    def studies(self) -> list[tuple[Study, list[tuple[int, int]]]]:
        """Return every study with the ids and numbers of its trials."""
        names: dict[object, str] = {
            study_id: str(name)
            for study_id, name in self._all("SELECT study_id, study_name FROM studies")
        }
        trials: dict[object, list[tuple[int, int]]] = defaultdict(list)
        count: Counter[object] = Counter()
        for trial_id, study_id, number in self._all(
            f"SELECT trial_id, study_id, {self._database.pick('trials', 'number')} FROM trials "
            "ORDER BY trial_id"
        ):
            # Before 1.3 a trial's number is not in the table: how many there were before it.
            known = number if isinstance(number, int) else count[study_id]
            trials[study_id].append((trial_id, known))
            count[study_id] += 1
        directions = self._directions()
        own, system = self._study_attributes("user"), self._study_attributes("system")
        found = []
        for study_id in sorted({*names, *trials}, key=str):
            first = min(trials[study_id], key=lambda trial: trial[1], default=None)
            study = rules.study(
                names.get(study_id, f"study {study_id}"),
                directions[study_id],
                system[study_id].get("study:metric_names"),
                own[study_id],
                self._first(*first) if first else None,
            )
            found.append((study, trials[study_id]))
        return found

    def _first(self, trial_id: int, number: int) -> Trial | None:
        # What is wrong with it is told when its unit is read.
        reader = TrialReader(self._database, Findings(self._place))
        return reader.begun((trial_id,), (number,)).get(trial_id)

    def _directions(self) -> dict[object, list[str]]:
        found: dict[object, list[str]] = defaultdict(list)
        for table, order in (("study_directions", "objective"), ("studies", "study_id")):
            if "direction" in self._database.columns(table):
                for study_id, word in self._all(
                    f"SELECT study_id, direction FROM {table} ORDER BY study_id, {order}"
                ):
                    found[study_id].append(str(word))
                return found
        return found

    def _study_attributes(self, whose: str) -> dict[object, dict[str, Tree]]:
        found: dict[object, dict[str, Tree]] = defaultdict(dict)
        table = f"study_{whose}_attributes"
        if self._database.columns(table):
            for study_id, key, value in self._all(f"SELECT study_id, key, value_json FROM {table}"):
                found[study_id][str(key)] = value_of(value)
        return found

    def _all(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.rows(query)
        except sqlite3.DatabaseError as error:
            report_error(self._findings, error)
