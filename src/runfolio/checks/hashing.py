"""Stage 1d: texts become 64-bit numbers, so that millions of them can be told apart in memory.

Two different texts have the same number with a chance of 1 in 2**64: among ten million rows one
such pair is to be expected in 370,000 data sets.
"""

from __future__ import annotations

import tempfile
from hashlib import blake2b
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Distinct", "Hashes", "combined", "text_hashes"]

Hashes = NDArray[np.uint64]

_LONG = 256
"""Bytes from which on a text is hashed by itself."""
_KEPT = 1 << 23
"""Hashes that are kept in memory (64 MiB) before they go into files."""
_PARTS = 64
_BOUNDS = np.arange(1, _PARTS, dtype=np.uint64) << np.uint64(58)
"""The least hash of each part but the first."""

_MULTIPLIER = np.uint64(0x9FB21C651E98DF25)
_FINISH = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)


def text_hashes(starts: NDArray[np.int32], lengths: NDArray[np.int32], data: Any) -> Hashes:
    """Hash many texts that lie in one buffer.

    Eight bytes at a time are mixed into a state by a multiplication and a shift, each of which
    can be undone: texts of the same length that differ in eight bytes only never collide.

    Parameters
    ----------
    starts, lengths : ndarray of int32, shape (texts,)
        In bytes.
    data : buffer of bytes

    Returns
    -------
    ndarray of uint64, shape (texts,)
    """
    size = len(data)
    padded = np.empty(size + 8, dtype=np.uint8)
    padded[size:] = 0
    padded[:size] = np.frombuffer(data, dtype=np.uint8, count=size)
    # A view of the eight bytes from each byte on.
    words: Hashes = np.ndarray((size + 1,), dtype="<u8", buffer=padded.data, strides=(1,))
    state = lengths.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    shortest, longest = int(lengths.min(initial=_LONG)), int(lengths.max(initial=0))
    for at in range(0, min(longest, _LONG), 8):
        if shortest > at:  # all texts are that long: nothing has to be picked out
            mixed = words[starts + at]
            if shortest < at + 8:
                left = shortest if shortest == longest else np.minimum(lengths, at + 8)
                mixed &= _MASKS[left - at]
            state ^= mixed
            state *= _MULTIPLIER
            state ^= state >> _SHIFT
            continue
        rows = np.flatnonzero(lengths > at)
        mixed = words[starts[rows] + at] & _MASKS[np.minimum(lengths[rows] - at, 8)]
        mixed ^= state[rows]
        mixed *= _MULTIPLIER
        mixed ^= mixed >> _SHIFT
        state[rows] = mixed
    if longest > _LONG:
        for row in np.flatnonzero(lengths > _LONG).tolist():
            text = padded[starts[row] : starts[row] + lengths[row]].tobytes()
            state[row] = int.from_bytes(blake2b(text, digest_size=8).digest(), "little")
    state *= _FINISH
    state ^= state >> _SHIFT
    return state


def combined(hashes: list[Hashes]) -> Hashes:
    """Return one hash for each row of several columns; their order counts."""
    if len(hashes) == 1:
        return hashes[0]
    state = np.zeros_like(hashes[0])
    for one in hashes:
        state *= _MULTIPLIER
        state ^= one
        state *= _FINISH
        state ^= state >> _SHIFT
    return state


class Distinct:
    """Counts how many of the hashes added repeat an earlier one, in bounded memory.

    Beyond some millions they are parted by their first bits into temporary files, of which each
    is then small.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._parts: list[Hashes] = []
        self._held = 0
        self._files: list[IO[bytes]] = []

    def add(self, hashes: Hashes) -> None:
        self._parts.append(hashes)
        self._held += len(hashes)
        if self._held > self._kept:
            self._part()

    def repeats(self) -> int:
        """Return the count, and forget all that was added."""
        if not self._files:
            found = _repeats(np.concatenate(self._parts)) if self._parts else 0
        else:
            self._part()
            found = 0
            for file in self._files:
                file.seek(0)
                found += _repeats(np.frombuffer(bytearray(file.read()), dtype=np.uint64))
                file.close()
        self._parts, self._held, self._files = [], 0, []
        return found

    def _part(self) -> None:
        if not self._files:
            self._files = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115
        if not self._parts:
            return
        hashes = np.concatenate(self._parts)
        self._parts, self._held = [], 0
        hashes.sort()
        ends = np.searchsorted(hashes, _BOUNDS)
        for file, own in zip(self._files, np.split(hashes, ends), strict=True):
            file.write(own.data)


def _repeats(hashes: Hashes) -> int:
    hashes.sort()
    return int(np.count_nonzero(hashes[1:] == hashes[:-1]))
