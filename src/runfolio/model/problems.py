"""Stage 2: a problem is something wrong in the input, with its place and remedy.

Readers report problems and go on; the terminal, the problems page and
``report.json`` show the same list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Problem", "Severity"]

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
