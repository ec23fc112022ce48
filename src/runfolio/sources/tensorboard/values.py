"""Stage 1b: the tensors in TensorBoard's events: one number, text or a picture.

In: a message ``TensorProto`` within a record. Out: the number and where its bytes lie, or where
the strings lie; None for what is none. A picture's kind is told by its first bytes alone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from runfolio.sources.reading.protobuf import BYTES, VARINT, signed, spans, varint

__all__ = ["Number", "media_type", "number_of", "strings_of"]

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_MOST_FIELDS, _MOST_STRINGS = 64, 10_000
"""Fields at most of a tensor that is one number, and of others."""
_BFLOAT16 = 14
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "<u1", 5: "<i2", 6: "<i1", 9: "<i8", 10: "<u1"}
_TYPES |= {_BFLOAT16: "<u2", 17: "<u2", 19: "<f2", 22: "<u4", 23: "<u8"}
"""NumPy's name for each of TensorFlow's types that are numbers."""
_FLOATS = {5: 4, 6: 8}
"""The fields of floats and doubles, with their size."""
_HALVES = 13
_VARINTS = frozenset({7, 10, 11, _HALVES, 16, 17})
"""The fields of whole numbers, of truth values and of the bits of halves."""
_UNPACK = {4: struct.Struct("<f").unpack_from, 8: struct.Struct("<d").unpack_from}


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and where its bytes lie if they are a float's of `size` bytes, else size 0."""

    value: float
    at: int = 0
    size: int = 0

    @classmethod
    def at_place(cls, data: bytes, at: int, size: int) -> Number:
        """Return the float (4 bytes) or double (8) at a place."""
        return cls(_UNPACK[size](data, at)[0], at, size)


def number_of(data: bytes, at: int, end: int) -> Number | None:
    """Return a tensor's only element; None if it has more of them or is none of numbers.

    Raises
    ------
    WireError
        If it is damaged.
    """
    kind, count, elements = 0, 1, 0
    found = Number(0.0)  # zeros need not be written
    raw = b""
    for number, wire_type, start, value in spans(data, at, end, _MOST_FIELDS):
        if elements > 1:
            return None
        if number == 1 and wire_type == VARINT:
            kind = value
        elif number == 2 and wire_type == BYTES:
            count = _elements(data, start, value)
        elif number == 4 and wire_type == BYTES:
            raw = data[start:value]
        elif size := _FLOATS.get(number):
            if wire_type == VARINT or value - start < size:
                continue
            elements += (value - start) // size
            found = Number.at_place(data, start, size)
        elif number in _VARINTS:
            whole = value
            if wire_type == BYTES:
                whole, after = varint(data, start, value)
                elements += after != value
            elements += 1
            bits = number == _HALVES
            found = Number(_short(whole & 0xFFFF, kind) if bits else float(signed(whole)))
    if kind not in _TYPES or count != 1 or elements > 1:
        return None
    return _from_raw(raw, kind) if raw else found


def _elements(data: bytes, at: int, end: int) -> int:
    """Return how many elements a tensor's shape stands for."""
    count = 1
    for number, wire_type, start, value in spans(data, at, end, _MOST_FIELDS):
        if number == 2 and wire_type == BYTES:
            sizes = [v for n, w, _, v in spans(data, start, value) if n == 1 and w == VARINT]
            count *= sizes[-1] if sizes else 0
    return count


def _from_raw(raw: bytes, kind: int) -> Number | None:
    """Return the element that `tensor_content` holds as bytes."""
    if len(raw) != np.dtype(_TYPES[kind]).itemsize:
        return None
    value = np.frombuffer(raw, _TYPES[kind])[0]
    return Number(_short(int(value), kind) if kind == _BFLOAT16 else float(value))


def _short(bits: int, kind: int) -> float:
    """Return the number of the 16 bits of a half or bfloat16."""
    if kind == _BFLOAT16:
        return float(struct.unpack("<f", struct.pack("<I", bits << 16))[0])
    return float(struct.unpack("<e", struct.pack("<H", bits))[0])


def strings_of(data: bytes, at: int, end: int) -> list[tuple[int, int]]:
    """Return where the strings of a tensor begin and end."""
    return [
        (start, value)
        for number, wire_type, start, value in spans(data, at, end, _MOST_STRINGS)
        if number == 8 and wire_type == BYTES
    ]


def media_type(picture: bytes) -> str | None:
    """Return the media type that a picture's first bytes tell; None if it is none we know."""
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if picture.startswith(magic)), None)
