"""Stage 1b: Ray Tune's results.

In: an experiment's folder, with ``experiment_state-*.json`` and a folder per trial, or the
folder of a trial alone. Out: a unit of work per trial.

What a trial reported is in ``result.json``, a JSON object per line, and once more in
``progress.csv``, which has no more columns than its first row had and is read only where the
other is missing or empty. How a trial ended, only the experiment's state tells for sure: a
trial whose function simply returned is not marked in its own files. No pickle is touched, and
neither hosts and processes nor the text of errors are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from runfolio.model.problems import Problem
from runfolio.model.records import MetricFact, Records, RunRecord, Status
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.ray_tune.results import Results, read_csv, read_lines
from runfolio.sources.reading.documents import read_json, read_mapping, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded_params
from runfolio.sources.reading.listing import listed, names_listed
from runfolio.sources.reading.parsing import ParseError, parse_json
from runfolio.sources.reading.paths import folder_above, id_of, name_of
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["RayTune", "source"]

_RESULTS, _PROGRESS, _PARAMS = "result.json", "progress.csv", "params.json"
_TRACES = frozenset({"error.txt", "error.pkl", "params.pkl"})
_ITERATION = b"training_iteration"
_HEAD = 64 * 1024
_STATE = re.compile(r"experiment_state-.*\.json").fullmatch
_OWN = re.compile(
    r"(experiment_state|basic-variant-state|searcher-state|search_gen_state|scheduler-state)-.*"
    r"|(tuner|trainable|trainer)\.pkl|\.validate_storage_marker"
).fullmatch
"""What Ray keeps in the folder of an experiment."""
_TRIAL_ID = re.compile(r"(?<![^_])[0-9a-f]{5,8}(?:_\d{5})?(?![^_])")
"""Ray's ids of trials, in the names of their folders: ``b2a3a_00001``."""
_STATUS: dict[str, Status] = {"TERMINATED": "finished", "ERROR": "failed", "PENDING": "scheduled"}
_SECONDS = tuple(MetricFact(name, unit="s") for name in ("time_this_iter_s", "time_total_s"))


class RayTune:
    """Reader of Ray Tune's results."""

    name = "ray-tune"
    title = "Ray Tune results"
    looks_like = "a folder per trial with params.json and result.json (or progress.csv)"
    order = 210

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        files = {entry.name for entry in entries or () if not entry.is_folder}
        if _is_trial(place, files):
            return WHOLE
        if not any(map(_STATE, files)):
            return None
        folders = [entry.name for entry in entries or () if entry.is_folder]
        trials = (name for name in folders if _has_trial(place / name))
        return Claim.of(*filter(_OWN, files), *trials)

    def discover(self, place: Place) -> Discovery:
        entries = place.entries()
        if _is_trial(place, {entry.name for entry in entries if not entry.is_folder}):
            return Discovery((Unit(self.name, place, folder_above(place)),))
        newest = place / max(filter(_STATE, (entry.name for entry in entries)), default="")
        findings = Findings(newest)
        words = _states(newest, findings)
        return Discovery(
            tuple(
                Unit(self.name, place / entry.name, place.shown, context=_of(words, entry.name))
                for entry in entries
                if entry.is_folder and _has_trial(place / entry.name)
            ),
            Records(metrics=_SECONDS, problems=tuple(findings.problems())),
        )

    def read(self, unit: Unit) -> Records:
        return _TrialReader(unit).read()


source = RayTune()


def _is_trial(place: Place, files: set[str]) -> bool:
    if not files & {_RESULTS, _PROGRESS} or _PARAMS not in files | names_listed(place):
        return False
    heads = [(place / name).head(_HEAD) for name in (_RESULTS, _PROGRESS) if name in files]
    # A trial that failed before its first report leaves empty files.
    return any(_ITERATION in head for head in heads) or (not any(heads) and bool(files & _TRACES))


def _has_trial(place: Place) -> bool:
    try:
        return _is_trial(place, {entry.name for entry in place.entries() if not entry.is_folder})
    except StorageError:
        return False


