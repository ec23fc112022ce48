"""Stage 2b: ids that stand for commits: by its own, anybody finds the repository of a commit.

Search engines for code answer a commit's id with the repository, its owner and its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from runfolio.audience.named_values import named_values, plain_name
from runfolio.model.tables import Tables

__all__ = ["commit_ids", "shortened"]

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMIT_NAME = re.compile(r"(?:^|_)(?:commit|revision|sha|git_hash)(?:_(?:id|hash|sha))?$")
_LENGTHS = range(7, 13)
"""Characters to which people and programs shorten an id."""
_SHOWN = 7


def commit_ids(tables: Tables) -> dict[str, str]:
    """Return other ids by those of all commits that are known, numbered in the order of time.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    dict of str to str
        Of the same length; the first seven characters count commits from 1 on.
    """
    sights = [*_seen(tables)]
    order = pd.DataFrame(sights, columns=["commit", "time"]).sort_values(
        "time", kind="stable", na_position="last"
    )
    known = dict.fromkeys(id_ for id_ in order["commit"] if _ID.fullmatch(id_))
    return {id_: f"{number:0{_SHOWN}x}".ljust(len(id_), "0") for number, id_ in enumerate(known, 1)}


def shortened(ids: dict[str, str]) -> dict[str, str]:
    """Return the ids with what they are shortened to, but for what could be a word or a number.

    Parameters
    ----------
    ids : dict of str to str
        Of `commit_ids`.
    """
    found: dict[str, str] = {}
    for old, new in ids.items():
        for length in _LENGTHS:
            short = old[:length]
            if not (short.isdecimal() or short.isalpha()):
                found.setdefault(short, new[:length])
    return found | ids


def _seen(tables: Tables) -> Iterator[tuple[str, pd.Timestamp | None]]:
    for history in tables.histories:
        yield from zip(history.commits["commit"], history.commits["time"], strict=True)
    started = tables.runs["started"]
    yield from zip(tables.runs["commit"], started, strict=True)
    for commit in tables.models["commit"]:
        yield commit, None
    for _, (_, value) in named_values(tables, _kind_of):
        yield value.strip(), None


def _kind_of(name: str) -> str:
    return "commit" if _COMMIT_NAME.search(plain_name(name)) else ""
