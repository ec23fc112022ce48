"""Stage 2b: the distinct texts of columns, looked up once however often they are asked for.

Most texts of large logs are numbers. None of them holds a secret, a name or a path, so they stay
in Arrow's memory until something asks for a number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Distinct", "DistinctTexts", "Gathered", "numbers_among"]

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_IN_NUMBERS = re.compile(r"[-+.0-9eE]*")
"""What stands in a number has no other signs."""


class Distinct(NamedTuple):
    """The texts of a column, each once."""

    words: frozenset[str]
    numbers: pa.Array | None = None

    def among(self, texts: frozenset[str], numbers: frozenset[str]) -> frozenset[str]:
        """Return which texts stand in the column, of these and of these numbers."""
        found = self.words & texts
        if numbers and self.numbers is not None:
            found |= numbers.intersection(self.numbers.to_pylist())
        return found


class DistinctTexts:
    """The distinct texts of columns; one column is read once, in whatever tables it stands.

    It keeps the columns that it was asked for, so it is made for a build and dropped.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Distinct]] = {}

    def of(self, column: pd.Series | pd.Index) -> Distinct:
        """Return the distinct texts of a column of texts or of objects.

        Parameters
        ----------
        column : Series or Index
        """
        if isinstance(column.dtype, pd.StringDtype) and hasattr(column.array, "__arrow_array__"):
            whole = column.array.__arrow_array__()  # the same object for the same texts
            if id(whole) not in self._known:
                self._known[id(whole)] = whole, _distinct(whole)
            return self._known[id(whole)][1]
        return Distinct(frozenset(v for v in column.to_numpy(object) if type(v) is str))


def _distinct(texts: pa.Array | pa.ChunkedArray) -> Distinct:
    import pyarrow.compute as pc

    texts = texts.unique().drop_null()
    is_number = pc.match_substring_regex(texts, rf"\A(?:{_NUMBER})\z")
    words = frozenset(texts.filter(pc.invert(is_number)).to_pylist())
    numbers = texts.filter(is_number)
    return Distinct(words, numbers if len(numbers) else None)


class Gathered(Collection[str]):
    """All texts of tables and settings.

    Parameters
    ----------
    words : set of str
        Those that are no numbers, and some that are.
    columns : iterable of Distinct
    """

    def __init__(self, words: Iterable[str], columns: Iterable[Distinct]) -> None:
        self._columns = tuple(columns)
        self.words = frozenset(words).union(*(one.words for one in self._columns))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in columns."""
        told = (one.numbers.to_pylist() for one in self._columns if one.numbers is not None)
        return frozenset().union(*told)

    def able(self, known: Iterable[str]) -> frozenset[str]:
        """Return the texts that may hold any of these: numbers only where one may stand there."""
        return self.words | self.numbers if numbers_among(known) else self.words

    def __contains__(self, text: object) -> bool:
        return text in self.words or text in self.numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.words | self.numbers)

    def __len__(self) -> int:
        return len(self.words | self.numbers)


def numbers_among(texts: Iterable[str]) -> frozenset[str]:
    """Return the texts that may stand in a number."""
    return frozenset(text for text in texts if text and _IN_NUMBERS.fullmatch(text))
