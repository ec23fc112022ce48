"""Timeliness: what happens arrives soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.checks.asking import arrival_column, span_of, span_words, time_column
from runfolio.checks.base import Context, Found, Plan
from runfolio.checks.batch import Batch, Flags
from runfolio.checks.row_rule import RowTally
from runfolio.model.numbers import format_percent
from runfolio.model.quality import Dimension

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

_STEPS = 50
"""Gaps are counted by their size, so many steps (of 5 %) for each factor of ten."""
_MOST = 9 * _STEPS
_HOUR = 3_600_000_000
_MOST_OF_THEM = 0.9


@dataclass(slots=True)
class _Gaps:
    """Counts the gaps between an event and its arrival, and at which hours rows arrive."""

    event: str
    arrival: str
    limit: float
    rows: RowTally = field(init=False)
    gaps: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_MOST + 1, dtype=np.int64))
    hours: NDArray[np.int64] = field(default_factory=lambda: np.zeros(24, dtype=np.int64))
    largest: int = 0

    def __post_init__(self) -> None:
        self.rows = RowTally(self._judge, none="no row has the time of both event and arrival")

    def update(self, batch: Batch) -> None:
        self.rows.update(batch)

    def _judge(self, batch: Batch) -> tuple[Flags, Flags]:
        happened, is_event = batch.time(self.event)
        arrived, is_arrival = batch.time(self.arrival)
        judged = is_event & is_arrival
        gap = arrived - happened
        own = gap[judged]
        sizes = _STEPS * np.log10(np.maximum(own, 1_000_000) / 1e6)
        steps = np.minimum(sizes.astype(np.int64), _MOST)
        self.gaps += np.bincount(steps, minlength=len(self.gaps))
        self.hours += np.bincount(arrived[judged] // _HOUR % 24, minlength=24)
        self.largest = max(self.largest, int(own.max(initial=0)))
        # What arrives before it happens has a wrong time, too.
        return judged, judged & ((gap > self.limit * 1e6) | (gap < 0))

    def result(self) -> Found:
        found = self.rows.result()
        if not found.rows:
            return found
        middle = int(np.searchsorted(np.cumsum(self.gaps), found.rows / 2))
        half = 10 ** ((middle + 0.5) / _STEPS)
        told = (
            f"half of them arrive within about {span_words(half)}, the last after "
            f"{span_words(self.largest / 1e6)}"
        )
        hour = int(self.hours.argmax())
        share = self.hours[hour] / found.rows
        if found.failed and share >= _MOST_OF_THEM:
            told += (
                f"; {format_percent(share)} arrive between {hour}:00 and {hour + 1}:00 UTC: "
                "synchronised once a day, not live"
            )
        return Found(found.rows, found.failed, told)


@dataclass(frozen=True, slots=True)
class ArrivesWithin:
    """``arrives_within: 1h``: so long a row may be on its way, by the set's two times."""

    name = "arrives_within"
    dimension: Dimension | None = "timeliness"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        limit = span_of(told.kinds[self.name], self.name)
        own = told.own_set(sets)
        event, arrival = time_column(told, own, self.name), arrival_column(own, self.name)

        def start(context: Context) -> _Gaps:
            return _Gaps(event, arrival, limit)

        asks = f"{arrival} is at most {span_words(limit)} after {event}"
        return [Plan("Events arrive in time", asks, (event, arrival), start)]


rule = ArrivesWithin()
