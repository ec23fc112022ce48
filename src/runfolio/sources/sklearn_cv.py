"""Stage 1b: the results of a search by scikit-learn, saved as a table.

In: a file that ``DataFrame(search.cv_results_).to_csv()`` wrote. Out: a unit of work per file,
in which each row, one candidate, is a run.

To scikit-learn a greater score is better, of losses too: they come with a minus. The scores of
the folds are the series ``split_test_<scorer>``, whose step is the fold. A fit that failed has
an empty cell, which is NaN here. What halving searches gave to a candidate (``iter`` and
``n_resources``) are params: with them one candidate has a run per round.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

import numpy as np

from runfolio.model.records import ExperimentRecord, MetricFact, Records, RunRecord, Status
from runfolio.model.series import Series, reduce_series
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.csv_head import head_of
from runfolio.sources.reading.csv_table import MISSING
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import to_float
from runfolio.sources.reading.paths import id_of
from runfolio.sources.reading.table_rows import Rows, rows_of
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["SklearnCvSource", "source"]

_NAME_LENGTH = 80
_PARAM = "param_"
_HALVING = ("iter", "n_resources")
_MEAN = "mean_test_"
_SPLIT = re.compile(r"split(\d+)_(test|train)_(.+)")
_SCORE = re.compile(r"(?:mean|split)_test_")
_FIGURE = re.compile(r"(?:mean|std)_(?:(?:test|train)_.+|(?:fit|score)_time)")


class SklearnCvSource:
    """Reader of tables of cross-validation results."""

    name = "sklearn-cv"
    title = "scikit-learn search results"
    looks_like = "a .csv or .tsv file with columns mean_test_…, rank_test_… and param_…"
    order = 910

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is not None or not place.name.lower().endswith((".csv", ".tsv")):
            return None
        is_called_search = "search" in place.name.lower() or "cv_results" in place.name.lower()
        try:
            head = head_of(place)
        except StorageError:
            return WHOLE if is_called_search else None
        if head is None:
            return WHOLE if is_called_search else None  # empty, or damaged
        starts = (_MEAN, "rank_test_", "param")
        has_all = all(any(name.startswith(start) for name in head.columns) for start in starts)
        return WHOLE if has_all or "mean_fit_time" in head.columns else None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, place.shown),))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        table = rows_of(unit.place, findings)
        experiment = readable(unit.place.name).rpartition(".")[0] or "search"
        runs = tuple(_runs(unit, experiment, table, findings))
        if not runs and not findings.problems():
            findings.add(
                "metric-empty",
                "The table of search results has no rows.",
                "Remove it, or save the results again.",
            )
        scorers = [name.removeprefix(_MEAN) for name in table.columns if name.startswith(_MEAN)]
        return Records(
            runs=runs,
            experiments=(
                ExperimentRecord(
                    experiment,
                    unit.location,
                    primary_metric=_MEAN + scorers[0] if len(scorers) == 1 else None,
                    greater_is_better=True if len(scorers) == 1 else None,
                ),
            ),
            metrics=tuple(_facts(table)),
            problems=tuple(findings.problems()),
        )


source = SklearnCvSource()


def _runs(unit: Unit, experiment: str, table: Rows, findings: Findings) -> Iterator[RunRecord]:
    settings = _settings(table)
    varying = [name for name, cells in settings.items() if len(set(cells)) > 1]
    splits = _splits(table)
    for row, line in enumerate(table.lines):
        if not any(cells[row] for cells in table.columns.values()):
            continue  # it is no row of this table, which is told
        series = [
            _series(name, [0], [table.columns[name][row]], line, findings)
            for name in table.columns
            if _FIGURE.fullmatch(name)
        ]
        for name, folds in splits.items():
            cells = [table.columns[column][row] for column in folds.values()]
            series.append(_series(name, list(folds), cells, line, findings))
        scores = [one.summary for one in series if _SCORE.match(one.metric)]
        failed = all(score.nonfinite == score.count for score in scores)
        params = {name: cells[row] for name, cells in settings.items() if cells[row] != ""}
        named = ", ".join(f"{name}={params[name]}" for name in varying or params if name in params)
        status: Status = "failed" if failed else "finished"
        yield RunRecord(
            id=f"{id_of(unit.place)}#{row}",
            name=_short(named) or f"candidate {row}",
            experiment=experiment,
            format=source.name,
            location=unit.location,
            path=unit.place.shown,
            id_is_path=True,
            status=status,
            params=dict(sorted(params.items())),
            series=tuple(series),
        )


def _settings(table: Rows) -> dict[str, Sequence[str]]:
    """Return the columns that say what was tried, by the param's name."""
    found = {
        name.removeprefix(_PARAM): cells
        for name, cells in table.columns.items()
        if name.startswith(_PARAM)
    }
    if not found and "params" in table.columns:
        found["params"] = table.columns["params"]
    return found | {name: table.columns[name] for name in _HALVING if name in table.columns}


def _splits(table: Rows) -> dict[str, dict[int, str]]:
    """Return the columns of the folds, by the name of the series and the fold's number."""
    found: dict[str, dict[int, str]] = {}
    for column in table.columns:
        if split := _SPLIT.fullmatch(column):
            fold, kind, scorer = split.groups()
            found.setdefault(f"split_{kind}_{scorer}", {})[int(fold[:9])] = column
    return found


def _series(
    name: str, steps: list[int], cells: Sequence[str], line: int, findings: Findings
) -> Series:
    values = []
    for cell in cells:
        number = to_float(cell)
        if number is None and cell not in MISSING:
            findings.add(
                "metric-not-a-number",
                f"{name!r} is {cell[:80]!r}, not a number; it was taken for NaN.",
                "Correct the cell, or leave it empty where a fit failed.",
                line=line,
            )
        values.append(math.nan if number is None else number)
    return reduce_series(name, np.array(steps), np.array(values))


def _facts(table: Rows) -> Iterator[MetricFact]:
    for name in table.columns:
        if name.endswith("_time"):
            yield MetricFact(name, "minimize" if name.startswith("mean_") else None, "s")
        elif name.startswith(("mean_test_", "mean_train_")):
            yield MetricFact(name, "maximize")
    for name in _splits(table):
        yield MetricFact(name, "maximize")


def _short(text: str) -> str:
    return text if len(text) <= _NAME_LENGTH else f"{text[: _NAME_LENGTH - 1]}…"
