"""Stage 1d: batches go by the tallies of all rules, each once and in order, in a few threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from runfolio.checks.base import Found, Plan, Tally, UnreadableError
from runfolio.checks.batch import Batch
from runfolio.model.numbers import format_count

if TYPE_CHECKING:
    from runfolio.config import QualityRule

__all__ = ["Asked", "Work", "through"]

_MOST_ROWS = 2_000_000_000
_THREADS = 3
"""Batches that are judged at a time: what computes them lets other threads run meanwhile."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule with one of its plans."""

    rule: QualityRule
    kind: Any
    plan: Plan


@dataclass(slots=True)
class Work:
    """What goes on for one rule while a set is read."""

    asked: Asked
    tally: Tally | None = None
    reason: str = ""
    free: Lock = field(default_factory=Lock)

    def update(self, batch: Batch) -> None:
        if self.tally is None:
            return
        try:
            self.tally.update(batch)
        except (ValueError, TypeError, NotImplementedError):
            # What the library says of it may hold a value of the data.
            self.tally, self.reason = None, "it has values that the rule cannot judge"

    def result(self) -> Found:
        return self.tally.result() if self.tally else Found(reason=self.reason)


def through(batches: Iterable[Batch], works: Sequence[Work]) -> int:
    """Show every batch to every tally, in order, and return how many rows there are.

    A batch goes through the tallies while the next one follows behind it in another thread. It
    lets go of a tally only once it has the next one, so that no batch overtakes another and
    the result is that of a single thread.
    """
    rows = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        running: deque[Future[None]] = deque()
        for batch in batches:
            rows += batch.rows
            if rows > _MOST_ROWS:
                raise UnreadableError(
                    f"has more than {format_count(_MOST_ROWS)} rows", "Check a part of it."
                )
            works[0].free.acquire()  # released by the thread that takes over
            running.append(pool.submit(copy_context().run, _pass_on, batch, works))
            if len(running) > _THREADS:
                running.popleft().result()
        for one in running:
            one.result()
    return rows


def _pass_on(batch: Batch, works: Sequence[Work]) -> None:
    """Show a batch to all tallies; the first one is held for it already."""
    held = works[0]
    try:
        for work in works:
            if work is not held:
                work.free.acquire()
                held.free.release()
                held = work
            work.update(batch)
    finally:
        held.free.release()
