"""Stage 3: what came out of an experiment: its best configuration against its baseline.

In: the runs of an experiment and what its write-up names. Out: both sides and their comparison:
the one that all other pages show, or one made on the same terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runfolio.analysis.alike import alike_to
from runfolio.analysis.comparison import Case, Comparison, compare_family
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.leaderboard import Standing, leaderboard
from runfolio.analysis.metrics import Metric
from runfolio.analysis.selection import holding, matching_runs
from runfolio.analysis.write_ups import WriteUp
from runfolio.model.experiment_notes import ExperimentNote, RunConditions
from runfolio.model.problems import Problem, near_miss

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed

__all__ = ["ExperimentResult", "metric_called", "result_of", "unknown_metric"]


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """What came out of an experiment.

    Parameters
    ----------
    metric : Metric or None
        What it is judged by: the one that is named, or the objective.
    standings : tuple of Standing
        Its configurations by that metric, best first.
    candidate, baseline : Standing or None
        The two sides: the configuration that is named, or the best one measured as the baseline
        was; the baseline that is named, or the project's.
    picked_from : int
        How many the candidate is the best of; 0 where the team named it.
    comparison : Comparison or None
    """

    metric: Metric | None = None
    standings: tuple[Standing, ...] = ()
    candidate: Standing | None = None
    baseline: Standing | None = None
    picked_from: int = 0
    comparison: Comparison | None = None


def result_of(
    a: Analysed, own: WriteUp, among: Sequence[Configuration], problems: list[Problem]
) -> ExperimentResult:
    """Set the candidate of an experiment against its baseline.

    Parameters
    ----------
    a : Analysed
    own : WriteUp
    among : sequence of Configuration
        Those that hold any of its runs.
    problems : list of Problem
        Those of what is named are added to it.
    """
    metric = _judged_by(a, own, problems)
    if metric is None:
        return ExperimentResult()
    named = _side(a, own, "baseline", problems)
    reference = named if own.note.baseline is not None else a.baseline
    standings = _ranked(a, metric, among)
    others = [s for s in standings if s.configuration is not reference]
    alike = alike_to(others, reference, a.terms) if reference else others
    candidates = list(alike or others)
    if own.note.candidate is not None:
        wanted = _side(a, own, "candidate", problems)
        candidates = _ranked(a, metric, [wanted] if wanted else [])
    of_baseline = _ranked(a, metric, [reference] if reference else [])
    comparison = None
    if candidates and of_baseline:
        comparison = _comparison(a, metric, candidates, of_baseline[0].configuration)
    return ExperimentResult(
        metric,
        tuple(standings),
        candidate=candidates[0] if candidates else None,
        baseline=of_baseline[0] if of_baseline else None,
        picked_from=0 if own.note.candidate is not None else len(candidates),
        comparison=comparison,
    )


def metric_called(a: Analysed, name: str) -> Metric | None:
    """Return the metric that is logged, or else labelled, by a name."""
    by_label = {m.label.casefold(): m for m in reversed(a.metrics.values())}
    return a.metrics.get(name) or by_label.get(name.casefold())


def unknown_metric(a: Analysed, name: str, note: ExperimentNote, key: str, metric: str) -> Problem:
    return Problem(
        note.at(key),
        "experiment-metric-unknown",
        f"{name!r} names the metric {metric!r}, which no run logged.",
        near_miss(metric, list(a.metrics)[:20], "Logged were"),
    )


def _judged_by(a: Analysed, own: WriteUp, problems: list[Problem]) -> Metric | None:
    """Return the metric that a write-up names, else the objective; None without a direction."""
    objective = a.metrics[a.objective.metric] if a.objective else None
    if not own.note.metric:
        return objective
    metric = metric_called(a, own.note.metric)
    if metric is None:
        problems.append(unknown_metric(a, own.name, own.note, "metric", own.note.metric))
        return None
    if not metric.goal:
        problems.append(
            Problem(
                own.note.at("metric"),
                "experiment-metric-without-goal",
                f"Whether more or less of {metric.name!r} is better is not known, so "
                f"{own.name!r} is not judged by it.",
                f"Say it in report.yaml, as in metrics: {{{metric.name}: {{goal: maximize}}}}.",
            )
        )
        return None
    return metric


def _ranked(a: Analysed, metric: Metric, among: Sequence[Configuration]) -> list[Standing]:
    if a.objective is not None and metric.name == a.objective.metric:
        labels = {c.label for c in among}
        return [s for s in a.standings if s.configuration.label in labels] if labels else []
    return list(leaderboard(among, a.values[metric.name], metric.goal))


def _comparison(
    a: Analysed, metric: Metric, candidates: Sequence[Standing], baseline: Configuration
) -> Comparison | None:
    """Compare the first candidate; where other pages do, it is their comparison."""
    own = candidates[0].configuration
    if own is baseline:
        return None
    if baseline is a.baseline:
        if a.objective is not None and metric.name == a.objective.metric:
            return a.against_baseline.get(own.label)
        shown = {c.metric: c for c in a.scorecard} if own is a.champion else {}
        if metric.name in shown:
            return shown[metric.name]
    values = a.values[metric.name]
    cases = [Case(metric, values, s.configuration, baseline) for s in candidates]
    return compare_family(cases, a.terms)[0]


def _side(a: Analysed, own: WriteUp, side: str, problems: list[Problem]) -> Configuration | None:
    """Return the configuration that a write-up names as one side."""
    wanted: RunConditions | None = getattr(own.note, side)
    if wanted is None:
        return None
    found = holding(a.configurations, set(matching_runs(a.tables, wanted)))
    if len(found) != 1:
        told = (
            f"means {len(found)} configurations; {found[0].label!r} was taken"
            if found
            else "was not found among the configurations that are compared"
        )
        problems.append(
            Problem(
                own.note.at(side),
                f"experiment-{side}-{'ambiguous' if found else 'not-found'}",
                f"The {side} that is named for {own.name!r} {told}.",
                "Compare the selector with the names, tags and params on the page of all runs.",
            )
        )
    return found[0] if found else None
