"""Stage 1b: how much features matter, as tables and objects in files tell it.

In: a file's name and text. Out: importances by kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from runfolio.model.features import MOST_FEATURES, Importances
from runfolio.model.numbers import format_count
from runfolio.sources.reading.csv_head import word_of
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, parse_json, text_of, to_float
from runfolio.sources.reading.plot_tables import NAMES, plot_tables
from runfolio.sources.reading.value_files import suffix_of

__all__ = ["FEATURE", "importances_in"]

FEATURE = (
    *("feature", "features", "feature_name", "feature_names", "variable", "name", "names"),
    *("column", "columns", "col_name", "index", "term", NAMES),
)
"""Columns that hold the names of features."""

_MEANS = ("importances_mean", "importance_mean", "mean_importance", "mean")
_SPREADS = ("importances_std", "importance_std", "std_importance", "std", "stdev")
_NOT_VALUES = frozenset({*"rank order position seed run id index unnamed:_0".split(), NAMES})


def importances_in(name: str, text: str, findings: Findings) -> Iterable[Importances]:
    """Yield each kind of importance in a file, called by its name without the ending.

    Raises
    ------
    ParseError
        If it is not of the format that its name tells.
    """
    stem = name.rpartition(".")[0]
    if suffix_of(name.lower()) == ".json":
        tree = parse_json(text)
        flat = _flat(tree, stem, findings)
        if flat:
            yield from flat
            return
    for table in plot_tables(name.lower(), text, findings):
        columns = {word_of(key): cells for key, cells in table.columns.items()}
        named = next((key for key in FEATURE if key in columns and _are_names(columns[key])), None)
        if named is None:
            continue
        names = [text_of(cell) for cell in columns.pop(named)]
        means = next((key for key in _MEANS if key in columns), None)
        spreads = next((columns[key] for key in _SPREADS if key in columns), None)
        if means is not None:
            yield from _one(stem, names, columns[means], spreads, findings)
            continue
        numbers = {
            key: cells
            for key, cells in columns.items()
            if key not in _NOT_VALUES and key not in _SPREADS and _are_numbers(cells)
        }
        for key, cells in numbers.items():
            alone = len(numbers) == 1
            yield from _one(
                stem if alone else f"{stem}/{key}",
                names,
                cells,
                spreads if alone else None,
                findings,
            )


def _flat(tree: Tree, stem: str, findings: Findings) -> list[Importances]:
    """Return ``{feature: number}``, and such objects one level down, each under its key."""
    if not isinstance(tree, dict) or not tree:
        return []
    if all(to_float(value) is not None and not isinstance(value, str) for value in tree.values()):
        return list(_one(stem, list(tree), list(tree.values()), None, findings))
    if all(isinstance(value, dict) and value for value in tree.values()) and len(tree) <= 5:
        # An object of rows is a table: {"age": {"importance": 0.2, "std": 0.1}}.
        if any(word_of(key) in (*_MEANS, *_SPREADS, "importance") for key in _keys(tree)):
            return []
        inner = (_flat(value, f"{stem}/{key}", findings) for key, value in tree.items())
        return [one for found in inner for one in found]
    return []


def _keys(tree: Mapping[str, Tree]) -> list[str]:
    first = next(iter(tree.values()))
    return list(first) if isinstance(first, dict) else []


def _one(
    name: str,
    names: Sequence[str],
    cells: Sequence[Tree],
    spreads: Sequence[Tree] | None,
    findings: Findings,
) -> Iterable[Importances]:
    values: dict[str, float] = {}
    own: dict[str, float] = {}
    lost = 0
    for number, (feature, cell) in enumerate(zip(names, cells, strict=False)):
        value = to_float(cell)
        if value is None or not math.isfinite(value):
            lost += 1
        elif feature and len(values) < MOST_FEATURES:
            values.setdefault(feature, value)
            spread = to_float(spreads[number]) if spreads and number < len(spreads) else None
            if spread is not None and math.isfinite(spread) and spread >= 0:
                own.setdefault(feature, spread)
    if lost:
        findings.add(
            "importance-not-a-number",
            f"{format_count(lost)} importances are no finite numbers; they were left out.",
            "Correct the file.",
        )
    if values:
        yield Importances(name, values, own)


def _are_names(cells: Sequence[Tree]) -> bool:
    """Tell whether cells are names: not the numbers that pandas gives to rows."""
    return any(isinstance(cell, str) and to_float(cell) is None for cell in cells)


def _are_numbers(cells: Sequence[Tree]) -> bool:
    return bool(cells) and any(to_float(cell) is not None for cell in cells)
