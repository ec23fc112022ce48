"""Stage 1d: which logs of a model in production are read: those that ``monitoring:`` names.

In: the settings and the project's folder. Out: logs, each with the rows that its inputs and
outputs are compared with, and problems. Nothing outside of the folder is read.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.checks.base import Stream, UnreadableError
from runfolio.checks.opening import open_set
from runfolio.ingest.production import production_log
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem, near_miss
from runfolio.model.production import Columns, ProductionLog
from runfolio.project import Project
from runfolio.sources.production import Wish, read_rows
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage

if TYPE_CHECKING:
    from runfolio.config import Monitored, Settings
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read", "read_production"]

USUAL_VERSION = "model_version"

MOST_ROWS = 200_000
"""Rows of a data set that others are compared with, the first."""


def read(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Read what production logs, where the configuration names files."""
    if not project.settings.monitoring:
        return tables
    logs, problems = read_production(project.settings, project.folder, project.data_place)
    return replace(tables, production=logs, problems=tuple(sorted({*tables.problems, *problems})))


def read_production(
    settings: Settings, folder: Path, place_of: Callable[[str], Place]
) -> tuple[tuple[ProductionLog, ...], tuple[Problem, ...]]:
    """Read the logs of production.

    Parameters
    ----------
    settings : Settings
    folder : Path
        The project's.
    place_of : callable
        Gives the place of a data set.

    Returns
    -------
    logs : tuple of ProductionLog
        Those that have rows.
    problems : tuple of Problem
    """
    root = Place(LocalStorage.at(folder))
    logs: list[ProductionLog] = []
    problems: list[Problem] = []
    for entry, watched in enumerate(settings.monitoring):
        if watched.path is None:
            continue
        place = Place(root.storage, watched.path)
        rows = read_rows(place, _wish(watched))
        problems += rows.problems
        if not len(rows.times):
            continue
        log, told = production_log(entry, place.shown, rows.times, rows.columns, rows.versions)
        problems += told
        if watched.reference is not None:
            columns, name, told = _reference(settings, watched, root, place_of)
            problems += told
            log = replace(log, reference=columns, reference_name=name)
        logs.append(log)
    return tuple(logs), tuple(problems)


def _wish(watched: Monitored) -> Wish:
    """Return which columns of a log are wanted."""
    named: dict[str, None] = {}
    for column, metric in watched.metrics.items():
        told = metric.forecast
        forecast = (told.value, told.low, told.high) if told else ()
        wanted = (column, metric.count, *forecast)
        named.update(dict.fromkeys(name for name in wanted if isinstance(name, str)))
    return Wish(
        time=watched.time,
        version=watched.version or USUAL_VERSION,
        needs_version=watched.version is not None,
        columns=tuple(named),
        likely=tuple(f"{column}_n" for column in watched.metrics),
        patterns=(*watched.inputs, *watched.outputs),
        everything=not (watched.metrics or watched.inputs or watched.outputs),
    )


def _reference(
    settings: Settings, watched: Monitored, root: Place, place_of: Callable[[str], Place]
) -> tuple[Columns | None, str, tuple[Problem, ...]]:
    """Read what inputs and outputs are compared with: a data set, ``set@version``, or a file."""
    assert watched.reference is not None
    patterns = (*watched.inputs, *watched.outputs)
    name, _, version = watched.reference.partition("@")
    known = settings.data.sets.get(name)
    if known is None:
        place = Place(root.storage, watched.reference)
        if not place.is_file():
            told = f"{watched.reference!r} is neither a data set of data.sets nor a file."
            hint = (
                near_miss(name, settings.data.sets, "Data sets are") if settings.data.sets else ""
            )
            return None, "", (_unknown(told, hint or "Its path is relative to report.yaml."),)
        rows = read_rows(place, Wish(needs_time=False, patterns=patterns))
        there = rows.columns.numbers or rows.columns.texts
        return rows.columns if there else None, place.shown, rows.problems
    places = known.places
    if version and version not in places:
        hint = near_miss(version, places, "Versions are")
        return None, "", (_unknown(f"{name!r} has no version {version!r}.", hint),)
    path = places[version] if version else [*places.values()][-1]
    shown = f"{name}, version {version}" if version else name
    try:
        with open_set(place_of, path, known) as stream:
            columns, is_cut = _columns(stream, patterns)
            problems = tuple(stream.problems)
    except UnreadableError as error:
        return None, "", (_unknown(f"{watched.reference!r} {error.reason}.", error.hint),)
    if is_cut:
        problems = (*problems, _cut(shown))
    if not (columns.numbers or columns.texts):
        told = f"{watched.reference!r} has no column that inputs or outputs name."
        hint = f"Its columns are {', '.join([*stream.columns][:20])}."
        return None, "", (*problems, _unknown(told, hint))
    return columns, shown, problems


def _columns(stream: Stream, patterns: tuple[str, ...]) -> tuple[Columns, bool]:
    """Read columns of a data set, of numbers where most cells are; tell whether rows were left."""
    wanted = [
        name
        for name in stream.columns
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
    numbers: dict[str, list[NDArray[np.float64]]] = {name: [] for name in wanted}
    texts: dict[str, list[str | None]] = {name: [] for name in wanted}
    rows = 0
    for batch in stream.batches(wanted) if wanted else ():
        for name in wanted:
            numbers[name].append(batch.number(name))
            missing = batch.missing(name)
            texts[name] += [
                None if gone else str(text)
                for gone, text in zip(missing.tolist(), batch.texts(name), strict=True)
            ]
        rows += batch.rows
        if rows > MOST_ROWS:
            break
    found = {
        name: np.concatenate(parts) if parts else np.empty(0) for name, parts in numbers.items()
    }
    numeric = {
        name
        for name in wanted
        if 2 * np.isfinite(found[name]).sum() >= sum(text is not None for text in texts[name])
    }
    columns = Columns(
        {name: found[name] for name in wanted if name in numeric},
        {name: tuple(texts[name]) for name in wanted if name not in numeric},
    )
    return columns, rows > MOST_ROWS


def _cut(shown: str) -> Problem:
    return Problem(
        shown,
        "production-reference-cut",
        f"It has more than {format_count(MOST_ROWS)} rows; inputs and outputs are compared with "
        "the first.",
        "Name a data set with rows drawn at random.",
        "note",
    )


def _unknown(message: str, hint: str) -> Problem:
    return Problem(
        "report.yaml",
        "production-reference-unknown",
        f"The reference {message} Inputs and outputs are not compared with anything.",
        hint,
    )
