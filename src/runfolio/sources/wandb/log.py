"""Stage 1b: the framing of a ``.wandb`` file, which is LevelDB's log format.

In: a stream of bytes. Out: the records in it, each a message of protocol buffers. The file is
a header and blocks of 32 KiB; a record is in one piece or in several, none of which crosses
the end of a block. Each piece has a checksum: a damaged one costs the rest of its block.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from runfolio.model.numbers import format_count
from runfolio.sources.reading.findings import Findings

__all__ = ["MAGIC", "records"]

MAGIC = b":W&B"

_FILE_HEADER = MAGIC + b"\xe1\xbe\x00"
_HEADER = 7
"""Bytes before the first piece, and before the data of each."""
_BLOCK = 32 * 1024
_LARGEST = 16 * 1024 * 1024
"""Bytes of a record at most."""
_PIECE = struct.Struct("<IHB").unpack_from
_WHOLE, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_SEEDS = tuple(zlib.crc32(bytes((kind,))) for kind in range(5))


def records(file: BinaryIO, findings: Findings) -> Iterator[bytes]:
    """Yield the records; what is cut off or damaged is told.

    Raises
    ------
    OSError
        If the file cannot be read on.
    """
    block = file.read(_BLOCK)
    if not block.startswith(MAGIC) or len(block) <= _HEADER:
        _tell_no_log(findings, block)
        return
    start, at = 0, _HEADER
    parts: list[bytes] = []
    size = 0
    lost = cut = False  # lost: the pieces up to the next first one belong to nothing
    while block:
        try:
            for kind, data in _pieces(block, at):
                if kind in (_WHOLE, _FIRST):
                    if parts:
                        _tell_damaged(findings, start)
                    parts, size, lost = [], 0, False
                elif not parts:
                    if not lost:
                        _tell_damaged(findings, start)
                    lost = True
                    continue
                size += len(data)
                if size > _LARGEST:
                    parts.clear()
                parts.append(data)
                if kind in (_WHOLE, _LAST):
                    if size <= _LARGEST:
                        yield b"".join(parts)
                    else:
                        _tell_too_large(findings, start)
                    parts = []
        except _CutError:
            cut = True
        except _DamagedError:
            _tell_damaged(findings, start)
            parts, lost = [], True
        block, before = file.read(_BLOCK), start
        start, at = start + _BLOCK, 0
        if cut and block.strip(b"\0"):
            _tell_damaged(findings, before)
            parts, lost, cut = [], True, False
    if cut or parts:
        findings.add(
            "wandb-log-cut",
            "The last record is cut off in its middle; it was left out.",
            "Nothing to do if the run is still going on.",
            "note",
        )


class _CutError(Exception):
    """A piece goes on behind what there is of its block."""


class _DamagedError(Exception):
    """The bytes are no piece."""


def _pieces(block: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and data of each piece of a block from `at` on."""
    end = len(block)
    while end - at >= _HEADER:
        checksum, size, kind = _PIECE(block, at)
        data = block[at + _HEADER : at + _HEADER + size]
        if len(data) < size or (kind == size == checksum == 0):
            raise _CutError  # zeros: room that was made and never filled
        if not _WHOLE <= kind <= _LAST or zlib.crc32(data, _SEEDS[kind]) != checksum:
            raise _DamagedError
        yield kind, data
        at += _HEADER + size
    if at < end < _BLOCK:
        raise _CutError  # in the middle of a header


def _tell_no_log(findings: Findings, head: bytes) -> None:
    if _FILE_HEADER.startswith(head):
        findings.add(
            "wandb-log-empty",
            "The log holds nothing: the run ended, or was copied, before anything was written.",
            "Nothing to do if the run has just begun; else remove it.",
            "note",
        )
    else:
        findings.add(
            "wandb-log-unreadable",
            "The file is no log of Weights & Biases; it was left out.",
            "Copy it again from where the run was made.",
            "error",
        )


def _tell_damaged(findings: Findings, start: int) -> None:
    findings.add(
        "wandb-log-damaged",
        f"The log is damaged after byte {format_count(start)} (its checksums say so); records "
        f"there, of up to {format_count(_BLOCK)} bytes, were left out.",
        "Copy it again from where the run was made.",
    )


def _tell_too_large(findings: Findings, start: int) -> None:
    findings.add(
        "wandb-record-too-large",
        f"The record that ends after byte {format_count(start)} is larger than "
        f"{_LARGEST // 1024 // 1024} MB; it was left out.",
        "Log large things as files.",
    )
