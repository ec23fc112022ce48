"""Read a place with one source, as ingest does, for the tests of the sources."""

from __future__ import annotations

from pathlib import Path

from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.registry import find
from runfolio.sources.base import Source
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage


def place_of(path: Path | Place) -> Place:
    """Return a place whose storage is the folder around it."""
    return path if isinstance(path, Place) else Place(LocalStorage.at(path.parent), path.name)


def matches(name: str, path: Path | Place) -> bool:
    """Tell whether a source takes a path for its own."""
    place = place_of(path)
    entries = place.entries() if place.is_folder() else None
    return _source(name).matches(place, entries) is not None


def read(name: str, path: Path | Place) -> Records:
    """Return everything that a source finds at a path."""
    source = _source(name)
    discovery = source.discover(place_of(path))
    parts = [discovery.records, *map(source.read, discovery.units)]
    return Records(
        runs=tuple(run for part in parts for run in part.runs),
        experiments=tuple(e for part in parts for e in part.experiments),
        models=tuple(model for part in parts for model in part.models),
        metrics=tuple(fact for part in parts for fact in part.metrics),
        checks=tuple(check for part in parts for check in part.checks),
        recorded=tuple(one for part in parts for one in part.recorded),
        problems=tuple(problem for part in parts for problem in part.problems),
        hidden_runs=sum(part.hidden_runs for part in parts),
        hidden_experiments=sum(part.hidden_experiments for part in parts),
    )


def only_run(records: Records) -> RunRecord:
    """Return the run, of which there is one."""
    assert len(records.runs) == 1, [run.id for run in records.runs]
    return records.runs[0]


def slugs(problems: tuple[Problem, ...]) -> list[str]:
    """Return the kinds of the problems."""
    return [problem.slug for problem in problems]


def _source(name: str) -> Source:
    source: Source = find("runfolio.sources", "source")[name]
    return source
