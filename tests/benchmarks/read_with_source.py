"""Print as JSON the CPU seconds of reading a store with its source, beside a bare loop.

The loop opens and reads every file of the runs but artifacts, once, and does nothing with it:
the limit of any reader. Both run in this process, by turns; the best of each counts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

import pydantic_core  # noqa: F401 (what is imported is not counted)

import runfolio
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage

TURNS = 5


def loop(folder: str) -> int:
    """Return the number of files."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                count += loop(entry.path) if entry.name != "artifacts" else 0
            else:
                handle = os.open(entry.path, os.O_RDONLY)
                os.read(handle, 1 << 16)
                os.close(handle)
                count += 1
    return count


def plain_loop(folder: str) -> None:
    """Do the same as it is usually written, without a thought of speed."""
    for above, _, files in os.walk(folder):
        for name in files:
            with open(os.path.join(above, name), "rb") as file:
                file.read()


def source(name: str, path: str) -> int:
    """Return the number of runs."""
    reader = find("runfolio.sources", "source")[name]
    folder, file = os.path.split(path)
    units = reader.discover(Place(LocalStorage.at(folder), file)).units
    return len([run for unit in units for run in reader.read(unit).runs])


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(name: str, path: str) -> None:
    """Measure by turns, so that all see the same machine."""
    works: dict[str, Callable[[], object]] = {
        "source": lambda: source(name, path),
        "load_runs": lambda: runfolio.load_runs(path),
    }
    if os.path.isdir(path):
        works |= {"loop": lambda: loop(path), "plain loop": lambda: plain_loop(path)}
    for work in works.values():
        work()  # imports are done and the page cache is warm now
    best = dict.fromkeys(works, float("inf"))
    for _ in range(TURNS):
        for key, work in works.items():
            best[key] = min(best[key], seconds(work))
    print(json.dumps(best))


if __name__ == "__main__":
    main(*sys.argv[1:])
