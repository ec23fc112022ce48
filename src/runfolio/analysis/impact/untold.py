"""What of the impact cannot be told, in words for whoever can mend it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runfolio.analysis.impact.draws import DRAWS
from runfolio.analysis.impact.model import PLACE
from runfolio.analysis.impact.ranking import Ranking
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed

__all__ = ["problems_of"]


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
