"""Stage 1d: some rows of a table, as rules see them.

In: columns of text (CSV) or with types (Parquet, databases). Out: numbers, times, matches and
hashes as numpy arrays, each worked out once however many rules ask for it. The one module,
beside the readers, that knows pyarrow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from runfolio.checks.hashing import Hashes, combined, text_hashes

__all__ = ["MISSING", "Batch", "Flags", "is_pattern", "without_missing"]

Flags = NDArray[np.bool_]

_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
_DECIMAL = r"^-?(0|[1-9]\d*)(\.\d*([eE][+-]?\d+)?|[eE][+-]?\d+)$"
"""Numbers that a float can stand for; one without point and exponent stays as it is."""
MISSING = np.uint64(0x5851F42D4C957F2D)
"""The hash of a cell without a value."""

_T = TypeVar("_T")


class Batch:
    """Some rows of a table.

    Parameters
    ----------
    columns : mapping of str to pyarrow.Array
        Of equal length; missing cells are null.
    first : int
        Number of the first row, counted from 1.
    rows : int
    """

    def __init__(self, columns: Mapping[str, Any], first: int, rows: int) -> None:
        self.columns, self.first, self.rows = columns, first, rows
        self._known: dict[tuple[object, ...], Any] = {}

    def missing(self, column: str) -> Flags:
        """Tell which cells have no value."""
        return self.once(("missing", column), lambda: self._missing(column))

    def number(self, column: str) -> NDArray[np.float64]:
        """Return the cells as numbers, NaN where one is missing or no number."""
        return self.once(("number", column), lambda: self._number(column))

    def time(self, column: str) -> tuple[NDArray[np.int64], Flags]:
        """Return the cells as microseconds since 1970 in UTC, and which of them are times.

        A time without a zone is taken for one in UTC.
        """
        return self.once(("time", column), lambda: self._time(column))

    def identity(self, column: str) -> Hashes:
        """Return a hash for each cell, equal for equal values: 18.0 is 18, but 018 is not."""
        return self.once(("identity", column), lambda: self._identity(column))

    def identities(self, columns: Sequence[str]) -> Hashes:
        """Return a hash for each row of some columns."""
        return combined([self.identity(column) for column in columns])

    def is_in(self, column: str, values: Sequence[str]) -> Flags:
        """Tell which cells are one of the values."""
        import pyarrow as pa
        import pyarrow.compute as pc

        return _flags(pc.is_in(self._text(column), value_set=pa.array(values, pa.string())))

    def fullmatch(self, column: str, pattern: str) -> Flags:
        """Tell which cells match the pattern as a whole.

        Raises
        ------
        ValueError
            If it is no pattern of RE2, whose time grows with the text alone.
        """
        import pyarrow.compute as pc

        matched = pc.match_substring_regex(self._text(column), rf"^(?:{pattern})$")
        return _flags(pc.fill_null(matched, False))

    def text(self, column: str, rows: Sequence[int]) -> list[str]:
        """Return some cells as text, empty where one is missing."""
        own = self._text(column)
        return [own[row].as_py() or "" for row in rows]

    def texts(self, column: str) -> NDArray[np.object_]:
        """Return all cells as text, empty where one is missing."""
        import pyarrow.compute as pc

        found: NDArray[np.object_] = pc.fill_null(self._text(column), "").to_numpy(
            zero_copy_only=False
        )
        return found

    def once(self, key: tuple[object, ...], make: Callable[[], _T]) -> _T:
        """Return what `make` makes, made once."""
        if key not in self._known:
            self._known[key] = make()
        found: _T = self._known[key]
        return found

    def _missing(self, column: str) -> Flags:
        import pyarrow as pa

        own = self.columns[column]
        if not own.null_count and not pa.types.is_floating(own.type):
            return np.zeros(self.rows, dtype=bool)
        return _flags(own.is_null(nan_is_null=True))

    def _text(self, column: str) -> Any:
        return self.once(("text", column), lambda: self._as_text(column))

    def _as_text(self, column: str) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        own = self.columns[column]
        if pa.types.is_string(own.type):
            return own
        return _text_of_floats(own) if pa.types.is_floating(own.type) else pc.cast(own, pa.string())

    def _number(self, column: str) -> NDArray[np.float64]:
        import pyarrow as pa
        import pyarrow.compute as pc

        own = self.columns[column]
        if pa.types.is_temporal(own.type):
            return np.full(self.rows, np.nan)
        try:
            own = pc.cast(own, pa.float64(), safe=False)
        except pa.ArrowInvalid:
            is_number = pc.match_substring_regex(own, _NUMBER)
            own = pc.cast(pc.utf8_trim_whitespace(pc.if_else(is_number, own, None)), pa.float64())
        own = pc.fill_null(own, np.nan) if own.null_count else own
        return np.asarray(own.to_numpy(zero_copy_only=False))

    def _time(self, column: str) -> tuple[NDArray[np.int64], Flags]:
        import pyarrow as pa
        import pyarrow.compute as pc

        own = self.columns[column]
        if not (pa.types.is_temporal(own.type) or pa.types.is_string(own.type)):
            return np.zeros(self.rows, dtype=np.int64), np.zeros(self.rows, dtype=bool)
        zone = getattr(own.type, "tz", None)
        times = None
        for known in (zone, "UTC"):  # all without a zone, or all with one
            with suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError):
                times = pc.cast(own, pa.timestamp("us", tz=known), safe=False)
                break
        if times is None:
            times = _times_of_any_form(own)
        times = pc.cast(times, pa.int64())
        if not times.null_count:
            return np.asarray(times), np.ones(self.rows, dtype=bool)
        return np.asarray(pc.fill_null(times, 0)), ~_flags(times.is_null())

    def _identity(self, column: str) -> Hashes:
        import pyarrow as pa
        import pyarrow.compute as pc

        own = self._text(column)
        written = own.buffers()[2].to_pybytes() if own.buffers()[2] else b""
        has_digits = len(written.translate(None, b"0123456789")) < len(written)
        if has_digits and any(sign in written for sign in (b".", b"e", b"E")):
            # Perhaps numbers that are written in another way; 007 is none.
            is_number = pc.fill_null(pc.match_substring_regex(own, _DECIMAL), False)
            if pc.any(is_number).as_py():
                numbers = pc.cast(pc.if_else(is_number, own, None), pa.float64())
                own = pc.if_else(is_number, _text_of_floats(numbers), own)
        _, offsets, data = own.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)[own.offset : own.offset + len(own) + 1]
        hashes = text_hashes(ends[:-1], np.diff(ends), data or b"")
        if own.null_count:
            hashes[_flags(own.is_null())] = MISSING
        return hashes


def is_pattern(pattern: str) -> bool:
    """Tell whether a regular expression is one of RE2, too."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), rf"^(?:{pattern})$")
    except pa.ArrowInvalid:
        return False
    return True


