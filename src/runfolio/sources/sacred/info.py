"""Stage 1b: Sacred's ``info.json``, where people put anything.

In: the file. Out: what is in it, and as metrics what numbers it holds: Sacred had no other
place for them until its version 0.7.3 had metrics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import numpy as np

from runfolio.model.series import Series, reduce_series
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded
from runfolio.sources.reading.parsing import (
    MAX_NESTING,
    ParseError,
    Tree,
    decode,
    flatten,
    parse_json,
)
from runfolio.sources.sacred.metrics import number_in
from runfolio.storage.base import Place, StorageError

__all__ = ["as_lists", "info_series", "read_info"]

_LIMIT, _PARSED = 16 * 1024 * 1024, 256 * 1024
_SINGLES = 50
_SINGLE = re.compile(
    # A line of the outermost object, as Sacred indents it.
    rb'^  ("[^"\\]+": (?:true|false|NaN|-?Infinity|-?\d[\d.eE+-]*)),?\r?$',
    re.MULTILINE,
)


def read_info(place: Place, findings: Findings, *, whole: bool) -> dict[str, Tree]:
    """Return what is in the file, or of a large one, unless `whole`, its first single numbers."""
    try:
        data = place.read(_LIMIT)
        if len(data) > _PARSED and not whole:  # mostly lists of lists
            data = b"{%s}" % b",".join(islice(_SINGLE.findall(data), _SINGLES))
        tree = as_lists(parse_json(decode(data)[0]))
        if not isinstance(tree, dict):
            return {}
        for _ in flatten(tree):
            pass  # raises if it is nested too deeply
    except (ParseError, StorageError) as error:
        findings.add(
            "info-left-out",
            f"The file {error}; what is in it is not shown.",
            "Log metrics with log_scalar.",
            "note",
        )
        return {}
    return tree


def info_series(tree: dict[str, Tree], findings: Findings) -> list[Series]:
    """Return numbers as metrics of one point, and lists of numbers as ones over their index."""
    found = bounded(_numbers(tree), "metrics", findings)
    return [
        reduce_series(name, np.arange(len(numbers)), np.array(numbers))
        for name, numbers in found.items()
    ]


def _numbers(tree: dict[str, Tree]) -> Iterator[tuple[str, list[float]]]:
    pending = [("", tree, 0)]
    while pending:
        prefix, node, depth = pending.pop()
        for key, value in node.items():
            name = f"{prefix}{key}"
            items = value if isinstance(value, list) else [value]
            numbers = [number for item in items if (number := number_in(item)) is not None]
            if items and len(numbers) == len(items):
                yield name, numbers
            elif isinstance(value, dict) and depth < MAX_NESTING:
                pending.append((f"{name}.", value, depth + 1))


def as_lists(tree: Tree, depth: int = 0) -> Tree:
    """Return a tree in which jsonpickle's tuples are lists."""
    if depth > MAX_NESTING:
        return tree
    if isinstance(tree, list):
        return [as_lists(item, depth + 1) for item in tree]
    if isinstance(tree, dict):
        if len(tree) == 1 and isinstance(tree.get("py/tuple"), list):
            return as_lists(tree["py/tuple"], depth + 1)
        return {key: as_lists(value, depth + 1) for key, value in tree.items()}
    return tree
