"""Stage 1b: files that list a model's features, or tell how much each matters.

In: the name and the text of a small file that lies with a run. Out: lists of features, and
importances. A file is told by its name: ``features.txt``, ``feature_names.json``,
``feature_importance_weight.json``, ``permutation_importance.csv`` … Read are

- a list of features: a name a line, or a list in JSON; a list of objects with ``name`` (and
  ``type``); a list under a key such as ``features``; a table with a column of that name;
- importances: ``{feature: number}``, as MLflow's autologging and XGBoost write them; a table with a
  column of features and one or more of numbers, as pandas and DVC write them; parallel
  lists, as those of scikit-learn's ``permutation_importance`` with ``feature_names``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence

from runfolio.model.features import MOST_FEATURES, DataColumn, FeatureList, Importances
from runfolio.model.problems import Problem
from runfolio.sources.reading.csv_head import word_of
from runfolio.sources.reading.documents import tell_replaced, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.importance_tables import FEATURE, importances_in
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json
from runfolio.sources.reading.value_files import suffix_of
from runfolio.storage.base import Place, StorageError

__all__ = ["Told", "features_in", "tells_features"]

MOST_FILES = 20
"""Such files of one run that are read."""
_MOST_BYTES = 2 * 1024 * 1024

Told = tuple[tuple[FeatureList, ...], tuple[Importances, ...]]

_LISTS = frozenset(
    "features feature_names feature_list feature_columns feature_cols input_features "
    "selected_features used_features model_features training_features".split()
)
_IMPORTANT = frozenset("importance importances".split())
_TYPE = ("type", "dtype", "data_type")


def tells_features(name: str) -> bool:
    """Tell by a file's name whether it lists features or their importances."""
    lowered = name.lower()
    if not lowered.endswith((".json", ".csv", ".tsv", ".txt")):
        return False
    return _tells_importance(lowered) or (
        word_of(lowered.rpartition("/")[2].rpartition(".")[0]) in _LISTS
    )


def features_in(files: Iterable[tuple[str, Place]], problems: list[Problem], home: Place) -> Told:
    """Return what the files of a run tell.

    Parameters
    ----------
    files : iterable of (str, Place)
        Each with the name by which it is found again in other runs, with its ending.
    problems : list of Problem
        What is wrong is added.
    home : Place
        The run's folder, for problems of them all.
    """
    lists: list[FeatureList] = []
    importances: list[Importances] = []
    for number, (name, place) in enumerate(sorted(files, key=lambda file: file[0])):
        if number == MOST_FILES:
            findings = Findings(home)
            findings.add(
                "feature-files-left-out",
                f"Only {MOST_FILES} files of features were read.",
                "Log fewer of them.",
                "note",
            )
            problems += findings.problems()
            break
        findings = Findings(place)
        text = _text(place, findings)
        if text is not None:
            try:
                own = features_of(name, text, findings)
                lists += own[0]
                importances += own[1]
                if not own[0] and not own[1] and not findings.problems():
                    findings.add(
                        "features-not-known",
                        "The file is named like one of features, but holds no list of names and "
                        "no table of a feature and a number that is known.",
                        'Write a name a line, or {"feature": number, …}.',
                        "note",
                    )
            except ParseError as error:
                unreadable(findings, error)
        problems += findings.problems()
    return tuple(lists), tuple(importances)


def _text(place: Place, findings: Findings) -> str | None:
    """Return the file's text; one that is too large is hardly a list of names."""
    try:
        data = place.head(_MOST_BYTES + 1)
    except StorageError as error:
        unreadable(findings, error)
        return None
    if len(data) > _MOST_BYTES:
        findings.add(
            "features-not-known",
            f"The file is named like one of features, but is larger than "
            f"{_MOST_BYTES // 1024 // 1024} MB; it was not read.",
            "Nothing to do if it holds data.",
            "note",
        )
        return None
    text, replaced = decode(data)
    if replaced:
        tell_replaced(findings)
    return text


def features_of(name: str, text: str, findings: Findings) -> Told:
    """Return what one file tells.

    Raises
    ------
    ParseError
        If it is not of the format that its name tells.
    """
    if suffix_of(name.lower()) == ".txt":
        columns = _of_lines(text)
        return _listed(name, columns), ()
    if _tells_importance(name.lower()):
        return (), tuple(importances_in(name, text, findings))
    is_json = suffix_of(name.lower()) == ".json"
    columns = _of_tree(parse_json(text)) if is_json else _of_table(text)
    return _listed(name, columns), ()


def _tells_importance(lowered: str) -> bool:
    words = re.split(r"[^a-z]+", lowered.rpartition("/")[2].rpartition(".")[0])
    return bool(_IMPORTANT.intersection(words))


def _listed(place: str, columns: Sequence[DataColumn]) -> tuple[FeatureList, ...]:
    unique = tuple({column.name: column for column in columns if column.name}.values())
    if not unique:
        return ()
    return (FeatureList("artifact", place, unique[:MOST_FEATURES], len(unique)),)


def _of_lines(text: str) -> list[DataColumn]:
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) == 1 and lines[0].startswith("["):
        return _of_tree(parse_json(lines[0]))
    if len(lines) == 1 and "," in lines[0]:
        lines = [part.strip() for part in lines[0].split(",")]
    return [DataColumn(line) for line in lines]


def _of_tree(tree: Tree) -> list[DataColumn]:
    """Return the features in a list, or under the first key that says so."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if word_of(key) in (*_LISTS, "columns") and isinstance(value, list | dict):
                return _of_tree(value)
        if tree and all(isinstance(value, str) for value in tree.values()):
            return [DataColumn(name, kind) for name, kind in tree.items()]  # name: type
        return []
    found: list[DataColumn] = []
    for entry in tree if isinstance(tree, list) else ():
        if isinstance(entry, str):
            found.append(DataColumn(entry))
        elif isinstance(entry, dict):
            own = {word_of(key): value for key, value in entry.items()}
            name = next((own[key] for key in FEATURE if isinstance(own.get(key), str)), None)
            kind = next((own[key] for key in _TYPE if isinstance(own.get(key), str)), "")
            if name is not None:
                found.append(DataColumn(name, kind))
    return found


def _of_table(text: str) -> list[DataColumn]:
    """Return the features in a CSV file: of a column of that name, else of a single column."""
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(text.splitlines(), delimiter="\t" if "\t" in text else ",")
            if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise ParseError("is no table that can be read") from error
    if not rows:
        return []
    header = [word_of(cell) for cell in rows[0]]
    named = next((header.index(key) for key in FEATURE if key and key in header), None)
    typed = next((header.index(key) for key in _TYPE if key in header), None)
    if named is None:
        if len(rows) == 1:  # all in one line
            return [DataColumn(cell) for cell in rows[0]]
        return [DataColumn(row[0]) for row in rows] if max(map(len, rows)) == 1 else []
    return [
        DataColumn(row[named], row[typed] if typed is not None and typed < len(row) else "")
        for row in rows[1:]
        if named < len(row)
    ]
