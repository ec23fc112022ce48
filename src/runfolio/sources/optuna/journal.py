"""Stage 1b: Optuna's journal (``JournalFileBackend``), a file with an operation per line.

In: the file, told by its first bytes. Out: its studies and trials as they stand at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.model.records import Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.optuna import rules
from runfolio.sources.optuna.replay import MOST_POINTS, MOST_TRIALS, Journal, ReplayedStudy
from runfolio.sources.optuna.rules import Study, Trial
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["OptunaJournal", "source"]

_NAMES = (".log", ".journal", ".jsonl")
_WORDS = ("optuna", "journal")
_START = re.compile(rb'\s*\{\s*"op_code"\s*:')
_BLOCK = 128 * 1024
_LINE_LIMIT = 8 * 1024 * 1024


class OptunaJournal:
    """Reader of Optuna's journal files."""

    name = "optuna-journal"
    title = "Optuna journal"
    looks_like = 'a file (.log, .journal …) whose first line starts with {"op_code":'
    order = 130

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        low = place.name.lower()
        fits = low.endswith(_NAMES) or "." not in low or any(word in low for word in _WORDS)
        if entries is not None or not fits:
            return None
        head = place.head(128).removeprefix(b"\xef\xbb\xbf")
        return WHOLE if _START.match(head) else None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, place.shown),))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        journal = Journal(findings)
        try:
            with unit.place.open() as file:
                _replay(file, journal, findings)
        except StorageError as error:
            unreadable(findings, error)
        except OSError as error:
            unreadable(findings, StorageError(f"cannot be read on: {error.strerror}"))
        if journal.left_out:
            findings.add(
                "journal-too-long",
                f"The journal makes more than {format_count(MOST_TRIALS)} trials or "
                f"{format_count(MOST_POINTS)} points; "
                f"{format_count(journal.left_out)} lines that make others were left out.",
                "Give studies journals of their own.",
            )
        studies = [(entry, _study(entry)) for entry in journal.studies.values()]
        runs = tuple(
            run
            for entry, study in studies
            for run in rules.runs(_finished(entry), study, self.name, unit.location)
        )
        if not runs and not findings.problems():
            findings.add(
                "optuna-storage-empty",
                "The journal holds no trials.",
                "Check that it is the one that the studies were stored in.",
                "note",
            )
        return Records(
            runs=runs,
            experiments=tuple(rules.experiment(study, unit.location) for _, study in studies),
            metrics=rules.facts(study for _, study in studies),
            problems=tuple(findings.problems()),
            hidden_runs=len(journal.trials) - len(runs),
            hidden_experiments=journal.deleted,
        )


source = OptunaJournal()


def _replay(file: BinaryIO, journal: Journal, findings: Findings) -> None:
    """Replay a file, many lines at a time."""
    number, waiting = 1, b""
    block = file.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
    while block:
        lines, end, rest = block.rpartition(b"\n")
        if end:
            number = journal.replay(waiting + lines, number)
            waiting = rest
        else:
            waiting += rest
        if len(waiting) > _LINE_LIMIT:
            findings.add(
                "journal-line-unusable",
                f"The line is longer than {_LINE_LIMIT // 1024 // 1024} MB; it was left out.",
                "Check what was written there.",
                line=number,
            )
            while waiting and not waiting.endswith(b"\n"):
                waiting = file.readline(_LINE_LIMIT)
            number, waiting = number + 1, b""
        block = file.read(_BLOCK)
    if waiting:
        journal.replay(waiting, number, ended=False)


def _study(entry: ReplayedStudy) -> Study:
    return rules.study(
        entry.name,
        entry.directions,
        entry.system.get("study:metric_names"),
        entry.user,
        entry.trials[0] if entry.trials else None,
    )


def _finished(entry: ReplayedStudy) -> Sequence[Trial]:
    """Return a study's trials with what they reported by step, as Optuna has it."""
    for trial in entry.trials:
        if trial.reported:
            steps = sorted(trial.reported)
            values = [trial.reported[step] for step in steps]
            trial.points = np.array(steps, np.int64), np.array(values, np.float64)
    return entry.trials
