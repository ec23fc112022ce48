"""Stage 1b: plain folders, for those who track runs with nothing but files.

In: a folder per run. Out: a unit of work per folder.

::

    <run>/metrics.csv | metrics.jsonl | metrics.json    steps, or final values
    <run>/params.yaml | params.json                     nested keys are joined with "."
    <run>/run.yaml                                      all else, every key optional
    <run>/confusion_matrix.csv, roc.json, segments.csv …    tables of plots
    <run>/features.txt, feature_importance.csv …        what the model sees, and how it matters

The folder's path is the run's id and its name is the run's, unless run.yaml says otherwise;
the folder above is the experiment.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.model.series import Series
from runfolio.sources.base import Claim, Discovery, Followed, Unit, Version
from runfolio.sources.reading.documents import read_mapping, read_params, read_text, unreadable
from runfolio.sources.reading.feature_files import features_in, tells_features
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.metric_rows import read_csv_file, read_final, read_jsonl_file
from runfolio.sources.reading.parsing import ParseError, Tree
from runfolio.sources.reading.paths import experiment_of, folder_above, id_of, name_of
from runfolio.sources.reading.plot_files import plots_of
from runfolio.sources.reading.plot_kinds import tells_plot
from runfolio.sources.reading.run_yaml import read_about
from runfolio.sources.reading.versions import read_values
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["FolderHistory", "FolderSource", "history_reader", "source"]

_RUN = "run.yaml"
_METRICS = ("metrics.csv", "metrics.jsonl", "metrics.json")
_PARAMS = ("params.json", "params.yaml")  # of both, YAML is written by people
_OWN = frozenset({_RUN, *_METRICS, *_PARAMS})


class FolderSource:
    """Reader of plain folders."""

    name = "folder"
    title = "Plain folders"
    looks_like = "a folder per run with metrics.csv, metrics.jsonl, metrics.json or run.yaml in it"
    order = 900

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        files = {entry.name for entry in entries or () if not entry.is_folder}
        if _RUN in files or files & set(_METRICS):
            tables = (name for name in files if tells_plot(name) or tells_features(name))
            return Claim(frozenset(files & _OWN).union(tables))
        return None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, folder_above(place)),))

    def read(self, unit: Unit) -> Records:
        return _FolderReader(unit).read()


source = FolderSource()


class FolderHistory:
    """Follows files called metrics or params, wherever they lie."""

    name = "folder"
    order = 900
    _ROLES: tuple[tuple[Literal["metrics", "params"], tuple[str, ...]], ...] = (
        ("metrics", (".json", ".yaml", ".yml", ".toml", ".csv", ".tsv")),
        ("params", (".yaml", ".yml", ".json", ".toml")),
    )

    def follow(
        self, paths: Iterable[str], contents: Mapping[str, Sequence[bytes]]
    ) -> dict[str, Followed]:
        known = {f"{role}{ending}": role for role, endings in self._ROLES for ending in endings}
        return {
            path: Followed(self.name, known[name])
            for path in paths
            if (name := posixpath.basename(path)) in known
        }

    def read(self, path: str, followed: Followed, data: bytes) -> Version:
        return read_values(path, followed, data)


history_reader = FolderHistory()


class _FolderReader:
    """Reads one run's folder."""

    def __init__(self, unit: Unit) -> None:
        self._place = unit.place
        self._location = unit.location
        self._problems: list[Problem] = []

    def read(self) -> Records:
        findings = Findings(self._place)
        names: set[str] = set()
        try:
            # A folder of such a name too: reading it fails, and this is told.
            names = {entry.name for entry in self._place.entries()}
        except StorageError as error:
            unreadable(findings, error)
            self._problems += findings.problems()
        about = self._about() if _RUN in names else {}
        params: dict[str, str] = {}
        for name in (name for name in _PARAMS if name in names):
            params |= self._params(name)
        series: dict[str, Series] = {}
        for name in (name for name in _METRICS if name in names):
            for one in self._series(name):
                series.setdefault(one.metric, one)  # the history before the final value
        of_features = [(name, self._place / name) for name in names if tells_features(name)]
        lists, importances = features_in(of_features, self._problems, self._place)
        tables = [
            (name, self._place / name)
            for name in names
            if tells_plot(name) and not tells_features(name)
        ]
        plots = plots_of(tables, self._problems, self._place)
        run = self._record(about, params, tuple(series[metric] for metric in sorted(series)))
        run = replace(run, plots=plots, features=lists, importances=importances)
        return Records(runs=(run,), problems=tuple(self._problems))

    def _record(
        self, about: dict[str, Tree], params: dict[str, str], series: tuple[Series, ...]
    ) -> RunRecord:
        findings = Findings(self._place / _RUN)
        known = read_about(about, findings)
        self._problems += findings.problems()
        own_id = known.texts.get("id")
        return RunRecord(
            id=own_id or id_of(self._place),
            name=known.texts.get("name", name_of(self._place)),
            experiment=known.texts.get("experiment") or experiment_of(self._place),
            format=source.name,
            location=self._location,
            path=self._place.shown,
            id_is_path=not own_id,
            status=known.status,
            started=known.started,
            ended=known.ended,
            parent=known.texts.get("parent") or None,
            commit=known.texts.get("commit") or None,
            seed=known.texts.get("seed"),
            notes=known.texts.get("notes", ""),
            params=dict(sorted((params | known.params).items())),
            tags=dict(sorted(known.tags.items())),
            series=series,
            datasets=known.datasets,
        )

    def _about(self) -> dict[str, Tree]:
        findings = Findings(self._place / _RUN)
        about = read_mapping(self._place / _RUN, findings)
        self._problems += findings.problems()
        return about

    def _params(self, name: str) -> dict[str, str]:
        findings = Findings(self._place / name)
        params = read_params(self._place / name, findings)
        self._problems += findings.problems()
        return params

    def _series(self, name: str) -> list[Series]:
        place, findings = self._place / name, Findings(self._place / name)
        if name == "metrics.csv":
            found = read_csv_file(place, findings)
        elif name == "metrics.jsonl":
            found = read_jsonl_file(place, findings)
        else:
            found = self._final(place, findings)
        self._problems += findings.problems()
        return found

    def _final(self, place: Place, findings: Findings) -> list[Series]:
        text = read_text(place, findings)
        if text is None:
            return []
        if not text.strip():
            findings.add(
                "metric-empty",
                "The file of metrics is empty.",
                "Remove it, or log the metrics again.",
            )
            return []
        try:
            return read_final(text, findings)
        except ParseError as error:
            unreadable(findings, error)
            return []
