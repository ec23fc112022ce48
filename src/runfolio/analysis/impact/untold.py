"""What of the impact cannot be told, in words for whoever can mend it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runfolio.analysis.impact.draws import DRAWS
from runfolio.analysis.impact.model import PLACE
from runfolio.analysis.impact.ranking import Ranking
from runfolio.analysis.impact.roc import curve_names
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem, near_miss

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import ThresholdSettings

__all__ = ["problems_of", "problems_of_threshold"]


def problems_of(a: Analysed, ranking: Ranking) -> list[Problem]:
    """Return the problems of configurations that cannot be told, or not whole."""
    untold = ranking.untold
    found = [
        Problem(
            PLACE,
            f"impact-{name}-untold",
            f"What the {name} ({one.label}) is worth is not told. {untold[one.label]}",
            "Log in its runs what the formulas use, or write formulas that its runs can fill.",
        )
        for name, one in (("champion", a.champion), ("baseline", a.baseline))
        if one is not None and one.label in untold and (name == "champion" or one != a.champion)
    ]
    if not ranking.told and not found:
        found.append(
            Problem(
                PLACE,
                "impact-untold",
                "What the models are worth is not told: no configuration has all that the "
                f"formulas use. {next(iter(untold.values()), '')}".rstrip(),
                "Log what the formulas use.",
            )
        )
    if ranking.runs_undefined:
        found.append(
            Problem(
                PLACE,
                "impact-run-undefined",
                "By what was measured in it, a formula of the impact has no value in "
                f"{format_count(ranking.runs_undefined)} of the runs, as it divides by 0, or takes "
                "a logarithm or root that does not exist. Their configurations are told by the "
                "means over their runs; these runs have no value of their own.",
                "max() or clamp() in the formula can rule that out.",
                "note",
            )
        )
    if ranking.draws_undefined:
        found.append(
            Problem(
                PLACE,
                "impact-draws-undefined",
                f"In up to {format_count(ranking.draws_undefined)} of {format_count(DRAWS)} draws "
                "a formula of the impact has no value, as it divides by 0, or takes a logarithm or "
                "root that does not exist. In ranges such a draw counts as the least at the lower "
                "end and as the most at the upper one; as worth more it never counts.",
                "max() or clamp() in the formula can rule that out; more runs make it rarer.",
                "note",
            )
        )
    return found


def problems_of_threshold(a: Analysed, settings: ThresholdSettings) -> list[Problem]:
    """Tell what ``impact.threshold`` names that was not logged."""
    found: list[Problem] = []
    curves = curve_names(a.tables.plots)
    if settings.curve and not any(settings.curve.casefold() in c.casefold() for c in curves):
        found.append(
            Problem(
                PLACE,
                "impact-curve-not-logged",
                f"The curve '{settings.curve}' of impact.threshold was logged by no run; no "
                "threshold is told.",
                near_miss(settings.curve, curves, "Logged were")
                if curves
                else "Log one as a file with the columns fpr, tpr and threshold.",
            )
        )
    named = (settings.true_positive_rate, settings.false_positive_rate, settings.precision)
    return found + [
        Problem(
            PLACE,
            "impact-metric-not-logged",
            f"The metric '{name}' of impact.threshold was logged by no run.",
            near_miss(name, list(a.metrics)[:50], "Logged were"),
        )
        for name in named
        if name and name not in a.metrics
    ]
