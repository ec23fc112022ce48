"""Stage 3: how much does each feature matter, and do the seeds agree?

In: importances that runs logged, and metrics that are named so (``importance/<feature>``). Out:
for each kind of importance the mean of every feature over the runs of a configuration, with its
interval and in how many runs the feature comes first.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.interval import Estimate, mean_of
from runfolio.model.features import Importances
from runfolio.model.order import natural

__all__ = ["FeatureImportance", "ImportanceKind", "importance_kinds", "importances_by_run"]

_METRIC = re.compile(
    r"(?:.*/)?((?:feature|permutation|shap)?_?importances?)[/.](.+)", re.IGNORECASE | re.DOTALL
)

ByRun = Mapping[str, Sequence[Importances]]


@dataclass(frozen=True, slots=True)
class FeatureImportance:
    """One feature of one configuration.

    Parameters
    ----------
    feature : str
    mean : Estimate
        Over the runs that tell it.
    values : tuple of float
        By run, in the order of the runs.
    within : float
        Mean standard deviation within a run (of its permutations), NaN where none is logged.
    firsts : int
        In how many runs no other feature matters more.
    """

    feature: str
    mean: Estimate
    values: tuple[float, ...]
    within: float
    firsts: int


@dataclass(frozen=True, slots=True)
class ImportanceKind:
    """A kind of importance of one configuration.

    Parameters
    ----------
    name : str
        As of `Importances`.
    runs : int
        Runs that tell it.
    features : tuple of FeatureImportance
        The most important first.
    """

    name: str
    runs: int
    features: tuple[FeatureImportance, ...]

    def of(self, feature: str) -> FeatureImportance | None:
        """Return a feature's importance, if it is told."""
        return next((one for one in self.features if one.feature == feature), None)


def importances_by_run(
    logged: ByRun, values: Mapping[str, Mapping[str, float]]
) -> dict[str, list[Importances]]:
    """Return all importances by run: those logged as files, and those logged as metrics.

    Parameters
    ----------
    logged : mapping of str to sequence of Importances
        `Tables.importances`.
    values : mapping of str to (mapping of str to float)
        By metric and run.
    """
    found = {run: list(own) for run, own in logged.items()}
    metrics: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for name, by_run in values.items():
        match = _METRIC.fullmatch(name)
        if match is not None:
            for run, value in by_run.items():
                if math.isfinite(value):
                    metrics[run][match[1]][match[2]] = value
    for run, kinds in metrics.items():
        known = {one.name for one in found.get(run, ())}
        found.setdefault(run, [])
        found[run] += [Importances(kind, own) for kind, own in kinds.items() if kind not in known]
    return found


def importance_kinds(by_run: ByRun, configuration: Configuration) -> tuple[ImportanceKind, ...]:
    """Return each kind of importance of a configuration, in the natural order of their names."""
    grouped: dict[str, list[Importances]] = defaultdict(list)
    for run in configuration.runs:
        for one in by_run.get(run, ()):
            grouped[one.name].append(one)
    return tuple(_kind(name, grouped[name]) for name in sorted(grouped, key=natural))


def _kind(name: str, told: Sequence[Importances]) -> ImportanceKind:
    firsts = Counter(_firsts(told))
    features = dict.fromkeys(feature for one in told for feature in one.values)
    rows = [_feature(feature, told, firsts[feature]) for feature in features]
    return ImportanceKind(
        name,
        len(told),
        tuple(sorted(rows, key=lambda row: (-row.mean.value, natural(row.feature)))),
    )


def _firsts(told: Iterable[Importances]) -> Iterable[str]:
    for one in told:
        highest = max(one.values.values())
        yield from (feature for feature, value in one.values.items() if value == highest)


def _feature(feature: str, told: Sequence[Importances], firsts: int) -> FeatureImportance:
    values = tuple(one.values[feature] for one in told if feature in one.values)
    spreads = [one.spreads[feature] for one in told if feature in one.spreads]
    within = float(np.mean(spreads)) if spreads else math.nan
    return FeatureImportance(feature, mean_of(np.array(values)), values, within, firsts)
