"""Stage 1b: the values in DVCLive's files, wherever their bytes come from.

In: a file's text or tree. Out: reduced series. DVCLive's folders, a DVC project's run that
takes one over and revisions in git are read by these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from warnings import catch_warnings

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.model.series import Logged, Series, Steps, reduce_series
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded
from runfolio.sources.reading.parsing import (
    ParseError,
    Tree,
    flatten,
    text_of,
    to_float,
    to_step,
    to_steps,
)

__all__ = ["final_series", "history_points", "history_series"]

_TEXT_AT_ONCE = 1 << 20
_MOST_ROWS = 6_000_000
"""Rows of one file at most; memory is for no more."""
_MOST_ODD_ROWS = 1_000_000
"""Rows at most in parts of a file that have to be looked at row by row."""
_BAD_ROWS = 10_000
"""Rows without a step and a number after which the rest of a file is left out."""


def final_series(tree: dict[str, Tree], findings: Findings, separator: str) -> dict[str, Series]:
    """Return the series of one point each that a file of latest values holds.

    Parameters
    ----------
    tree : dict
        Nested values; a number ``step`` at the top is the step of them all.
    findings : Findings
        Told which of them are no numbers.
    separator : str
        Joins nested keys to names.

    Raises
    ------
    ParseError
        If it is nested too deeply.
    """
    step = to_step(tree.get("step"))
    found: dict[str, Series] = {}
    leaves = ((name, value) for name, value in flatten(tree, separator) if value != {})
    for name, value in bounded(leaves, "metrics", findings).items():
        if name == "step" and step is not None:
            continue
        number = to_float(value)
        if number is not None:
            steps = to_steps([step or 0])
            found[name] = reduce_series(name, steps, np.array([number]))
        elif value is not None:
            findings.add(
                "column-without-numbers",
                f"{name!r} holds no number (but {text_of(value)[:80]!r}); it is none of the "
                "metrics.",
                "Log what is no number as a param or tag.",
                "note",
            )
    return found


def history_series(
    metric: str, text: str, findings: Findings, delimiter: str = "\t"
) -> tuple[Series | None, int | None]:
    """Return the history in a table as `history_points` does, reduced."""
    points, time = history_points(metric, text, findings, delimiter)
    return None if points is None else reduce_series(*points), time


def history_points(
    metric: str, text: str, findings: Findings, delimiter: str = "\t"
) -> tuple[Logged | None, int | None]:
    """Return the history in a table, and when its first row was logged (in ms).

    The last cell of a row is the value and the one before it the step: a time may come
    first, and whether it does may change within a file, whose header is written once.
    """
    if not text or text.isspace():
        findings.add(
            "metric-empty", "The file of metrics is empty.", "Log the metric again, or remove it."
        )
        return None, None
    end = text.rfind("\n") + 1
    if text[end:].strip():
        findings.add(
            "row-cut",
            "The last line has no line end: it may be cut off in its middle; it was left out.",
            "Nothing to do if the run is still going on; else end the line if it is whole.",
            "note",
            text.count("\n") + 1,
        )
    at = text.find("\n") + 1
    with_time = text[:at].split(delimiter)[0] == "timestamp"
    rows = _Rows(metric, findings, delimiter)
    line = 2
    while at < end:
        if line - 2 >= _MOST_ROWS:
            _tell_too_long(findings, text.count("\n", at), line)
            break
        to = text.find("\n", min(at + _TEXT_AT_ONCE, end - 1)) + 1
        lines = text[at : to - 1].split("\n")
        if not rows.add_all(lines, line):
            break
        at, line = to, line + len(lines)
    if not rows.values:
        if not findings.problems():
            findings.add(
                "metric-empty",
                "The file of metrics holds no row behind its header.",
                "Log the metric again, or remove it.",
            )
        return None, None
    steps, values, times = rows.joined()
    if not with_time:
        return Logged(metric, steps, values), None
    return Logged(metric, steps, values, times), rows.first_time


class _Rows:
    """The rows of a table so far."""

    def __init__(self, metric: str, findings: Findings, delimiter: str) -> None:
        self.steps: list[Steps] = []
        self.values: list[NDArray[np.float64]] = []
        self.times: list[NDArray[np.float64]] = []
        self.first_time: int | None = None
        self._metric = metric
        self._findings = findings
        self._delimiter = delimiter
        self._bad = self._odd = 0

    def add_all(self, lines: Sequence[str], number: int) -> bool:
        """Take some lines, the first with the given number; tell whether to go on."""
        first = lines[0].split(self._delimiter)
        if not self.values and len(first) == 3:
            self.first_time = _milliseconds(first[0])
        kinds = [("time", "f8"), ("step", "i8"), ("value", "f8")][-len(first) :]
        try:
            with catch_warnings(action="error"):
                table = np.loadtxt(lines, kinds, delimiter=self._delimiter, comments=None, ndmin=1)
            steps, values = table["step"], table["value"]
        except (ValueError, Warning):  # some rows are of another kind
            self._odd += len(lines)
            if self._odd > _MOST_ODD_ROWS and self._odd > len(lines):
                _tell_too_long(self._findings, len(lines), number)
                return False
            return self._add_each([line.rsplit(self._delimiter, 2) for line in lines], number)
        self.steps.append(np.ascontiguousarray(steps))
        self.values.append(np.ascontiguousarray(values))
        with_time = len(kinds) == 3
        self.times.append(table["time"].copy() if with_time else np.full(len(values), np.nan))
        return True

    def joined(self) -> tuple[Steps, NDArray[np.float64], NDArray[np.float64]]:
        """Return all steps, values and times, and let go of the parts."""
        steps = cast(Steps, np.concatenate(self.steps))
        self.steps.clear()
        values = np.concatenate(self.values)
        self.values.clear()
        times = np.concatenate(self.times)
        self.times.clear()
        return steps, values, times

    def _add_each(self, rows: Sequence[Sequence[str]], number: int) -> bool:
        steps: list[int | float] = []
        values: list[float] = []
        times: list[float] = []
        for line, cells in enumerate(rows, number):
            if not any(cell.strip() for cell in cells):
                continue
            value = to_float(cells[-1].strip())
            step = to_step(cells[-2].strip()) if len(cells) > 1 else None
            if value is None:
                self._findings.add(
                    "metric-not-a-number",
                    f"{self._metric!r} is {cells[-1].strip()[:80]!r}, not a number (NaN itself "
                    "is one); this point was left out.",
                    "Log what is no number as a param.",
                    line=line,
                )
            elif step is None:
                self._findings.add(
                    "step-not-a-number",
                    "The row has no number as its step; it was left out.",
                    "Write the step into the row.",
                    line=line,
                )
            else:
                steps.append(step)
                values.append(value)
                time = to_float(cells[0].strip()) if len(cells) > 2 else None
                times.append(np.nan if time is None else time)
                continue
            self._bad += 1
        if values:
            self.steps.append(to_steps(steps))
            self.values.append(np.array(values))
            self.times.append(np.array(times))
        if self._bad <= _BAD_ROWS:
            return True
        unreadable(
            self._findings,
            ParseError(f"has more than {format_count(_BAD_ROWS)} rows that are no points"),
        )
        return False


def _tell_too_long(findings: Findings, left_out: int, line: int) -> None:
    findings.add(
        "history-too-long",
        f"The file has more rows than there is room or time for; the {format_count(left_out)} "
        "from here on and what comes behind them were left out.",
        "Log less often, or split the run.",
        line=line,
    )


def _milliseconds(cell: str) -> int | None:
    time = to_float(cell)
    return int(time) if time is not None and 1e11 < time < 1e14 else None
