"""Stage 1b: the states in an output folder of the Trainer, sorted into trainings.

In: ``trainer_state.json`` of the folder and of its checkpoints. Out: one state per training,
the one that went furthest. A checkpoint's history is the beginning of every later one's; where
it is not, the checkpoint was left by another training. To see that, bytes are compared, and a
state is parsed only where those differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.sources.base import problem
from runfolio.sources.huggingface.state import ROWS, STATE, State, parse_state
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.logged_rows import MOST_POINTS
from runfolio.sources.reading.parsing import ParseError
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["CHECKPOINT", "STATE", "trainings"]

CHECKPOINT = re.compile(r"checkpoint-(\d+)")
_MOST_TRAININGS = 100
_LIST_END = b"\n  ]"  # as json.dumps(indent=2) closes the list; nothing in a row is so far left


def trainings(place: Place, entries: Sequence[Entry], problems: list[Problem]) -> list[State]:
    """Return the furthest state of each training in an output folder, the folder's own first."""
    reader = _Reader(problems)
    waiting = _checkpoints(place, entries)
    own = reader.read(place, "") if any(e.name == STATE for e in entries) else None
    found: list[State] = []
    points = 0
    while own or waiting:
        if waiting and (len(found) >= _MOST_TRAININGS or points > MOST_POINTS):
            left_out = waiting[0][1]
            problems.append(
                problem(
                    place,
                    "checkpoints-too-many",
                    f"Its checkpoints are of more trainings than there is room for; "
                    f"{format_count(len(waiting))} from {left_out.name!r} down were not looked at.",
                    "Give each training a folder of its own.",
                )
            )
            waiting.clear()
            continue
        if own and (not waiting or own.step >= waiting[0][0]):
            state, own = own, None
        else:
            _, folder, name = waiting.pop(0)
            read = reader.read(folder, name)
            if read is None:
                continue
            state = read
        if not any(state.begins(other) for other in found):
            found.append(state)
            points += state.history.size
    # The folder's own state is written last: what differs from it is left from an earlier
    # training, even where that went further.
    found.sort(key=lambda state: bool(state.checkpoint))
    problems += [
        problem(
            state.folder,
            "checkpoint-of-another-run",
            "Its history is not the beginning of that of the folder's newest state, so that "
            "another training left it; it is shown as a run of its own.",
            "Nothing to do; remove the checkpoint if its training is of no interest.",
            "note",
        )
        for state in found[1:]
    ]
    return found


def _checkpoints(place: Place, entries: Sequence[Entry]) -> list[tuple[int, Place, str]]:
    """Return step, folder and name of the checkpoints that hold a state, the furthest first."""
    found = [
        (int(step[1][:18]), place / entry.name, entry.name)
        for entry in entries
        if entry.is_folder and (step := CHECKPOINT.fullmatch(entry.name))
    ]
    found.sort(key=lambda checkpoint: (-checkpoint[0], checkpoint[2]))
    return [checkpoint for checkpoint in found if STATE in names_listed(checkpoint[1])]


class _Reader:
    """Reads states, and passes over those that the first one it read goes on from."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._first: bytes | None = None

    def read(self, folder: Place, checkpoint: str) -> State | None:
        """Return a state; None if it cannot be read, or tells nothing new."""
        findings = Findings(folder / STATE)
        state = None
        try:
            data = (folder / STATE).read()
            rows = _rows(data)
            if rows is None or self._first is None or not _begins(rows, self._first):
                state = parse_state(folder, checkpoint, data, findings)
                self._first = rows if self._first is None else self._first
        except (StorageError, ParseError) as error:
            unreadable(findings, error)
        self._problems += findings.problems()
        return state


def _rows(data: bytes) -> bytes | None:
    """Return the rows of a history as they are written, if the Trainer wrote them."""
    start = ROWS.search(data)
    if start is None:
        return None
    if data[start.end() : start.end() + 1] == b"]":
        return b""
    end = data.find(_LIST_END, start.end())
    return data[start.end() : end].rstrip() if end >= 0 else None


def _begins(rows: bytes, others: bytes) -> bool:
    """Tell whether rows are the first of others: behind them comes another one, or nothing."""
    return others.startswith(rows) and others[len(rows) : len(rows) + 1] in (b"", b",")
