"""Stage 1d: JSON lines: one object a line, also compressed with gzip.

A first reading finds the names, of which any line may bring a new one; a second one the values.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runfolio.checks.base import UnreadableError
from runfolio.checks.batch import Batch
from runfolio.checks.readers.csv_file import MISSING, opened_bytes
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.storage.base import Place

if TYPE_CHECKING:
    from runfolio.config import DataSet

_ROWS = 20_000
_LONGEST_LINE = 4 << 20
_MOST_COLUMNS = 10_000


@dataclass(slots=True)
class _JsonLines:
    """An open file."""

    place: Place
    file: Any
    missing: frozenset[str]
    columns: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        cells: dict[str, list[str | None]] = {name: [] for name in columns}
        rows, first, odd = 0, 1, 0
        for content in _objects(self.file):
            if content is None:
                odd += 1
                continue
            for name, own in cells.items():
                own.append(self._text(content.get(name)))
            rows += 1
            if rows == _ROWS:
                yield _batch(cells, first, rows)
                cells = {name: [] for name in columns}
                first, rows = first + rows, 0
        if rows:
            yield _batch(cells, first, rows)
        if odd:
            self.problems.append(
                Problem(
                    self.place.shown,
                    "data-rows-odd",
                    f"{format_count(odd)} line{'s are' if odd > 1 else ' is'} no JSON object and "
                    "could not be checked.",
                    "Each line must be a whole object: {…}.",
                )
            )

    def _text(self, value: Any) -> str | None:
        if value is None or isinstance(value, str):
            text = value
        elif isinstance(value, bool):
            text = "true" if value else "false"
        else:
            text = json.dumps(value)
        return None if not text or text in self.missing else _valid(text)


def _objects(file: Any) -> Iterator[dict[str, Any] | None]:
    """Yield the object of each line that is not empty; None for one that is no object."""
    import pyarrow as pa

    buffered = io.BufferedReader(file)
    try:
        while line := buffered.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                raise UnreadableError(f"has a line longer than {_LONGEST_LINE >> 20} MiB")
            if not line.strip():
                continue
            try:
                content = json.loads(line)
            except (ValueError, RecursionError):
                content = None
            yield content if isinstance(content, dict) else None
    except (pa.ArrowException, OSError, EOFError) as error:
        raise UnreadableError("cannot be read to its end") from error


def _valid(text: str) -> str:
    """Return text that can be written: half of a surrogate pair cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _batch(cells: dict[str, list[str | None]], first: int, rows: int) -> Batch:
    import pyarrow as pa

    return Batch({n: pa.array(own, pa.string()) for n, own in cells.items()}, first, rows)


class JsonLinesReader:
    """Reads JSON lines."""

    name = "json-lines"

    def matches(self, path: str) -> bool:
        return path.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))

    @contextmanager
    def open(self, place: Place, told: DataSet) -> Iterator[_JsonLines]:
        missing = frozenset(MISSING if told.missing is None else told.missing)
        names: dict[str, None] = {}
        with opened_bytes(place) as file:
            for content in _objects(file):
                names.update(dict.fromkeys(content or ()))
                if len(names) > _MOST_COLUMNS:
                    raise UnreadableError(f"has more than {format_count(_MOST_COLUMNS)} columns")
        with opened_bytes(place) as file:
            yield _JsonLines(place, file, missing, list(map(_valid, names)))


reader = JsonLinesReader()
