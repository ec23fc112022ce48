"""Stage 1b: a column that may hold numbers or texts, told apart only when it was read.

In: cells of CSV or JSON, block by block. Out: numbers, or texts of which each is kept once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.sources.reading.csv_table import MISSING
from runfolio.sources.reading.findings import SHOWN_PER_KIND
from runfolio.sources.reading.parsing import text_of, to_float

__all__ = ["MOST_TEXTS", "MixedColumn"]

MOST_TEXTS = 10_000
"""Different texts of one column that are told apart; further ones count as one more."""

_LONGEST = 200
_OTHER = "(other)"


class MixedColumn:
    """The cells of one column so far: a number, a text or nothing a row.

    Parameters
    ----------
    as_text : bool
        Whether numbers are texts too, as versions are.
    """

    __slots__ = ("_as_text", "_codes", "_names", "_numbers", "odd", "texts")

    def __init__(self, *, as_text: bool) -> None:
        self._as_text = as_text
        self._numbers = array("d")
        self._codes = array("i")  # -1: no text
        self._names: dict[str, int] = {}
        self.odd: list[tuple[int, str]] = []
        self.texts = 0

    def pad(self, rows: int) -> None:
        """Put nothing into rows up to row number `rows` that have nothing yet."""
        missing = rows - len(self._codes)
        if missing > 0:
            self._numbers.extend([np.nan] * missing)
            self._codes.extend([-1] * missing)

    def add(self, lines: Sequence[int], cells: Sequence[Any]) -> None:
        """Add cells of the next rows, with the lines that they stand in."""
        if not self._as_text:
            try:
                self._numbers.extend(list(map(float, cells)))
                self._codes.extend([-1] * len(cells))
                return
            except (ValueError, TypeError):
                del self._numbers[len(self._codes) :]
        for line, cell in zip(lines, cells, strict=True):
            self._add_one(line, cell)

    def _add_one(self, line: int, cell: Any) -> None:
        text = cell.strip() if isinstance(cell, str) else cell
        if text is None or (isinstance(text, str) and text in MISSING):
            self._numbers.append(np.nan)
            self._codes.append(-1)
            return
        number = (
            None
            if self._as_text
            else float(text)
            if isinstance(text, bool)  # as a column without a gap takes it
            else to_float(text)
        )
        self._numbers.append(np.nan if number is None else number)
        if number is not None:
            self._codes.append(-1)
            return
        self.texts += 1
        name = text_of(text)[:_LONGEST]
        if len(self.odd) < SHOWN_PER_KIND:
            self.odd.append((line, name[:80]))
        if name not in self._names and len(self._names) >= MOST_TEXTS:
            name = _OTHER
        self._codes.append(self._names.setdefault(name, len(self._names)))

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The numbers by row, NaN where there is none."""
        return np.array(self._numbers, np.float64)

    @property
    def is_text(self) -> bool:
        """Whether there are more texts than numbers."""
        return self._as_text or self.texts > int(np.sum(~np.isnan(self.numbers)))

    def as_texts(self) -> tuple[str | None, ...]:
        """Return the texts; of a number among them, the number as text."""
        names = list(self._names)
        return tuple(
            names[code] if code >= 0 else None if np.isnan(number) else f"{number:g}"
            for code, number in zip(self._codes, self._numbers, strict=True)
        )
