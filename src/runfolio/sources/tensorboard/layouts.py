"""Stage 1b: records of one layout, decoded by the thousand.

In: the first record of some tag, and where others lie that look alike. Out: their steps and
values, and which of them are damaged.

A run logs the same few tags over and over, and two records of one tag differ only in the
bytes of the time, the step, the value and the checksum. So the bytes of all records are
gathered into a table with a row per record, and its columns are decoded at once. The checksum
is linear: what does not vary is in it once and for all.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.sources.reading.crc32c import REACH, contributions, masked, unmasked
from runfolio.sources.tensorboard.logged import Column

__all__ = ["HEADER", "LONGEST", "WALL", "Layout", "Slot", "Trail"]

HEADER = 12
"""Bytes of a record before its data: length and the length's checksum."""
LONGEST = REACH
"""Bytes of data that a record with a layout may have."""
WALL = 13
"""Where the eight bytes of the time lie in a record: behind the first field's key."""
_MIN_REPEATS = 8
"""So often a sequence of records must be repeated to be taken as a whole."""
_LONGEST_TRAIL = 4096
_CRC = struct.Struct("<I").unpack_from


@dataclass(frozen=True, slots=True)
class _Varying:
    """The bytes that differ between records of a layout: those of the checksum come last."""

    places: list[int]
    column: NDArray[np.int64]
    """The same, one below the other."""
    tables: list[NDArray[np.uint32]]
    """Of each but the last four, what its values contribute to the checksum."""
    changing: NDArray[np.bool_]
    """Of each byte of a record, whether it is among them."""


@lru_cache(maxsize=1024)
def _varying(size: int, spans: tuple[tuple[int, int], ...]) -> _Varying:
    """Return what varies in records of a size with a step and numbers at these places."""
    end = size - 4
    places = [*range(WALL, WALL + 8), *(at for span in spans for at in range(*span))]
    tables = [contributions()[end - 1 - at] for at in places]
    places += range(end, size)
    changing = np.zeros(size, np.bool_)
    changing[places] = True
    return _Varying(places, np.array(places)[:, None], tables, changing)


@dataclass(frozen=True, slots=True)
class Slot:
    """A number in a record: where it lies from the record's start, its size and its metric's."""

    at: int
    size: int
    column: Column | None


class Layout:
    """One shape of records.

    Parameters
    ----------
    record : bytes
        A record that is whole and undamaged, with its header and checksum.
    step : tuple of int
        Where the step begins and ends in it.
    slots : sequence of Slot
    """

    __slots__ = (
        *("_constant", "_repeated", "_slots", "_step_bytes", "_varying"),
        *("places", "record", "seen"),
    )

    def __init__(self, record: bytes, step: tuple[int, int], slots: Sequence[Slot]) -> None:
        self.record = record
        self.places: list[int] = []
        """Where such records were met in the piece of the stream that is read."""
        self._repeated: list[NDArray[np.int64]] = []
        self.seen = -1
        """Where the last of them is in the reader's trail."""
        self._slots = slots
        self._step_bytes = step[1] - step[0]
        spans = (step, *((slot.at, slot.at + slot.size) for slot in slots))
        self._varying = _varying(len(record), spans)
        constant = unmasked(_CRC(record, len(record) - 4)[0])
        for at, table in zip(self._varying.places, self._varying.tables, strict=False):
            constant ^= table.item(record[at])
        self._constant = np.uint32(constant)

    @property
    def changing(self) -> NDArray[np.bool_]:
        """Which bytes are not the same in all such records."""
        return self._varying.changing

    @property
    def is_used(self) -> bool:
        """Whether there is something to `decode`."""
        return bool(self.places or self._repeated)

    def repeat(self, start: int, every: int, times: int) -> None:
        """Take note of records at equal distances."""
        self._repeated.append(np.arange(start, start + every * times, every))

    def decode(self, data: NDArray[np.uint8], base: int) -> list[int]:
        """Hand the points of the records found so far to their columns.

        Parameters
        ----------
        data : ndarray of uint8
            The piece of the stream.
        base : int
            Where it begins in the stream.

        Returns
        -------
        list of int
            Where those records lie whose checksum is wrong, or that only look alike.
        """
        places = np.array(self.places, np.int64)
        if self._repeated:
            places = np.concatenate((places, *self._repeated))
            places.sort()
        self.places.clear()
        self._repeated.clear()
        varying = self._varying
        cells = data[varying.column + places]  # a row per byte, a column per record
        crc = np.full(len(places), self._constant)
        for table, row in zip(varying.tables, cells, strict=False):
            crc ^= table.take(row)
        good = masked(crc) == _numbers(cells[-4:], "<u4")
        at = 8 + self._step_bytes
        steps = np.zeros(len(places), np.uint64)
        for number, row in enumerate(cells[8:at]):
            steps |= (row & 127).astype(np.uint64) << np.uint64(7 * number)
            good &= (row < 128) == (number == self._step_bytes - 1)
        signed = steps.view(np.int64)
        walls = _numbers(cells[:8], "<f8")
        whole = bool(good.all())
        order = places + base
        for slot in self._slots:
            dtype = "<f4" if slot.size == 4 else "<f8"
            with np.errstate(invalid="ignore"):  # a signalling NaN is a NaN like others
                values = _numbers(cells[at : at + slot.size], dtype).astype(np.float64)
            at += slot.size
            if slot.column is not None and whole:
                slot.column.add(order, signed, values, walls)
            elif slot.column is not None:
                slot.column.add(order[good], signed[good], values[good], walls[good])
        bad: list[int] = places[~good].tolist()
        return bad


