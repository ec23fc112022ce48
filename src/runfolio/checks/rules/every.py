"""Timeliness: records come in the rhythm that is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.checks.asking import span_of, span_words, time_column
from runfolio.checks.base import Context, Found, Plan
from runfolio.checks.batch import Batch
from runfolio.model.numbers import format_count
from runfolio.model.quality import Dimension

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

_MOST_PERIODS = 5_000_000


@dataclass(slots=True)
class _Rhythm:
    """Keeps the periods in which there is a record."""

    column: str
    period: float
    seen: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    too_many: bool = False

    def update(self, batch: Batch) -> None:
        times, known = batch.time(self.column)
        periods = times[known] // int(self.period * 1e6)
        if not len(periods) or self.too_many:
            return
        # Rows mostly come in order, so that a batch holds few periods.
        first = periods.min()
        if periods.max() - first < len(periods):
            own = np.flatnonzero(np.bincount(periods - first)) + first
        else:
            own = np.unique(periods)
        if not np.isin(own, self.seen).all():
            self.seen = np.union1d(self.seen, own)
            self.too_many = len(self.seen) > _MOST_PERIODS

    def result(self) -> Found:
        if self.too_many:
            return Found(
                reason=f"there are more than {format_count(_MOST_PERIODS)} periods with a record"
            )
        if len(self.seen) < 2:
            return Found(reason=f"{self.column} holds no two times that are so far apart")
        periods = int(self.seen[-1] - self.seen[0]) + 1
        longest = int(np.max(np.diff(self.seen))) - 1
        found = "no period is without a record"
        if longest:
            found = (
                f"{format_count(periods - len(self.seen))} of {format_count(periods)} periods "
                f"have no record, the longest break takes {span_words(longest * self.period)}"
            )
        return Found(periods, periods - len(self.seen), found)


@dataclass(frozen=True, slots=True)
class Every:
    """``every: 1d``: each such period between the first and the last record has one."""

    name = "every"
    dimension: Dimension | None = "timeliness"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        period = span_of(told.kinds[self.name], self.name)
        column = time_column(told, told.own_set(sets), self.name)

        def start(context: Context) -> _Rhythm:
            return _Rhythm(column, period)

        words = span_words(period)
        each = words.removeprefix("1\u00a0")
        asks = f"each {each} from the first to the last {column} has a record"
        return [Plan("Records come regularly", asks, (column,), start, unit="periods")]


rule = Every()
