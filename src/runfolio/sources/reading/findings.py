"""Stage 1b: the problems of one file, bounded.

In: problems as a reader meets them, line by line. Out: the first few of each kind, and
one that says how many more there are, so that a broken column of a million rows does not
bury all else.
"""

from __future__ import annotations

from collections import Counter

from runfolio.model.problems import Problem, Severity
from runfolio.sources.base import problem
from runfolio.storage.base import Place

__all__ = ["SHOWN_PER_KIND", "Findings"]

SHOWN_PER_KIND = 5


class Findings:
    """Collects the problems of one place.

    Parameters
    ----------
    place : Place
        The file (or folder) that they are in.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._shown: list[Problem] = []
        self._count: Counter[str] = Counter()

    def add(
        self, slug: str, message: str, hint: str, severity: Severity = "warning", line: int = 0
    ) -> None:
        self._count[slug] += 1
        if self._count[slug] <= SHOWN_PER_KIND:
            self._shown.append(problem(self._place, slug, message, hint, severity, line))

    def also(self, slug: str, count: int) -> None:
        """Count more problems of a kind that was added, which are not shown one by one."""
        self._count[slug] += count

    def problems(self) -> list[Problem]:
        """Return what was found, with a line for each kind of which there is more."""
        last = {found.slug: found for found in self._shown}
        return self._shown + [
            problem(
                self._place,
                slug,
                f"And {count - SHOWN_PER_KIND} more of this kind in this file.",
                last[slug].hint,
                last[slug].severity,
            )
            for slug, count in self._count.items()
            if count > SHOWN_PER_KIND
        ]