def _numbers(cells: NDArray[np.uint8], dtype: str) -> NDArray[Any]:
    """Return the numbers whose bytes stand below each other."""
    return np.ascontiguousarray(cells.T).view(dtype)[:, 0]


class Trail:
    """The records met last, in which a sequence that is repeated is looked for."""

    __slots__ = ("_misses", "_patience", "_records")

    def __init__(self) -> None:
        self._records: list[tuple[Layout, int]] = []
        self._patience = self._misses = 0

    def add(self, layout: Layout, at: int) -> None:
        """Take note of a record that goes with others of its layout."""
        layout.places.append(at)
        layout.seen = len(self._records)
        self._records.append((layout, at))
        if layout.seen == _LONGEST_TRAIL:
            self.forget()

    def forget(self) -> None:
        """Begin anew: a record came that has no layout."""
        for layout, _ in self._records:
            layout.seen = -1
        self._records.clear()

    def repeated(self, layout: Layout, data: NDArray[np.uint8], at: int) -> tuple[int, int] | None:
        """Take the records since `layout` was seen last as often as they are repeated.

        Returns
        -------
        (int, int) or None
            Where the repetitions end, and where the last record in them begins; None if there
            are too few.
        """
        if self._patience:
            self._patience -= 1
            return None
        cycle = self._records[layout.seen :]
        start = cycle[0][1]
        size = at - start
        room = (len(data) - at) // size
        times = _times(data, at, [one for one, _ in cycle], room) if room >= _MIN_REPEATS else 0
        if times < _MIN_REPEATS:  # looking costs time, so look less and less often
            self._misses = min(self._misses + 1, 10)
            self._patience = 1 << self._misses
            return None
        for one, place in cycle:
            one.repeat(at + place - start, size, times)
        self._misses = 0
        self.forget()
        return at + times * size, at + (times - 1) * size + cycle[-1][1] - start


def _times(data: NDArray[np.uint8], at: int, layouts: Sequence[Layout], most: int) -> int:
    """Return how often records of these layouts, in order, come from a place on."""
    model = np.frombuffer(b"".join(layout.record for layout in layouts), np.uint8)
    fixed = ~np.concatenate([layout.changing for layout in layouts])
    size, done, take = len(model), 0, _MIN_REPEATS
    while done < most:
        take = min(take, most - done)
        start = at + done * size
        rows = data[start : start + take * size].reshape(take, size)
        same = ~((rows != model) & fixed).any(axis=1)
        if not same.all():
            return done + int(same.argmin())
        done, take = done + take, take * 8
    return done
