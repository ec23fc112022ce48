"""Stage 1b: one TensorBoard event, a message ``Event``, taken apart.

In: its bytes within a piece of the stream. Out: the time, the step and the values, each with
where in the piece its content lies. Which plugin a value is for is written with the first
value of its tag in a file, and need not be with others.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from runfolio.sources.reading.protobuf import BYTES, FIXED32, FIXED64, VARINT, signed, spans
from runfolio.sources.tensorboard.values import Number, number_of, strings_of

__all__ = ["Event", "Span", "Value", "parse_event"]

Span = tuple[int, int]
"""Where something begins and ends."""
_TIME = struct.Struct("<d").unpack_from
_LONGEST_TAG = 4096
_MOST_FIELDS = 16
"""Fields at most of a message that has fewer, of which none is repeated."""
_START = 1


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an event; of what it is not, the field is None or empty."""

    tag: bytes
    plugin: bytes
    number: Number | None = None
    picture: Span | None = None
    texts: tuple[Span, ...] = ()
    session: bytes = b""

    @property
    def tells(self) -> bool:
        """Whether it is of a kind that is read."""
        return bool(self.number or self.picture or self.texts or self.session)


@dataclass(frozen=True, slots=True)
class Event:
    """An event.

    Parameters
    ----------
    wall : float
        Seconds since 1970.
    step : int
    step_at : Span
        Where the step's field would be cut out; empty where it is left out for being 0.
    values : tuple of Value
    starts : bool
        Whether a session begins with it.
    is_plain : bool
        Whether it holds a time, a step and values, in this order, and nothing else.
    """

    wall: float
    step: int
    step_at: Span
    values: tuple[Value, ...]
    starts: bool
    is_plain: bool


def parse_event(data: bytes, at: int, end: int, plugins: Mapping[bytes, bytes]) -> Event:
    """Return the event in some bytes.

    Parameters
    ----------
    data : bytes
    at, end : int
        Where the event begins and ends in them.
    plugins : mapping
        The plugins by tag, as far as they are known.

    Raises
    ------
    WireError
        If it is damaged.
    """
    wall, step = 0.0, 0
    values: list[Value] = []
    numbers: list[int] = []
    starts = False
    for number, wire_type, start, value in spans(data, at, end, _MOST_FIELDS):
        numbers.append(number)
        if number == 1 and wire_type == FIXED64:
            wall = _TIME(data, start)[0]
        elif number == 2 and wire_type == VARINT:
            step = signed(value)
        elif number == 5 and wire_type == BYTES:
            for inner, kind, begin, stop in spans(data, start, value):
                if inner == 1 and kind == BYTES:
                    values.append(_parse_value(data, begin, stop, plugins))
        elif number == 7 and wire_type == BYTES:
            starts = any(
                n == 1 and w == VARINT and v == _START
                for n, w, _, v in spans(data, start, value, _MOST_FIELDS)
            )
    step_at = (at + 9, at + 9)
    if numbers == [1, 2, 5]:
        step_end = at + 11
        while data[step_end - 1] > 127:
            step_end += 1
        step_at = (at + 10, step_end)
    is_plain = numbers in ([1, 2, 5], [1, 5])
    return Event(wall, step, step_at, tuple(values), starts, is_plain)


def _parse_value(data: bytes, at: int, end: int, plugins: Mapping[bytes, bytes]) -> Value:
    tag = plugin = content = b""
    number: Number | None = None
    picture: Span | None = None
    tensor: Span | None = None
    for field, wire_type, start, value in spans(data, at, end, _MOST_FIELDS):
        if field == 1 and wire_type == BYTES:
            tag = data[start : min(value, start + _LONGEST_TAG)]
        elif field == 2 and wire_type == FIXED32:
            number = Number.at_place(data, start, 4)
        elif field == 4 and wire_type == BYTES:
            picture = _picture(data, start, value)
        elif field == 8 and wire_type == BYTES:
            tensor = (start, value)
        elif field == 9 and wire_type == BYTES:
            plugin, content = _metadata(data, start, value)
    plugin = plugin or plugins.get(tag, b"")
    texts: tuple[Span, ...] = ()
    if tensor is not None and plugin == b"scalars":
        number = number_of(data, *tensor)
    elif tensor is not None and plugin == b"text":
        texts = tuple(strings_of(data, *tensor))
    elif tensor is not None and plugin == b"images":
        # Width and height come first, then one picture or more.
        picture = next(iter(strings_of(data, *tensor)[2:]), None)
    session = content if plugin == b"hparams" else b""
    return Value(tag, plugin, number, picture, texts, session)


def _picture(data: bytes, at: int, end: int) -> Span | None:
    """Return where the file in a ``Summary.Image`` lies."""
    for field, wire_type, start, value in spans(data, at, end, _MOST_FIELDS):
        if field == 4 and wire_type == BYTES:
            return start, value
    return None


def _metadata(data: bytes, at: int, end: int) -> tuple[bytes, bytes]:
    """Return the plugin that a value is for, and what that one keeps of it."""
    plugin = content = b""
    for field, wire_type, start, value in spans(data, at, end, _MOST_FIELDS):
        if field == 1 and wire_type == BYTES:
            for inner, kind, begin, stop in spans(data, start, value, _MOST_FIELDS):
                if inner == 1 and kind == BYTES:
                    plugin = data[begin:stop]
                elif inner == 2 and kind == BYTES:
                    content = data[begin:stop]
    return plugin, content
