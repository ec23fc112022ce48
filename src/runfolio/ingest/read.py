"""Stage 1c, second half: read units of work, in several processes where that pays.

In: units. Out: their records, in the order of the units. A unit that fails is a problem;
all others are read.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType

from runfolio.model.locale import begin_in, current_locale
from runfolio.model.problems import Problem
from runfolio.model.records import Records
from runfolio.registry import find
from runfolio.sources.base import Unit

__all__ = ["read_units"]

POOL_FROM = 5000
"""Runs from which on more processes pay: below, starting them and handing back what they
read costs more than it saves (1,000 runs of 1,000 points: 3 s more CPU, no less time)."""
_BATCH = 32


def read_units(units: Sequence[Unit], advance: Callable[[int], None]) -> list[Records]:
    """Read units of work.

    Parameters
    ----------
    units : sequence of Unit
    advance : callable
        Called with the number of runs just read.

    Returns
    -------
    list of Records
        As long as `units`, in their order.
    """
    done: list[Records] = []
    workers = min(os.cpu_count() or 1, 8)
    if workers > 1 and sum(unit.runs for unit in units) >= POOL_FROM:
        batches = list(_batches(units))
        try:
            with ProcessPoolExecutor(
                workers, _context(units), begin_in, (current_locale(),)
            ) as pool:
                with _main_hidden():
                    results = pool.map(_read_batch, batches)
                for batch, records in zip(batches, results, strict=True):
                    done.extend(records)
                    advance(sum(unit.runs for unit in batch))
        except (BrokenProcessPool, OSError):
            pass  # a worker was killed or cannot start: the rest is read here
    for unit in units[len(done) :]:
        done.append(_read(unit))
        advance(unit.runs)
    return done


def _batches(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Split into pieces of about `_BATCH` runs, so that workers finish together."""
    start = runs = 0
    for end, unit in enumerate(units, 1):
        runs += unit.runs
        if runs >= _BATCH or end == len(units):
            yield units[start:end]
            start, runs = end, 0


def _read_batch(units: Sequence[Unit]) -> list[Records]:
    return [_read(unit) for unit in units]


def _read(unit: Unit) -> Records:
    try:
        return find("runfolio.sources", "source")[unit.source].read(unit)  # type: ignore[no-any-return]
    except Exception as error:  # one bad unit must not lose the others
        return Records(
            problems=(
                Problem(
                    unit.place.shown,
                    "source-failed",
                    f"The reader {unit.source!r} failed on it ({type(error).__name__}: {error}); "
                    "it was left out, all else was read.",
                    "Please report this with the file: it is a defect of the reader.",
                    "error",
                ),
            )
        )


def _context(units: Sequence[Unit]) -> multiprocessing.context.BaseContext:
    """Start workers without forking this process, whose libraries may run threads."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # What the workers need is imported once, before they are forked.
    sources = find("runfolio.sources", "source")
    used = {type(sources[unit.source]).__module__ for unit in units}
    context.set_forkserver_preload([__name__, *sorted(used)])
    return context


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Keep new workers from running the caller's script once more.

    A fresh process imports the parent's ``__main__``, which in a script without the usual
    guard would start all of it again. The workers need nothing of it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
