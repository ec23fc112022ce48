"""Stage 4: what the champion is worth, in words. The finding and its hedges are made here, once."""

from __future__ import annotations

import math
from typing import Literal

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.gates import of_side, stops
from runfolio.analysis.impact.result import Impact, SideImpact, Spread
from runfolio.model.money import format_money, format_money_range
from runfolio.model.numbers import format_count, format_percent, localized
from runfolio.views.gate_words import quoted
from runfolio.views.words import listed

__all__ = [
    "CONFIDENT",
    "NEEDS",
    "Case",
    "case_of",
    "chance",
    "examples",
    "has_money",
    "impact_headline",
    "is_fixed",
    "money",
    "money_range",
    "per",
    "rough",
    "single_runs",
    "spoken_span",
    "stopped_by",
    "summed",
    "turned",
    "untold_why",
]

CONFIDENT = 0.95
"""Probability from which one is called worth more than another."""

_SPOKEN = frozenset({"day", "week", "month", "quarter", "year"})

NEEDS = "impact: in report.yaml, which says what the model's work is worth"

PLACEHOLDER = "Example, to be replaced"
"""Source of a number in a starting model that nobody has put a number of their own to."""

Case = Literal[
    "no champion",
    "untold",
    "no baseline",
    "itself",
    "baseline untold",
    "unlike",
    "no money",
    "fixed",
    "more",
    "perhaps more",
    "perhaps less",
    "less",
]
"""What can be said of the champion's worth against the baseline's."""


def case_of(a: Analysed, impact: Impact) -> Case:
    """Tell which of the cases this report is."""
    if a.champion is None:
        return "no champion"
    if impact.champion is None:
        return "untold"
    if a.champion is a.baseline:
        return "itself"
    if a.baseline is None:
        return "no baseline"
    if impact.baseline is None:
        return "baseline untold"
    difference = impact.difference
    if difference is None or not math.isfinite(difference.mean) or math.isnan(impact.probability):
        return "unlike"
    if not has_money(impact):
        return "no money"
    if is_fixed(difference):
        return "fixed"
    if impact.probability >= CONFIDENT:
        return "more"
    if impact.probability <= 1 - CONFIDENT:
        return "less"
    return "perhaps more" if impact.probability >= 0.5 else "perhaps less"


def has_money(impact: Impact) -> bool:
    """Tell whether anything of the model of the impact is money."""
    return impact.model.running_cost is not None or any(o.sign for o in impact.model.outcomes)


def is_fixed(spread: Spread) -> bool:
    """Tell whether nothing that enters an amount has a range."""
    return not spread.high > spread.low


def money(impact: Impact, value: float | Spread, *, signed: bool = False) -> str:
    """Write an amount, rounded as far as it is known."""
    if isinstance(value, Spread):
        ends = None if is_fixed(value) else (value.low, value.high)
        return format_money(value.mean, impact.model.currency, ends, signed=signed)
    return format_money(value, impact.model.currency, signed=signed)


def rough(value: float, width: float = 0.0) -> Spread:
    """Return an amount that is to be written with two figures: it is known no better.

    Of an end of a range the range's `width` is given, for the end is then written as it is there.
    """
    half = max(0.1 * abs(value), 0.1 * width)
    return Spread(value, value - half, value + half)


def turned(spread: Spread) -> Spread:
    """Return an amount with its sign turned."""
    return Spread(-spread.mean, -spread.high, -spread.low, spread.error)


def money_range(impact: Impact, spread: Spread, *, signed: bool = False) -> str:
    """Write from where to where an amount may lie; empty where it has no range."""
    if is_fixed(spread):
        return ""
    return format_money_range(spread.low, spread.high, impact.model.currency, signed=signed)


def summed(impact: Impact) -> str:
    """Say over which time amounts are told: ``a year``."""
    return f"a {impact.model.period}"


def per(unit: str) -> str:
    """Write a unit as it is spoken: ``h a year`` of ``h/year``, ``h per case`` of ``h/case``."""
    first, slash, last = (part.strip() for part in unit.rpartition("/"))
    if not slash or not first or not last:
        return unit
    return f"{per(first)} {'a' if last in _SPOKEN else 'per'} {last}"


