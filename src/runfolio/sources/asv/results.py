"""Stage 1b: the values in airspeed velocity's files, wherever their bytes come from.

In: the content of ``benchmarks.json`` and of a result file, of API version 1 or 2. Out:
benchmarks, and values by name; ``suite.time_fit(n=10, mode='fast')`` is one combination of a
benchmark's params. Profiles and samples are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import isnan, prod

from runfolio.model.records import Goal, MetricFact
from runfolio.sources.reading.parsing import ParseError, Tree, text_of, to_float
from runfolio.storage.base import readable

__all__ = [
    "MOST_VALUES",
    "Benchmark",
    "Values",
    "benchmarks_in",
    "environment_of",
    "name_without_path",
    "surroundings_of",
    "values_in",
]

MOST_VALUES = 50_000
"""Values of one file at most."""
_SMALLER_IS_BETTER = frozenset({"time", "memory", "peakmem"})


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What ``benchmarks.json`` says of a benchmark."""

    kind: str
    unit: str
    version: str
    param_names: tuple[str, ...]

    def fact(self, metric: str) -> MetricFact:
        """Return the direction and unit of one of its metrics; ``track_*`` has no direction."""
        goal: Goal | None = "minimize" if self.kind in _SMALLER_IS_BETTER else None
        return MetricFact(metric, goal, self.unit)


@dataclass(slots=True)
class Values:
    """The values in a result file.

    Parameters
    ----------
    numbers : dict of str to float
    facts : dict of str to MetricFact
    failed, skipped : int
        Combinations that have no value.
    stale : int
        Benchmarks whose code has changed since, or is gone.
    odd : list of str
        Benchmarks whose values do not fit their params.
    left_out : int
        Values that are more than there is room for.
    """

    numbers: dict[str, float] = field(default_factory=dict)
    facts: dict[str, MetricFact] = field(default_factory=dict)
    failed: int = 0
    skipped: int = 0
    stale: int = 0
    odd: list[str] = field(default_factory=list)
    left_out: int = 0


def benchmarks_in(tree: Tree) -> dict[str, Benchmark]:
    """Return the benchmarks by name.

    Raises
    ------
    ParseError
        If it is no ``benchmarks.json``.
    """
    if not isinstance(tree, dict):
        raise ParseError("holds no benchmarks")
    found: dict[str, Benchmark] = {}
    for name, about in tree.items():
        if isinstance(about, dict):  # "version" beside them is that of the format
            names = about.get("param_names")
            found[name] = Benchmark(
                text_of(about.get("type") or ""),
                text_of(about.get("unit") or ""),
                text_of(about.get("version") or ""),
                tuple(map(text_of, names)) if isinstance(names, list) else (),
            )
    return found


def values_in(tree: dict[str, Tree], benchmarks: Mapping[str, Benchmark]) -> Values:
    """Return the values in a result file.

    Raises
    ------
    ParseError
        If it is none.
    """
    found = Values()
    for name, result, params, version in _rows(tree):
        benchmark = benchmarks.get(name)
        if benchmark is None or (version and version != benchmark.version):
            found.stale += 1
            continue
        axes = [axis for axis in params if isinstance(axis, list)] if params else []
        count = prod(map(len, axes))
        if result is None or all(value is None for value in result):
            found.failed += count  # as one null, or as many as there are values
        elif len(result) != count:
            found.odd.append(name)
        else:
            _take(found, name, benchmark, axes, result)
    return found


def _take(
    found: Values,
    name: str,
    benchmark: Benchmark,
    axes: Sequence[Sequence[Tree]],
    result: Sequence[Tree],
) -> None:
    names = benchmark.param_names
    titles = [names[n] if n < len(names) else f"param{n + 1}" for n in range(len(axes))]
    for picked, value in zip(product(*axes), result, strict=True):
        if len(found.numbers) >= MOST_VALUES:
            found.left_out += 1
            continue
        number = to_float(value) if not isinstance(value, str) else None
        if number is None:
            found.failed += 1
        elif isnan(number):
            found.skipped += 1
        else:
            pairs = (f"{t}={text_of(p)}" for t, p in zip(titles, picked, strict=True))
            metric = f"{name}({', '.join(pairs)})" if axes else name
            found.numbers[metric] = number
            found.facts[metric] = benchmark.fact(metric)


def _rows(tree: dict[str, Tree]) -> Iterator[tuple[str, list[Tree] | None, list[Tree], str]]:
    """Yield name, values, params and version of each benchmark."""
    results = tree.get("results")
    if not isinstance(results, dict) or not isinstance(tree.get("commit_hash"), str):
        raise ParseError("holds no results of a commit")
    columns = tree.get("result_columns")
    if isinstance(columns, list):
        for name, cells in results.items():
            # A row ends with its last cell that holds something.
            row = (
                dict(zip(map(text_of, columns), cells, strict=False))
                if isinstance(cells, list)
                else {}
            )
            yield name, *_cells(row), text_of(row.get("version") or "")
        return
    versions = tree.get("benchmark_version")
    for name, cell in results.items():
        row = cell if isinstance(cell, dict) else {"result": cell}
        version = versions.get(name) if isinstance(versions, dict) else None
        yield name, *_cells(row), text_of(version or "")


def _cells(row: dict[str, Tree]) -> tuple[list[Tree] | None, list[Tree]]:
    result, params = row.get("result"), row.get("params")
    if result is not None and not isinstance(result, list):
        result = [result]
    return result, params if isinstance(params, list) else []


def name_without_path(file: str) -> str:
    """Return the name of a result file; some environments are called after a path, left out."""
    name = readable(file).removesuffix(".json")
    return name.partition("-existing-py")[0] + "-existing" if "-existing-py" in name else name


def environment_of(tree: dict[str, Tree]) -> str:
    """Return the name of a result's environment."""
    name = text_of(tree.get("env_name") or "")
    return "existing" if name.startswith("existing-py") else name


def surroundings_of(tree: dict[str, Tree]) -> dict[str, Tree]:
    """Return what was installed and the machine's make, but not its name."""
    found: dict[str, Tree] = {}
    for key in ("params", "requirements"):
        part = tree.get(key)
        for name, value in part.items() if isinstance(part, dict) else ():
            if name != "machine" and (value or name not in found):
                found[name] = value
    python = text_of(tree.get("python") or found.get("python") or "")
    found.pop("python", None)
    if python and not {"/", "\\"} & set(python):  # else the path of an interpreter
        found["python"] = python
    return found
