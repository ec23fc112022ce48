"""Stage 4: what the champion is worth, in words. The finding and its hedges are made here, once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.gates import of_side, stops
from runfolio.analysis.impact.result import Impact, SideImpact, Spread
from runfolio.model.money import format_money, format_money_range
from runfolio.model.numbers import format_count, format_percent, localized
from runfolio.views.gate_words import quoted
from runfolio.views.impact_stated import examples
from runfolio.views.words import listed, says_nothing

__all__ = [
    "CONFIDENT",
    "NEEDS",
    "Case",
    "case_of",
    "chance",
    "ends_of",
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

Case = Literal[
    "no champion",
    "untold",
    "no baseline",
    "itself",
    "baseline untold",
    "unlike",
    "no money",
    "same",
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
    if difference.low == difference.mean == difference.high == 0:
        return "same"
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
    return not spread.has_range


def ends_of(spread: Spread) -> tuple[float, float] | None:
    """Return the ends of an amount's range; None where there are not two."""
    return (spread.low, spread.high) if spread.high > spread.low else None


def money(impact: Impact, value: float | Spread, *, signed: bool = False) -> str:
    """Write an amount, rounded as far as it is known."""
    if isinstance(value, Spread):
        return format_money(value.mean, impact.model.currency, ends_of(value), signed=signed)
    return format_money(value, impact.model.currency, signed=signed)


def rough(value: float, width: float = 0.0) -> Spread:
    """Return an amount that is to be written with two figures: it is known no better.

    Of an end of a range the range's `width` is given, for the end is then written as it is there.
    """
    half = max(0.1 * abs(value), 0.1 * width)
    return Spread(value, value - half, value + half)


def turned(spread: Spread) -> Spread:
    """Return an amount with its sign turned."""
    return replace(spread, mean=-spread.mean, low=-spread.high, high=-spread.low)


def money_range(impact: Impact, spread: Spread, *, signed: bool = False) -> str:
    """Write from where to where an amount may lie; empty where it has no range."""
    ends = ends_of(spread)
    return format_money_range(*ends, impact.model.currency, signed=signed) if ends else ""


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
    if case == "same":
        return f"{name} is worth as much as the baseline"
    if case == "fixed":
        way = "more" if difference.mean > 0 else "less"
        return (
            f"By the values as stated, {name} is worth {money(impact, abs(difference.mean))} "
            f"{summed(impact)} {way} than the baseline"
        )
    if says_nothing(money(impact, difference)):
        ends = money_range(impact, difference, signed=True)
        return f"{name} is expected to be worth about as much as the baseline{_likely(ends)}"
    way = "more" if difference.mean >= 0 else "less"
    size = difference if difference.mean >= 0 else turned(difference)
    worth = f"{money(impact, size)} {summed(impact)} {way} than the baseline"
    # Where few draws carry the mean, it may stand on the other side than nearly all of them.
    if case != way:
        ends = money_range(impact, difference, signed=True)
        return f"{name} is perhaps worth about {worth}{_likely(ends)}"
    told = f"{name} is worth about {worth}{_likely(money_range(impact, size))}"
    return f"As far as single runs can tell, {told}" if single_runs(a, impact) else told


def _likely(ends: str) -> str:
    return f" (likely {ends})" if ends else ""


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
