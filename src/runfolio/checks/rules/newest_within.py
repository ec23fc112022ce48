"""Timeliness: the newest record is not too old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from runfolio.checks.asking import span_of, span_words, time_column
from runfolio.checks.base import Context, Found, Plan
from runfolio.checks.batch import Batch
from runfolio.model.quality import Dimension

if TYPE_CHECKING:
    from runfolio.config import DataSet, QualityRule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Newest:
    """Keeps the newest time."""

    column: str
    limit: float
    as_of: int | None
    newest: int | None = None

    def update(self, batch: Batch) -> None:
        times, known = batch.time(self.column)
        if known.any():
            found = int(np.max(times[known]))
            self.newest = found if self.newest is None else max(self.newest, found)

    def result(self) -> Found:
        if self.newest is None:
            return Found(reason=f"{self.column} holds no time")
        if self.as_of is None:
            return Found(
                reason="the report has no date to measure its age against (as_of: sets one)"
            )
        age = (self.as_of - self.newest) / 1e6
        day = f"{_EPOCH + timedelta(microseconds=self.newest):%Y-%m-%d %H:%M}"
        told = "is from after the report's date" if age < 0 else f"was {span_words(age)} old"
        return Found(1, int(age > self.limit), f"the newest record ({day} UTC) {told}")


@dataclass(frozen=True, slots=True)
class NewestWithin:
    """``newest_within: 24h``: so old the newest record may be at the report's date."""

    name = "newest_within"
    dimension: Dimension | None = "timeliness"
    options = frozenset[str]()

    def plans(self, told: QualityRule, sets: Mapping[str, DataSet]) -> Sequence[Plan]:
        limit = span_of(told.kinds[self.name], self.name)
        column = time_column(told, told.own_set(sets), self.name)

        def start(context: Context) -> _Newest:
            return _Newest(column, limit, context.as_of)

        asks = f"the newest {column} is at most {span_words(limit)} old"
        return [
            Plan(
                *("The newest record is recent", asks, (column,), start),
                unit="newest record",
                present_only=True,
            )
        ]


rule = NewestWithin()
