"""Stage 3: how the candidate does on each segment of the cases, against the baseline.

In: metrics whose names tell a segment (`runfolio.analysis.slice_names`), and tables of segments
that runs logged. Out: by metric and segment a row for each value, with the worst, the gap, and
where the candidate is worse though it is better overall.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from runfolio.analysis.comparison import Case, Comparison, Terms, compare_family, mean_over
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.direction import infer_goal
from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.analysis.slice_names import is_count, slice_name
from runfolio.model.order import natural
from runfolio.model.plots import Plot, SegmentValue

__all__ = ["MOST_VALUES", "Slice", "Slices", "slices_of"]

MOST_VALUES = 50
"""Values of one segment that are compared: those with most cases, else the first ones."""
_MOST_GROUPS = 20

ByRun = dict[str, float]
Key = tuple[str, str, str]
"""Metric, segment, value."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One value of a segment.

    Parameters
    ----------
    value : str
    candidate, baseline : Estimate or None
        Means over the replicates; None where a side did not log it.
    comparison : Comparison or None
        Of the two, made together with those of all values of all segments; None where a side is
        missing.
    cases : float
        Mean number of cases of a run; NaN where that is not logged.
    """

    value: str
    candidate: Estimate | None
    baseline: Estimate | None
    comparison: Comparison | None
    cases: float


@dataclass(frozen=True, slots=True)
class Slices:
    """A metric over the values of one segment.

    Parameters
    ----------
    metric : Metric
        That of all cases; described by its name alone where it was not logged itself.
    segment : str
    rows : tuple of Slice
        In the order in which a table has them, or their names have in the natural order.
    overall : float
        Candidate minus baseline over all cases; NaN where that was not logged.
    left_out : int
        Values beyond `MOST_VALUES`.
    """

    metric: Metric
    segment: str
    rows: tuple[Slice, ...]
    overall: float = math.nan
    left_out: int = 0

    @property
    def worst(self) -> Slice | None:
        """The value on which the candidate does worst; None where no side is a candidate's."""
        own = [row for row in self.rows if row.candidate is not None]
        return min(own, key=self._goodness, default=None)

    @property
    def best(self) -> Slice | None:
        own = [row for row in self.rows if row.candidate is not None]
        return max(own, key=self._goodness, default=None)

    @property
    def gap(self) -> float:
        """What lies between the candidate's best and worst value, in the metric's unit."""
        best, worst = self.best, self.worst
        if best is None or worst is None or best.candidate is None or worst.candidate is None:
            return math.nan
        return abs(best.candidate.value - worst.candidate.value)

    @property
    def against_overall(self) -> tuple[Slice, ...]:
        """Where the candidate's mean is worse though that over all cases is better."""
        if not self.metric.improvement(self.overall) > 0:
            return ()
        return tuple(
            row
            for row in self.rows
            if row.comparison is not None
            and row.comparison.difference is not None
            and row.comparison.outcome != "not comparable"
            and self.metric.improvement(row.comparison.difference.value) < 0
        )

    def _goodness(self, row: Slice) -> float:
        assert row.candidate is not None
        return self.metric.improvement(row.candidate.value)


def slices_of(
    metrics: Mapping[str, Metric],
    values: Mapping[str, Mapping[str, float]],
    plots: Mapping[str, Sequence[Plot]],
    candidate: Configuration,
    baseline: Configuration | None,
    terms: Terms,
) -> tuple[Slices, ...]:
    """Compare two configurations on every segment that at least one of them logged.

    Parameters
    ----------
    metrics : mapping of str to Metric
        By logged name.
    values : mapping of str to (mapping of str to float)
        By metric and run.
    plots : mapping of str to sequence of Plot
        By run; `Tables.plots`.
    candidate : Configuration
    baseline : Configuration or None
        None, or the candidate itself: there is nothing to compare with.
    terms : Terms

    Returns
    -------
    tuple of Slices
        Of metrics with a direction and segments with two values or more, in the order of
        their names. The p of all their rows are adjusted together.
    """
    other = None if baseline is candidate else baseline
    runs = [*candidate.runs, *(other.runs if other else ())]
    found, counts = _gathered(metrics, values, plots, runs)
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for metric, segment, value in found:
        grouped[metric, segment].append(value)
    groups: list[Slices] = []
    names: list[str] = []
    for name, segment in sorted(grouped, key=lambda key: tuple(map(natural, key))):
        if len(groups) == _MOST_GROUPS:
            break
        described, own = _metric(name, metrics, values, runs), grouped[name, segment]
        if described.goal and len(own) > 1:
            told = (name, found, counts)
            groups.append(_group(described, segment, own, told, candidate, other))
            names.append(name)
    if other is None:
        return tuple(groups)
    with_overall = [
        replace(group, overall=_overall(values.get(group.metric.name, {}), candidate, other))
        for group in groups
    ]
    return tuple(_judged(with_overall, found, names, (candidate, other), terms))


