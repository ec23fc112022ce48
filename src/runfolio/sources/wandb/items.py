"""Stage 1b: the items of W&B's history, summary and config: a path of names and a value.

In: the bytes of an item, a message of protocol buffers. Out: its path and its value. Values
are JSON text, or typed fields as the newest clients write them.
"""

from __future__ import annotations

from typing import Any

from runfolio.sources.reading.parsing import MAX_NESTING, ParseError, Tree, parse_json
from runfolio.sources.reading.protobuf import BYTES, FIXED64, VARINT, double, fields

__all__ = [
    "JSON_TAG",
    "Path",
    "first",
    "item_of",
    "path_of",
    "put",
    "remove",
    "split_items",
    "text",
]

Path = tuple[str, ...]
"""The names that lead to a value, the outermost first."""

JSON_TAG = b"\x82\x01"
"""How the field ``value_json`` begins; its length and its text come behind."""

_FIRST_FIELD = 1 << 3 | BYTES
_KEY, _NESTED_KEY = 1, 2
_BOOL, _INTEGER, _DOUBLE, _TEXT, _JSON, _VALUE_JSON = 4, 5, 6, 7, 8, 16


def text(data: Any) -> str:
    """Return the text in a field."""
    return bytes(data).decode("utf-8", "replace")


def first(message: bytes, number: int, wire_type: int = BYTES) -> Any:
    """Return a field's value, or None; of several the first."""
    found = (value for n, wire, value in fields(message) if n == number and wire == wire_type)
    return next(found, None)


def split_items(record: bytes) -> tuple[list[bytes], bytes]:
    """Return the items that a record begins with, up to a very long one, and what is behind.

    These are nearly all that a log holds, and so they are walked without ado.
    """
    items: list[bytes] = []
    at, end = 0, len(record)
    while at + 3 <= end and record[at] == _FIRST_FIELD:
        size, start = record[at + 1], at + 2
        if size >= 128:
            more = record[start]
            if more >= 128:
                break
            size += (more - 1) * 128
            start += 1
        if start + size > end:
            break
        at = start + size
        items.append(record[start:at])
    return items, record[at:]


def path_of(item: bytes) -> Path:
    """Return the path of an item, or of the bytes of one in front of its value.

    Raises
    ------
    ValueError
        If there is none, or one of a thousand names.
    """
    names = [
        text(value)
        for number, wire, value in fields(item)
        if wire == BYTES and number in (_KEY, _NESTED_KEY)
    ]
    if not names:
        raise ParseError("holds a value without a name")
    if len(names) > MAX_NESTING:
        raise ParseError(f"is nested more than {MAX_NESTING} deep")
    return tuple(names)


def item_of(item: bytes, *, numbers_as_text: bool = False) -> tuple[Path, Tree]:
    """Return the path and the value of an item.

    Raises
    ------
    ValueError
        If it is none, or its value is no JSON.
    """
    value: Tree = None
    for number, wire, data in fields(item):
        if number in (_VALUE_JSON, _JSON) and wire == BYTES:
            value = parse_json(text(data), numbers_as_text=numbers_as_text)
        elif number == _TEXT and wire == BYTES:
            value = text(data)
        elif number == _DOUBLE and wire == FIXED64:
            value = double(data)
        elif number == _INTEGER and wire == VARINT:
            value = (data >> 1) ^ -(data & 1)
        elif number == _BOOL and wire == VARINT:
            value = bool(data)
    return path_of(item), value


def put(tree: dict[str, Tree], path: Path, value: Tree) -> None:
    """Put a value into nested dicts."""
    for name in path[:-1]:
        inner = tree.get(name)
        if not isinstance(inner, dict):
            inner = tree[name] = {}
        tree = inner
    tree[path[-1]] = value


def remove(tree: dict[str, Tree], path: Path) -> None:
    """Remove a value, and all within it, from nested dicts."""
    for name in path[:-1]:
        inner = tree.get(name)
        if not isinstance(inner, dict):
            return
        tree = inner
    tree.pop(path[-1], None)
