"""Stage 1b: one name for each value of a DVC project, whose values lie in many files.

In: values by file. Out: values by name. A name that two files have becomes ``file:name`` in
both, as in DVC's own tables.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from runfolio.model.series import Series
from runfolio.sources.reading.parsing import Tree, to_float

__all__ = ["is_same", "merged_series", "unique_names"]

_T = TypeVar("_T")
ByFile = Mapping[str, Mapping[str, _T]]


def unique_names(by_file: ByFile[_T]) -> dict[str, _T]:
    """Return the values of all files under names of their own."""
    counts = Counter(name for values in by_file.values() for name in values)
    return {
        name if counts[name] == 1 else f"{file}:{name}": value
        for file, values in by_file.items()
        for name, value in values.items()
    }


def merged_series(metrics: ByFile[Series], plots: ByFile[Series]) -> dict[str, Series]:
    """Return metrics and plotted columns under their names.

    A column that ends in the value of the metric of its name is that metric's history; with
    another value (of other data, mostly) it is a metric apart.
    """
    found = unique_names(metrics)
    columns = unique_names(plots)
    for file, series in plots.items():
        for name, one in series.items():
            full = f"{file}:{name}"
            unique = columns.get(name) is one
            known = found.get(name) if unique else None
            if unique and (known is None or _ends_in(one, known)):
                found[name] = one
            else:
                found[full] = one
    return {name: _renamed(one, name) for name, one in found.items()}


def is_same(one: Tree, other: Tree) -> bool:
    """Tell whether two params are the same, however they are written."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[k], other[k]) for k in one)
    if one == other:
        return True
    if isinstance(one, list | dict) or isinstance(other, list | dict):
        return False
    number, another = to_float(one), to_float(other)
    if number is not None and another is not None:
        return number == another or (math.isnan(number) and math.isnan(another))
    return str(one).strip().lower() == str(other).strip().lower()


def _ends_in(history: Series, value: Series) -> bool:
    last, final = history.summary.last, value.summary.last
    return math.isclose(last, final, rel_tol=1e-6) or (math.isnan(last) and math.isnan(final))


def _renamed(one: Series, name: str) -> Series:
    return one if one.metric == name else replace(one, metric=name)
