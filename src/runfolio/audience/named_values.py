"""Stage 2b: values of params and tags that are known by the names that they stand under."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from runfolio.model.tables import Tables

__all__ = ["NamedValue", "named_values", "plain_name", "with_cells"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FRAMES = {"params": "param", "tags": "tag"}

NamedValue = tuple[str, str]
"""A name and a value."""


def plain_name(name: str) -> str:
    """Return a name in small letters, its words with ``_`` between them.

    Examples
    --------
    >>> plain_name("db.userName"), plain_name("--API-key")
    ('db_user_name', 'api_key')
    """
    return re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", name).lower()).strip("_")


def named_values(tables: Tables, kind_of: Callable[[str], str]) -> Iterator[tuple[str, NamedValue]]:
    """Yield kind, name and value of params and tags, each once.

    Parameters
    ----------
    tables : Tables
    kind_of : callable
        From a name to a kind; those of none are passed over.
    """
    for field, key in _FRAMES.items():
        frame: pd.DataFrame = getattr(tables, field)
        named = {name: kind for name in frame[key].unique() if (kind := kind_of(name))}
        if named:
            some = frame[frame[key].isin(list(named))]
            for name, value in dict.fromkeys(zip(some[key], some["value"], strict=True)):
                yield named[name], (name, value)


def with_cells(old: Tables, new: Tables, instead: Mapping[NamedValue, str]) -> Tables:
    """Put other values into the cells of some params and tags.

    Parameters
    ----------
    old, new : Tables
        With the same rows; the cells are found by the names and values of the old ones.
    instead : mapping of (str, str) to str
        New values by name and value.
    """
    changed = {}
    for field, key in _FRAMES.items():
        before, after = getattr(old, field), getattr(new, field)
        own = dict.fromkeys(before[key].unique()).keys() & {name for name, _ in instead}
        if not own:
            continue
        cells = zip(before[key], before["value"], after["value"], strict=True)
        values = [instead.get((name, value), kept) for name, value, kept in cells]
        column = pd.Series(values, index=after.index, dtype=after["value"].dtype)
        changed[field] = after.assign(value=column)
    return replace(new, **changed) if changed else new
