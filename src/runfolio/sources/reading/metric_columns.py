"""Stage 1b: the columns of a table of metrics, as its rows come in.

In: rows, one by one or in blocks. Out: a reduced series per column of numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from runfolio.model.run_series import RunSeries
from runfolio.model.series import Logged, Series, Steps, Times
from runfolio.sources.reading.csv_head import word_of
from runfolio.sources.reading.csv_table import Block
from runfolio.sources.reading.findings import SHOWN_PER_KIND, Findings
from runfolio.sources.reading.limits import MOST_NAMES, tell_names
from runfolio.sources.reading.number_column import NumberColumn
from runfolio.sources.reading.parsing import Tree

__all__ = ["STEPS", "TIMES", "MetricColumns"]

STEPS = (
    *("step", "global_step", "trainer/global_step", "_step", "iteration", "iter"),
    *("training_iteration", "epoch", "episode", "round", "batch"),
)
"""Names of columns of steps; of those that a table has, the first counts."""

TIMES = frozenset(
    {"timestamp", "time", "datetime", "date", "wall_time", "walltime", "created_at", "updated_at"}
)
"""Names of columns of times, which are no metrics."""


_CLOCKS = ("timestamp", "wall_time", "walltime", "time")
"""Those of them that may hold numbers: seconds or milliseconds since 1970."""
_MILLISECONDS = 1e11
"""From this number on a time is one of milliseconds."""


class MetricColumns:
    """Takes rows and gives series.

    Parameters
    ----------
    decimal : {".", ","}
        The sign that cells may have before their decimals, beside the point.
    """

    def __init__(self, decimal: str = ".") -> None:
        self._decimal = decimal
        self._metrics: dict[str, NumberColumn] = {}
        self._counters: dict[str, NumberColumn] = {}
        self._clocks: dict[str, NumberColumn] = {}
        self._by_name: dict[str, NumberColumn | None] = {}
        self._lines = array("i")
        self._left_out = 0
        """Values whose names are more than there is room for."""

    def add_row(self, line: int, row: Mapping[str, Tree]) -> None:
        """Add one row, whose cells are values of JSON."""
        number = len(self._lines)
        for name, cell in row.items():
            column = self._column(name)
            if column is not None and cell is not None:
                column.add(number, line, cell)
        self._lines.append(line)

    def add_block(self, block: Block) -> None:
        """Add rows of a table of text."""
        for name, cells in block.columns.items():
            column = self._column(name)
            if column is not None:
                column.add_cells(len(self._lines), block.lines, cells, self._decimal)
        self._lines.extend(block.lines)

    def take_constants(self) -> dict[str, str]:
        """Take out the columns that hold one and the same text in all rows; return these."""
        found = {
            name: next(iter(column.texts))
            for name, column in self._metrics.items()
            if column.odd_count == len(self._lines) and len(column.texts) == 1
        }
        for name in found:
            del self._metrics[name]
        return found

    def series(self, findings: Findings) -> list[Series]:
        """Return the series of all columns of numbers, and tell of all else; ends its use."""
        count = len(self._lines)
        word = next((word for word in STEPS if self._has(word)), None)
        steps: Steps = np.arange(count)
        known = np.ones(count, np.bool_)
        if word:
            steps, known = self._counters[word].spread(count)
            self._report_unstepped(word, known, findings)
        _report_texts(self._metrics, findings)
        if self._left_out:
            tell_names(findings, "metrics", self._left_out)
        found = RunSeries()
        times = self._times(count)
        for name in list(self._metrics):
            column = self._metrics.pop(name)  # its memory is free after its turn
            if column.is_text or not column.values:
                continue
            at, values = column.points()
            if not known.all():
                kept = known[at]
                at, values = at[kept], values[kept]
            if len(values):
                found.add(Logged(name, steps[at], values, None if times is None else times[at]))
            column.report_odd(name, findings)
        return found.reduced()

    def _column(self, name: str) -> NumberColumn | None:
        """Return the column of a name; None where its cells are of no use."""
        if name in self._by_name:
            return self._by_name[name]
        if len(self._by_name) >= MOST_NAMES:
            self._left_out += 1
            return None
        word = word_of(name)
        column = None
        if word in STEPS and word not in self._counters:
            column = self._counters[word] = NumberColumn(is_step=True)
        elif word in _CLOCKS and word not in self._clocks:
            column = self._clocks[word] = NumberColumn()
        elif word not in STEPS and word not in TIMES:
            column = self._metrics[name] = NumberColumn()
        self._by_name[name] = column
        return column

    def _times(self, count: int) -> Times | None:
        """Return the time of each row in ms, NaN where it has none; None without any."""
        for word in _CLOCKS:
            clock = self._clocks.get(word)
            if clock is not None and clock.values:
                at, numbers = clock.points()
                times = np.full(count, np.nan)
                with np.errstate(over="ignore"):  # what is no time may be any number
                    times[at] = np.where(numbers < _MILLISECONDS, numbers * 1000.0, numbers)
                return times
        return None

    def _has(self, word: str) -> bool:
        counter = self._counters.get(word)
        return counter is not None and bool(counter.values or counter.odd_count)

    def _report_unstepped(self, word: str, known: NDArray[np.bool_], findings: Findings) -> None:
        if known.all():
            return
        used = np.zeros(len(known), np.bool_)
        for column in self._metrics.values():
            used[column.points()[0]] = True
        used[np.array(self._counters[word].odd_rows, np.intp)] = True
        for row in np.flatnonzero(used & ~known).tolist():
            findings.add(
                "step-not-a-number",
                f"The row has no number as its {word}; it was left out.",
                "Write the step into the row.",
                line=self._lines[row],
            )


def _report_texts(columns: Mapping[str, NumberColumn], findings: Findings) -> None:
    """Tell once of all columns without numbers."""
    texts = {
        name: column.odd[0]
        for name, column in columns.items()
        if column.is_text or (column.odd and not column.values)
    }
    if not texts:
        return
    line, cell = next(iter(texts.values()))
    some = [repr(name) for name in texts][:SHOWN_PER_KIND]
    more = len(texts) - len(some)
    names = ", ".join(some) + (f" and {more} more" if more else "")
    one = len(texts) == 1
    findings.add(
        "column-without-numbers",
        f"{names} {'holds no number' if one else 'hold no numbers'} (but for instance {cell!r}); "
        f"{'it is' if one else 'they are'} none of the metrics.",
        "Log what is no number as a param or tag.",
        "note",
        line,
    )
