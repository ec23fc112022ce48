"""Stage 1b: Trackio's inbox: rows as JSON lines, which wait to be put into the databases.

In: a folder with an ``inbox``, and the databases beside it. Out: the runs of both. A row may
be in both too, when it was put into the database and its fragment is not removed yet; it is
told by its id. Fragments are small files without end, one folder of them for each process.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.sources.base import Unit
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.json_lines import json_objects
from runfolio.sources.reading.logged_rows import MOST_POINTS, ROWS_PER_LOOK
from runfolio.sources.reading.parsing import ParseError, Tree, text_of
from runfolio.sources.reading.sqlite_file import open_database, report_error
from runfolio.sources.trackio.database import MOST_RUNS, MOST_SERIES, read_runs
from runfolio.sources.trackio.run import LoggedRun, project_of
from runfolio.storage.base import Place, StorageError

__all__ = ["has_fragments", "read_folder"]

_FRAGMENT = re.compile(r"\d{8}\.jsonl")
_KIND = b'"kind"'
_POINTS_PER_ID = 8
"""What the id of a row takes of memory, as if it were points."""


def has_fragments(inbox: Place) -> bool:
    """Tell whether a folder is an inbox, from the first fragment in it."""
    first = next(_fragments(inbox), None)
    try:
        return first is not None and _KIND in first.head(4096)
    except StorageError:
        return False


def read_folder(unit: Unit) -> Records:
    """Read the runs of a folder; the unit's context are the names of its databases."""
    return _FolderReader(unit).read()


def _fragments(inbox: Place) -> Iterator[Place]:
    for writer in inbox.entries():
        if writer.is_folder:
            place = inbox / writer.name
            for entry in place.entries():
                if not entry.is_folder and _FRAGMENT.fullmatch(entry.name):
                    yield place / entry.name


class _FolderReader:
    """Reads a folder: the inbox first, then the databases run by run."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._databases: tuple[str, ...] = unit.context
        self._waiting: dict[tuple[str, str], LoggedRun] = {}
        self._ids: set[str] = set()
        self._until_look = 0
        """Rows and values until it is asked again whether there is room for more."""
        self._full = False
        self._runs_left_out = False
        self._runs: list[RunRecord] = []
        self._problems: list[Problem] = []

    def read(self) -> Records:
        inbox = self._unit.place / "inbox"
        findings = Findings(inbox)
        try:
            for fragment in _fragments(inbox):
                if self._full:
                    break
                self._read_fragment(fragment)
        except StorageError as error:
            unreadable(findings, error)
        if self._full:
            findings.add(
                "history-too-long",
                f"The inbox holds more than {format_count(MOST_POINTS)} points or "
                f"{format_count(MOST_SERIES)} metrics; what is behind them was left out.",
                "Let Trackio put it into its databases: open its dashboard once.",
            )
        if self._runs_left_out:
            findings.add(
                "trackio-too-many-runs",
                f"The inbox holds more than {format_count(MOST_RUNS)} runs; the first ones were "
                "read.",
                "Do not make a run for each step.",
            )
        for name in self._databases:
            self._read_database(name)
        for (project, key), run in self._waiting.items():
            self._runs.append(run.record(key, project, self._unit, findings))
        self._problems += findings.problems()
        return Records(runs=tuple(self._runs), problems=tuple(self._problems))

    def _read_fragment(self, place: Place) -> None:
        findings = Findings(place)
        for number, row in json_objects(place, findings):
            if row.get("kind") != "metric":
                continue  # the machine's own metrics, or a message
            try:
                self._take(row)
            except ParseError as error:
                findings.add(
                    "trackio-row-unreadable",
                    f"The row {error}; it was left out.",
                    "Log the step again.",
                    line=number,
                )
        self._problems += findings.problems()

    def _take(self, row: dict[str, Tree]) -> None:
        if self._until_look <= 0:
            self._until_look = ROWS_PER_LOOK
            histories = [run.history for run in self._waiting.values()]
            points = sum(history.size for history in histories) + len(self._ids) * _POINTS_PER_ID
            names = sum(history.names for history in histories)
            self._full = points > MOST_POINTS or names > MOST_SERIES
        if self._full:
            return
        values = row.get("metrics")
        self._until_look -= 1 + (len(values) if isinstance(values, dict) else 0)
        name = text_of(row.get("run") or "")
        project = text_of(row.get("project") or "")
        if not name or not project or not isinstance(values, dict):
            raise ParseError("does not tell its project, its run and its metrics")
        log_id = row.get("log_id")
        if isinstance(log_id, str):
            if log_id in self._ids:
                return
            self._ids.add(log_id)
        project = self._project(project)
        key = (project, text_of(row.get("run_id") or name))
        run = self._waiting.get(key)
        if run is None:
            if len(self._waiting) >= MOST_RUNS:
                self._runs_left_out = True
                return
            run = self._waiting[key] = LoggedRun(name)
        if row.get("config"):
            run.configure(row["config"])
        if run.has_room():
            run.log(values, row.get("step"), row.get("timestamp"))

    def _project(self, name: str) -> str:
        """Return a project's name: that of its database, where it has one."""
        stem = "".join(c for c in name if c.isalnum() or c in "-_") or "default"
        return stem if f"{stem}.db" in self._databases else name

    def _read_database(self, name: str) -> None:
        place = self._unit.place / name
        project = project_of(name)
        findings = Findings(place)

        def begin(key: str, name: str) -> LoggedRun:
            return self._waiting.pop((project, key), None) or LoggedRun(name)

        try:
            with open_database(place, findings) as database:
                for key, run in read_runs(database, begin, findings, self._ids):
                    self._runs.append(run.record(key, project, self._unit, findings))
        except (sqlite3.Error, StorageError) as error:
            report_error(findings, error)
        self._problems += findings.problems()
