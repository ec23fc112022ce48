"""Stage 1b: the run that a DVC project's working tree is.

In: the folder of a ``dvc.yaml``. Out: params, metrics, curves and versions of data, from the
files in the folder or, where DVC put them there, in its cache.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from runfolio.model.features import Importances
from runfolio.model.numbers import format_count
from runfolio.model.plots import Plot as RunPlot
from runfolio.model.problems import Problem
from runfolio.model.records import DatasetUse, Records, RunRecord
from runfolio.model.series import Series
from runfolio.sources.dvc.files import MAX_SURVEYED, ProjectFiles, survey
from runfolio.sources.dvc.lock import (
    Tracked,
    evaluation_code,
    is_code,
    locked_params,
    tracked_by_file,
    tracked_by_lock,
)
from runfolio.sources.dvc.names import is_same, merged_series, unique_names
from runfolio.sources.dvc.plan import DVC_YAML, LATEST, LOCK, live_folders, values_in
from runfolio.sources.dvc.values import (
    is_table,
    may_be_history,
    metric_series,
    plot_series,
)
from runfolio.sources.dvc.yaml import PARAMS, Definition, define
from runfolio.sources.dvclive.reader import HISTORY, TABLES
from runfolio.sources.dvclive.values import history_series
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.feature_files import features_of, tells_features
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded
from runfolio.sources.reading.parsing import (
    MAX_NESTING,
    ParseError,
    Tree,
    decode,
    flatten,
    text_of,
)
from runfolio.sources.reading.paths import experiment_of, id_of, name_of
from runfolio.sources.reading.plot_files import MOST_BYTES
from runfolio.sources.reading.plot_kinds import plots_in
from runfolio.sources.reading.value_files import DELIMITERS, param_values, parse
from runfolio.storage.base import Place, StorageError, readable

__all__ = ["read_project"]

_COLUMN_OF_WORDS = "column-without-numbers"
"""The table of a plot may have columns that are not drawn."""
_RUN_AGAIN = "Run `dvc repro`, and build again."
_LOOK = "Nothing to do if it holds no values of the run; else see dvc.yaml."
_MOST_TABLES = 50
_WORK_PER_NAME = 40
"""What it takes to keep a metric, as if it were values in files."""
_T = TypeVar("_T")


def read_project(place: Place, format_name: str, location: str) -> Records:
    """Return the run of a project, and what is wrong in its files."""
    reader = _ProjectReader(place)
    params = reader.params()
    findings = Findings(place / DVC_YAML)
    curves = reader.plots()
    metrics = merged_series(reader.metrics(), curves)
    series = bounded(metrics.items(), "metrics", findings)
    reader.problems += findings.problems()
    run = RunRecord(
        id=id_of(place),
        name=name_of(place),
        experiment=experiment_of(place),
        format=format_name,
        location=location,
        path=place.shown,
        id_is_path=True,
        params=dict(sorted(params.items())),
        tags=reader.tags(),
        series=tuple(series[metric] for metric in sorted(series)),
        datasets=tuple(reader.datasets()),
        plots=tuple(reader.tables(curves)),
        importances=tuple(reader.importances()),
        command="dvc repro" if reader.has_stages else "",
    )
    return Records(runs=(run,), problems=(*reader.problems, *reader.unlisted()))


class _ProjectReader:
    """Reads one project; what is wrong is in `problems`."""

    def __init__(self, place: Place) -> None:
        self.problems: list[Problem] = []
        self._place = place
        self._files = ProjectFiles(place)
        self._found = Definition()
        self._found = define(self._tree(DVC_YAML), lambda path: values_in(place / path))
        self._tell(DVC_YAML, "dvc-path-unknown", self._found.left_out)
        folders = self._found.folders
        lock = self._tree(LOCK) if self._files.is_here(LOCK) else {}
        self._locked = locked_params(lock, folders)
        self._in_lock = tracked_by_lock(lock, folders)
        surveyed = survey(place, [one.path for one in self._in_lock])
        if not surveyed.whole:
            left_out = (
                f"Only {format_count(MAX_SURVEYED)} of its entries were searched for *.dvc files."
            )
            self._tell("", "dvc-folder-too-large", [left_out])
        self._in_files = [
            one
            for folder, name in surveyed.dvc_files
            for one in tracked_by_file(self._tree(posixpath.join(folder, name)), folder)
        ]
        self._files = ProjectFiles(place, [*self._in_files, *self._in_lock])
        self._live = sorted(live_folders(place, self._found) | set(surveyed.live))
        for folder in surveyed.live:
            self._found.metrics[posixpath.join(folder, LATEST)] = None
            if self._files.is_here(posixpath.join(folder, PARAMS)):
                self._found.track(posixpath.join(folder, PARAMS), None)

    def params(self) -> dict[str, str]:
        files = dict(self._found.params)
        if self._files.is_here(PARAMS):
            files[PARAMS] = None  # as `dvc params` has it
        for file, locked in self._locked.items():
            keys = files.setdefault(file, set())
            files[file] = None if keys is None else keys | locked.keys()
        by_file: dict[str, dict[str, Tree]] = {}
        for named, keys in files.items():
            for file in self._files.below(named):
                tracked = (
                    (key, value)
                    for key, value in self._params_in(file).items()
                    if keys is None or any(above in keys for above in _with_outer(key))
                )
                findings = Findings(self._place / file)
                by_file[file] = bounded(tracked, "params", findings)
                self.problems += findings.problems()
        findings = Findings(self._place / DVC_YAML)
        found = bounded(unique_names(by_file).items(), "params", findings)
        self.problems += findings.problems()
        return {name: text_of(value) for name, value in found.items()}

    @property
    def has_stages(self) -> bool:
        return self._found.has_stages

    def tags(self) -> dict[str, str]:
        return evaluation_code(self._in_lock)

    def metrics(self) -> dict[str, dict[str, Series]]:
        """Return the metrics by file, those of a DVCLive folder with their histories."""
        found: dict[str, dict[str, Series]] = {}
        named = (file for name in self._found.metrics for file in self._files.below(name))
        for path in dict.fromkeys(named):
            folder, name = posixpath.split(path)
            separator = "/" if name == LATEST and folder in self._live else "."
            found[path] = self._read(path, partial(metric_series, path, separator=separator)) or {}
            self._files.spend(len(found[path]) * _WORK_PER_NAME)
        for folder in self._live:
            latest = found.setdefault(posixpath.join(folder, LATEST), {})
            latest.update(self._histories(folder))
        return found

    def plots(self) -> dict[str, dict[str, Series]]:
        """Return the columns of plots over steps, by file."""
        found: dict[str, dict[str, Series]] = {}
        live = {posixpath.join(folder, HISTORY) for folder in self._live}
        for plot in self._found.plots:
            if plot.path in live or not may_be_history(plot):
                continue
            for path in self._files.below(plot.path):
                if is_table(path):
                    one = replace(plot, path=path)
                    series = self._read(path, partial(plot_series, one), _COLUMN_OF_WORDS) or {}
                    found[path] = {**series, **found.get(path, {})}
        return found

    def tables(self, curves: Mapping[str, object]) -> Iterator[RunPlot]:
        """Yield the plots over anything else than steps: errors, curves of rates, segments.

        Parameters
        ----------
        curves : mapping
            By file what `plots` found.
        """
        wanted: dict[str, dict[str, str]] = {}
        for plot in self._found.plots:
            is_confusion = plot.template.startswith("confusion") and plot.x and plot.ys
            renamed = {plot.x or "": "actual", plot.ys[0]: "predicted"} if is_confusion else {}
            for path in self._files.below(plot.path):
                if not curves.get(path) and f"{HISTORY}/" not in path:
                    wanted.setdefault(path, renamed)
        for folder in self._live:
            for below in (posixpath.join(folder, name) for name in TABLES):
                wanted |= {path: {} for path in self._files.below(below) if path not in wanted}
        tables = [path for path in wanted if is_table(path)]
        for path in tables[:_MOST_TABLES]:
            name = next((path.partition(f"{t}/")[2] for t in TABLES if f"{t}/" in path), path)
            parsed = partial(self._plots_in, name, renamed=wanted[path])
            known = len(self.problems)
            yield from self._read(path, parsed) or ()
            if path in curves:  # `plots` has told what is wrong with it
                del self.problems[known:]

    def importances(self) -> Iterator[Importances]:
        """Yield how much features matter, from plots that are named so."""
        named = {path for plot in self._found.plots for path in self._files.below(plot.path)}
        named |= {
            path
            for folder in self._live
            for name in TABLES
            for path in self._files.below(posixpath.join(folder, name))
        }
        for path in sorted(filter(tells_features, named))[:_MOST_TABLES]:
            name = next((path.partition(f"{t}/")[2] for t in TABLES if f"{t}/" in path), path)
            known = len(self.problems)
            told = self._read(path, partial(features_of, name))
            yield from told[1] if told else ()
            del self.problems[known:]  # `plots` and `tables` have told what is wrong with it

    @staticmethod
    def _plots_in(
        name: str, text: str, findings: Findings, renamed: Mapping[str, str]
    ) -> list[RunPlot]:
        if len(text) > MOST_BYTES:
            raise ParseError(f"is larger than {MOST_BYTES // 1024 // 1024} MB")
        return plots_in(name, text, findings, renamed)

    def datasets(self) -> Iterator[DatasetUse]:
        """Yield the versions of data: those of the last run before those that lie here now."""
        of_last_run = {one.path: one for one in self._in_lock}
        told_otherwise = self._found.paths()
        for one in self._in_lock:
            if one.path not in told_otherwise and not is_code(one.path):
                yield _use(one)
        for one in self._in_files:
            used = of_last_run.get(one.path)
            if used is None:
                yield _use(one)
            elif used.early == one.early and used.digest != one.digest:
                changed = (
                    "This data has changed since the stages were last run (dvc.lock): the "
                    "metrics are those of its earlier version."
                )
                self._tell(one.path, "dvc-data-changed", [changed], _RUN_AGAIN)

    def unlisted(self) -> Iterator[Problem]:
        """Yield a problem for each folder whose files are missing."""
        for folder, error in self._files.unlisted.items():
            findings = Findings(self._place / folder)
            unreadable(findings, error)
            yield from findings.problems()

    def _params_in(self, file: str) -> dict[str, Tree]:
        """Return the params in a file, else those that the stages were last run with."""
        locked = self._locked.get(file, {})
        if locked and not self._files.is_here(file):
            gone = "The file is not there; its params are those of the last run (dvc.lock)."
            self._tell(file, "dvc-params-of-last-run", [gone], "Put the file back.")
            return locked
        values = self._read(file, lambda text, _: param_values(file, text))
        if values is None:
            return locked
        changed = [
            f"{key!r} is {text_of(values[key])[:80]} here, but was {text_of(old)[:80]} when a "
            "stage was last run (dvc.lock): the metrics may be those of the old value."
            for key, old in locked.items()
            if key in values and not is_same(values[key], old)
        ]
        self._tell(file, "dvc-param-changed", changed, _RUN_AGAIN)
        return values

    def _histories(self, folder: str) -> Iterator[tuple[str, Series]]:
        top = posixpath.join(folder, HISTORY)
        for path in self._files.below(top):
            name, suffix = posixpath.splitext(readable(path)[len(top) + 1 :])
            if suffix in DELIMITERS:
                table = partial(history_series, name, delimiter=DELIMITERS[suffix])
                series, _ = self._read(path, table) or (None, None)
                if series is not None:
                    yield name, series

    def _tree(self, path: str) -> dict[str, Tree]:
        """Return the mapping in a file of DVC's own."""

        def mapping(text: str, _: Findings) -> dict[str, Tree]:
            tree = parse(path, text)
            if not isinstance(tree, dict):
                raise ParseError("holds no keys with values")
            list(flatten(tree))  # raises if it is nested too deeply
            return tree

        return self._read(path, mapping) or {}

    def _read(
        self, path: str, parsed: Callable[[str, Findings], _T], unsaid: str = ""
    ) -> _T | None:
        """Return what is in a file, or tell why it cannot be had (but one kind of problem)."""
        findings = Findings(self._place / path)
        value: _T | None = None
        try:
            data = self._files.read(path)
            if data is not None:
                value = parsed(decode(data)[0], findings)
            elif path not in self._found.uncached and self._files.is_kept(path):
                findings.add(
                    "dvc-value-not-here",
                    "The file is not here but in DVC's cache or remote; what it holds is missing.",
                    "Run `dvc pull`, and build again.",
                    "note",
                )
            else:
                findings.add(
                    "dvc-file-missing",
                    "dvc.yaml names this file, but it does not exist.",
                    "Run `dvc repro`, or take it out of dvc.yaml.",
                )
        except (StorageError, ParseError) as error:
            unreadable(findings, error)
        self.problems += [found for found in findings.problems() if found.slug != unsaid]
        return value

    def _tell(self, path: str, slug: str, messages: Iterable[str], hint: str = _LOOK) -> None:
        findings = Findings(self._place / path if path else self._place)
        for message in messages:
            findings.add(slug, message, hint, "note")
        self.problems += findings.problems()


def _use(one: Tracked) -> DatasetUse:
    return DatasetUse(readable(one.path), one.digest, one.context, size=one.size)


def _with_outer(name: str) -> Iterator[str]:
    """Yield a nested name and those that it lies in, from the outermost."""
    end = name.find(".")
    for _ in range(MAX_NESTING):
        if end < 0:
            break
        yield name[:end]
        end = name.find(".", end + 1)
    yield name
