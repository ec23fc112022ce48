"""What metrics and terms mean, in one plain sentence each: data, and how they are looked up.

In: the name of a metric, and the words of the project's own. Out: an explanation, or nothing
where neither the project nor ``builtin.yaml`` has one: a wrong one would be worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["Concept", "concepts", "explanation_of", "folded"]

_SEPARATORS = re.compile(r"[\s/._\-:@()\[\]]+")
_PERCENTILE = re.compile(r"p(\d{2,3})")
_SPLITS = frozenset(
    "train training tr val valid validation dev eval evaluation test testing holdout trial".split()
)
_ADD_NOTHING = frozenset(
    "metrics metric score system at mean avg average best final last epoch step overall total "
    "ms s sec secs seconds us ns pct percent gb mb kb".split()
)
"""Words that may stand in a metric's name and leave its meaning."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A term and what it means; `group` is what it belongs to."""

    group: str
    term: str
    explain: str


@dataclass(frozen=True, slots=True)
class _Builtin:
    """What ``builtin.yaml`` holds: metrics by the sorted words of their names."""

    metrics: Mapping[tuple[str, ...], Mapping[str, Any]]
    qualifiers: Mapping[str, str]
    concepts: tuple[Concept, ...]


def concepts() -> tuple[Concept, ...]:
    """Return the built-in terms that are no metrics."""
    return _builtin().concepts


def folded(term: str) -> str:
    """Return what is the same for the same term, however it is written."""
    return " ".join(term.casefold().split())


def explanation_of(name: str, label: str, own: Mapping[str, str]) -> tuple[str, str]:
    """Return what a metric means, and who says so.

    Parameters
    ----------
    name, label : str
        As logged and as shown.
    own : mapping of str to str
        The project's glossary. A term is meant by a metric of that name or label, or one that
        measures it on other data.

    Returns
    -------
    explain : str
        One or two sentences; empty where nobody says it.
    said_by : str
        ``glossary``, ``runfolio`` or empty.

    Examples
    --------
    >>> explanation_of("val/latency_p95", "p95", {})[0]
    '95 of 100 single requests are answered within this time.'
    >>> explanation_of("val/recall", "Recall", {"recall": "Share that is caught."})
    ('Share that is caught.', 'glossary')
    """
    if own:
        mine, by_words = _own(tuple(own.items()))
        for term in (name, label):
            if folded(term) in mine:
                return mine[folded(term)], "glossary"
        for words in _readings(name):
            if words in by_words:
                return by_words[words], "glossary"
    text = _built_in(name)
    return text, "runfolio" if text else ""


@lru_cache(maxsize=8)
def _own(
    terms: tuple[tuple[str, str], ...],
) -> tuple[Mapping[str, str], Mapping[tuple[str, ...], str]]:
    """Return a project's terms by how they are looked up: folded, and by their words."""
    return (
        {folded(term): text for term, text in terms},
        {tuple(sorted(_words(term))): text for term, text in terms},
    )


@lru_cache(maxsize=4096)
def _built_in(name: str) -> str:
    known = _builtin()
    words = _words(name)
    numbers = [word for word in words if word.isdecimal()]
    said = [known.qualifiers[word] for word in words if word in known.qualifiers]
    for reading in _readings(name):
        percentile = next((w for w in reading if _PERCENTILE.fullmatch(w)), "")
        key = tuple(sorted("pN" if word == percentile else word for word in reading))
        entry = known.metrics.get(key)
        if entry is not None:
            text = str(entry["explain"])
            if percentile:
                digits = percentile[1:]
                text = text.format(n=int(digits), of=10 ** len(digits))
            return " ".join([text, *said])
        without = tuple(word for word in reading if not word.isdecimal())
        entry = known.metrics.get(without)
        if entry is not None and entry.get("first") and len(numbers) == 1:
            return " ".join([str(entry["explain"]), f"Only the first {numbers[0]} count.", *said])
    return ""


def _readings(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of a name, sorted: all, without the data, without what adds nothing."""
    words = _words(name)
    qualifiers = _builtin().qualifiers
    rest = [word for word in words if word not in _SPLITS] or words
    bare = [word for word in rest if word not in qualifiers] or rest
    least = [word for word in bare if word not in _ADD_NOTHING] or bare
    yield from dict.fromkeys(tuple(sorted(one)) for one in (words, rest, bare, least))


def _words(name: str) -> list[str]:
    return [word for word in _SEPARATORS.split(name.casefold()) if word]


@lru_cache(maxsize=1)
def _builtin() -> _Builtin:
    told = yaml.safe_load(files(__package__).joinpath("builtin.yaml").read_text("utf-8"))
    metrics = {
        tuple(sorted("pN" if word == "pn" else word for word in _words(name))): entry
        for entry in told["metrics"]
        for name in entry["names"]
    }
    return _Builtin(
        metrics,
        told["qualifiers"],
        tuple(Concept(one["group"], one["term"], one["explain"]) for one in told["concepts"]),
    )
