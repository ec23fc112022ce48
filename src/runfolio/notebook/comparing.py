"""Beside the stages: two configurations against each other, for a notebook.

In: places, and what is compared by its names. Out: `CompareResult`, which holds what a site
says whose report.yaml names the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import shorten

from runfolio import pipeline
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.configurations import Configuration, configurations
from runfolio.analysis.production_runs import production_runs
from runfolio.analysis.selection import matching_runs
from runfolio.config import Objective, Selector, Settings
from runfolio.errors import UsageError
from runfolio.model.locale import Locale, locale_named, written_in
from runfolio.model.problems import near_miss
from runfolio.model.tables import Tables
from runfolio.notebook.compare_result import CompareResult
from runfolio.project import open_project
from runfolio.views.optimism_words import luck_of

__all__ = ["compare"]

_LONGEST_HINT = 600
_NO_CHAMPION = ("champion-not-found", "objective-not-logged", "objective-without-goal")


def compare(
    sources: Sequence[str],
    *,
    candidate: str | None = None,
    baseline: str | None = None,
    metric: str | None = None,
    config: Path | None = None,
) -> CompareResult:
    """Compare two configurations; see `runfolio.compare`."""
    settings = open_project(sources, config).settings
    tables = pipeline.load(pipeline.Request(tuple(sources), config=config))
    told: dict[str, object] = {}
    if candidate is not None or baseline is not None:
        found, _ = configurations(
            *(tables, settings.replicates.ignore, settings.compared.also),
            monitoring=production_runs(tables, settings.monitoring),
        )
        for key, name in (("champion", candidate), ("baseline", baseline)):
            if name is not None:
                told[key] = _selector(_meant(name, found, tables), found, tables)
    if metric is not None:
        told["objective"] = _objective(metric, tables, settings)
    # How metrics moved over commits is asked of the site; it changes nothing here and takes long.
    locale = locale_named(settings.locale)
    with written_in(locale):
        a = analyse(replace(tables, histories=()), settings.model_copy(update=told))
    if metric is not None and a.objective is None:
        raise UsageError(
            f"Whether more or less of {metric!r} is better is not known. Say so in report.yaml, "
            f"under metrics: {{{metric}: {{goal: maximize}}}} or minimize.",
            "metric-without-goal",
        )
    with written_in(locale):
        return _result(a, locale, picked=candidate is None, named=baseline is not None)


def _result(a: Analysed, locale: Locale, *, picked: bool, named: bool) -> CompareResult:
    if a.baseline is None:
        raise _missing(a, "baseline", "No run is known as the baseline.")
    if a.champion is None:
        raise _missing(a, "candidate", "No configuration can be ranked, so none is the champion.")
    if a.champion is a.baseline and not picked:
        raise UsageError(
            f"{a.baseline.label!r} is the baseline, and the candidate too. "
            f"Name another candidate or baseline. {_known(a.configurations)}",
            "same-configuration",
        )
    notes = [a.comparison.reason] if a.comparison is not None else []
    if picked and a.champion is not a.baseline and a.champion_of > 1:
        picked_from = f"The candidate is the {a.champion_why}; picking the best flatters it."
        notes.append(f"{picked_from} {luck_of(a)}".rstrip())
    if len(a.scorecard) > 1:
        notes.append(
            "The verdicts allow for all comparisons that a report shows together; the intervals "
            "do not."
        )
    asked = "it was asked for"
    return CompareResult(
        candidate=a.champion,
        baseline=a.baseline,
        candidate_why=a.champion_why if picked else asked,
        baseline_why=asked if named else a.baseline_why,
        objective=a.objective,
        metrics=a.metrics,
        comparisons=a.scorecard,
        notes=tuple(notes),
        problems=a.problems,
        locale=locale,
    )


def _meant(name: str, found: Sequence[Configuration], tables: Tables) -> Configuration:
    """Return the configuration of this label, else the one that holds the run of this name."""
    labels, logged = tables.runs["label"], tables.runs["name"]
    named = tables.runs.index[(labels == name) | (logged == name)]
    runs = {name} if name in tables.runs.index else set(named)
    meant = [c for c in found if c.label == name] or [c for c in found if runs.intersection(c.runs)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(
            f"{name!r} is the name of runs of {len(meant)} configurations. "
            f"Give a label or a run's id. {_known(meant)}",
            "configuration-ambiguous",
        )
    if runs:
        ends = sorted({str(tables.runs["status"][run]) for run in runs})
        raise UsageError(
            f"The run {name!r} ({' and '.join(ends)}) is not compared: it did not finish, diverged "
            "or logged no metric. compared.also in report.yaml admits runs that did not finish.",
            "configuration-not-compared",
        )
    held = [run for c in found for run in c.runs]
    names = [*(c.label for c in found), *(str(labels[run]) for run in held)]
    names += [str(logged[run]) for run in held]
    hint = near_miss(name, dict.fromkeys(names), "Configurations and runs are")
    raise UsageError(
        f"There is no configuration or run {name!r}. {_short(hint)}", "configuration-unknown"
    )


def _selector(meant: Configuration, found: Sequence[Configuration], tables: Tables) -> Selector:
    """Return what selects this configuration; the id of one run may be the name of another."""
    others = {run for other in found if other is not meant for run in other.runs}
    names = (name for run in meant.runs for name in (run, str(tables.runs["label"][run])))
    ways = (Selector(run=name) for name in names)
    only = (way for way in ways if others.isdisjoint(matching_runs(tables, way)))
    return next(only, Selector(run=meant.runs[0]))


def _objective(name: str, tables: Tables, settings: Settings) -> Objective:
    """Return the objective with another metric, given by its logged name or its label."""
    logged = [str(metric) for metric in tables.metrics["metric"].unique()]
    labels = {told.label: metric for metric, told in settings.metrics.items() if told.label}
    metric = name if name in logged else labels.get(name, "")
    if metric not in logged:
        hint = near_miss(name, logged, "Metrics are")
        raise UsageError(f"No run logged a metric {name!r}. {_short(hint)}", "metric-unknown")
    told = settings.objective
    goal = told.goal if metric == told.metric else None
    return told.model_copy(update={"metric": metric, "goal": goal})


def _missing(a: Analysed, side: str, otherwise: str) -> UsageError:
    """Say why a side of the comparison is missing, as the report would."""
    slugs = {"baseline": ("baseline-not-found",), "candidate": _NO_CHAMPION}[side]
    why = next((problem.message for problem in a.problems if problem.slug in slugs), otherwise)
    return UsageError(
        f"{why} Name one: compare(…, {side}='…') takes the label of a configuration or a run's id "
        f"or name. {_known(a.configurations)}",
        f"{side}-missing",
    )


def _known(found: Sequence[Configuration]) -> str:
    return _short(f"Configurations are: {'; '.join(c.label for c in found)}.")


def _short(hint: str) -> str:
    return shorten(hint, _LONGEST_HINT, placeholder=" …")