def without_missing(own: Any, missing: Sequence[str]) -> Any:
    """Return a column of text with null where a cell is empty or stands for no value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(own.type):
        own = own.dictionary_decode()
    if pa.types.is_large_string(own.type) or pa.types.is_string_view(own.type):
        own = pc.cast(own, pa.string())
    if not pa.types.is_string(own.type):
        return own
    empty = pc.is_in(own, value_set=pa.array(["", *missing], pa.string()))
    return pc.if_else(empty, None, own) if pc.any(empty).as_py() else own


def _text_of_floats(own: Any) -> Any:
    """Return floats as text; a whole number as one (``10000000000`` and not ``1e+10``)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own = pc.cast(own, pa.float64())
    own = pc.if_else(pc.is_null(own, nan_is_null=True), None, own)
    whole = pc.and_(pc.equal(own, pc.trunc(own)), pc.less(pc.abs(own), 2.0**53))
    integers = pc.cast(pc.if_else(whole, own, None), pa.int64())
    return pc.coalesce(pc.cast(integers, pa.string()), pc.cast(own, pa.string()))


def _times_of_any_form(own: Any) -> Any:
    """Read times of which some have a zone, or are no times."""
    import pandas as pd
    import pyarrow as pa

    found = pd.to_datetime(
        pd.Series(own.to_pylist(), dtype=object), format="ISO8601", utc=True, errors="coerce"
    )
    utc = found.astype("datetime64[us, UTC]").dt.tz_convert(None).to_numpy()
    return pa.array(utc, pa.timestamp("us"), from_pandas=True)


def _flags(own: Any) -> Flags:
    found: Flags = own.to_numpy(zero_copy_only=False)
    return found
