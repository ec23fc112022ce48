"""Stage 1b: bytes of untrusted files to text, trees, numbers and times.

In: bytes or text as found in logs. Out: plain Python values, or `ParseError` with one
clause for people. YAML is read as events, so that no tag, alias or type rule of it can do
anything: every scalar is the text that stands in the file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np

from runfolio.model.series import Steps
from runfolio.sources.reading.plain_yaml import plain_tree

__all__ = [
    "ParseError",
    "Tree",
    "decode",
    "flatten",
    "parse_json",
    "parse_time",
    "parse_yaml",
    "text_of",
    "to_float",
    "to_step",
    "to_steps",
]

Tree = Any
"""None, bool, int, float, str, or lists and dicts (with str keys) of them."""

YAML_LIMIT = 4 * 1024 * 1024
MAX_NESTING = 64
LONGEST_NAME = 4_096
"""Characters of a name whose parts are joined, where an object with many values is in others."""
MOST_IN_NAMES = 64 * 1024 * 1024
"""Characters of all the names of one tree that are joined."""
MAX_EXPANDED = 100_000
"""Values in a YAML text at most, counted with those that its aliases repeat."""
_MOST_IN_JSON = {
    "lists and objects": ("[{", 2_000_000),
    "names": (":", 2_500_000),
    "values": (",", 5_000_000),
}
"""What a JSON text may hold, told by signs: each takes many times its few characters."""
_SHORT_JSON = 1_000_000
"""Characters of a text that cannot hold too much."""
_LARGEST_STEP = 10**300  # a float holds it
_SURROGATES = re.compile(
    r"(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|\\u[dD][89a-fA-F][\da-fA-F]{2}"
)
_CHARACTERS_PER_VALUE = 100
"""Of a long YAML text that is repeated, as many count as a value."""
_YAML_FLOATS = {".nan": math.nan, ".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf}
_YAML_NULL = frozenset({"", "~", "null", "Null", "NULL"})


class ParseError(ValueError):
    """Content that is not of its format; the message is one clause for people.

    It may be kept on disk, so it is the same in every locale.
    """


def decode(data: bytes) -> tuple[str, bool]:
    """Return UTF-8 bytes as text without byte-order mark, and whether some were replaced."""
    try:
        text, replaced = data.decode(), False
    except UnicodeDecodeError:
        text, replaced = data.decode(errors="replace"), True
    return text.removeprefix("\ufeff"), replaced


def parse_yaml(text: str) -> Tree:
    """Return the first document of a YAML text; plain nulls are None, all else is text.

    A tag changes nothing, except that an empty value of a Python object (as PyYAML's unsafe
    dumper leaves for classes and functions) is the object's name.

    Raises
    ------
    ParseError
        If it is no YAML, is too large, repeats too much by aliases or is nested too deeply.
    """
    if len(text) > YAML_LIMIT:
        raise ParseError(f"is larger than {YAML_LIMIT // 1024 // 1024} MB")
    tree = plain_tree(text)
    return _parse_events(text) if tree is None else tree


def _parse_events(text: str) -> Tree:
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    builder = _YamlBuilder()
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.ScalarEvent):
                plain_null = event.implicit[0] and event.value in _YAML_NULL
                value = None if plain_null else event.value
                if event.tag and value == "":
                    value = event.tag.rpartition(":")[2]
                size = 1 + len(value or "") // _CHARACTERS_PER_VALUE
                builder.add(value, size, 0, event.anchor)
            elif isinstance(event, yaml.CollectionStartEvent):
                builder.open(event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                builder.close(isinstance(event, yaml.MappingEndEvent))
            elif isinstance(event, yaml.AliasEvent):
                builder.repeat(event.anchor)
            elif isinstance(event, yaml.DocumentEndEvent):
                break
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise ParseError(f"is no valid YAML{where}") from error
    return builder.root


class _Node:
    """A list or mapping that is being read: its items so far, in a mapping key, value, key …"""

    __slots__ = ("anchor", "depth", "items", "size")

    def __init__(self, anchor: str | None) -> None:
        self.anchor = anchor
        self.items: list[Tree] = []
        self.size = 1
        self.depth = 1


class _YamlBuilder:
    """Puts a tree together; what aliases repeat is counted as often as it stands in it."""

    def __init__(self) -> None:
        self._open = [_Node(None)]
        self._anchors: dict[str, tuple[Tree, int, int]] = {}

    @property
    def root(self) -> Tree:
        return next(iter(self._open[0].items), None)

    def add(self, value: Tree, size: int, depth: int, anchor: str | None = None) -> None:
        node = self._open[-1]
        node.items.append(value)
        node.size += size
        node.depth = max(node.depth, depth + 1)
        if node.size > MAX_EXPANDED:
            raise ParseError(f"holds more than {MAX_EXPANDED:,} values")
        if len(self._open) + depth > MAX_NESTING:
            raise ParseError(f"is nested more than {MAX_NESTING} deep")
        if anchor:
            self._anchors[anchor] = (value, size, depth)

    def open(self, anchor: str | None) -> None:
        if len(self._open) > MAX_NESTING:
            raise ParseError(f"is nested more than {MAX_NESTING} deep")
        self._open.append(_Node(anchor))

    def close(self, is_mapping: bool) -> None:
        node = self._open.pop()
        value: Tree = node.items
        if is_mapping:
            value = {
                text_of(key): item
                for key, item in zip(node.items[0::2], node.items[1::2], strict=True)
            }
            if isinstance(merged := value.get("<<"), dict):  # YAML 1.1: merge these keys
                del value["<<"]
                value = {**merged, **value}
        self.add(value, node.size, node.depth, node.anchor)

    def repeat(self, anchor: str | None) -> None:
        if anchor is None or anchor not in self._anchors:
            raise ParseError("uses a YAML alias within the value that it stands for")
        self.add(*self._anchors[anchor])


def parse_json(text: str, *, numbers_as_text: bool = False) -> Tree:
    """Return a JSON document; bare ``NaN`` and ``Infinity`` are floats.

    Parameters
    ----------
    text : str
    numbers_as_text : bool
        Keep numbers as they are written (``1e-3``).

    Raises
    ------
    ParseError
        If it is no JSON, too large or nested too deeply.
    """
    if len(text) > _SHORT_JSON:
        for what, (signs, most) in _MOST_IN_JSON.items():
            if sum(map(text.count, signs)) > most:
                raise ParseError(f"holds more than {most:,} {what}")
    if not numbers_as_text:
        with suppress(ValueError):  # else the other parser knows what is wrong, or more
            return _quick_parser()(text)
    number = str if numbers_as_text else None
    if "\\ud" in text.lower():  # half a character: no output file could take it
        text = _SURROGATES.sub(lambda found: found[1] or r"\ufffd", text)
    try:
        return json.loads(text, parse_float=number, parse_int=number, parse_constant=number)
    except RecursionError as error:
        raise ParseError(f"is nested more than {MAX_NESTING} deep") from error
    except json.JSONDecodeError as error:
        raise ParseError(f"is no valid JSON (line {error.lineno})") from error
    except ValueError as error:  # an integer of thousands of digits
        raise ParseError("is no valid JSON (a number is too long)") from error


@cache
def _quick_parser() -> Callable[[str], Tree]:
    """Return a parser of JSON that takes a fifth of the time, and nothing that is none."""
    from pydantic_core import from_json

    return from_json


def flatten(tree: dict[str, Tree], separator: str = ".") -> Iterator[tuple[str, Tree]]:
    """Yield the leaves of nested dicts, their keys joined; lists and empty dicts are leaves.

    Raises
    ------
    ParseError
        If it is nested too deeply, or names are too long when they are joined.
    """
    pending = [("", tree, 0)]
    left = MOST_IN_NAMES
    while pending:
        prefix, node, depth = pending.pop()
        if depth > MAX_NESTING:
            raise ParseError(f"is nested more than {MAX_NESTING} deep")
        left -= len(prefix) * len(node)  # what comes before each of its names
        if left < 0 or len(prefix) > LONGEST_NAME:
            raise ParseError("has names that are too long when they are joined")
        for key, value in node.items():
            if isinstance(value, dict) and value:
                pending.append((f"{prefix}{key}{separator}", value, depth + 1))
            else:
                yield prefix + key, value


def text_of(value: Tree, depth: int = 0) -> str:
    """Return a value as people write it: words as they are, lists in brackets."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if depth >= MAX_NESTING:
        return "…"
    if isinstance(value, list):
        return f"[{', '.join(text_of(item, depth + 1) for item in value)}]"
    if isinstance(value, dict):
        inner = (f"{key}: {text_of(item, depth + 1)}" for key, item in value.items())
        return f"{{{', '.join(inner)}}}"
    return str(value)


