"""Stage 1b: a table in which each row is a run, such as ``model,accuracy,f1``.

In: a file that the user names: CSV, TSV, a list of JSON objects (or one per line), Parquet or
Feather. Out: a unit of work per file.

Columns of numbers are metrics, those called like a setting (`PARAMS`) excepted; columns of
text are params. Columns called like a key of run.yaml (name, experiment, status, started …)
mean the same as there, and ``metrics.``, ``params.`` and ``tags.`` before a name say what it is.
A row is known by its id or name if these are different in all rows, else by its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from runfolio.model.records import Records, RunRecord
from runfolio.model.series import Series, reduce_series
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.csv_head import word_of
from runfolio.sources.reading.csv_table import MISSING
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, text_of, to_float
from runfolio.sources.reading.paths import id_of
from runfolio.sources.reading.run_yaml import About, read_about
from runfolio.sources.reading.table_rows import Rows, rows_of
from runfolio.storage.base import Entry, Place, readable

__all__ = ["PARAMS", "TableSource", "source"]

PARAMS = frozenset(
    "lr learning_rate batch_size epoch epochs n_epochs num_epochs max_epochs step steps max_steps "
    "iterations max_iter seed random_state fold n_folds n_splits n_estimators max_depth depth "
    "max_features max_length min_samples_leaf min_samples_split n_neighbors num_leaves layers "
    "n_layers num_layers hidden_size hidden_dim units heads alpha beta gamma lambda c k degree "
    "l1_ratio dropout weight_decay momentum subsample temperature top_k top_p patience "
    "warmup_steps threshold version".split()
)
"""Names of columns of numbers that were set, not measured."""

_ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".feather", ".arrow")
_KEYS = {
    # Columns that are no params, and the key of run.yaml that says the same.
    **{key: key for key in ("experiment", "parent", "commit", "notes", "status")},
    **dict.fromkeys(("name", "run_name"), "name"),
    **dict.fromkeys(("id", "run_id", "run"), "id"),
    "experiment_name": "experiment",
    **dict.fromkeys(("started", "start_time", "timestamp", "created_at", "datetime"), "started"),
    **dict.fromkeys(("ended", "end_time", "finished_at"), "ended"),
}
_IDS = ("id", "run_id", "run", "name", "run_name")
_NAMES = ("name", "run_name", "run", "model", "id", "run_id")
_PRIVATE = frozenset(
    "user username user_name user_id author email e_mail host hostname artifact_uri "
    "experiment_id lifecycle_stage".split()
)
"""Columns that say who and on which machine, or keep a tracker's house."""


class TableSource:
    """Reader of tables with a row per run."""

    name = "table"
    title = "Metric tables"
    looks_like = "a table with a row per run (.csv, .tsv, .json, .jsonl, .parquet, .feather)"
    order = 990
    on_request = True

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        is_table = entries is None and place.name.lower().endswith(_ENDINGS)
        return WHOLE if is_table else None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, place.shown),))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        rows = rows_of(unit.place, findings)
        runs = tuple(_runs(unit, rows, findings))
        if not any(run.series for run in runs) and not findings.problems():
            findings.add(
                "metric-missing",
                "No column of the table holds numbers that were measured.",
                "Write a header with a name per column, and a row per run below it.",
            )
        return Records(runs=runs, problems=tuple(findings.problems()))


source = TableSource()


def _runs(unit: Unit, rows: Rows, findings: Findings) -> Iterator[RunRecord]:
    words = {name: word_of(name) for name in rows.columns}
    metrics, params, tags = _sorted_out(rows, words)
    ids, names = _unique(rows, words, _IDS), _unique(rows, words, _NAMES)
    stem = readable(unit.place.name).rpartition(".")[0] or "table"
    for row, line in enumerate(rows.lines):
        if all(_is_missing(cells[row]) for cells in rows.columns.values()):
            continue
        about = _about(rows, words, row, findings)
        started, ended = about.started, about.ended
        yield RunRecord(
            id=f"{id_of(unit.place)}#{text_of(ids[row]) if ids else row + 1}",
            name=text_of(names[row]) if names else f"row {row + 1}",
            experiment=about.texts.get("experiment") or stem,
            format=source.name,
            location=unit.location,
            path=unit.place.shown,
            id_is_path=True,
            status=about.status,
            started=started,
            ended=ended,
            parent=about.texts.get("parent"),
            commit=about.texts.get("commit"),
            notes=about.texts.get("notes", ""),
            params=_texts(rows, params, row),
            tags=_texts(rows, tags, row),
            series=tuple(_series(rows, metrics, row, line, findings)),
        )


def _sorted_out(
    rows: Rows, words: dict[str, str]
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the columns of metrics, params and tags, each with the name that it gets."""
    metrics: dict[str, str] = {}
    params: dict[str, str] = {}
    tags: dict[str, str] = {}
    for name, cells in rows.columns.items():
        kind, _, rest = name.partition(".")
        if words[name] in _KEYS or words[name] in _PRIVATE or name.startswith("tags.mlflow."):
            continue
        if rest and kind == "metrics":
            metrics[name] = rest
        elif rest and kind == "params":
            params[name] = rest
        elif rest and kind == "tags":
            tags[name] = rest
        elif words[name] not in PARAMS and _mostly_numbers(cells):
            metrics[name] = name
        else:
            params[name] = name
    return metrics, params, tags


def _mostly_numbers(cells: Sequence[Tree]) -> bool:
    logged = [cell for cell in cells if not _is_missing(cell)]
    numbers = sum(to_float(cell) is not None for cell in logged)
    return bool(logged) and numbers * 2 > len(logged)


def _is_missing(cell: Tree) -> bool:
    return cell is None or (isinstance(cell, str) and cell in MISSING)


def _unique(rows: Rows, words: dict[str, str], wanted: Sequence[str]) -> Sequence[Tree] | None:
    """Return the first of the wanted columns whose cells are there and all different."""
    by_word = {words[name]: cells for name, cells in rows.columns.items()}
    for word in wanted:
        cells = by_word.get(word, ())
        texts = {text_of(cell) for cell in cells if not _is_missing(cell)}
        if cells and len(texts) == len(cells):
            return cells
    return None


def _about(rows: Rows, words: dict[str, str], row: int, findings: Findings) -> About:
    about: dict[str, Tree] = {}
    for name, cells in rows.columns.items():
        key = _KEYS.get(words[name])
        if key and not _is_missing(cells[row]):
            about.setdefault(key, text_of(cells[row]))
    return read_about(about, findings)


def _texts(rows: Rows, columns: dict[str, str], row: int) -> dict[str, str]:
    found = {
        name: text_of(rows.columns[column][row])
        for column, name in columns.items()
        if not _is_missing(rows.columns[column][row])
    }
    return dict(sorted(found.items()))


def _series(
    rows: Rows, columns: dict[str, str], row: int, line: int, findings: Findings
) -> Iterator[Series]:
    for column, name in columns.items():
        cell = rows.columns[column][row]
        if _is_missing(cell):
            continue
        number = to_float(cell)
        if number is None:
            findings.add(
                "metric-not-a-number",
                f"{name!r} is {text_of(cell)[:80]!r}, not a number; this value was left out.",
                "Correct the cell, or leave it empty where nothing was measured.",
                line=line,
            )
        else:
            yield reduce_series(name, np.zeros(1, np.int64), np.array([number]))
