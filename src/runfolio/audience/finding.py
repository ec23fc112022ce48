"""Stage 2b: many texts are looked for at once, whatever their case and how they are spaced."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

__all__ = ["UNSEEN", "Finder", "folded", "stands_alone"]

_BARE = str.maketrans(
    {
        **dict.fromkeys((*range(32), 127)),
        **dict.fromkeys("\t\n\r\x0b\x0c", " "),
        **{chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)},
    }
)
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2400-\u2421\ufe00-\ufe0f\ufeff\ufffd\ud800-\udfff]"
)
"""What no reader sees: control characters, what stands for them once a page shows them, soft
hyphens, and characters that only join, part or turn others."""

_DIGITS = re.compile(r"[0-9]{6,}")
_MOST_ALIKE = 16
"""Texts with the same digits in them: more are no numbers, but have a day or a number in common."""


def folded(text: str) -> str:
    r"""Return a text without regard to case, to how it is spaced, and to what nobody sees.

    Examples
    --------
    >>> folded("Bei\u00adspiel \n EINS\x00")
    'beispiel eins'
    """
    if text.isascii():
        text = text.lower() if text.isprintable() else text.translate(_BARE)
        while "  " in text:
            text = text.replace("  ", " ")
        return text.strip(" ")
    # Charts show this sign for a backslash, which they would take for a part of an expression.
    text = UNSEEN.sub("", text).replace("\u29f5", "\\")
    return " ".join(text.casefold().split())


class Finder:
    """Finds any of many texts, as whole words: ``forest`` in ``my_forest-1``, not in ``forested``.

    Most of many hidden texts are numbers with many digits, of which none stands in most files.
    Such a text is looked for only where its digits stand: that needs no automaton of them all.

    Parameters
    ----------
    texts : sequence of str
        Folded, none empty.
    few : int
        So many of them are always looked for.
    """

    def __init__(self, texts: Sequence[str], few: int = 1_000) -> None:
        by_digits: dict[str, list[int]] = defaultdict(list)
        always: list[int] = []
        for which, text in enumerate(texts):
            found = _DIGITS.search(text) if len(texts) > few else None
            (by_digits[found[0]] if found else always).append(which)
        for digits, own in list(by_digits.items()):
            if len(own) > _MOST_ALIKE:
                always += by_digits.pop(digits)
        self.texts, self._by_digits = texts, dict(by_digits)
        self._always = _Automaton(texts, sorted(always))

    def find(self, text: str) -> Iterator[int]:
        """Yield the position of each of the texts that stands in `text`, as often as it does.

        Parameters
        ----------
        text : str
            Folded.
        """
        yield from self._always.find(text)
        if self._by_digits and (told := self._by_digits.keys() & _DIGITS.findall(text)):
            some = sorted(which for digits in told for which in self._by_digits[digits])
            yield from _Automaton(self.texts, some).find(text)


class _Automaton:
    """Finds some of the texts of a `Finder`."""

    def __init__(self, texts: Sequence[str], some: Sequence[int]) -> None:
        self._some = some
        # Measured against pyahocorasick and its own other kinds: the quickest of 10,000 texts.
        kind = Implementation.ContiguousNFA
        self._automaton = AhoCorasick([texts[which] for which in some], implementation=kind)

    def find(self, text: str) -> Iterator[int]:
        if not self._some:
            return
        for which, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if stands_alone(text, start, end):
                yield self._some[which]


def stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether what stands there is a word: no letter or digit goes on before or behind it."""
    before = start > 0 and _in_words(text[start - 1]) and _in_words(text[start])
    after = end < len(text) and _in_words(text[end - 1]) and _in_words(text[end])
    return not before and not after


def _in_words(sign: str) -> bool:
    """Whether a character is of a script that puts spaces between its words, or a digit."""
    return sign.isdecimal() or sign.lower() != sign.upper()
