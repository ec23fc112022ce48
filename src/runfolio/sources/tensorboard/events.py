"""Stage 1b: the records of TensorBoard's event files.

In: a file as a stream, of any size. Out: what it says goes into `Logged`, what is wrong with
it into `Findings`. Memory is bounded by the longest record, and by 24 bytes per point.

A record is its length, that one's checksum, the data and its checksum. The length is always
checked: one that is wrong hides where the next record begins, so that reading stops. The data
is checked wherever something is taken from it. Records that look like one before
(`tensorboard_layouts`) are only counted here and decoded together.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import BinaryIO

import numpy as np

from runfolio.sources.reading.crc32c import crc32c, masked
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.protobuf import WireError, varint
from runfolio.sources.tensorboard.damage import (
    report_damaged,
    report_damaged_length,
    report_failure,
    report_odd,
    report_rest,
    report_too_large,
    report_too_long,
)
from runfolio.sources.tensorboard.event import Event, Value, parse_event
from runfolio.sources.tensorboard.layouts import HEADER, LONGEST, WALL, Layout, Slot, Trail
from runfolio.sources.tensorboard.logged import MAX_TAGS, Logged

__all__ = ["EventReader"]

CHUNK = 4 * 1024 * 1024
LONGEST_RECORD = 64 * 1024 * 1024
MOST_POINTS = 6_000_000
MOST_ODD = 500_000
"""Records that have to be read one by one at most, and values in them, in all files of a run."""
_PER_LAYOUT = 1536
"""Bytes by which a piece is longer for each layout, so that there is enough of each to decode."""
_MOST_LAYOUTS = 4 * MAX_TAGS
"""Each tag has some: with its step, the size of a record grows."""
_MOST_SIZES = 10_000
_MOST_SEGMENTS = 1000
_LENGTH = struct.Struct("<QI").unpack
_CRC = struct.Struct("<I").unpack_from
_TIME = struct.Struct("<d").unpack_from


class _LengthDamagedError(Exception):
    """Where the next record begins cannot be known."""


class EventReader:
    """Reads the event files of one folder, one after the other.

    Parameters
    ----------
    logged : Logged
        Takes what is read.
    metric_of : callable
        The metric's name for a tag.
    """

    def __init__(self, logged: Logged, metric_of: Callable[[str], str] = str) -> None:
        self._logged = logged
        self._metric_of = metric_of
        self._plugins: dict[bytes, bytes] = {}
        """By tag: only the first value of one must name it."""
        self._passed_over: set[bytes] = set()
        """Tags of which nothing is read, such as histograms: so their damage does not matter."""
        self._sizes: dict[bytes, int] = {}
        self._layouts: dict[tuple[int, int], tuple[int, dict[bytes, Layout]]] = {}
        """By the size of a record and where its step ends in it: how far the bytes go from
        there that tell its kind, and by these the layout."""
        self._layout_count = 0
        self._odd_left: float = MOST_ODD
        self._odd_left_out = 0
        self._trail = Trail()

    def read(self, stream: BinaryIO, findings: Findings) -> None:
        """Read a file to its end, or to where it is damaged."""
        self._findings = findings
        self._logged.segments.append(math.inf)
        data, base, want = b"", 0, CHUNK
        try:
            while more := stream.read(want):
                data = data + more if data else more
                if self._logged.points > MOST_POINTS:
                    report_too_long(findings, base, MOST_POINTS)
                    return
                done = self._piece(data, base)
                want = CHUNK + min(self._layout_count, MAX_TAGS) * _PER_LAYOUT
                data, base = data[done:], base + done
                size = _LENGTH(data[:HEADER])[0] + HEADER + 4 if len(data) > HEADER + 3 else 0
                if size > LONGEST_RECORD:
                    base += self._pass_over(stream, len(data), size)
                    data = b""
                elif size:
                    want = max(want, size - len(data))
        except _LengthDamagedError:
            report_damaged_length(findings, self._base + self._at, data)
        except OSError as error:
            report_failure(findings, base, error)
        else:
            report_rest(findings, base, len(data))
        finally:
            if self._odd_left_out:
                report_odd(findings, self._odd_left_out)
                self._odd_left_out = 0

    def _piece(self, data: bytes, base: int) -> int:
        """Read the whole records of a piece of the stream; return where they end."""
        self._data, self._base, self._at, self._last = data, base, 0, -1
        self._array = np.frombuffer(data, np.uint8)
        try:
            self._walk()
        finally:
            self._trail.forget()
            self._settle()
            if self._last >= 0:
                self._saw(0)
                self._saw(self._last)
        return self._at

    def _walk(self) -> None:
        data, end, at = self._data, len(self._data), 0
        sizes, layouts, trail, array = self._sizes, self._layouts, self._trail, self._array
        while at + HEADER + 4 <= end:
            self._at = at
            size = sizes.get(data[at : at + HEADER]) or self._size(at)
            after = at + size
            if after > end:
                return
            self._last = at
            if data[at + 12] == 9 and size > WALL + 20:
                step_end = at + WALL + 8
                if data[step_end] == 16:
                    step_end += 2
                    while data[step_end - 1] > 127 and step_end < after:
                        step_end += 1
                found = layouts.get((size, step_end - at))
                layout = found and found[1].get(data[step_end : at + found[0]])
                if layout:
                    if layout.seen >= 0 and (found_end := trail.repeated(layout, array, at)):
                        at, self._last = found_end
                    else:
                        trail.add(layout, at)
                        at = after
                    continue
            trail.forget()
            self._single(at, size)
            at = after
        self._at = at

    def _settle(self) -> None:
        """Decode the records that were only counted so far."""
        for _, layouts in self._layouts.values():
            for layout in layouts.values():
                if layout.is_used:
                    for at in layout.decode(self._array, self._base):
                        if self._has_time():
                            self._take(at, len(layout.record))
        self._logged.settle()

    def _size(self, at: int) -> int:
        """Return the size of a record by its length, if that one's checksum is right."""
        header = self._data[at : at + HEADER]
        length, crc = _LENGTH(header)
        if masked(crc32c(header[:8])) != crc:
            raise _LengthDamagedError
        size: int = length + HEADER + 4
        if len(self._sizes) < _MOST_SIZES:
            self._sizes[header] = size
        return size

    def _pass_over(self, stream: BinaryIO, have: int, size: int) -> int:
        """Go behind a record that is too large; return how much of it there was."""
        report_too_large(self._findings, LONGEST_RECORD)
        while have < size and (more := stream.read(min(CHUNK, size - have))):
            have += len(more)
        return have

    def _single(self, at: int, size: int) -> None:
        """Read a record that looks like none before, and let others be known by it."""
        if self._passed_over and self._is_passed_over(at, at + size - 4):
            self._saw(at)
            return
        if not self._has_time():
            return
        self._saw(at)
        event = self._take(at, size)
        if event is None or not event.is_plain or size > LONGEST or not event.values:
            return
        slots = []
        for value in event.values:
            if value.number is None or not value.number.size:
                return
            column = self._logged.column(self._metric(value.tag))
            slots.append(Slot(value.number.at - at, value.number.size, column))
        begin, end = event.step_at
        layout = Layout(self._data[at : at + size], (begin - at, end - at), slots)
        span, layouts = self._layouts.setdefault((size, end - at), (slots[0].at, {}))
        if self._layout_count < _MOST_LAYOUTS:
            self._layout_count += 1
            layouts.setdefault(self._data[end : at + span], layout)

    def _is_passed_over(self, at: int, end: int) -> bool:
        """Tell whether a record has one value, of a tag of which nothing is read.

        Most logs that are no plain scalars are histograms, record after record: a look at the
        tag takes a twentieth of the time that reading them would.
        """
        data, place = self._data, at + HEADER + 9
        if place + 24 > end or data[at + HEADER] != 9:
            return False
        try:
            if data[place] == 16:  # the step
                place = varint(data, place + 1, end)[1]
            if data[place] != 42:  # the summary
                return False
            place = varint(data, place + 1, end)[1]
            if data[place] != 10:  # its first value
                return False
            size, place = varint(data, place + 1, end)
        except WireError:
            return False
        if place + size != end or data[place] != 10:
            return False
        length = data[place + 1]
        return length < 128 and data[place + 2 : place + 2 + length] in self._passed_over

    def _has_time(self) -> bool:
        """Tell whether there is time for another record by itself; else it is counted."""
        self._odd_left_out += self._odd_left <= 0
        return self._odd_left > 0

    def _take(self, at: int, size: int) -> Event | None:
        """Read one record by itself and keep what it tells; None if it is damaged."""
        data, start, end = self._data, at + HEADER, at + size - 4
        self._odd_left -= 1
        try:
            event = parse_event(data, start, end, self._plugins)
            self._odd_left -= sum(map(_cost, event.values))
            known = event.values and all(
                not value.tells and value.tag in self._passed_over for value in event.values
            )
            if not known and masked(crc32c(data[start:end])) != _CRC(data, end)[0]:
                raise WireError("does not fit its checksum")
            if event.starts and len(self._logged.segments) < _MOST_SEGMENTS:
                self._settle()
                self._logged.segments.append(event.wall)
            for value in event.values:
                if len(self._plugins) < 2 * MAX_TAGS:
                    self._plugins[value.tag] = value.plugin
                    if not value.tells:
                        self._passed_over.add(value.tag)
                self._keep(value, event, self._base + at)
        except WireError as error:
            report_damaged(self._findings, self._base + at, error)
            return None
        return event

    def _keep(self, value: Value, event: Event, place: int) -> None:
        logged, data, step = self._logged, self._data, event.step
        if value.number is not None:
            column = logged.column(self._metric(value.tag))
            if column is not None:
                column.add_one(place, step, value.number.value, event.wall)
        elif value.session:
            logged.session.add(value.session)
        elif value.picture is not None:
            begin, end = value.picture
            logged.add_picture(self._metric(value.tag), step, data[begin:end])
        elif value.texts:
            texts = (data[begin:end] for begin, end in value.texts)
            logged.add_text(self._metric(value.tag), step, texts)

    def _metric(self, tag: bytes) -> str:
        return self._metric_of(tag.decode("utf-8", "replace") or "unnamed")

    def _saw(self, at: int) -> None:
        """Take note of a record's time."""
        data, segments = self._data, self._logged.segments
        if len(data) >= at + WALL + 8 and data[at + HEADER] == 9:
            wall = _TIME(data, at + WALL)[0]
            self._logged.saw(wall)
            if segments[-1] == math.inf:
                segments[-1] = wall


def _cost(value: Value) -> float:
    """Return how much of a record's time a value takes."""
    return 0.5 + value.tells + len(value.texts) / 4 + len(value.session) / 64
