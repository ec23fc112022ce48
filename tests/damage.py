"""Damage as it happens to files, and as it is done on purpose."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["BYTES", "FILES", "HUGE_LINE", "write_huge_line"]

HUGE_LINE = 100_000_000
"""Bytes in one line."""


def _cut(at: float) -> Callable[[bytes], bytes]:
    return lambda data: data[: int(len(data) * at)]


def _inserted(at: float, what: bytes) -> Callable[[bytes], bytes]:
    def insert(data: bytes) -> bytes:
        place = int(len(data) * at)
        return data[:place] + what + data[place:]

    return insert


def _flipped(data: bytes) -> bytes:
    changed = bytearray(data)
    for place in range(len(changed) // 3, len(changed), max(len(changed) // 7, 1)):
        changed[place] ^= 0xFF
    return bytes(changed)


def _twice(data: bytes) -> bytes:
    """Write the file once more behind itself: its header too, as a careless resume does."""
    return data + data


def _number(digits: int) -> Callable[[bytes], bytes]:
    """Make the last digit of the file a number of very many digits."""

    def change(data: bytes) -> bytes:
        for place in range(len(data) - 1, -1, -1):
            if data[place : place + 1].isdigit():
                return data[:place] + b"9" * digits + data[place + 1 :]
        return data

    return change


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut at the start": lambda data: data[:1],
    "cut at a tenth": _cut(0.1),
    "cut in half": _cut(0.5),
    "cut near the end": _cut(0.97),
    "one byte short": lambda data: data[:-1],
    "byte-order mark": lambda data: b"\xef\xbb\xbf" + data,
    "carriage returns": lambda data: data.replace(b"\n", b"\r\n"),
    "invalid UTF-8": _inserted(0.6, b"\xff\xfe\xc3"),
    "zero bytes": _inserted(0.5, b"\0" * 16),
    "nothing but zeros": lambda data: bytes(len(data)),
    "flipped bytes": _flipped,
    "written twice": _twice,
    "another type": lambda data: b'["not", {"what": "it was"}, null, 1e999, NaN]',
    "a number in place of all": lambda data: b"7",
    "5,000 digits": _number(5000),
    "deep nesting": lambda data: b"[" * 10_000 + b"]" * 10_000,
    "deep mappings": lambda data: b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "alias bomb": lambda data: (
        b"a0: &a0 [x, x]\n"
        + b"".join(
            b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)
        )
    ),
    "tags of Python": lambda data: b"!!python/object/apply:os.system [exit 1]\n",
    "merge conflict": _inserted(0.5, b"\n<<<<<<< HEAD\n=======\n>>>>>>> other\n"),
    "ragged": _inserted(0.7, b",,,,,1,2,3\n"),
    "words for numbers": lambda data: data.replace(b"0.", b"zero."),
}
"""What becomes of a file's bytes."""


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _out(path: Path) -> None:
    target = _outside_of(path)
    target.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(target)


def _outside_of(path: Path) -> Path:
    """Return a file beside the folder ``logs`` in which all logs of a test lie."""
    root = next(parent for parent in path.parents if parent.name == "logs")
    return root.parent / "outside.txt"


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


FILES: dict[str, Callable[[Path], None]] = {
    "a folder of its name": _folder,
    "gone": Path.unlink,
    "a link to itself": _loop,
    "a link out of the logs": _out,
    "a pipe that nobody writes to": _pipe,
}
"""What becomes of a file in its folder."""


def write_huge_line(path: Path, start: bytes) -> None:
    """Write a file whose one line is `HUGE_LINE` bytes long, without holding it in memory."""
    chunk = b"1" * 1_000_000

    def chunks() -> Iterator[bytes]:
        yield start
        for _ in range(HUGE_LINE // len(chunk)):
            yield chunk

    with path.open("wb") as file:
        file.writelines(chunks())
