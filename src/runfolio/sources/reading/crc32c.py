"""Stage 1b: CRC-32C (Castagnoli), the checksum of TFRecord files; zlib has another one.

In: bytes. Out: their checksum, or the parts of it that single bytes bring in. A checksum is
the sum (by exclusive or) of what each byte contributes, which depends only on the byte and on
how many others follow; so that of a million short records is a few look-ups in NumPy.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["REACH", "contributions", "crc32c", "masked", "unmasked"]

REACH = 512
"""Bytes that may follow one whose contribution `contributions` tells."""
_POLYNOMIAL = 0x82F63B78
_ONES = 0xFFFFFFFF
_Crc = TypeVar("_Crc", int, NDArray[np.uint32])


@cache
def contributions() -> NDArray[np.uint32]:
    """Return what a byte contributes: row d for one that d others follow, column its value."""
    table: NDArray[np.uint32] = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, np.uint32(_POLYNOMIAL), np.uint32(0)) ^ (table >> 1)
    rows = np.empty((REACH, 256), np.uint32)
    rows[0] = table
    for row in range(1, REACH):
        rows[row] = table[rows[row - 1] & 255] ^ (rows[row - 1] >> 8)
    rows.setflags(write=False)
    return rows


def crc32c(data: bytes | memoryview) -> int:
    """Return the checksum of some bytes."""
    rows = contributions()
    flat, whole = rows.ravel(), np.frombuffer(data, np.uint8)
    register = _ONES
    for start in range(0, len(whole), REACH):
        block = whole[start : start + REACH]
        size = len(block)
        after = np.arange(size - 1, -1, -1) << 8
        result = int(np.bitwise_xor.reduce(flat[after + block]))
        for at in range(4):
            byte = (register >> 8 * at) & 255
            result ^= int(rows[size - 1 - at, byte]) if at < size else byte << 8 * (at - size)
        register = result
    return register ^ _ONES


def masked(crc: _Crc) -> _Crc:
    """Return a checksum as TFRecord files store it."""
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & _ONES  # type: ignore[return-value]


def unmasked(stored: int) -> int:
    """Return the checksum that a TFRecord file stores."""
    turned = (stored - 0xA282EAD8) & _ONES
    return ((turned >> 17) | (turned << 15)) & _ONES
