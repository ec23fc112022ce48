"""What is the champion's work worth, and how much more than the baseline's?

In: the analysed runs and ``impact:`` of the configuration. Out: `Impact`, all of it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from runfolio.analysis.comparability import differences_of
from runfolio.analysis.impact.answer import Answer
from runfolio.analysis.impact.draws import DRAWS, Noise
from runfolio.analysis.impact.drivers import break_evens_of, drivers_of, points_of
from runfolio.analysis.impact.inputs import Measured, classes_of, measured_of, share_inputs
from runfolio.analysis.impact.model import PLACE, compile_model, why_no_total
from runfolio.analysis.impact.payback import payback_of
from runfolio.analysis.impact.ranking import Ranking, rank
from runfolio.analysis.impact.result import Impact, ImpactModel, Spread
from runfolio.analysis.impact.scenarios import scenarios_of
from runfolio.analysis.impact.sides import Basis, Side, basis_of
from runfolio.analysis.impact.threshold import threshold_of
from runfolio.analysis.impact.undefined import no_value
from runfolio.analysis.impact.untold import problems_of, problems_of_threshold
from runfolio.analysis.optimism import Optimism
from runfolio.formula import Input
from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import ImpactSettings, Settings

__all__ = ["impact_of"]


def impact_of(a: Analysed, settings: Settings) -> tuple[Impact | None, list[Problem]]:
    """Tell what the models' work is worth.

    Parameters
    ----------
    a : Analysed
        The runs, compared.
    settings : Settings

    Returns
    -------
    impact : Impact or None
        None where the configuration does not say how to tell.
    problems : list of Problem
    """
    told = settings.impact
    if told is None:
        return None, []
    if not told.outcomes:
        return None, [
            Problem(
                PLACE,
                "impact-without-outcomes",
                "The impact has no outcomes, so what a model is worth is not told.",
                "Write at least one under impact.outcomes, with a name, a kind and a formula.",
                "note",
            )
        ]
    model, problems = compile_model(told, a.metrics, classes_of(a.tables.plots))
    if why := why_no_total(model, told):
        return _untold(model, {one.label: why for one in a.configurations}), problems
    with np.errstate(all="ignore"):  # what is too large for a number is told as having no value
        impact, found = _worth(a, told, model)
    return impact, [*problems, *found]


def _worth(a: Analysed, told: ImpactSettings, model: ImpactModel) -> tuple[Impact, list[Problem]]:
    problems: list[Problem] = []
    measured, untold, of_inputs = measured_of(a, model)
    problems += of_inputs
    measured, unlike = _alike(a, measured)
    untold |= unlike
    basis = _basis(a, model, measured)
    ranking = rank(basis, measured, a.champion, a.baseline)
    lost = _without_value(model, ranking)
    if lost:
        kept = tuple(one for one in model.outcomes if one.name not in lost)
        basis = replace(
            basis, model=replace(model, outcomes=kept, left_out={**model.left_out, **lost})
        )
        ranking = rank(basis, measured, a.champion, a.baseline)
        problems += [
            Problem(
                PLACE,
                "impact-outcome-undefined",
                f"The outcome {why} It is left out.",
                "Write the formula so that it has a value for all that runs measure.",
            )
            for why in lost.values()
        ]
    ranking = replace(ranking, untold={**untold, **ranking.untold})
    problems += problems_of(a, ranking)
    problems += problems_of_threshold(a, told.threshold)
    return _impact(a, told, basis, ranking), problems


def _without_value(model: ImpactModel, ranking: Ranking) -> dict[str, str]:
    """Return what is not money and has no value for champion or baseline, and why."""
    found: dict[str, str] = {}
    for side in (ranking.champion, ranking.baseline):
        for outcome, one in zip(model.outcomes, side.outcomes if side else (), strict=False):
            if not outcome.sign and (why := no_value(outcome, one)):
                found.setdefault(outcome.name, why)
    return found


def _untold(model: ImpactModel, why: dict[str, str]) -> Impact:
    return Impact(
        model=model,
        champion=None,
        baseline=None,
        sides=(),
        untold=why,
        difference=None,
        outcomes=(),
        probability=math.nan,
        candidates={},
        drivers=(),
        break_evens=(),
        points=(),
        scenarios=(),
        payback=None,
        threshold=None,
        threshold_untold="",
        flattery=0.0,
        is_exact=True,
        draws=0,
    )


def _alike(
    a: Analysed, measured: tuple[Measured, ...]
) -> tuple[tuple[Measured, ...], dict[str, str]]:
    """Leave out what was not measured as the champion was, or else the baseline."""
    reference = a.champion or a.baseline
    if reference is None or a.terms.force:
        return measured, {}
    name = "champion" if reference is a.champion else "baseline"
    own = a.terms.evaluations[reference.label]
    unlike: dict[str, str] = {}
    for one in measured:
        label = one.configuration.label
        differences = differences_of(a.terms.evaluations[label], own)
        if differences:
            unlike[label] = f"It was not measured as the {name} was. {differences[0]}"
    kept = (one for one in measured if one.configuration.label not in unlike)
    return tuple(kept), unlike


def _basis(a: Analysed, model: ImpactModel, measured: tuple[Measured, ...]) -> Basis:
    shares = share_inputs(a, model)
    own = {one.configuration.label: one for one in measured}
    baseline = own.get(a.baseline.label) if a.baseline is not None else None
    champion = own.get(a.champion.label) if a.champion is not None else None
    label = champion.configuration.label if champion is not None else ""
    return basis_of(model, Noise(a.terms.partners, baseline or champion, shares, label), shares)


def _impact(a: Analysed, told: ImpactSettings, basis: Basis, ranking: Ranking) -> Impact:
    champion, baseline = ranking.champion, ranking.baseline
    answer: Answer | None = None
    difference: Spread | None = None
    outcomes: tuple[Spread, ...] = ()
    probability = math.nan
    if champion is not None and baseline is not None and champion is not baseline:
        more = champion.total - baseline.total
        if math.isfinite(more.spread.mean):
            answer = Answer(basis, champion, baseline)
            difference = more.spread
            outcomes = tuple(
                (one - other).spread
                for one, other in zip(champion.outcomes, baseline.outcomes, strict=True)
            )
            probability = more.likely_more
    choice, no_choice = None, ""
    if champion is not None:
        choice, no_choice = threshold_of(a, basis.model, champion, told.threshold)
    exact = [math.isfinite(side.total.exact) for side in (champion, baseline) if side is not None]
    return Impact(
        model=basis.model,
        champion=champion.told if champion else None,
        baseline=baseline.told if baseline else None,
        sides=ranking.told,
        untold=ranking.untold,
        difference=difference,
        outcomes=outcomes,
        probability=probability,
        candidates=ranking.candidates,
        rivals=ranking.rivals,
        drivers=drivers_of(answer) if answer else (),
        break_evens=break_evens_of(answer) if answer else (),
        points=points_of(basis, champion, a.metrics) if champion else (),
        scenarios=scenarios_of(basis, champion, answer.baseline if answer else None)
        if champion
        else (),
        payback=payback_of(basis.model, answer.champion.total - answer.baseline.total)
        if answer
        else None,
        threshold=choice,
        threshold_untold=no_choice,
        flattery=_flattery(a, basis.model, champion) if champion else 0.0,
        is_exact=all(exact),
        draws=DRAWS,
    )


def _flattery(a: Analysed, model: ImpactModel, champion: Side) -> float:
    """Return what the champion's luck of having been picked makes of its total."""
    if not isinstance(a.optimism, Optimism) or a.objective is None:
        return 0.0
    one = Input("metric", (a.objective.metric,))
    if one not in champion.measured.inputs:
        return 0.0
    luck = a.optimism.value * model.factors[one]
    sober = champion.means[one] + (luck if a.objective.goal == "minimize" else -luck)
    own = champion.total_with(model, one, champion.means[one])
    worth = float(own - champion.total_with(model, one, sober))
    return max(worth, 0.0) if math.isfinite(worth) else 0.0
