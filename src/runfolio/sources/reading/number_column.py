"""Stage 1b: one column of a table of metrics, as its cells come in.

In: cells, one by one or in blocks. Out: numbers, the rows that they are in, and what was no
number. Numbers take eight bytes each, and the number of their row is held only where cells
of the column are missing: so large tables fit into memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.model.series import Steps
from runfolio.sources.reading.csv_table import MISSING
from runfolio.sources.reading.findings import SHOWN_PER_KIND, Findings
from runfolio.sources.reading.parsing import Tree, text_of, to_float, to_step

__all__ = ["NumberColumn"]

_STEP_DIGITS = 18
_EXACT_DIGITS = 15
_EXACT = 10**_EXACT_DIGITS
"""Below it, a float holds every whole number."""
_STEP_LIMIT = 1e300
_TEXT_FROM = 10_000
"""Cells that are no numbers from which on a column with fewer numbers is taken for text."""


class NumberColumn:
    """The cells of one column so far.

    Parameters
    ----------
    is_step : bool
        Whether whole numbers are to stay such, and infinities are no numbers.
    """

    __slots__ = ("_is_step", "_rows", "odd", "odd_count", "odd_rows", "texts", "values")

    def __init__(self, *, is_step: bool = False) -> None:
        self._is_step = is_step
        self.values: array[Any] = array("q" if is_step else "d")
        self._rows: array[int] | None = None  # None: row 0, 1, 2 … without a gap
        self.odd: list[tuple[int, str]] = []
        self.odd_count = 0
        self.odd_rows = array("i")  # of steps alone
        self.texts: set[str] = set()  # of cells that are no numbers, two at most

    @property
    def is_text(self) -> bool:
        """Whether the column is not one of numbers, though a few may be in it."""
        return self.odd_count > max(_TEXT_FROM, len(self.values))

    def add(self, row: int, line: int, cell: Tree) -> None:
        """Add a value of JSON."""
        kind = type(cell)
        if (kind is float and not self._is_step) or (kind is int and -_EXACT < cell < _EXACT):
            self._append(row, cell)
            return
        if kind is str:
            if cell.strip() in MISSING:
                return
            if self.is_text:
                self.odd_count += 1
                return
        number = None if kind is str and cell in self.texts else self._number(cell, ".")
        if number is None:
            self._add_odd(row, line, text_of(cell))
        else:
            self._append(row, number)

    def add_cells(
        self, start: int, lines: Sequence[int], cells: Sequence[str], decimal: str
    ) -> None:
        """Add text cells of consecutive rows from row number `start` on."""
        rows = range(start, start + len(cells))
        try:
            self._extend(rows, self._parse(cells))
            return
        except ValueError:
            pass
        if self.is_text:
            self.odd_count += sum(map(bool, cells))
            return
        try:
            self._extend(list(compress(rows, cells)), self._parse(list(filter(None, cells))))
            return
        except ValueError:
            pass
        self._add_mixed(start, lines, [cell.strip() for cell in cells], decimal)

    def _add_mixed(
        self, start: int, lines: Sequence[int], cells: Sequence[str], decimal: str
    ) -> None:
        """Add stripped cells, some of which are missing or no numbers."""
        plain = not self._is_step and decimal == "."
        rows: list[int] = []
        good: list[int | float] = []
        number: int | float | None
        for index, cell in enumerate(cells):
            if cell in MISSING:
                continue
            try:
                number = float(cell) if plain else self._number(cell, decimal)
            except ValueError:
                number = None
            if number is None:
                self._add_odd(start + index, lines[index], cell)
            else:
                rows.append(start + index)
                good.append(number)
        self._extend(rows, good)

    def points(self) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the rows that hold a number, and the numbers."""
        count = len(self.values)
        at = np.arange(count) if self._rows is None else np.array(self._rows, np.intp)
        return at, np.array(self.values)

    def spread(self, count: int) -> tuple[Steps, NDArray[np.bool_]]:
        """Return the number of each of `count` rows (0 where it has none), and if it has."""
        at, values = self.points()
        spread = np.zeros(count, values.dtype)
        known = np.zeros(count, np.bool_)
        spread[at] = values
        known[at] = True
        return spread, known

    def report_odd(self, name: str, findings: Findings) -> None:
        """Tell of the cells that are no numbers."""
        for line, cell in self.odd:
            findings.add(
                "metric-not-a-number",
                f"{name!r} is {cell!r}, not a number (NaN itself is one); this point was left out.",
                "Correct the cell, or leave it empty where nothing was logged.",
                line=line,
            )
        findings.also("metric-not-a-number", self.odd_count - len(self.odd))

    def _parse(self, cells: Sequence[str]) -> list[int] | list[float] | list[int | float]:
        if not self._is_step:
            return list(map(float, cells))
        if cells and max(map(len, cells)) > _STEP_DIGITS:
            raise ValueError("more than 64 bits may hold")
        try:
            return list(map(int, cells))
        except ValueError:
            return self._parse_fractions(cells)

    @staticmethod
    def _parse_fractions(cells: Sequence[str]) -> list[int | float]:
        """Return steps of which some have decimals, as epochs do."""
        numbers = list(map(float, cells))
        if max(map(len, cells)) > _EXACT_DIGITS or not all(
            -_STEP_LIMIT < number < _STEP_LIMIT for number in numbers
        ):
            raise ValueError("more than a float may hold")
        return [int(number) if number.is_integer() else number for number in numbers]

    def _append(self, row: int, number: int | float) -> None:
        if self._rows is None and row != len(self.values):
            self._rows = array("i", range(len(self.values)))
        if self._rows is not None:
            self._rows.append(row)
        try:
            self.values.append(number)
        except (TypeError, OverflowError):  # a step with decimals, or of more than 64 bits
            self.values = array("d", self.values)
            self.values.append(number)

    def _extend(self, rows: Sequence[int], numbers: list[Any]) -> None:
        if not numbers:
            return
        have = len(self.values)
        if self._rows is None and (rows[0] != have or rows[-1] != have + len(rows) - 1):
            self._rows = array("i", range(have))
        if self._rows is not None:
            self._rows.extend(rows)
        try:
            self.values.fromlist(numbers)
        except (TypeError, OverflowError):
            self.values = array("d", self.values)
            self.values.fromlist(numbers)

    def _number(self, cell: Tree, decimal: str) -> int | float | None:
        number = self._plain_number(cell)
        if number is None and decimal != "." and isinstance(cell, str):
            number = self._plain_number(cell.replace(decimal, ".", 1))
        return number

    def _plain_number(self, cell: Tree) -> int | float | None:
        if not self._is_step:
            return to_float(cell)
        try:
            step = to_step(cell)
        except OverflowError:  # a whole number of hundreds of digits
            return None
        return step if step is None or abs(step) < _STEP_LIMIT else None

    def _add_odd(self, row: int, line: int, text: str) -> None:
        self.odd_count += 1
        if self._is_step:
            self.odd_rows.append(row)
        elif self.odd_count > SHOWN_PER_KIND and len(self.texts) > 1:
            return
        if len(self.odd) < SHOWN_PER_KIND:
            self.odd.append((line, text[:80]))
        if len(self.texts) < 2:
            self.texts.add(text)
