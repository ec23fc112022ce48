"""Stage 1b: what a trial of Ray Tune reported: ``result.json`` or ``progress.csv``.

In: one of the files, a row per report. Out: series over the training iteration. Nested names
are joined with ``/``, as Ray does. After a trial was restored from a checkpoint it repeats
iterations; the later report of one holds.
"""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Iterator
from io import StringIO

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.model.run_series import reduce_run
from runfolio.model.series import Logged, Series
from runfolio.sources.reading.documents import line_unreadable, read_text, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import MOST_NAMES, tell_names
from runfolio.sources.reading.parsing import (
    ParseError,
    Tree,
    decode,
    flatten,
    parse_json,
    to_float,
    to_step,
    to_steps,
)
from runfolio.storage.base import Place, StorageError

__all__ = ["Results", "read_csv", "read_lines"]

_STEP = "training_iteration"
_HOUSEKEEPING = frozenset(
    {
        *(
            "config",
            "date",
            "done",
            "experiment_id",
            "experiment_tag",
            "hostname",
            "node_ip",
            "pid",
        ),
        *("timestamp", "trial_id", "checkpoint_dir_name", "should_checkpoint", _STEP),
        *("iterations_since_restore", "time_since_restore", "timesteps_since_restore"),
    }
)
_LINE_LIMIT = 16 * 1024 * 1024
_MOST_ROWS, _MOST_VALUES, _MOST_BYTES = 1_000_000, 9_000_000, 256 * 1024 * 1024
"""Rows of a trial at most, what is in them (numbers count twice), and bytes."""


class Results:
    """The rows of a trial so far, as columns."""

    def __init__(self) -> None:
        self.rows = 0
        self.config: dict[str, Tree] = {}
        self.trial_id = ""
        self.done = False
        self.started: int | None = None
        self.last_time: int | None = None
        self._steps: list[int | float] = []
        self._times = array("d")
        self._columns: dict[str, tuple[array[int], array[float]]] = {}
        self._left_out = 0
        self._values = 0

    @property
    def is_full(self) -> bool:
        """Whether there is no time for another row."""
        return self.rows >= _MOST_ROWS or self._values >= _MOST_VALUES

    def add(self, row: dict[str, Tree], *, as_text: bool = False) -> None:
        """Take a row; of a table, cells are text.

        Raises
        ------
        ParseError
            If it is nested too deeply.
        """
        numbers = list(_numbers(row, as_text=as_text))
        self._values += len(row) + len(numbers)
        step = to_step(row.get(_STEP))
        self._steps.append(self.rows + 1 if step is None else step)
        for name, number in numbers:
            if name not in self._columns:
                if len(self._columns) >= MOST_NAMES:
                    self._left_out += 1
                    continue
                self._columns[name] = array("q"), array("d")
            rows, values = self._columns[name]
            rows.append(self.rows)
            values.append(number)
        self.rows += 1
        self.done = row.get("done") in (True, "True", "true")
        if isinstance(trial_id := row.get("trial_id"), str) and trial_id:
            self.trial_id = trial_id
        if isinstance(config := row.get("config"), dict):
            self.config = config
        seconds = to_float(row.get("timestamp"))
        if seconds is None or not 0 < seconds < 1e11:
            self._times.append(math.nan)
        else:
            self._times.append(seconds * 1000)
            self.last_time = round(seconds * 1000)
            if self.started is None:  # a time is that of a report, at the end of an iteration
                took = to_float(row.get("time_total_s")) or 0.0
                self.started = round((seconds - took) * 1000) if 0 <= took < seconds else None

    def series(self) -> tuple[Series, ...]:
        """Return the series, without what was reported once more after a restore."""
        steps = to_steps(self._steps)
        holds = np.zeros(self.rows, np.bool_)
        holds[list({step: row for row, step in enumerate(self._steps)}.values())] = True
        times = np.array(self._times)
        found = []
        for name in sorted(self._columns):
            rows = np.frombuffer(self._columns[name][0], np.int64)
            kept = holds[rows]
            if kept.any():
                values = np.frombuffer(self._columns[name][1], np.float64)[kept]
                at = rows[kept]
                found.append(Logged(name, steps[at], values, times[at]))
        return tuple(reduce_run(found))

    def tell(self, findings: Findings) -> None:
        """Tell what was left out of the rows."""
        if self._left_out:
            tell_names(findings, "metrics", self._left_out)


def read_lines(place: Place, findings: Findings) -> Results:
    """Read ``result.json``."""
    results = Results()
    try:
        with place.open() as file:
            number = size = 0
            while line := file.readline(_LINE_LIMIT):
                number += 1
                size += len(line)
                if results.is_full or number > _MOST_ROWS or size > _MOST_BYTES:
                    _tell_too_long(findings, number)
                    break
                if not line.strip():
                    continue
                if len(line) == _LINE_LIMIT:
                    raise StorageError(f"has a line of more than {_LINE_LIMIT // 1024 // 1024} MB")
                _add_line(results, line, number, findings)
    except StorageError as error:
        unreadable(findings, error)
    except OSError as error:
        unreadable(findings, StorageError(f"cannot be read on: {error.strerror}"))
    results.tell(findings)
    return results


def _add_line(results: Results, line: bytes, number: int, findings: Findings) -> None:
    try:
        row = parse_json(decode(line)[0])
        if not isinstance(row, dict):
            raise ParseError("is no object of names and values")
        results.add(row)
    except ParseError as error:
        line_unreadable(findings, error, number, cut=not line.endswith(b"\n"))


def read_csv(place: Place, findings: Findings) -> Results:
    """Read ``progress.csv``."""
    results = Results()
    text = read_text(place, findings)
    reader = csv.reader(StringIO((text or "").replace("\0", "\ufffd"), newline=""))
    try:
        header = next(filter(None, reader), [])
        for row in reader:
            if results.is_full:
                _tell_too_long(findings, reader.line_num)
                break
            cells = {name: cell for name, cell in zip(header, row, strict=False) if name and cell}
            if cells and cells.get(_STEP) != _STEP:  # the header once more
                results.add(cells, as_text=True)
    except csv.Error as error:
        findings.add(
            "csv-unreadable",
            f"The table cannot be read from here on ({error}).",
            "Correct the line.",
            "error",
            reader.line_num,
        )
    results.tell(findings)
    return results


def _tell_too_long(findings: Findings, line: int) -> None:
    findings.add(
        "history-too-long",
        f"There are more than {format_count(_MOST_ROWS)} rows, or more in them than there is time "
        "for; those from here on were left out.",
        "Report less often.",
        line=line,
    )


def _numbers(row: dict[str, Tree], *, as_text: bool) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a row by name; words, lists and flags are no metrics."""
    own = {
        name: value
        for name, value in row.items()
        if name not in _HOUSEKEEPING and not name.startswith("config/")
    }
    is_flat = as_text or dict not in map(type, own.values())
    for name, value in own.items() if is_flat else flatten(own, "/"):
        if as_text or not isinstance(value, str):
            number = to_float(value)
            if number is not None:
                yield name, number
