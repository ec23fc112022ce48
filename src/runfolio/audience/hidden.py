"""Stage 2b: what was taken out for an audience, and what of it can be searched for.

A value such as ``0.1`` or ``true`` is hidden by leaving it out, but says nothing where it is found
elsewhere. Only texts that tell something by themselves are searched for in what is written:
`distinctive` is the one place that says which these are.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from runfolio.config import Settings
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Candidate", "Cut", "HiddenValue", "distinctive"]

SHORTEST_NAME = 4
SHORTEST_VALUE = 6
FEWEST_DIGITS = 7
"""Significant digits of a number that is hardly found by chance."""
LONGEST = 100
"""Characters of a text that are searched for: pages shorten long texts at their end."""

_NUMBER = re.compile(r"[-+]?(?=[.\d])(\d*)(?:\.(\d*))?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_OWN_TEXTS = ("analysis", "glossary", "model", "views", "render", "checklists")
_FIELD_WORDS = frozenset({"adam", "bert", "elmo", "lars", "lion"})
"""What optimizers and models are called, and people, too: no name of anybody by itself."""


class HiddenValue(NamedTuple):
    """A text that no file may hold.

    It is found where neither a letter nor a digit stands right before or behind it.

    Parameters
    ----------
    text : str
    rule : str
        What hides it, as in report.yaml: ``hide: params: *path*``.
    """

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What an audience may see.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    hidden : tuple of HiddenValue
        What was taken out and must be found nowhere.
    """

    tables: Tables
    settings: Settings
    hidden: tuple[HiddenValue, ...] = ()


class Candidate(NamedTuple):
    """A text that was taken out: a name, or a value."""

    text: str
    rule: str
    is_name: bool = False


def distinctive(candidates: Iterable[Candidate], shown: Container[str]) -> tuple[HiddenValue, ...]:
    """Return what of the texts that were taken out can be told from all others.

    Parameters
    ----------
    candidates : iterable of Candidate
    shown : container of str
        Names and values that the audience sees: what is equal to one of them is no secret.

    Returns
    -------
    tuple of HiddenValue
        Sorted, each text once: names from four characters on, values from six, numbers from
        seven significant digits; no words that the report itself uses.
    """
    found: dict[str, str] = {}
    for one in candidates:
        if one.text in shown:
            continue
        for text in lines_of(one.text):
            is_shown = text != one.text and text in shown
            if text not in found and not is_shown and _tells(text, is_name=one.is_name):
                found[text] = one.rule
    return tuple(HiddenValue(text, rule) for text, rule in sorted(found.items()))


def lines_of(text: str) -> list[str]:
    """Return a text line by line, as it is searched for."""
    if text and text.isprintable():  # one line
        return [text.strip()[:LONGEST].strip()]
    return [line.strip()[:LONGEST].strip() for line in text.splitlines()]


def _tells(text: str, *, is_name: bool) -> bool:
    if len(text) < (SHORTEST_NAME if is_name else SHORTEST_VALUE):
        return False
    if (digits := _significant(text)) is not None:
        return digits >= FEWEST_DIGITS
    if not (text[0].isalnum() or any(sign.isalnum() for sign in text)):
        return False
    return not (_PLAIN.fullmatch(text) and set(_words(text)) <= own_words())


def _significant(text: str) -> int | None:
    """Return how many digits of a number count; None for what is no number."""
    number = _NUMBER.fullmatch(text)
    return len(f"{number[1]}{number[2] or ''}".strip("0")) if number else None


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(text))


@cache
def own_words() -> frozenset[str]:
    """Return the words that the report itself uses: they are found in its pages anyway."""
    found: set[str] = set(_FIELD_WORDS)
    for part in _OWN_TEXTS:
        for text in _texts_below(files("runfolio") / part):
            found.update(_words(text))
    return frozenset(found)


def _texts_below(folder: Traversable) -> Iterator[str]:
    for item in folder.iterdir() if folder.is_dir() else ():
        if item.is_dir():
            yield from _texts_below(item)
        elif item.name.endswith((".py", ".yaml", ".html", ".json")):
            yield item.read_text("utf-8")
