"""Stage 3: what is new since the last report?

In: what the runs say now, and the tables of an earlier report. Out: which runs came and went,
who is the champion now and was then, and what lies between both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparability import differences_of, evaluations
from runfolio.analysis.comparison import mean_over
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.gate import MET, Gate
from runfolio.analysis.gates import of_side
from runfolio.analysis.provenance import Changes, changes_between
from runfolio.analysis.summary import summarise
from runfolio.model.problems import Problem
from runfolio.model.seeds import is_seed
from runfolio.model.tables import Tables

__all__ = ["Flip", "LastReport", "SinceLast", "since_last"]


@dataclass(frozen=True, slots=True)
class LastReport:
    """An earlier report of the same project.

    Parameters
    ----------
    tables : Tables
    champion : str
        The label of its champion; empty where it had none.
    champion_runs : tuple of str
        Their ids.
    gates : mapping of str to str
        What became of each requirement for its champion (`runfolio.analysis.gate.GateOutcome`).
    """

    tables: Tables
    champion: str = ""
    champion_runs: tuple[str, ...] = ()
    gates: Mapping[str, str] = field(default_factory=dict)

    @property
    def objective(self) -> str:
        """The metric that it ranked by; empty where it had none."""
        names = self.tables.experiments["primary_metric"]
        return str(names.iloc[0]) if len(names) else ""


@dataclass(frozen=True, slots=True)
class Flip:
    """A requirement of which the champion then and the champion now are not judged alike.

    Parameters
    ----------
    before : str
        What became of it in the last report.
    gate : Gate
        What became of it now.
    """

    before: str
    gate: Gate


@dataclass(frozen=True, slots=True)
class SinceLast:
    """What is new.

    Parameters
    ----------
    new_runs : tuple of str
        Ids of the runs that the last report did not have.
    gone_runs : tuple of str
        Names of those that it had and that are no longer there.
    champion_before : Configuration or None
        As the last report had it.
    champion_changed : bool
        Whether another configuration is the champion now; False where either had none.
    value_before, value : float
        The champion's mean then and now on the metric that is the objective now, by today's
        rule; NaN where it is not known.
    objective_before : str
        The metric that was the objective; empty where there was none.
    differences : tuple of str
        Why the two values cannot be compared, in sentences.
    changes : Changes or None
        From the champion then to another one now.
    new_problems : tuple of Problem
        Found now and not then.
    solved : int
        How many problems of then are gone.
    flipped : tuple of Flip
        Requirements that the champion meets now and did not then, or the other way round.
    """

    new_runs: tuple[str, ...]
    gone_runs: tuple[str, ...]
    champion_before: Configuration | None
    champion_changed: bool
    value_before: float
    value: float
    objective_before: str
    differences: tuple[str, ...]
    changes: Changes | None
    new_problems: tuple[Problem, ...]
    solved: int
    flipped: tuple[Flip, ...] = ()

    @property
    def move(self) -> float:
        """The value now minus that of then; NaN where they cannot be compared."""
        return math.nan if self.differences else self.value - self.value_before


def since_last(
    a: Analysed, last: LastReport, seed_params: Sequence[str], patterns: Sequence[str] = ()
) -> SinceLast:
    """Compare what the runs say now with an earlier report.

    Runs are matched by their ids. The champion is the same one if a run of it is in both
    reports, or if it has the same params; its label may have changed.

    Parameters
    ----------
    a : Analysed
    last : LastReport
    seed_params : sequence of str
        Params that tell replicates apart.
    patterns : sequence of str
        As of `runfolio.analysis.evaluation_names.telling`.
    """
    old, now = last.tables.runs.index, a.tables.runs.index
    before = _champion(last, seed_params)
    changed = before is not None and a.champion is not None and not _same(before, a.champion)
    found, earlier = set(a.problems), set(last.tables.problems)
    differences: tuple[str, ...] = ()
    if before is not None and a.champion is not None:
        differences = differences_of(
            evaluations(a.tables, [a.champion], patterns)[a.champion.label],
            evaluations(last.tables, [before], patterns)[before.label],
        )
    return SinceLast(
        new_runs=tuple(now[~now.isin(old)]),
        gone_runs=tuple(last.tables.runs.loc[~old.isin(now), "label"]),
        champion_before=before,
        champion_changed=changed,
        value_before=_mean(a, last.tables, before),
        value=_mean(a, a.tables, a.champion),
        objective_before=last.objective,
        differences=differences,
        changes=changes_between(a.tables, a.champion, before, last.tables)
        if changed and before is not None and a.champion is not None
        else None,
        new_problems=tuple(sorted(found - earlier)),
        solved=len(earlier - found),
        flipped=_flipped(a, last),
    )


def _flipped(a: Analysed, last: LastReport) -> tuple[Flip, ...]:
    """Return the gates that opened or closed; how certain one is does not count."""
    flipped = []
    for gate in of_side(a.gates, "champion"):
        before = last.gates.get(gate.requirement.name)
        if before is not None and (before in MET, before == "missed") != (
            gate.is_met,
            gate.outcome == "missed",
        ):
            flipped.append(Flip(before, gate))
    return tuple(flipped)


def _champion(last: LastReport, seed_params: Sequence[str]) -> Configuration | None:
    """Return the last report's champion as a configuration."""
    runs = tuple(run for run in last.champion_runs if run in last.tables.runs.index)
    if not runs:
        return None
    rows = last.tables.params
    own = rows[rows["run"] == runs[0]]
    own = own[[not is_seed(param, seed_params) for param in own["param"]]]
    return Configuration(
        label=last.champion or str(last.tables.runs.loc[runs[0], "label"]),
        runs=runs,
        params=dict(zip(own["param"].tolist(), own["value"].tolist(), strict=True)),
        data=(),
        experiments=(),
    )


def _same(before: Configuration, now: Configuration) -> bool:
    if set(before.runs) & set(now.runs):
        return True
    return bool(now.params) and before.params == now.params


def _mean(a: Analysed, tables: Tables, configuration: Configuration | None) -> float:
    """Return a configuration's mean on the objective of now."""
    if a.objective is None or configuration is None:
        return math.nan
    if a.objective.summary.kind in ("best_by", "mean_of_last") and not len(tables.curves.values):
        return math.nan  # a built site keeps no curves
    goals = {name: metric.goal for name, metric in a.metrics.items()}
    values = summarise(tables, goals, a.objective.summary).values.get(a.objective.metric, {})
    mean = mean_over(values, configuration)
    return mean.value if mean is not None else math.nan
