"""Stage 3: every question answered once; all pages and files read these same numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runfolio.analysis.branch import BranchDiff
from runfolio.analysis.comparison import Comparison, compare_all, compare_configurations
from runfolio.analysis.configurations import (
    Configuration,
    LeftOut,
    configurations,
    summary_values,
)
from runfolio.analysis.differences import Difference, ParamUse, differing_params, param_use
from runfolio.analysis.history import Moves, analyse_history
from runfolio.analysis.leaderboard import Standing, leaderboard, typical_run
from runfolio.analysis.metrics import Metric, describe_metrics
from runfolio.analysis.objective import Objective, choose_objective, tracker_goals
from runfolio.analysis.selection import choose_baseline, choose_champion
from runfolio.model.problems import Problem
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.config import Settings

__all__ = ["Analysed", "analyse"]

_MOST_RIVALS = 50


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
    objective : Objective or None
    configurations : tuple of Configuration
    left_out : LeftOut
    standings : tuple of Standing
        The leaderboard, best first.
    baseline, champion : Configuration or None
    baseline_why, champion_why : str
    baseline_standing, champion_standing : Standing or None
        Their places on the leaderboard.
    baseline_run, champion_run : str or None
        Id of the run nearest to the configuration's mean.
    comparison : Comparison or None
        Champion against baseline on the objective.
    scorecard : tuple of Comparison
        The same on every metric with a direction.
    rivals : tuple of Configuration
        Those that cannot be told apart from the champion by the objective.
    changed : tuple of Difference
        Params in which champion and baseline differ.
    params : ParamUse
    problems : tuple of Problem
        Of the input and of what was asked.
    histories : tuple of Moves
        How metrics moved over the commits of each repository.
    branch : BranchDiff or None
        What a branch changes, where that was asked for.
    """

    tables: Tables
    metrics: dict[str, Metric]
    values: dict[str, dict[str, float]]
    objective: Objective | None
    configurations: tuple[Configuration, ...]
    left_out: LeftOut
    standings: tuple[Standing, ...]
    baseline: Configuration | None
    champion: Configuration | None
    baseline_why: str
    champion_why: str
    baseline_standing: Standing | None
    champion_standing: Standing | None
    baseline_run: str | None
    champion_run: str | None
    comparison: Comparison | None
    scorecard: tuple[Comparison, ...]
    rivals: tuple[Configuration, ...]
    changed: tuple[Difference, ...]
    params: ParamUse
    problems: tuple[Problem, ...]
    histories: tuple[Moves, ...] = ()
    branch: BranchDiff | None = None

    @property
    def diverged(self) -> int:
        """How many runs diverged: their loss, or else the objective, is not finite."""
        return len(self.left_out.diverged) + sum(s.diverged for s in self.standings)

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
        tables.metrics, settings.metrics, tracker_goals(tables.experiments), tables.facts
    )
    objective = choose_objective(metrics, tables.experiments, settings.objective, len(tables.runs))
    if objective is not None and objective.metric in metrics:
        known = metrics[objective.metric]
        if known.goal != objective.goal:
            metrics[known.name] = replace(
                known, goal=objective.goal, goal_from="the configured objective"
            )
    summary = objective.summary if objective else "last"
    values = {
        name: summary_values(tables.metrics, name, summary, metric.goal)
        for name, metric in metrics.items()
    }
    groups, left_out = configurations(tables, settings.replicates.ignore, settings.compared.also)
    standings: tuple[Standing, ...] = ()
    if objective is not None and objective.metric not in metrics:
        problems.append(
            Problem(
                "report.yaml",
                "objective-not-logged",
                f"The objective {objective.metric!r} was logged by no run.",
                "Metrics that were logged: " + ", ".join(list(metrics)[:12]) + ".",
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
        standings = leaderboard(groups, values[objective.metric], objective.goal)

    base = choose_baseline(tables, groups, settings.baseline)
    best = choose_champion(tables, groups, standings, settings.champion, base.configuration)
    problems += [*base.problems, *best.problems]
    baseline, champion = base.configuration, best.configuration

    comparison: Comparison | None = None
    scorecard: tuple[Comparison, ...] = ()
    changed: tuple[Difference, ...] = ()
    if champion is not None and baseline is not None and champion is not baseline:
        scorecard = compare_all(metrics, values, champion, baseline)
        changed = differing_params(champion.params, baseline.params)
        if objective is not None:
            comparison = compare_configurations(
                metrics[objective.metric],
                values[objective.metric],
                champion,
                baseline,
            )
    ranking = values[objective.metric] if objective else {}
    return Analysed(
        tables=tables,
        metrics=metrics,
        values=values,
        objective=objective,
        configurations=groups,
        left_out=left_out,
        standings=standings,
        baseline=baseline,
        champion=champion,
        baseline_why=base.why,
        champion_why=best.why,
        baseline_standing=_standing(standings, baseline),
        champion_standing=_standing(standings, champion),
        baseline_run=typical_run(baseline, ranking) if baseline else None,
        champion_run=typical_run(champion, ranking) if champion else None,
        comparison=comparison,
        scorecard=scorecard,
        rivals=_rivals(metrics, values, objective, standings, champion, baseline),
        changed=changed,
        params=param_use(tables.params, len(tables.runs)),
        problems=tuple(sorted(set(problems))),
        histories=tuple(
            analyse_history(
                history, metrics, settings, objective.metric if objective else None, tables.facts
            )
            for history in tables.histories
        ),
    )


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
) -> tuple[Configuration, ...]:
    if objective is None or champion is None:
        return ()
    metric, own = metrics[objective.metric], values[objective.metric]
    others = (s.configuration for s in standings[:_MOST_RIVALS])
    return tuple(
        other
        for other in others
        if other is not champion
        and other is not baseline
        and compare_configurations(metric, own, champion, other).outcome == "not distinguishable"
    )
