"""Stage 1b: one run of Weights & Biases, from all that it left on disk.

In: the folders (or the one file) that hold it, in the order of their start: a run that was
resumed has several. Out: its record. The log has the first word, the files beside it fill in
what it does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.model.numbers import format_count
from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.model.records import Goal, MetricFact, ModelRecord, Records, RunRecord, Status
from runfolio.model.series import Series
from runfolio.sources.base import Unit
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded_params, tell_names
from runfolio.sources.reading.listing import listed
from runfolio.sources.reading.logged_rows import History
from runfolio.sources.reading.parsing import ParseError, Tree
from runfolio.sources.reading.paths import experiment_of, id_of, script_started
from runfolio.sources.wandb.files import HISTORY, Files, read_files, read_history
from runfolio.sources.wandb.log import records
from runfolio.sources.wandb.records import RunLog
from runfolio.sources.wandb.tables import MEDIA, plots_in_media
from runfolio.storage.base import Place, StorageError

__all__ = ["Parts", "read_run"]

_CLOCK = "_timestamp"
_HIDDEN = ("_step", "_runtime", "_timestamp")
_NO_METRICS = ("_step", "_timestamp")
"""What stays hidden where the time a run took is all that is known of it."""
_RULES = frozenset({"min", "max", "mean", "first", "last", "best"})
_LONGEST = 200
"""Characters of a pattern for names at most."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a unit knows of its run.

    Parameters
    ----------
    id : str
        As the names of its folders tell it; empty where they do not.
    folders : tuple of str
        In the unit's place, in the order of their start; of a single folder or file ``""``.
    above : Place
        Whose parent names the experiment, if nothing else does.
    """

    id: str
    folders: tuple[str, ...]
    above: Place


def read_run(unit: Unit) -> Records:
    """Read the run of a unit; its context is a `Parts`."""
    return _RunReader(unit).read()


class _RunReader:
    """Reads one run."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._parts: Parts = unit.context
        self._log = RunLog()
        self._files: list[Files] = []
        self._plots: tuple[Plot, ...] = ()
        self._problems: list[Problem] = []
        folders = self._parts.folders
        self._places = [unit.place / name if name else unit.place for name in folders]

    def read(self) -> Records:
        for place in self._places:
            self._read_part(place)
        run = self._record()
        goals = tuple(
            MetricFact(series.metric, goal)
            for series in run.series
            if self._log.goals and (goal := self._goal(series.metric)) is not None
        )
        models = tuple(
            ModelRecord(
                *(made.name, "logged", run.location),
                run_id=run.id,
                aliases=tuple(sorted(made.aliases)),
                description=made.description,
                created=run.ended,
                model_id=made.digest,
            )
            for made in self._log.models.values()
        )
        return Records(runs=(run,), metrics=goals, models=models, problems=tuple(self._problems))

    def _read_part(self, place: Place) -> None:
        if not place.is_folder():
            self._read_log(place)
            return
        try:
            entries = listed(place)
            base = place / "files" if any(e.name == "files" for e in entries) else place
            logs = [e.name for e in entries if e.name.endswith(".wandb")]
            names = [e.name for e in listed(base)]
        except StorageError as error:
            findings = Findings(place)
            unreadable(findings, error)
            self._problems += findings.problems()
            return
        before = self._log.history.rows
        for name in logs:
            self._read_log(place / name)
        if HISTORY in names and self._log.history.rows == before:
            self._problems += read_history(base / HISTORY, self._log.history)
        files = read_files(base, names)
        self._files.append(files)
        self._problems += files.problems
        if MEDIA in names:  # of a run that was resumed, the last part has the word
            self._plots = plots_in_media(base, self._problems) or self._plots

    def _read_log(self, place: Place) -> None:
        findings = Findings(place)
        self._log.begin_file()
        try:
            with place.open() as file:
                for record in records(file, findings):
                    if self._log.is_spent:
                        findings.add(
                            "history-too-long",
                            "The log holds more than there is time for; what is behind the first "
                            f"{format_count(self._log.records)} records was left out.",
                            "Log less often, or split the run.",
                        )
                        break
                    try:
                        self._log.add(record)
                    except ValueError as error:
                        findings.add(
                            "wandb-record-unreadable",
                            f"A record {error}; what could not be read of it was left out.",
                            "Copy the log again from where the run was made.",
                        )
        except OSError as error:
            unreadable(findings, error)
        self._problems += findings.problems()

    def _record(self) -> RunRecord:
        log, texts = self._log, self._log.texts
        own_id = texts.get("id") or self._parts.id
        config: dict[str, Tree] = {}
        environment: dict[str, str] = {}
        for files in self._files:
            config |= files.config
            environment |= files.environment
        tags = dict.fromkeys(log.tags, "")
        tags |= {name: texts[name] for name in ("group", "job_type", "sweep") if texts.get(name)}
        known = [files for files in self._files if files.started is not None]
        return RunRecord(
            id=own_id or id_of(self._places[-1]),
            name=texts.get("name", ""),
            experiment=texts.get("project") or experiment_of(self._parts.above),
            format=self._unit.source,
            location=self._unit.location,
            path=self._places[-1].shown,
            id_is_path=not own_id,
            status=self._status(),
            started=log.started or (known[0].started if known else None),
            ended=log.ended,
            commit=log.commit or next((f.commit for f in self._files[::-1] if f.commit), None),
            notes=texts.get("notes", ""),
            params=self._params({**config, **log.config}),
            tags=dict(sorted(tags.items())),
            series=self._series(),
            datasets=tuple(sorted(log.datasets, key=lambda d: (d.name, d.digest))),
            plots=self._plots,
            environment=environment,
            command=script_started(
                log.program or next((f.program for f in self._files[::-1] if f.program), "")
            ),
        )

    def _status(self) -> Status:
        if self._log.exit_code is not None:
            return "failed" if self._log.exit_code else "finished"
        told = self._files[-1].status if self._files else "unknown"
        return "unfinished" if told == "unknown" and self._log.records else told

    def _params(self, config: dict[str, Tree]) -> dict[str, str]:
        config.pop("_wandb", None)
        params: dict[str, str] = {}
        findings = Findings(self._places[-1])
        try:
            params = bounded_params(config, findings)
        except ParseError as error:
            self._tell("wandb-config-unreadable", f"The run's config {error}; it was left out.")
        if self._log.config_left_out:
            tell_names(findings, "params", self._log.config_left_out)
        self._problems += findings.problems()
        return dict(sorted(params.items()))

    def _series(self) -> tuple[Series, ...]:
        """Return the metrics: those with a history, and the final values of all others."""
        history = self._log.history
        resumed = len(self._places) > 1
        found = list(history.series(_HIDDEN, clock=_CLOCK, once_per_step=resumed))
        final = History()
        for tree in (*(files.summary for files in self._files), self._final_values()):
            for name, value in tree.items():
                if name != "_wandb":
                    final.add(name, value)
        final.end_row(history.last_step if history.rows else final.latest("_step"))
        known = {series.metric for series in found}
        for series in final.series(_HIDDEN, clock=_CLOCK, once_per_step=True):
            name, _, rule = series.metric.rpartition(".")
            if series.metric not in known and not (rule in _RULES and name in known):
                found.append(series)
        findings = Findings(self._places[-1])
        history.values_left_out += final.values_left_out + self._log.final_left_out
        history.tell(findings, _HIDDEN)
        self._problems += findings.problems()
        if not found:
            return history.series(_NO_METRICS, clock=_CLOCK)
        return tuple(sorted(found, key=lambda series: series.metric))

    def _final_values(self) -> dict[str, Tree]:
        tree, wrong = self._log.final_values()
        if wrong:
            self._tell(
                "wandb-summary-unreadable", f"A final value of the run {wrong}; it was left out."
            )
        return tree

    def _goal(self, metric: str) -> Goal | None:
        """Return the metric's own goal, or that of the longest pattern it fits."""
        goals = self._log.goals
        patterns = (f"{metric[:end]}*" for end in range(min(len(metric), _LONGEST), -1, -1))
        return goals.get(metric) or next((goals[p] for p in patterns if p in goals), None)

    def _tell(self, slug: str, message: str) -> None:
        findings = Findings(self._places[-1])
        findings.add(slug, message, "Copy the log again from where the run was made.")
        self._problems += findings.problems()