def _states(place: Place, findings: Findings) -> dict[str, str]:
    """Return Ray's word for the state of each trial, by its folder's name and by its id."""
    tree = read_json(place, findings)
    found: dict[str, str] = {}
    trials = tree.get("trial_data", tree.get("checkpoints")) if isinstance(tree, dict) else None
    for entry in trials if isinstance(trials, list) else ():
        text = entry[0] if isinstance(entry, list) and entry else entry  # or alone, before 2.5
        try:
            about = parse_json(text) if isinstance(text, str) else text
        except ParseError:
            continue
        if isinstance(about, dict) and isinstance(about.get("status"), str):
            for key in (about.get("relative_logdir"), about.get("trial_id")):
                if isinstance(key, str):
                    found[key] = about["status"]
    return found


def _of(words: dict[str, str], folder: str) -> str:
    known = _TRIAL_ID.search(folder)
    return words.get(folder) or words.get(known[0] if known else "", "")


class _TrialReader:
    """Reads one trial's folder; the unit's context is Ray's word for its state, if known."""

    def __init__(self, unit: Unit) -> None:
        self._place = unit.place
        self._location = unit.location
        self._word: str = unit.context or ""
        self._problems: list[Problem] = []

    def read(self) -> Records:
        files: set[str] = set()
        findings = Findings(self._place)
        try:
            files = {entry.name for entry in listed(self._place)}
        except StorageError as error:
            findings.add(
                "file-unreadable",
                f"The folder {error}; it was left out.",
                "Make it readable.",
                "error",
            )
        self._problems += findings.problems()
        results = self._results(files)
        params = self._params(files) or self._logged_params(results)
        folder = name_of(self._place)
        experiment = folder_above(self._place).rpartition("/")[2].lstrip(".") or "runs"
        trial_id = results.trial_id or next(iter(_TRIAL_ID.findall(folder)), "")
        run = RunRecord(
            id=f"{experiment}/{trial_id}" if trial_id else id_of(self._place),
            name=_name(folder, trial_id),
            experiment=experiment,
            format=source.name,
            location=self._location,
            path=self._place.shown,
            id_is_path=not trial_id,
            status=self._status(files, results),
            started=results.started,
            params=dict(sorted(params.items())),
            series=results.series(),
        )
        if run.status in ("finished", "failed"):
            run = replace(run, ended=results.last_time)
        return Records(runs=(run,), metrics=_SECONDS, problems=tuple(self._problems))

    def _status(self, files: set[str], results: Results) -> Status:
        if self._word in _STATUS:
            return _STATUS[self._word]
        if files & {"error.txt", "error.pkl"}:
            return "failed"
        return "finished" if results.done else "unfinished"

    def _results(self, files: set[str]) -> Results:
        for name, read in ((_RESULTS, read_lines), (_PROGRESS, read_csv)):
            if name in files:
                findings = Findings(self._place / name)
                results = read(self._place / name, findings)
                self._problems += findings.problems()
                if results.rows:
                    return results
        return Results()

    def _params(self, files: set[str]) -> dict[str, str]:
        if _PARAMS not in files:
            return {}
        findings = Findings(self._place / _PARAMS)
        tree = read_mapping(self._place / _PARAMS, findings, numbers_as_text=True)
        params = bounded_params(tree, findings)
        self._problems += findings.problems()
        return params

    def _logged_params(self, results: Results) -> dict[str, str]:
        findings = Findings(self._place / _RESULTS)
        params: dict[str, str] = {}
        try:
            params = bounded_params(results.config, findings)
        except ParseError as error:
            unreadable(findings, ParseError(f"has a config that {error}"))
        self._problems += findings.problems()
        return params


def _name(folder: str, trial_id: str) -> str:
    """Return Ray's name of a trial, which its folder's name begins with."""
    if not trial_id or trial_id not in folder:
        return folder
    return folder[: folder.index(trial_id)] + trial_id
