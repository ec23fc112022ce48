"""TensorBoard's event files written by hand, byte by byte, for the tests of their reader."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

HOST = "marker-host"
"""The host's name in the files' names, which is to be shown nowhere."""
START = 1_600_000_000.0


def crc32c(data: bytes) -> int:
    """Return the checksum, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def record(data: bytes) -> bytes:
    """Frame the bytes of an event."""
    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: bytes | int | float | str) -> bytes:
    """Return a field: a varint, a double, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def event(step: int, *values: bytes, wall: float | None = None, more: bytes = b"") -> bytes:
    """Return a record with values; a step of 0 is left out, as protocol buffers do."""
    data = field(1, START + step if wall is None else wall)
    data += field(2, step) if step else b""
    data += field(5, b"".join(field(1, value) for value in values)) if values else b""
    return record(data + more)


def version(wall: float = START) -> bytes:
    """Return the record that every file begins with."""
    return event(0, wall=wall, more=field(3, "brain.Event:2"))


def simple(tag: str, value: float) -> bytes:
    """Return a scalar in the old encoding."""
    return field(1, tag) + b"\x15" + struct.pack("<f", value)


def plugin(name: str, content: bytes = b"") -> bytes:
    return field(9, field(1, field(1, name) + (field(2, content) if content else b"")))


def tensor(tag: str, content: bytes, metadata: bytes = b"") -> bytes:
    """Return a value with a tensor, whose fields are given."""
    return field(1, tag) + field(8, content) + metadata


def scalar(tag: str, value: float, *, first: bool = True) -> bytes:
    """Return a scalar in the new encoding; metadata goes only with the first of a tag."""
    content = field(1, 1) + field(2, b"") + field(5, struct.pack("<f", value))
    return tensor(tag, content, plugin("scalars") if first else b"")


def strings(tag: str, kind: str, *texts: bytes) -> bytes:
    """Return a text or a picture in the new encoding."""
    return tensor(tag, field(1, 7) + b"".join(field(8, t) for t in texts), plugin(kind))


def session(
    params: dict[str, str | float | bool] | None = None,
    *,
    started: float = 0.0,
    status: int = 0,
    ended: float = 0.0,
    schema: bool = False,
) -> list[bytes]:
    """Return what the hparams plugin writes: up to three values."""
    found = []
    if schema:
        found.append(field(1, "_hparams_/experiment") + plugin("hparams", field(2, b"")))
    if params is not None:
        begin = b"".join(field(1, field(1, name) + field(2, _any(v))) for name, v in params.items())
        begin += field(5, started) if started else b""
        content = field(3, begin)
        found.append(field(1, "_hparams_/session_start_info") + plugin("hparams", content))
    if status:
        end = field(1, status) + (field(2, ended) if ended else b"")
        found.append(field(1, "_hparams_/session_end_info") + plugin("hparams", field(4, end)))
    return found


def _any(value: str | float | bool) -> bytes:
    if isinstance(value, bool):
        return field(4, int(value))
    return field(3, value) if isinstance(value, str) else field(2, float(value))


def write(folder: Path, records: Iterable[bytes], at: int = 1_600_000_000) -> Path:
    """Write an event file with the version's record before the others; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"events.out.tfevents.{at}.{HOST}.77.0"
    path.write_bytes(version(float(at)) + b"".join(records))
    return path
