"""Stage 3: every question answered once; all pages and files read these same numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from runfolio.analysis.alike import alike_to
from runfolio.analysis.branch import BranchDiff
from runfolio.analysis.comparability import evaluations
from runfolio.analysis.comparison import Case, Comparison, Terms, compare_all, compare_family
from runfolio.analysis.compliance import AnsweredList
from runfolio.analysis.configurations import (
    Configuration,
    LeftOut,
    configurations,
)
from runfolio.analysis.data_versions import DataVersions
from runfolio.analysis.differences import ParamUse, param_use
from runfolio.analysis.effects import Effects, param_effects
from runfolio.analysis.features import Features
from runfolio.analysis.gate import Gate
from runfolio.analysis.history import Moves, analyse_history
from runfolio.analysis.impact.result import Impact
from runfolio.analysis.leaderboard import Standing, leaderboard, typical_run
from runfolio.analysis.lifecycle import StepEvidence
from runfolio.analysis.lineage import Lineage
from runfolio.analysis.metrics import Metric, describe_metrics
from runfolio.analysis.models import Models
from runfolio.analysis.monitoring import Monitoring
from runfolio.analysis.objective import Objective, choose_objective, tracker_goals
from runfolio.analysis.optimism import Optimism, Untold, optimism_of, why_untold
from runfolio.analysis.process import Experiment
from runfolio.analysis.production_runs import production_runs
from runfolio.analysis.project import with_project
from runfolio.analysis.provenance import Changes, changes_between
from runfolio.analysis.quality import Quality
from runfolio.analysis.selection import Pick, choose_baseline, choose_champion
from runfolio.analysis.summary import SummaryRule, summarise
from runfolio.model.problems import Problem, near_miss
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.analysis.since import SinceLast
    from runfolio.config import Settings

__all__ = ["MOST_RIVALS", "Analysed", "analyse"]

MOST_RIVALS = 50
"""Configurations that are looked at for being as good as the champion."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """What the runs say.

    Parameters
    ----------
    tables : Tables
    metrics : dict of str to Metric
        By logged name.
    values : dict of str to (dict of str to float)
        By metric and run: the one number each run shows, by the objective's rule.
    inexact, missing : int
        Series and runs for which the objective's rule gives a stand-in or nothing
        (`runfolio.analysis.summary.Summarised`).
    objective : Objective or None
    configurations : tuple of Configuration
    left_out : LeftOut
    standings : tuple of Standing
        The leaderboard, best first.
    baseline, champion : Configuration or None
    baseline_why, champion_why : str
    champion_of : int
        How many configurations the champion is the best of; 0 where the team named it.
    baseline_standing, champion_standing : Standing or None
        Their places on the leaderboard.
    baseline_run, champion_run : str or None
        Id of the run nearest to the configuration's mean.
    terms : Terms
        On what configurations are compared.
    against_baseline : dict of str to Comparison
        By label: each configuration on the leaderboard against the baseline, on the objective;
        these comparisons are made together.
    comparison : Comparison or None
        That of the champion.
    scorecard : tuple of Comparison
        Champion against baseline on every metric with a direction. The objective's is
        `comparison`; the others are made together.
    optimism : Optimism, or the reason why it is not told, or None
        By how much the champion looks too good for having been picked; None where it was not.
    rivals : tuple of Configuration
        Those that cannot be told apart from the champion by the objective.
    alike : tuple of Standing
        Those that were measured as the baseline was, or else the champion.
    effects : Effects or None
        How much each param accounts for, over those.
    params : ParamUse
    problems : tuple of Problem
        Of the input and of what was asked.
    histories : tuple of Moves
        How metrics moved over the commits of each repository.
    branch : BranchDiff or None
        What a branch changes, where that was asked for.
    changes : Changes or None
        What else the champion and the baseline do not share.
    since : SinceLast or None
        What is new since the last report, where one was named.
    models : Models
        What is registered, and what it takes to make the champion again.
    as_of : Timestamp or None
        The day of the report, in UTC: as configured, else the newest time in the logs.
    quality : Quality
        How good the project's data are, by rules and by what validation tools recorded.
    gates : tuple of Gate
        Each requirement judged for the champion, the baseline, and the others as candidates.
    compliance : tuple of AnsweredList
        Checklists of law and privacy with the answers of the team.
    lifecycle : tuple of StepEvidence
        The nine steps of the project with what shows them.
    experiments : tuple of Experiment
        Each from its question to its decision, in the order of their dates.
    features : Features or None
        What the models see; None where no run tells.
    data : tuple of DataVersions
        The versions of each data set, and who used them.
    lineage : Lineage or None
        From the source of the data to the model; None where neither data nor features are known.
    glossary : mapping of str to str
        What terms and metrics mean, in the project's own words.
    monitoring : Monitoring or None
        How the model does in production, where that is logged.
    impact : Impact or None
        What the champion's work is worth, where the configuration says how to tell.
    """

    tables: Tables
    metrics: dict[str, Metric]
    values: dict[str, dict[str, float]]
    inexact: int
    missing: int
    objective: Objective | None
    configurations: tuple[Configuration, ...]
    left_out: LeftOut
    standings: tuple[Standing, ...]
    baseline: Configuration | None
    champion: Configuration | None
    baseline_why: str
    champion_why: str
    champion_of: int
    baseline_standing: Standing | None
    champion_standing: Standing | None
    baseline_run: str | None
    champion_run: str | None
    terms: Terms
    against_baseline: dict[str, Comparison]
    comparison: Comparison | None
    scorecard: tuple[Comparison, ...]
    optimism: Optimism | Untold | None
    rivals: tuple[Configuration, ...]
    alike: tuple[Standing, ...]
    effects: Effects | None
    params: ParamUse
    problems: tuple[Problem, ...]
    histories: tuple[Moves, ...] = ()
    branch: BranchDiff | None = None
    changes: Changes | None = None
    since: SinceLast | None = None
    models: Models = field(default_factory=Models)
    as_of: pd.Timestamp | None = None
    quality: Quality = field(default_factory=Quality)
    monitoring: Monitoring | None = None
    gates: tuple[Gate, ...] = ()
    compliance: tuple[AnsweredList, ...] = ()
    lifecycle: tuple[StepEvidence, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    features: Features | None = None
    data: tuple[DataVersions, ...] = ()
    lineage: Lineage | None = None
    glossary: Mapping[str, str] = field(default_factory=dict)
    impact: Impact | None = None

    @property
    def diverged(self) -> int:
        """How many runs diverged: their loss, or else the objective, is not finite."""
        values = self.values[self.objective.metric] if self.objective else {}
        own = (values.get(run, 0.0) for c in self.configurations for run in c.runs)
        return len(self.left_out.diverged) + sum(not math.isfinite(value) for value in own)

    def mark(self, configuration: Configuration) -> str:
        """Return ``champion``, ``baseline`` or nothing."""
        if configuration is self.champion:
            return "champion"
        return "baseline" if configuration is self.baseline else ""


def analyse(tables: Tables, settings: Settings) -> Analysed:
    """Answer every question about the runs.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    """
    problems = list(tables.problems)
    metrics = describe_metrics(
        *(tables.metrics, settings.metrics, tracker_goals(tables.experiments), tables.facts),
        settings.glossary,
    )
    objective = choose_objective(metrics, tables.experiments, settings.objective, len(tables.runs))
    if objective is not None and objective.metric in metrics:
        known = metrics[objective.metric]
        if known.goal != objective.goal:
            metrics[known.name] = replace(
                known, goal=objective.goal, goal_from="the configured objective"
            )
    rule = objective.summary if objective else SummaryRule()
    if rule.metric and rule.metric not in metrics:
        problems.append(
            Problem(
                "report.yaml",
                "summary-not-logged",
                f"{rule.metric!r}, by which values are chosen (best_by), was logged by no run.",
                near_miss(rule.metric, list(metrics), "Logged were"),
            )
        )
        rule = SummaryRule()
        objective = replace(objective, summary=rule) if objective else None
    summarised = summarise(tables, {name: metric.goal for name, metric in metrics.items()}, rule)
    values = summarised.values
    groups, left_out = configurations(
        *(tables, settings.replicates.ignore, settings.compared.also),
        monitoring=production_runs(tables, settings.monitoring),
    )
    base = choose_baseline(tables, groups, settings.baseline)
    standings: tuple[Standing, ...] = ()
    if objective is not None and objective.metric not in metrics:
        problems.append(
            Problem(
                "report.yaml",
                "objective-not-logged",
                f"The objective {objective.metric!r} was logged by no run.",
                f"Metrics that were logged: {', '.join(list(metrics)[:12])}."
                if metrics
                else "No run logged any metric.",
            )
        )
        objective = None
    if objective is not None and not objective.goal:
        problems.append(
            Problem(
                "report.yaml",
                "objective-without-goal",
                f"Whether more or less of {objective.metric!r} is better is not known; "
                "nothing was ranked.",
                "Set objective.goal to maximize or minimize.",
            )
        )
        objective = None
    if objective is not None:
        standings = leaderboard(
            groups, values[objective.metric], objective.goal, base.configuration
        )
    terms = Terms(
        evaluations(tables, groups, settings.compared.evaluation),
        _partners(tables, settings.replicates.pair_by),
        {name: told.tolerance for name, told in settings.metrics.items()},
        settings.compared.force,
        unseen_metrics=tables.not_shown.directed,
        unseen_configurations=tables.not_shown.configurations,
    )
    rivals_of_baseline = alike_to(standings, base.configuration, terms)
    restricted = base.configuration is not None and len(rivals_of_baseline) > 1
    best = choose_champion(
        *(tables, groups, rivals_of_baseline if restricted else standings, settings.champion),
        restricted=restricted and not settings.compared.force,
    )
    problems += [*base.problems, *best.problems]
    baseline, champion = base.configuration, best.configuration

    comparison: Comparison | None = None
    scorecard: tuple[Comparison, ...] = ()
    changes: Changes | None = None
    alike = alike_to(standings, baseline or champion, terms)
    against_baseline: dict[str, Comparison] = {}
    ranking = values[objective.metric] if objective else {}
    if objective is not None and baseline is not None:
        others = [s.configuration for s in standings if s.configuration is not baseline]
        metric = metrics[objective.metric]
        cases = [Case(metric, ranking, o, baseline) for o in others]
        compared = compare_family(cases, terms, terms.unseen_configurations)
        against_baseline = {o.label: c for o, c in zip(others, compared, strict=True)}
    if champion is not None and baseline is not None and champion is not baseline:
        changes = changes_between(tables, champion, baseline)
        comparison = against_baseline.get(champion.label)
        rest = {n: m for n, m in metrics.items() if comparison is None or n != comparison.metric}
        scorecard = compare_all(rest, values, champion, baseline, terms)
        if comparison is not None:
            scorecard = (comparison, *scorecard)
    analysed = Analysed(
        tables=tables,
        metrics=metrics,
        values=values,
        inexact=summarised.inexact,
        missing=summarised.missing,
        objective=objective,
        configurations=groups,
        left_out=left_out,
        standings=standings,
        baseline=baseline,
        champion=champion,
        baseline_why=base.why,
        champion_why=best.why,
        champion_of=best.best_of,
        baseline_standing=_standing(standings, baseline),
        champion_standing=_standing(standings, champion),
        baseline_run=typical_run(baseline, ranking) if baseline else None,
        champion_run=typical_run(champion, ranking) if champion else None,
        terms=terms,
        against_baseline=against_baseline,
        comparison=comparison,
        scorecard=scorecard,
        optimism=_optimism(objective, ranking, alike, best, terms),
        rivals=_rivals(metrics, values, objective, standings, champion, baseline, terms),
        alike=alike,
        effects=param_effects(alike) if objective else None,
        changes=changes,
        params=param_use(tables.params, len(tables.runs)),
        problems=tuple(sorted(set(problems))),
        histories=tuple(
            analyse_history(
                history, metrics, settings, objective.metric if objective else None, tables.facts
            )
            for history in tables.histories
        ),
        glossary=settings.glossary,
        as_of=report_date(tables, settings),
    )
    return with_project(analysed, settings)


def report_date(tables: Tables, settings: Settings) -> pd.Timestamp | None:
    """Return the report's date, by which ages are told; None where the logs have no time."""
    if settings.as_of is not None:
        return pd.Timestamp(settings.as_of, tz="UTC")
    logged = [pd.Timestamp(int(log.times[-1]), unit="ms", tz="UTC") for log in tables.production]
    return max([*logged, *([] if pd.isna(tables.newest) else [tables.newest])], default=None)


