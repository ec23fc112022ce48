"""Configuration: YAML text becomes plain values, and the line of each of them.

In: the bytes of a file that a person wrote. Out: mappings, lists and scalars, where each
stands, and every mistake of form. A scalar stays the text that was written (``0.10`` is
not ``0.1``, ``1e3`` is no number yet): its reader knows what type it wants.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from runfolio.model.problems import Problem, Severity

__all__ = ["MAX_BYTES", "Marked", "Mistake", "Where", "parse"]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20

Where = tuple[str | int, ...]
"""Where a value stands: keys of mappings and indices of lists, from the root on."""

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake of form, at a line counted from 1 (0: the file as a whole)."""

    line: int
    slug: str
    message: str
    hint: str

    def told(self, place: str, severity: Severity = "warning", of: str = "config") -> Problem:
        """Return it as a problem of a file, which is of a kind that its slug begins with."""
        at = f"{place}:{self.line}" if self.line else place
        slug = self.slug.replace("config-", f"{of}-", 1)
        return Problem(at, slug, self.message, self.hint, severity)


@dataclass(frozen=True, slots=True)
class Marked:
    """A document's value, the line of each value in it, and the mistakes of form."""

    value: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def parse(data: bytes) -> Marked:
    """Read one YAML document.

    Aliases are refused (they can stand for more than any memory holds), tags too (they
    ask for types). A key that is there twice is a mistake, where YAML would silently
    take the last.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Marked
        With the values as far as they could be read; None for an empty document.
    """
    if len(data) > MAX_BYTES:
        return _refused(
            0, "config-too-large", "The file is larger than 1 MB.", "Is it really the right file?"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refused(
            data.count(b"\n", 0, error.start) + 1,
            "config-encoding",
            "The file is not UTF-8 text.",
            "Save it as UTF-8.",
        )
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if builder.too_deep:
                break  # the parser's time grows with the square of the depth
    except yaml.reader.ReaderError as error:
        line = data.count(b"\n", 0, error.position) + 1
        builder.mistake(
            line,
            "config-syntax",
            f"The file holds a character that YAML forbids (U+{_code(error.character):04X}).",
            "Remove it, or write it as an escape inside double quotes.",
        )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if "nesting depth" in (error.problem or ""):  # newer parsers have a bound of their own
            return _refused(mark.line + 1 if mark else 0, *_TOO_DEEP)
        builder.mistake(
            mark.line + 1 if mark else 0,
            "config-syntax",
            f"This is not YAML: {error.problem or error.context}.",
            "Check the indentation (spaces, never tabs) and the brackets here and in the line "
            "above, and put text that holds ': ', '#' or a quote into quotes.",
        )
    return Marked(builder.root, builder.lines, tuple(builder.mistakes))


_TOO_DEEP = (
    "config-too-deep",
    f"Values are nested more than {MAX_DEPTH} deep.",
    "No key needs that.",
)


class _Builder:
    """Builds values from the parser's events, without recursion."""

    def __init__(self) -> None:
        self.root: Any = None
        self.lines: dict[Where, int] = {}
        self.mistakes: list[Mistake] = []
        self._open: list[dict[str, Any] | list[Any]] = []
        self._path: Where = ()
        self._key: str | None = None  # read, while its value is not
        self._skipping = 0  # depth inside a key that is no text
        self._documents = 0
        self.too_deep = False

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self.mistake(
                    line,
                    "config-syntax",
                    "A second document starts here; only the first is read.",
                    "Remove the '---'.",
                )
        elif self._documents > 1:
            return
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)

    def mistake(self, line: int, slug: str, message: str, hint: str) -> None:
        self.mistakes.append(Mistake(line, slug, message, hint))

    def _node(self, event: Any, line: int) -> None:
        opens = isinstance(event, yaml.CollectionStartEvent)
        if self._skipping:
            self._skipping += opens
            return
        parent = self._open[-1] if self._open else None
        if isinstance(parent, dict) and self._key is None:
            self._take_key(event, line, opens)
            return
        if isinstance(event, yaml.AliasEvent):
            self.mistake(
                line,
                "config-alias",
                f"The alias '*{event.anchor}' is not read.",
                "Write the value out.",
            )
        elif event.tag is not None:
            self.mistake(
                line, "config-tag", f"The tag '{event.tag}' has no meaning here.", "Remove it."
            )
        if opens and len(self._open) == MAX_DEPTH:
            self.too_deep = True
            self.mistake(line, *_TOO_DEEP)
        value = _empty(event)
        step: str | int = 0
        if isinstance(parent, dict):
            step = key = self._key or ""
            # The first of two equal keys is kept; the second is a mistake already.
            parent.setdefault(key, value)
            self._key = None
        elif isinstance(parent, list):
            step = len(parent)
            parent.append(value)
        else:
            self.root = value
        path: Where = (*self._path, step) if parent is not None else ()
        self.lines.setdefault(path, line)
        if opens:
            self._open.append(value)
            self._path = path

    def _take_key(self, event: Any, line: int, opens: bool) -> None:
        mapping = self._open[-1]
        if isinstance(event, yaml.ScalarEvent):
            key = event.value
            if key in mapping:
                first = self.lines[(*self._path, key)]
                self.mistake(
                    line,
                    "config-duplicate-key",
                    f"'{key}' is there twice; it stands in line {first} already.",
                    "Remove one of them.",
                )
            self._key = key
            self.lines.setdefault((*self._path, key), line)
            return
        self.mistake(
            line, "config-syntax", "A key must be text.", "Text with [, { or * needs quotes."
        )
        self._key = ""
        self._skipping = int(opens)

    def _end(self) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        self._open.pop()
        self._path = self._path[:-1]


def _empty(event: Any) -> Any:
    """Return the value that an event opens, or is."""
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if isinstance(event, yaml.ScalarEvent):
        return None if not event.style and event.value in _NOTHING else event.value
    return None


def _refused(line: int, slug: str, message: str, hint: str) -> Marked:
    return Marked(mistakes=(Mistake(line, slug, message, hint),))


def _code(character: Any) -> int:
    return character if isinstance(character, int) else ord(character)