def _gathered(
    metrics: Mapping[str, Metric],
    values: Mapping[str, Mapping[str, float]],
    plots: Mapping[str, Sequence[Plot]],
    runs: Sequence[str],
) -> tuple[dict[Key, ByRun], dict[Key, ByRun]]:
    """Return the values and the counts of cases by metric, segment, value and run."""
    found: dict[Key, ByRun] = defaultdict(dict)
    counts: dict[Key, ByRun] = defaultdict(dict)
    for name in metrics:
        parts = slice_name(name)
        if parts is None:
            continue
        own = {run: values[name][run] for run in runs if run in values[name]}
        if own and is_count(parts.base):
            counts["", parts.segment, parts.value] |= own
        elif own:
            found[parts.base, parts.segment, parts.value] |= own
    for run in runs:
        for plot in plots.get(run, ()):
            if isinstance(plot, SegmentValue):
                found[plot.metric, plot.segment, plot.value].setdefault(run, plot.number)
                if math.isfinite(plot.count):
                    counts["", plot.segment, plot.value].setdefault(run, plot.count)
    return found, counts


def _metric(
    name: str,
    metrics: Mapping[str, Metric],
    values: Mapping[str, Mapping[str, float]],
    runs: Sequence[str],
) -> Metric:
    """Return the metric of all cases: of that name, else the only one whose last part it is."""
    if name in metrics:
        return metrics[name]
    ends = [m for key, m in metrics.items() if key.rpartition("/")[2] == name]
    alike = [m for m in ends if any(run in values[m.name] for run in runs)]
    if len(alike) == 1:
        return alike[0]
    return Metric(name, name, goal=infer_goal(name), goal_from="its name")


def _group(
    metric: Metric,
    segment: str,
    values: list[str],
    gathered: tuple[str, dict[Key, ByRun], dict[Key, ByRun]],
    candidate: Configuration,
    baseline: Configuration | None,
) -> Slices:
    name, found, counts = gathered
    cases = {value: _mean(counts.get(("", segment, value), {}).values()) for value in values}
    if len(values) > MOST_VALUES and all(map(math.isfinite, cases.values())):
        largest = set(sorted(values, key=lambda value: -cases[value])[:MOST_VALUES])
        shown = [value for value in values if value in largest]
    else:
        shown = values[:MOST_VALUES]
    rows = []
    for value in shown:
        logged = found[name, segment, value]
        rows.append(
            Slice(
                value,
                mean_over(logged, candidate),
                mean_over(logged, baseline) if baseline else None,
                None,
                cases[value],
            )
        )
    return Slices(metric, segment, tuple(rows), left_out=len(values) - len(rows))


def _judged(
    groups: Sequence[Slices],
    found: Mapping[Key, ByRun],
    names: Sequence[str],
    sides: tuple[Configuration, Configuration],
    terms: Terms,
) -> list[Slices]:
    cases = [
        Case(group.metric, found[name, group.segment, row.value], *sides)
        for name, group in zip(names, groups, strict=True)
        for row in group.rows
    ]
    compared = iter(compare_family(cases, terms))

    def judge(row: Slice) -> Slice:
        told = next(compared)
        return row if told.difference is None else replace(row, comparison=told)

    return [replace(group, rows=tuple([judge(row) for row in group.rows])) for group in groups]


def _overall(
    values: Mapping[str, float], candidate: Configuration, baseline: Configuration
) -> float:
    ours, theirs = mean_over(values, candidate), mean_over(values, baseline)
    return math.nan if ours is None or theirs is None else ours.value - theirs.value


def _mean(values: Iterable[float]) -> float:
    own = [value for value in values if math.isfinite(value)]
    return float(np.mean(own)) if own else math.nan
