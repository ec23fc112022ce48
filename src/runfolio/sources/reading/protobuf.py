"""Stage 1b: protocol buffers without their schema: the fields of one message.

In: the bytes of a message. Out: its fields in order, as numbers or bytes whose meaning the
reader of a format knows. What is in a field that is itself a message is asked for by walking
that one in turn. Each byte is looked at once, and nothing is copied where `data` is a
memoryview.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from runfolio.model.numbers import format_count

__all__ = [
    "BYTES",
    "FIXED32",
    "FIXED64",
    "VARINT",
    "WireError",
    "double",
    "fields",
    "signed",
    "spans",
    "varint",
]

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MOST_FIELDS = 100_000
"""Fields of a message at most."""
_LONGEST = 10
"""Bytes of a varint at most: seven bits each."""
_MASK = (1 << 64) - 1
_DOUBLE = struct.Struct("<d")


class WireError(ValueError):
    """Bytes that are no message; the text is one clause for people."""


def fields(data: bytes | memoryview) -> Iterator[tuple[int, int, Any]]:
    """Yield the fields of a message in the order in which they stand.

    Parameters
    ----------
    data : bytes or memoryview

    Yields
    ------
    number : int
        The field's number.
    wire_type : int
        `VARINT`, `FIXED64`, `BYTES` or `FIXED32`.
    value : int, or bytes or memoryview as `data` is
        A varint as an unsigned number of 64 bits; all others as their bytes.

    Raises
    ------
    WireError
        Where the bytes are cut off or are none of a message; the fields before were yielded.
    """
    for number, wire_type, at, value in spans(data, 0, len(data)):
        yield number, wire_type, value if wire_type == VARINT else data[at:value]


def spans(
    data: bytes | memoryview, at: int, end: int, most: int = MOST_FIELDS
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the fields of the message from `at` to `end`, with where they lie.

    Parameters
    ----------
    data : bytes or memoryview
    at, end : int
    most : int
        Fields that such a message may have.

    Yields
    ------
    number, wire_type : int
        As of `fields`.
    start : int
        Where the field's value begins in `data`.
    value : int
        A varint's value; of all others where the value ends in `data`.

    Raises
    ------
    WireError
        As `fields` does.
    """
    for _ in range(most):
        if at >= end:
            return
        key = data[at]
        at += 1
        if key >= 128:
            key, at = varint(data, at - 1, end)
        wire_type = key & 7
        if wire_type in (VARINT, BYTES):
            start = at
            if at >= end:
                raise WireError("ends in the middle of a field")
            value = data[at]
            at += 1
            if value >= 128:
                value, at = varint(data, at - 1, end)
            if wire_type == VARINT:
                yield key >> 3, VARINT, start, value
                continue
            size = value
        elif wire_type == FIXED64:
            size = 8
        elif wire_type == FIXED32:
            size = 4
        else:
            raise WireError(f"holds a field of the unknown type {wire_type}")
        start, at = at, at + size
        if at > end:
            raise WireError("ends in the middle of a field")
        yield key >> 3, wire_type, start, at
    if at < end:
        raise WireError(f"holds a message of more than {format_count(most)} fields")


def signed(value: int) -> int:
    """Return a varint as the signed number of 64 bits that it stands for."""
    return value - (1 << 64) if value >> 63 else value


def double(value: bytes | memoryview) -> float:
    """Return the number in a field of type `FIXED64`."""
    number: float = _DOUBLE.unpack(value)[0]
    return number


def varint(data: bytes | memoryview, start: int, end: int) -> tuple[int, int]:
    """Return the varint that begins at `start`, and where it ends; `WireError` if it does not."""
    value = shift = 0
    for at in range(start, min(end, start + _LONGEST)):
        byte = data[at]
        value |= (byte & 127) << shift
        if byte < 128:
            return value & _MASK, at + 1
        shift += 7
    raise WireError("holds a number that does not end")