def to_float(value: Tree) -> float | None:
    """Return a number, or text that is one, as a float; else None.

    ``nan`` and ``inf`` are numbers, as YAML writes them (``.nan``) too.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return _YAML_FLOATS.get(value.lower()) if isinstance(value, str) else None
    except OverflowError:
        return math.inf if isinstance(value, int) and value > 0 else -math.inf


def to_step(value: Tree) -> int | float | None:
    """Return a step as an int where it is a whole number; None if it is no finite number."""
    if type(value) is int and -_LARGEST_STEP < value < _LARGEST_STEP:
        return value
    if isinstance(value, str):
        with suppress(ValueError):
            value = int(value)
    number = value if isinstance(value, int) else to_float(value)
    if isinstance(number, bool) or number is None:
        return None
    if isinstance(number, int):
        return number if abs(number) < _LARGEST_STEP else None
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) else number


def to_steps(steps: Sequence[int | float]) -> Steps:
    """Return steps as an array: of int64 where all of them are such, else of float64."""
    array = np.array(steps)
    return array if array.dtype == np.int64 else array.astype(np.float64)


_ISO_ZONE = re.compile(r"\s+(?=[+-]\d|Z$)")


def parse_time(value: str) -> int | None:
    """Return a time as milliseconds since 1970 in UTC, or None if it is none.

    Read are ISO 8601 (without a zone: UTC) and numbers, whose size tells their unit.
    """
    number = to_float(value)
    if number is not None:
        if not 0 < abs(number) < 1e20:
            return None
        for above, per_ms in ((1e17, 1e6), (1e14, 1e3), (1e11, 1.0)):
            if abs(number) > above:
                return round(number / per_ms)
        return round(number * 1000)
    try:
        moment = datetime.fromisoformat(_ISO_ZONE.sub("", value.strip()))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
