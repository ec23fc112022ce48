"""Stage 1d: counting for rules that judge each row by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from runfolio.checks.base import Found
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.masking import masked, shown
from runfolio.model.numbers import format_count

__all__ = ["MOST_EXAMPLES", "RowTally"]

MOST_EXAMPLES = 3
"""Rows that are shown of those which break a rule."""


@dataclass(slots=True)
class RowTally:
    """Counts the rows that are judged and those that break the rule.

    Parameters
    ----------
    judge : callable
        Returns of a batch which rows are judged, and which of these break the rule.
    columns : tuple of str
        Those whose values are shown; none, and no example is kept.
    shows : bool
        Whether values may be shown as they are.
    tell : callable or None
        Says more of an example from the batch and its row.
    none : str
        Why nothing was judged, if nothing was.
    """

    judge: Callable[[Batch], tuple[Flags, Flags]]
    columns: tuple[str, ...] = ()
    shows: bool = False
    tell: Callable[[Batch, int], str] | None = None
    none: str = "no row has a value in it"
    rows: int = 0
    failed: int = 0
    examples: list[str] = field(default_factory=list)

    def update(self, batch: Batch) -> None:
        judged, broken = self.judge(batch)
        self.rows += int(np.count_nonzero(judged))
        count = int(np.count_nonzero(broken))
        self.failed += count
        wanted = MOST_EXAMPLES - len(self.examples)
        if count and wanted > 0 and self.columns:
            for row in np.flatnonzero(broken)[:wanted].tolist():
                self.examples.append(self._example(batch, row))

    def result(self) -> Found:
        return Found(
            self.rows,
            self.failed,
            examples=tuple(self.examples),
            reason="" if self.rows else self.none,
        )

    def _example(self, batch: Batch, row: int) -> str:
        write = shown if self.shows else masked
        cells = [write(batch.text(column, [row])[0]) or "nothing" for column in self.columns]
        more = self.tell(batch, row) if self.tell else ""
        return f"row {format_count(batch.first + row)}: {', '.join(cells)}{more}"