def _standing(
    standings: tuple[Standing, ...], configuration: Configuration | None
) -> Standing | None:
    return next((s for s in standings if s.configuration is configuration), None)


def _rivals(
    metrics: dict[str, Metric],
    values: dict[str, dict[str, float]],
    objective: Objective | None,
    standings: tuple[Standing, ...],
    champion: Configuration | None,
    baseline: Configuration | None,
    terms: Terms,
) -> tuple[Configuration, ...]:
    if objective is None or champion is None:
        return ()
    metric, own = metrics[objective.metric], values[objective.metric]
    others = [
        s.configuration
        for s in standings[:MOST_RIVALS]
        if s.configuration is not champion and s.configuration is not baseline
    ]
    compared = compare_family([Case(metric, own, champion, other) for other in others], terms)
    return tuple(
        other
        for other, c in zip(others, compared, strict=True)
        if c.outcome in ("not distinguishable", "equivalent")
    )


def _partners(tables: Tables, param: str) -> dict[str, str]:
    """Return by what each run belongs together with runs of other configurations."""
    if param == "seed":
        seeds = tables.runs["seed"]
        return dict(zip(seeds.index, seeds, strict=True))
    rows = tables.params[tables.params["param"] == param]
    return dict(zip(rows["run"], rows["value"], strict=True))


def _optimism(
    objective: Objective | None,
    ranking: dict[str, float],
    among: tuple[Standing, ...],
    best: Pick,
    terms: Terms,
) -> Optimism | Untold | None:
    """Tell how much too good the champion looks for having been picked."""
    if objective is None or best.best_of < 2:
        return None
    picked = next((i for i, s in enumerate(among) if s.configuration is best.configuration), None)
    if picked is None or len(among) < 2:
        return None
    seeds = [
        [
            terms.partners.get(run, "")
            for run in s.configuration.runs
            if math.isfinite(ranking.get(run, math.nan))
        ]
        for s in among
    ]
    paired = all(seeds[0]) and all(own == seeds[0] for own in seeds)
    values = [np.array(s.values) for s in among]
    found = optimism_of(values, picked, objective.goal, paired)
    return found or why_untold(values, picked, objective.goal, paired)
