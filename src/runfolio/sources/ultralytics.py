"""Stage 1b: what Ultralytics' YOLO writes for a training.

In: a folder per training. Out: a unit of work per folder.

::

    runs/<task>/<name>/results.csv    a row per epoch; padded with blanks in older versions
    runs/<task>/<name>/args.yaml      params, flat; YOLOv5 has them in opt.yaml and hyp.yaml

A training that was stopped in its first epoch has no results yet. The column time (seconds
since the start, again from zero after a resume) is no metric. Folders in which things lie on
the machine that trained are no params; of other paths from the root the last part is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath

from runfolio.model.records import DatasetUse, Records, RunRecord
from runfolio.model.series import Series
from runfolio.sources.base import Claim, Discovery, Unit
from runfolio.sources.reading.csv_head import head_of
from runfolio.sources.reading.documents import read_params
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.metric_rows import names_in, read_csv_file
from runfolio.sources.reading.paths import experiment_of, folder_above, id_of, name_of
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["UltralyticsSource", "source"]

_RESULTS = "results.csv"
_PARAMS = ("hyp.yaml", "opt.yaml", "args.yaml")  # the last that has a param counts
_PLACES = frozenset({"save_dir", "project", "name"})
_TASKS = frozenset({b"detect", b"segment", b"classify", b"pose", b"obb"})
_FROM_ROOT = re.compile(r"[/\\~]|[A-Za-z]:[/\\]")
_KINDS = ("train/", "val/", "metrics/")


class UltralyticsSource:
    """Reader of Ultralytics' folders of trainings."""

    name = "ultralytics"
    title = "Ultralytics YOLO trainings"
    looks_like = "a folder with args.yaml (or opt.yaml and hyp.yaml) and results.csv"
    order = 610

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        names = {entry.name for entry in entries or () if not entry.is_folder}
        params = frozenset(names.intersection(_PARAMS))
        if "args.yaml" in params and _is_training(place / "args.yaml"):
            return Claim(params | names.intersection({_RESULTS}))
        if _RESULTS in names and ("args.yaml" in params or len(params) > 1):
            return Claim(params | {_RESULTS}) if _has_epochs(place / _RESULTS) else None
        return None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, folder_above(place)),))

    def read(self, unit: Unit) -> Records:
        place = unit.place
        params: dict[str, str] = {}
        problems = []
        names = names_in(place)
        for name in (name for name in _PARAMS if name in names):
            findings = Findings(place / name)
            params |= read_params(place / name, findings)
            problems += findings.problems()
        series: tuple[Series, ...] = ()
        if _RESULTS in names:
            rows = Findings(place / _RESULTS)
            series = tuple(read_csv_file(place / _RESULTS, rows))
        else:
            rows = Findings(place)
            rows.add(
                "metric-missing",
                "There is no results.csv: the training did not come to the end of an epoch. "
                "It is reported without metrics.",
                "Remove the folder if the training was a mistake.",
                "note",
            )
        params = {key: _portable(text) for key, text in params.items() if key not in _PLACES}
        data = params.get("data", "null")
        run = RunRecord(
            id=id_of(place),
            name=name_of(place),
            experiment=_experiment(place),
            format=self.name,
            location=unit.location,
            path=place.shown,
            id_is_path=True,
            params=dict(sorted(params.items())),
            series=series,
            datasets=() if data == "null" else (DatasetUse(PurePosixPath(data).stem),),
        )
        return Records(runs=(run,), problems=(*problems, *rows.problems()))


source = UltralyticsSource()


def _has_epochs(place: Place) -> bool:
    head = head_of(place)
    return (
        head is not None
        and "epoch" in head.columns
        and any(name.startswith(_KINDS) for name in head.columns)
    )


def _is_training(place: Place) -> bool:
    """Tell whether a file of arguments is of a training by Ultralytics, not of anything else."""
    try:
        lines = place.head(4096).splitlines()
    except StorageError:
        return False
    keys = dict(line.partition(b":")[::2] for line in lines)
    return (
        keys.get(b"task", b"").strip() in _TASKS and keys.get(b"mode", b"train").strip() == b"train"
    )


def _portable(text: str) -> str:
    """Return a path from the root of some machine as its last part, and all else as it is."""
    return PureWindowsPath(text).name if _FROM_ROOT.match(text) else text


def _experiment(place: Place) -> str:
    name = experiment_of(place)
    return f"runs/{name}" if place.parent.parent.name == "runs" else name
