"""Stage 4: how sure it is what the champion is worth, in sentences."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.result import Impact
from runfolio.views.impact_production import production_hedge
from runfolio.views.impact_stated import examples, used_numbers
from runfolio.views.impact_words import (
    Case,
    case_of,
    chance,
    money,
    rough,
    single_runs,
    stopped_by,
    summed,
    untold_why,
)
from runfolio.views.words import count_of, number_word

__all__ = ["hedges", "luck_in_money"]


def hedges(a: Analysed, impact: Impact) -> list[str]:
    """Say in few short sentences how sure the finding is and what stands in its way."""
    case = case_of(a, impact)
    told: list[str] = []
    if impact.champion is not None and (still := examples(impact)):
        verb, what = ("is", "an example") if still == 1 else ("are", "examples")
        told.append(
            f"{count_of(still, 'number')} of {len(used_numbers(impact))} {verb} still {what} of a "
            "starting model: until they are your own, this is no finding."
        )
    stopping = stopped_by(a)
    gains = impact.difference is not None and impact.difference.mean > 0
    if stopping and gains and case in ("fixed", "more", "perhaps more"):
        told.append(
            f"However much it is worth, it is not recommended: it does not meet {stopping}."
        )
    if a.champion is not None and case == "untold":
        told.append(untold_why(a, impact, a.champion.label))
    if a.baseline is not None and case == "baseline untold":
        told.append(untold_why(a, impact, a.baseline.label))
    if case == "unlike":
        told.append(_unlike(a, impact))
    if case == "same":
        told.append("By the formulas, nothing that enters them makes a difference between the two.")
    if case == "fixed":
        told.append(
            "Nothing that enters this has a range, so how sure it is cannot be told: give the "
            "quantities a range, and run several seeds."
        )
    if case in ("more", "perhaps more", "perhaps less", "less"):
        told += _how_sure(impact, case)
    if impact.difference is not None and a.comparison is not None and a.comparison.is_forced:
        told.append("Both are compared as configured (force), though not measured alike.")
    told += [_one_run(a, impact), production_hedge(a, impact)]
    return list(filter(None, told))


def _unlike(a: Analysed, impact: Impact) -> str:
    """Say why there is no difference in money."""
    if impact.difference is not None:
        return "By what is expected the difference is not defined, as a division by zero is not."
    unlike = a.comparison is not None and a.comparison.outcome == "not comparable"
    why = a.comparison.reason if a.comparison is not None and unlike else ""
    return why or "They were not measured in the same way."


def _how_sure(impact: Impact, case: Case) -> list[str]:
    told = f"It is worth more with a probability of {chance(impact.probability)}"
    difference = impact.difference
    if difference is None or not difference.low <= 0 <= difference.high:
        return [f"{told}."]
    if case != "perhaps more" or difference.low == 0:
        return [f"{told}: the range includes 0."]
    size = money(impact, rough(-difference.low, difference.high - difference.low))
    return [
        f"{told}: the range includes 0, and one time in twenty it loses {size} {summed(impact)} "
        "or more."
    ]


def _one_run(a: Analysed, impact: Impact) -> str:
    single = single_runs(a, impact)
    if not single:
        return ""
    whose = "the " + " and of the ".join(single)
    each = " each" if len(single) > 1 else ""
    return (
        f"Of {whose} there is one run{each}: what chance does from run to run is not in the "
        "figures, which look surer than they are."
    )


def luck_in_money(a: Analysed, impact: Impact) -> str:
    """Say what the pick of the best of several may add to the difference; empty without any."""
    if not impact.flattery > 0 or impact.difference is None:
        return ""
    of = number_word(a.champion_of) if a.champion_of > 1 else "several"
    of += a.tables.not_shown.and_more
    size = money(impact, rough(impact.flattery))
    return (
        f"It was picked as the best of {of}; about {size} {summed(impact)} of the difference may "
        "be the luck of that pick."
    )
