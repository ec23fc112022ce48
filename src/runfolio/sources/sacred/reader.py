"""Stage 1b: Sacred's ``FileStorageObserver``.

In: a folder per run, numbered or named by ``--id``, with ``_sources`` and ``_resources``
beside them. Out: a unit of work per run.

Sacred writes what it has as jsonpickle. That is shown as the data it is, never decoded: a
tuple is its list, and keys such as ``py/object`` are keys. Of ``run.json`` only what a report
needs is used, of host and environment only versions; ``cout.txt`` is never opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from runfolio.model.problems import Problem
from runfolio.model.records import DatasetUse, Records, RunRecord, Status
from runfolio.model.series import Series, reduce_series
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.documents import read_json, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded, bounded_params
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.parsing import (
    ParseError,
    Tree,
    flatten,
    parse_time,
    text_of,
    to_float,
)
from runfolio.sources.reading.paths import experiment_of, folder_above, id_of, name_of
from runfolio.sources.reading.requirements import pinned, python_version
from runfolio.sources.sacred.info import as_lists, info_series, read_info
from runfolio.sources.sacred.metrics import number_in, read_metrics
from runfolio.storage.base import Entry, Place

__all__ = ["Sacred", "source"]

_RUN, _CONFIG, _METRICS, _INFO = "run.json", "config.json", "metrics.json", "info.json"
_BESIDE = frozenset({_CONFIG, _METRICS, _INFO, "cout.txt"})
_SHARED = frozenset({"_sources", "_resources"})
_HEAD = 256 * 1024
_LIMIT = 16 * 1024 * 1024
_INFO_TAGS = 50
_STATUS: dict[str, Status] = {
    "COMPLETED": "finished",
    "FAILED": "failed",
    "INTERRUPTED": "killed",
    "TIMEOUT": "killed",
    "RUNNING": "unfinished",
    "QUEUED": "scheduled",
}
_STORED = re.compile(r"_([0-9a-f]{32})(?:\.[^./\\]*)?$")
"""End of the path to which Sacred copied a resource: the MD5 of its content."""


class Sacred:
    """Reader of Sacred's file storage."""

    name = "sacred"
    title = "Sacred file storage"
    looks_like = "a folder per run with run.json and config.json, beside _sources"
    order = 200

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        names = {entry.name for entry in entries or ()}
        if Entry(_RUN, False) in (entries or ()) and names & _BESIDE:
            return WHOLE if _BESIDE - {_INFO, _METRICS} <= names or _is_run(place) else None
        shared = {entry.name for entry in entries or () if entry.is_folder} & _SHARED
        return Claim(frozenset(shared)) if shared else None

    def discover(self, place: Place) -> Discovery:
        if _RUN not in names_listed(place):
            return Discovery()  # the folder around the runs
        return Discovery((Unit(self.name, place, folder_above(place)),))

    def read(self, unit: Unit) -> Records:
        return _RunReader(unit).read()


source = Sacred()


def _is_run(place: Place) -> bool:
    head = (place / _RUN).head(_HEAD)
    return b'"experiment"' in head and (b'"heartbeat"' in head or b'"host"' in head)


