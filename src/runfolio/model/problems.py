"""Stage 2: a problem is something wrong in the input, with its place and remedy.

Readers report problems and go on; the terminal, the problems page and
``report.json`` show the same list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

__all__ = ["Problem", "Severity", "near_miss"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in the input.

    Parameters
    ----------
    place : str
        Where: a path relative to the input, with ``:line`` where there is one.
    slug : str
        A stable kebab-case name for this kind of problem.
    message : str
        What is wrong, and what was done about it, as full sentences.
    hint : str
        What the reader can do.
    severity : {"error", "warning", "note"}
        ``error``: something could not be read; ``warning``: read in part;
        ``note``: worth knowing, nothing lost.
    """

    place: str
    slug: str
    message: str
    hint: str
    severity: Severity = "warning"

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.hint} [{self.slug}]"


def near_miss(word: str, known: Iterable[str], kind: str) -> str:
    """Return a hint: the known word that was probably meant, or all of them.

    Parameters
    ----------
    word : str
        As it was written.
    known : iterable of str
    kind : str
        What the known words are, such as ``Known keys``.
    """
    folded = {other.lower(): other for other in known}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=0.5)
    return (
        f"Did you mean '{folded[near[0]]}'?" if near else f"{kind}: {', '.join(folded.values())}."
    )
