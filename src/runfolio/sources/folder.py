"""Stage 1b: plain folders, for those who track runs with nothing but files.

In: a folder per run. Out: a unit of work per folder.

::

    <run>/metrics.csv | metrics.jsonl | metrics.json    steps, or final values
    <run>/params.yaml | params.json                     nested keys are joined with "."
    <run>/run.yaml                                      all else, every key optional

The folder's path is the run's id and its name is the run's, unless run.yaml says otherwise;
the folder above is the experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.model.series import Series
from runfolio.sources.base import Discovery, Unit
from runfolio.sources.findings import Findings
from runfolio.sources.metric_rows import read_csv, read_final, read_jsonl
from runfolio.sources.parsing import (
    ParseError,
    Tree,
    decode,
    flatten,
    parse_json,
    parse_yaml,
    text_of,
)
from runfolio.sources.run_yaml import read_about
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["FolderSource", "source"]

_RUN = "run.yaml"
_METRICS: dict[str, Callable[[str, Findings], list[Series]]] = {
    "metrics.csv": read_csv,
    "metrics.jsonl": read_jsonl,
    "metrics.json": read_final,
}
_PARAMS: dict[str, Callable[[str], Tree]] = {
    "params.json": lambda text: parse_json(text, numbers_as_text=True),
    "params.yaml": parse_yaml,
}


class FolderSource:
    """Reader of plain folders."""

    name = "folder"
    title = "Plain folders"
    looks_like = "a folder per run with metrics.csv, metrics.jsonl, metrics.json or run.yaml in it"
    order = 900
    encloses = False

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> bool:
        return entries is not None and any(
            not entry.is_folder and (entry.name == _RUN or entry.name in _METRICS)
            for entry in entries
        )

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, _above(place)[0]),))

    def read(self, unit: Unit) -> Records:
        return _FolderReader(unit).read()


source = FolderSource()


def _above(place: Place) -> tuple[str, str]:
    """Return the folder above as shown to people, and its own name."""
    shown = place.shown.rpartition("/")[0] if not place.path else place.parent.shown
    name = shown.rpartition("/")[2]
    return shown or ".", name if name not in ("", ".") else "runs"


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
            names = {entry.name for entry in self._place.entries() if not entry.is_folder}
        except StorageError as error:
            _unreadable(findings, error)
            self._problems += findings.problems()
        about = self._about() if _RUN in names else {}
        params: dict[str, str] = {}
        for name in sorted(names & _PARAMS.keys()):  # of both, YAML is written by people
            params |= self._params(name)
        series: dict[str, Series] = {}
        for name in (name for name in _METRICS if name in names):
            for one in self._series(name):
                series.setdefault(one.metric, one)  # the history before the final value
        run = self._record(about, params, tuple(series[metric] for metric in sorted(series)))
        return Records(runs=(run,), problems=tuple(self._problems))

    def _record(
        self, about: dict[str, Tree], params: dict[str, str], series: tuple[Series, ...]
    ) -> RunRecord:
        findings = Findings(self._place / _RUN)
        folder = readable(self._place.name)
        known = read_about(about, findings)
        self._problems += findings.problems()
        return RunRecord(
            id=known.texts.get("id") or readable(self._place.path) or folder or "run",
            name=known.texts.get("name", folder),
            experiment=known.texts.get("experiment") or _above(self._place)[1],
            format=source.name,
            location=self._location,
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
        return self._parsed(_RUN, parse_yaml)

    def _params(self, name: str) -> dict[str, str]:
        tree = self._parsed(name, _PARAMS[name])
        return {key: text_of(value) for key, value in flatten(tree)} if tree else {}

    def _parsed(self, name: str, parse: Callable[[str], Tree]) -> dict[str, Tree]:
        """Return a file's mapping; an empty one, and a problem, if it cannot be had."""
        findings = Findings(self._place / name)
        tree: dict[str, Tree] = {}
        try:
            parsed = parse(self._text(name, findings))
            if not isinstance(parsed, dict | None):
                raise ParseError("holds no keys with values")
            dict(flatten(parsed or {}))  # raises if it is nested too deeply
            tree = parsed or {}
        except (StorageError, ParseError) as error:
            _unreadable(findings, error)
        self._problems += findings.problems()
        return tree

    def _series(self, name: str) -> list[Series]:
        findings = Findings(self._place / name)
        found: list[Series] = []
        try:
            text = self._text(name, findings)
            if text.strip():
                found = _METRICS[name](text, findings)
            else:
                findings.add(
                    "metric-empty",
                    "The file of metrics is empty.",
                    "Remove it, or log the metrics again.",
                )
        except (StorageError, ParseError) as error:
            _unreadable(findings, error)
        self._problems += findings.problems()
        return found

    def _text(self, name: str, findings: Findings) -> str:
        text, replaced = decode((self._place / name).read())
        if replaced:
            findings.add(
                "not-utf8",
                "Some bytes are not UTF-8; they are shown as replacement characters.",
                "Save the file as UTF-8.",
                "note",
            )
        return text


def _unreadable(findings: Findings, error: Exception) -> None:
    findings.add(
        "file-unreadable",
        f"The file {error}; it was left out.",
        "Correct the file, or remove it.",
        "error",
    )