class _RunReader:
    """Reads one run's folder."""

    def __init__(self, unit: Unit) -> None:
        self._place = unit.place
        self._location = unit.location
        self._names = names_listed(unit.place)
        self._problems: list[Problem] = []

    def read(self) -> Records:
        about = self._mapping(_RUN)
        params = self._params()
        experiment = _text(_part(about, "experiment").get("name")) or experiment_of(self._place)
        own = name_of(self._place)
        series, tags = self._logged()
        for name, value in self._result(about.get("result")):
            if name not in series:  # else its history is there
                series[name] = reduce_series(name, np.zeros(1, np.int64), np.array([value]))
        run = RunRecord(
            id=id_of(self._place),
            name=f"{experiment} {own}" if own.isdecimal() else own,
            experiment=experiment,
            format=source.name,
            location=self._location,
            path=self._place.shown,
            id_is_path=True,
            status=_STATUS.get(_text(about.get("status")), "unknown"),
            started=parse_time(_text(about.get("start_time"))),
            ended=parse_time(_text(about.get("stop_time"))),
            commit=_commit(about),
            seed=params.get("seed"),
            notes=_comment(about),
            params=dict(sorted(params.items())),
            tags=dict(sorted({**_named_configs(about), **tags}.items())),
            series=tuple(series[name] for name in sorted(series)),
            datasets=tuple(_resources(about)),
            environment=_environment(about),
        )
        return Records(runs=(run,), problems=tuple(self._problems))

    def _mapping(self, name: str, *, numbers_as_text: bool = False) -> dict[str, Tree]:
        place = self._place / name
        findings = Findings(place)
        tree: dict[str, Tree] = {}
        if name in self._names or name == _RUN:
            content = read_json(place, findings, numbers_as_text=numbers_as_text, limit=_LIMIT)
            try:
                if content is not None:
                    tree = _checked(content)
            except ParseError as error:
                unreadable(findings, error)
        self._problems += findings.problems()
        return tree

    def _params(self) -> dict[str, str]:
        config = as_lists(self._mapping(_CONFIG, numbers_as_text=True))
        findings = Findings(self._place / _CONFIG)
        params = bounded_params(config, findings) if isinstance(config, dict) else {}
        self._problems += findings.problems()
        return params

    def _logged(self) -> tuple[dict[str, Series], dict[str, str]]:
        """Return metrics and tags: what is in ``info.json`` is either."""
        found: list[Series] = []
        if _METRICS in self._names:
            findings = Findings(self._place / _METRICS)
            found = read_metrics(self._place / _METRICS, findings)
            self._problems += findings.problems()
        info: dict[str, Tree] = {}
        findings = Findings(self._place / _INFO)
        if _INFO in self._names:
            info = read_info(self._place / _INFO, findings, whole=not found)
        leaves = (pair for pair in flatten(info) if isinstance(pair[1], int | float))
        if not found:
            found = info_series(info, findings)
            leaves = (pair for pair in leaves if isinstance(pair[1], bool))
        self._problems += findings.problems()
        tags = {f"info.{name}": text_of(value) for name, value in islice(leaves, _INFO_TAGS)}
        return {one.metric: one for one in found}, tags

    def _result(self, result: Tree) -> Iterator[tuple[str, float]]:
        """Yield what the run's main function returned, as far as it is numbers."""
        if result is None:
            return
        number = number_in(result)
        if number is not None:
            yield "result", number
            return
        findings = Findings(self._place / _RUN)
        leaves = list(flatten(result)) if isinstance(result, dict) else []
        numbers = [(name, to_float(value)) for name, value in leaves if not isinstance(value, str)]
        known = ((f"result.{name}", value) for name, value in numbers if value is not None)
        found = bounded(known, "metrics", findings)
        yield from found.items()
        if not found:
            findings.add(
                "result-not-a-number",
                "The result of the run is no number; it is none of the metrics.",
                "Return a number, or log what is to be compared with log_scalar.",
                "note",
            )
        self._problems += findings.problems()


def _checked(tree: Tree) -> dict[str, Tree]:
    """Return a mapping that is not nested too deeply."""
    if not isinstance(tree, dict):
        raise ParseError("holds no keys with values")
    for _ in flatten(tree):
        pass  # raises if it is
    return tree


def _part(tree: dict[str, Tree], name: str) -> dict[str, Tree]:
    part = tree.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Tree) -> str:
    return value if isinstance(value, str) else ""


def _commit(about: dict[str, Tree]) -> str | None:
    repositories = _part(about, "experiment").get("repositories")
    first = repositories[0] if isinstance(repositories, list) and repositories else None
    return _text(first.get("commit")) or None if isinstance(first, dict) else None


def _environment(about: dict[str, Tree]) -> dict[str, str]:
    """Return the versions of Python and of the packages that the experiment imports."""
    packages = _part(about, "experiment").get("dependencies")
    lines = packages if isinstance(packages, list) else []
    found = pinned(line for line in lines if isinstance(line, str))
    return dict(
        sorted({**found, **python_version(_part(about, "host").get("python_version"))}.items())
    )


def _comment(about: dict[str, Tree]) -> str:
    meta = _part(about, "meta")
    return _text(meta.get("comment")) or _text(_part(meta, "options").get("--comment"))


def _named_configs(about: dict[str, Tree]) -> dict[str, str]:
    names = _part(about, "meta").get("named_configs")
    return {"named_configs": text_of(names)} if isinstance(names, list) and names else {}


def _resources(about: dict[str, Tree]) -> Iterator[DatasetUse]:
    """Yield the files that the run opened, by name and digest, without their paths."""
    resources = about.get("resources")
    for pair in resources if isinstance(resources, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair):
            stored = _STORED.search(pair[1])
            yield DatasetUse(re.split(r"[/\\]", pair[0])[-1], stored[1] if stored else "")
