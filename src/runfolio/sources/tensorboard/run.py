"""Stage 1b: one TensorBoard run, read from the folders that make it.

In: the parts of the run. Out: its record, with the problems of each of its files.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.model.series import Series
from runfolio.sources.base import Unit
from runfolio.sources.reading.documents import read_params, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded
from runfolio.sources.reading.paths import experiment_of, id_of, name_of
from runfolio.sources.tensorboard.events import EventReader
from runfolio.sources.tensorboard.folders import Part
from runfolio.sources.tensorboard.logged import MAX_IMAGE_BYTES, MAX_IMAGES, MAX_TAGS, Logged
from runfolio.sources.tensorboard.texts import notes_of
from runfolio.storage.base import Place, StorageError

__all__ = ["HPARAMS", "Found", "read_run"]

HPARAMS = "hparams.yaml"
_DATED = re.compile(r"([A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2})_(.+)")
"""The folder's name that PyTorch makes: time, host and a comment."""
_HOST = re.compile(r".*tfevents\.\d+\.(.+?)(\.\d+\.\d+)?(\.v2)?")


@dataclass(frozen=True, slots=True)
class Found:
    """What discovery knows of a run.

    Parameters
    ----------
    parts : tuple of Part
    shown_as : Place
        The folder that the run is known by.
    is_trainers : bool
        Whether Hugging Face's Trainer logged it.
    holds_runs : bool
        Whether there are runs below, so that this may be nothing but their group.
    has_params : bool
        Whether Lightning left the params beside, and no reader of its tables takes them.
    """

    parts: tuple[Part, ...]
    shown_as: Place
    is_trainers: bool = False
    holds_runs: bool = False
    has_params: bool = False


def read_run(unit: Unit) -> Records:
    """Read the run that discovery found."""
    return _RunReader(unit).read()


class _RunReader:
    """Reads one run."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._place = unit.place
        self._found: Found = unit.context
        self._problems: list[Problem] = []

    def read(self) -> Records:
        main, side = Logged(), Logged()
        for part in self._found.parts:
            self._read_part(part, side if part.is_session else main)
        params = self._params()
        findings = Findings(self._place)
        series = self._series(main, side, findings)
        _report_limits(main, findings)
        _report_changes(main.session.changed | side.session.changed, findings)
        self._problems += findings.problems()
        nothing = main.is_empty and side.is_empty and not params
        if nothing and (self._found.holds_runs or main.last == -math.inf):
            return Records(problems=tuple(self._problems))
        run = self._record(main, side, params, series)
        return Records(runs=(run,), problems=tuple(self._problems))

    def _read_part(self, part: Part, logged: Logged) -> None:
        folder = self._place / part.path if part.path else self._place
        rename = _as_in_state if self._found.is_trainers else part.metric_of
        reader = EventReader(logged, rename)
        for number, name in enumerate(part.files, 1):
            findings = Findings(folder / f"event file {number}")
            try:
                with (folder / name).open() as stream:
                    reader.read(stream, findings)
            except StorageError as error:
                unreadable(findings, error)
            self._problems += findings.problems()

    def _params(self) -> dict[str, str]:
        if not self._found.has_params:
            return {}
        findings = Findings(self._place / HPARAMS)
        params = read_params(self._place / HPARAMS, findings)
        self._problems += findings.problems()
        return params

    def _series(self, main: Logged, side: Logged, findings: Findings) -> tuple[Series, ...]:
        repeated: list[int] = []
        series: dict[str, Series] = {}
        for logged in (side, main):  # a metric's history before what is shown beside params
            found, again = logged.series()
            series |= found
            repeated += again
        if repeated:
            findings.add(
                "steps-logged-again",
                f"{format_count(sum(repeated))} {'point' if sum(repeated) == 1 else 'points'} of "
                f"{len(repeated)} {'metric' if len(repeated) == 1 else 'metrics'} were logged "
                "again at the same step by a later event file, as a resumed run does; the later "
                "ones were kept.",
                "Nothing to do if the run was resumed; give two different runs a folder each.",
                "note",
            )
        return tuple(series[metric] for metric in sorted(series))

    def _record(
        self,
        main: Logged,
        side: Logged,
        params: dict[str, str],
        series: tuple[Series, ...],
    ) -> RunRecord:
        session = main.session if main.session.is_begun else side.session
        notes, settings = notes_of({tag: text for tag, (_, text) in main.texts.items()})
        logged = {**settings, **side.session.params, **main.session.params}
        # Lightning joins nested keys with "/" in its events, and nests them in its YAML.
        params |= {k: v for k, v in logged.items() if k.replace("/", ".") not in params}
        findings = Findings(self._place)
        params = bounded(sorted(params.items()), "params", findings)
        self._problems += findings.problems()
        first, last = min(main.first, side.first), max(main.last, side.last)
        shown = self._found.shown_as
        return RunRecord(
            id=id_of(shown),
            name=self._name(),
            experiment=experiment_of(shown),
            format=self._unit.source,
            location=self._unit.location,
            path=shown.shown,
            id_is_path=True,
            status=session.status,
            started=_milliseconds(session.started or first),
            ended=None if session.status == "unfinished" else _milliseconds(session.ended or last),
            notes=notes,
            params=params,
            series=series,
            images=main.images(),
        )

    def _name(self) -> str:
        """Return the folder's name without the host's, which PyTorch puts into it."""
        name = name_of(self._found.shown_as)
        dated = _DATED.fullmatch(name)
        files = [file for part in self._found.parts for file in part.files]
        host = _HOST.fullmatch(files[0]) if files else None
        if dated and host and dated[2].startswith(host[1]):
            return dated[1] + dated[2].removeprefix(host[1])
        return name


def _as_in_state(tag: str) -> str:
    """Return a tag of Hugging Face's Trainer by the name that its other files have for it."""
    kind, _, name = tag.partition("/")
    if kind in ("eval", "test") and name:
        return f"{kind}_{name}"
    return name if kind == "train" and name else tag


def _report_limits(logged: Logged, findings: Findings) -> None:
    if logged.tags_refused:
        findings.add(
            "too-many-metrics",
            f"There are more than {format_count(MAX_TAGS)} metrics; only the first "
            f"{format_count(MAX_TAGS)} were read.",
            "Log fewer, or leave the others out.",
        )
    left_out = logged.pictures_refused - logged.pictures.keys()
    if left_out:
        findings.add(
            "images-left-out",
            f"The pictures of {len(left_out)} {'tag' if len(left_out) == 1 else 'tags'} were left "
            f"out: shown are at most {MAX_IMAGES} of a run, the newest of a tag, each a PNG, "
            f"JPEG, GIF or WebP of at most {MAX_IMAGE_BYTES // 1024} KB.",
            "Log smaller ones if they are to be in the report.",
            "note",
        )
    if logged.texts_cut:
        findings.add(
            "texts-cut",
            f"{len(logged.texts_cut)} {'text is' if len(logged.texts_cut) == 1 else 'texts are'} "
            "too long, or too many; they were cut or left out.",
            "Log shorter texts if they are to be in the report.",
            "note",
        )


def _report_changes(names: set[str], findings: Findings) -> None:
    if names:
        findings.add(
            "params-logged-again",
            f"Params were logged again with other values ({', '.join(sorted(names)[:5])}"
            f"{' …' if len(names) > 5 else ''}); like in TensorBoard, the first are shown.",
            "Give a run with other params a folder of its own.",
        )


def _milliseconds(seconds: float) -> int | None:
    return round(seconds * 1000) if math.isfinite(seconds) and 0 < seconds < 1e11 else None
