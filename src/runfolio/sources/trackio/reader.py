"""Stage 1b: Trackio's projects: databases, and the fragments that wait to be put into them.

In: a database, recognised by its tables and not by its name, or the folder of an ``inbox``.
Out: a unit of work for a database, or for a folder with an inbox, where a run may be in both.
Parquet files are copies of the databases, and are not looked at.

::

    <project>.db                        a row per call of log
    inbox/<writer>/00000000.jsonl       the same rows, where the disk is shared by machines
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from runfolio.model.records import Records, RunRecord
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.paths import name_of
from runfolio.sources.reading.sqlite_file import is_sqlite, open_database, report_error
from runfolio.sources.trackio.database import has_tables, read_runs
from runfolio.sources.trackio.inbox import has_fragments, read_folder
from runfolio.sources.trackio.run import LoggedRun, project_of
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["Trackio", "source"]

_SUFFIXES = frozenset({"", "db", "sqlite", "sqlite3"})
_SCHEMA_HEAD = 64 * 1024


class Trackio:
    """Reader of Trackio's local store."""

    name = "trackio"
    title = "Trackio"
    looks_like = "a SQLite file with Trackio's tables, or a folder with its inbox"
    order = 120

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is None:
            return WHOLE if _is_database(place) else None
        if Entry("inbox", True) in entries and has_fragments(place / "inbox"):
            return Claim.of("inbox", *_databases(place, entries))
        return None

    def discover(self, place: Place) -> Discovery:
        if place.is_folder():
            databases = tuple(_databases(place, place.entries()))
            return Discovery((Unit(self.name, place, place.shown, context=databases),))
        return Discovery((Unit(self.name, place, place.shown),))

    def read(self, unit: Unit) -> Records:
        if unit.place.is_folder():
            return read_folder(unit)
        findings = Findings(unit.place)
        project = project_of(name_of(unit.place))
        runs: list[RunRecord] = []
        try:
            with open_database(unit.place, findings) as database:
                for key, run in read_runs(database, lambda _, name: LoggedRun(name), findings):
                    runs.append(run.record(key, project, unit, findings))
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        if not runs and not findings.problems():
            findings.add(
                "trackio-database-empty",
                "The database holds no runs.",
                "Check that it is the one that Trackio logs to.",
                "note",
            )
        return Records(runs=tuple(runs), problems=tuple(findings.problems()))


source = Trackio()


def _databases(folder: Place, entries: Sequence[Entry]) -> list[str]:
    """Return the names of the databases in a folder."""
    return [e.name for e in entries if not e.is_folder and _is_database(folder / e.name)]


def _is_database(place: Place) -> bool:
    if place.name.rpartition(".")[2 if "." in place.name else 0] not in _SUFFIXES:
        return False
    if not is_sqlite(place):
        return False
    try:
        with open_database(place) as database:
            return has_tables(database)
    except (sqlite3.Error, StorageError):
        # Locked or damaged: the text of its schema still tells whose it is.
        head = place.head(_SCHEMA_HEAD)
        return b"CREATE TABLE metrics" in head and b"run_name" in head
