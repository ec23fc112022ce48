"""Stage 1b: what the first bytes of a table tell, so that a file need not be read to be judged.

In: a file that may be a table. Out: its delimiter, and its first rows by column.
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from itertools import zip_longest
from typing import NamedTuple

from runfolio.sources.reading.csv_table import names_of
from runfolio.sources.reading.parsing import decode, to_float
from runfolio.storage.base import Place

__all__ = ["Head", "head_of", "word_of"]

_BYTES = 64 * 1024
_CELLS = 64 * 1024
_DELIMITERS = (",", ";", "\t")
_GAPS = re.compile(r"[\s\-]+")


class Head(NamedTuple):
    """The first rows of a table: stripped cells by column, without unnamed columns."""

    delimiter: str
    columns: dict[str, list[str]]

    def is_number(self, cell: str) -> bool:
        """Tell whether a cell is a number, which may have a comma where commas part no cells."""
        return to_float(cell if self.delimiter == "," else cell.replace(",", ".", 1)) is not None


def head_of(place: Place) -> Head | None:
    """Look at a file's first bytes; None where they are no table.

    Raises
    ------
    StorageError
        If the file cannot be read.
    """
    data = place.head(_BYTES)
    text, _ = decode(data)
    if len(data) == _BYTES:
        text = text[: text.rfind("\n") + 1]  # the last line may be cut
    header = text.lstrip("\r\n").partition("\n")[0]
    try:
        widths = {sign: len(next(csv.reader([header], delimiter=sign), [])) for sign in _DELIMITERS}
        delimiter = max(widths, key=widths.__getitem__)
        if widths[delimiter] < 2:
            return None
        rows = [row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return None
    names = names_of(rows[0])
    rows = [row for row in rows[1 : 1 + _CELLS // len(names)] if names_of(row) != names]
    columns = zip_longest(*rows, fillvalue="") if rows else ([] for _ in names)
    found: dict[str, list[str]] = {}
    for name, cells in zip(names, columns, strict=False):
        if name:
            found.setdefault(name, [cell.strip() for cell in cells])
    return Head(delimiter, found)


def word_of(name: str) -> str:
    """Return a column's name as it is compared: ``Global Step`` is ``global_step``."""
    return _GAPS.sub("_", name.strip().lower())
