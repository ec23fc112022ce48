"""Stage 2b: many texts are looked through for many others at once.

In: texts of a report and what to look for. Out: where it stands, as whole words: neither a
letter nor a digit stands right before or behind it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from runfolio.audience.finding import stands_alone

__all__ = ["Place", "covered", "found_in", "places_of"]


class Place(NamedTuple):
    """From where to where something stands in a text, and what to put there."""

    start: int
    end: int
    instead: str


def found_in(
    texts: Sequence[str],
    automaton: AhoCorasick,
    wanted: Callable[[int, str], bool] = lambda which, after: True,
) -> Iterator[tuple[int, int]]:
    """Yield which pattern stands in the text at which position, whatever the case of letters.

    Parameters
    ----------
    texts : sequence of str
    automaton : AhoCorasick
        Of patterns in lower case.
    wanted : callable
        Whether one counts, by its number and the sign that follows it.
    """
    lower = [_small(text) for text in texts]
    ends = list(accumulate(len(text) + 1 for text in lower))
    joined = "\n".join(lower)
    for which, start, end in automaton.find_matches_as_indexes(joined, overlapping=True):
        if wanted(which, joined[end : end + 1]):
            yield which, bisect_right(ends, start)


def places_of(texts: Iterable[str], known: Mapping[str, str]) -> dict[str, list[Place]]:
    """Return where known texts stand in others, by the texts in which any does.

    Parameters
    ----------
    texts : iterable of str
    known : mapping of str to str
        What to look for, whatever the case of letters, and what to put there.
    """
    folded = {_small(text): instead for text, instead in known.items() if text}
    if not folded:
        return {}
    able = list(texts)
    automaton, instead = AhoCorasick(list(folded)), list(folded.values())
    found: dict[str, list[Place]] = defaultdict(list)
    for at in sorted({at for _, at in found_in(able, automaton)}):
        text = able[at]
        for which, start, end in automaton.find_matches_as_indexes(_small(text), overlapping=True):
            if stands_alone(text, start, end):
                found[text].append(Place(start, end, instead[which]))
    return found


def covered(text: str, places: Iterable[Place]) -> str:
    """Return a text with something else in some places; of two that overlap the longer counts."""
    parts: list[str] = []
    at = 0
    for start, end, instead in sorted(places, key=lambda one: (one.start, -one.end)):
        if start >= at:
            parts += (text[at:start], instead)
        at = max(at, end)
    return "".join((*parts, text[at:]))


def _small(text: str) -> str:
    """Return a text in small letters, each at its place: some are longer than their capitals."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
