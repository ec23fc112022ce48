"""Stage 1b: a table with a row per step, such as Keras' CSVLogger writes; one file, one run.

In: a file whose header names a step (``epoch``, ``Step``, ``iteration`` …) and some number, or
which is a history that Keras returned: columns of a metric and of its ``val_`` twin. Out: a
unit of work per file.

The file's name is the run's; of ``log.csv``, ``history.csv`` and the like it is the folder's.
A column with one and the same text in all rows is a param. A table that repeats one step over
many rows is data about many things, not the history of one run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runfolio.model.records import Records, RunRecord
from runfolio.model.series import Series
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.csv_head import Head, head_of, word_of
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.metric_rows import read_csv_file
from runfolio.sources.reading.paths import experiment_of, folder_above, id_of, name_of
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["CsvLogSource", "source"]

_ENDINGS = (".csv", ".tsv", ".log")
_STEPS = frozenset(
    {"step", "global_step", "trainer/global_step", "_step", "iteration", "iter"}
    | {"training_iteration", "epoch", "episode"}
)
"""Names that say so clearly: a round or a batch may be one of games or of goods."""
_LOGS = frozenset(
    "log history train_log training_log train_logs training_logs trainlog traininglog "
    "train_history training_history csv_log csv_logs csvlog csv_logger epoch_log".split()
)
"""Names of files that say what they are, even where nothing of it is left."""
_GENERIC = _LOGS | set(
    "logs training train results result metrics loss losses progress stats summary output "
    "data".split()
)
"""Names of files that say nothing of the run."""
_COUNTERS = _STEPS | {"batch"}
_FIRST_ROWS = 20
_MANY_ROWS = 100
_ROWS_PER_STEP = 50
_EXPORT = {"wall_time", "step", "value"}
"""Columns of the tables that TensorBoard's page gives, one per curve."""


class CsvLogSource:
    """Reader of tables with a row per step."""

    name = "csv"
    title = "CSV logs"
    looks_like = "a .csv, .tsv or .log file with a column such as epoch or step, and numbers"
    order = 950

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is not None or not place.name.lower().endswith(_ENDINGS):
            return None
        is_called_log = not place.name.lower().endswith(".log") and word_of(_stem(place)) in _LOGS
        try:
            head = head_of(place)
        except StorageError:
            return WHOLE if is_called_log else None
        if head is None or not any(head.columns.values()):
            return WHOLE if is_called_log else None  # cut off, or damaged
        if _is_log(head) or _is_history(head) or (is_called_log and _steps(head) is not None):
            return WHOLE
        return None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, _home(place)[0]),))

    def read(self, unit: Unit) -> Records:
        place = unit.place
        findings = Findings(place)
        params: dict[str, str] = {}
        series: list[Series] = []
        try:
            head = head_of(place)
        except StorageError as error:
            unreadable(findings, error)
        else:
            delimiter = head.delimiter if head else ","
            series = read_csv_file(place, findings, delimiter=delimiter, constants=params)
            if head and {word_of(column) for column in head.columns} == _EXPORT:
                series = [replace(one, metric=_tag(place)) for one in series]
        location, name, experiment = _home(place)
        run = RunRecord(
            id=id_of(place),
            name=name,
            experiment=experiment,
            format=self.name,
            location=location,
            path=place.shown,
            id_is_path=True,
            params=dict(sorted(params.items())),
            series=tuple(series),
        )
        return Records(runs=(run,), problems=tuple(findings.problems()))


source = CsvLogSource()


def _is_log(head: Head) -> bool:
    """Tell whether the first rows are those of one run: numbers, and the steps they are of."""
    steps = _steps(head)
    if not steps or not all(map(head.is_number, steps[:_FIRST_ROWS])):
        return False
    if len(steps) >= _MANY_ROWS and len(set(steps)) * _ROWS_PER_STEP <= len(steps):
        return sum(word_of(name) in _COUNTERS for name in head.columns) > 1
    return any(
        any(map(head.is_number, cells))
        for name, cells in head.columns.items()
        if word_of(name) not in _STEPS
    )


def _steps(head: Head) -> list[str] | None:
    return next((cells for name, cells in head.columns.items() if word_of(name) in _STEPS), None)


def _is_history(head: Head) -> bool:
    """Tell whether there are a metric and its values in validation, as Keras names them."""
    return any(
        f"val_{name}" in head.columns and any(map(head.is_number, cells))
        for name, cells in head.columns.items()
    )


def _home(place: Place) -> tuple[str, str, str]:
    """Return what is named as the source of the run, the run's name and its experiment's."""
    stem = _stem(place)
    folder = place.parent
    if word_of(stem) in _GENERIC:
        return folder_above(folder), name_of(folder), experiment_of(folder)
    return folder_above(place), stem or name_of(place), experiment_of(place)


def _tag(place: Place) -> str:
    """Return the curve's name of ``run-<run>-tag-<name>.csv``, as TensorBoard calls the file."""
    return _stem(place).rpartition("-tag-")[2] or "Value"


def _stem(place: Place) -> str:
    return readable(place.name).rpartition(".")[0]