def chance(probability: float) -> str:
    """Write a probability in per cent, never nearer to certain than it is."""
    if probability > 0.99:
        return f"over {format_percent(0.99)}"
    if probability < 0.01:
        return f"under {format_percent(0.01)}"
    whole = math.floor if probability >= 0.5 else math.ceil
    return format_percent(whole(round(100 * probability, 6)) / 100)


def spoken_span(years: float) -> str:
    """Write a time in years as people say it: in months below two years."""
    months = math.floor(12 * years + 0.5)
    if months <= 1:
        return "one month"
    if months < 24:
        return f"{format_count(months)} months"
    return f"{localized(f'{years:.1f}'.removesuffix('.0'))} years"


def examples(impact: Impact) -> int:
    """Return how many numbers are still those of a starting model, which say nothing of anyone."""
    model = impact.model
    stated = (*model.quantities.values(), model.running_cost, model.fixed_cost)
    return sum(one is not None and one.source.startswith(PLACEHOLDER) for one in stated)


def stopped_by(a: Analysed) -> str:
    """Name the requirements for which the champion may not be released; empty without any."""
    own = stops(of_side(a.gates, "champion")) if a.champion is not None else ()
    return listed([quoted(gate.requirement.name) for gate in own], 3)


def untold_why(a: Analysed, impact: Impact, label: str) -> str:
    """Say why a configuration's worth cannot be told."""
    return impact.untold.get(label, "Something that the outcomes need was not logged.")


def impact_headline(a: Analysed, impact: Impact) -> str:
    """Return the finding in one sentence without a full stop."""
    told = _headline(a, impact)
    return f"By example numbers: {told}" if impact.champion and examples(impact) else told


def _headline(a: Analysed, impact: Impact) -> str:
    case = case_of(a, impact)
    if a.champion is None:
        return "There is no champion yet that could be worth something"
    name = a.champion.label
    if impact.champion is None:
        return f"What {name} is worth cannot be told yet"
    if not has_money(impact):
        return f"Nothing of what {name} changes is priced in money"
    if impact.difference is None or case in ("no baseline", "itself", "baseline untold", "unlike"):
        return _without_difference(a, impact, impact.champion, case)
    difference = impact.difference
    if case == "fixed":
        if difference.mean == 0:
            return f"By the values as stated, {name} is worth as much as the baseline"
        way = "more" if difference.mean > 0 else "less"
        return (
            f"By the values as stated, {name} is worth {money(impact, abs(difference.mean))} "
            f"{summed(impact)} {way} than the baseline"
        )
    way = "more" if difference.mean >= 0 else "less"
    size = difference if difference.mean >= 0 else turned(difference)
    worth = f"{money(impact, size)} {summed(impact)} {way} than the baseline"
    if case in ("perhaps more", "perhaps less"):
        ends = money_range(impact, difference, signed=True)
        return f"{name} is perhaps worth about {worth} (likely {ends})"
    told = f"{name} is worth about {worth} (likely {money_range(impact, size)})"
    return f"As far as single runs can tell, {told}" if single_runs(a, impact) else told


def _without_difference(a: Analysed, impact: Impact, own: SideImpact, case: Case) -> str:
    assert a.champion is not None
    name = a.champion.label
    if case == "unlike":
        return f"{name} and the baseline cannot be compared in money yet"
    whom = f"{name}, the baseline," if case == "itself" else name
    told = f"{whom} is worth about {money(impact, own.total)} {summed(impact)}"
    if case == "no baseline":
        return f"{told}, with no baseline to compare that with"
    return f"{told}; what the baseline is worth cannot be told" if case != "itself" else told


def single_runs(a: Analysed, impact: Impact) -> list[str]:
    """Return whose worth rests on what one run measured."""
    sides = [("champion", impact.champion), ("baseline", impact.baseline)]
    if a.champion is a.baseline:
        sides = sides[:1]
    return [whose for whose, own in sides if own is not None and not own.has_spread and own.values]
