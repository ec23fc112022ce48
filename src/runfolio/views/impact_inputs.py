"""Stage 4: what enters the impact's formulas, as people call it and write its values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from runfolio.analysis.impact.draws import expected
from runfolio.analysis.impact.result import RUNNING_COST, Impact
from runfolio.formula import Input
from runfolio.model.locale import current_locale
from runfolio.model.money import format_estimate, format_money, money_style
from runfolio.model.numbers import format_number, format_percent, localized, ranging, with_unit
from runfolio.views.impact_words import per
from runfolio.views.view import View

if TYPE_CHECKING:
    from runfolio.config import Quantity

__all__ = [
    "input_label",
    "input_value",
    "owner_title",
    "plain_number",
    "quantity_label",
    "quantity_mean",
    "quantity_range",
    "quantity_value",
    "running_label",
]

_LEAST, _LARGEST = 1e-6, 1e15
"""Below and from here on an exponent reads better than digits."""

_PLAIN = re.compile("[a-z]{4,}|day")
"""Units that are words and have a plural."""


def input_label(view: View, impact: Impact, one: Input) -> str:
    """Return what an input is called, as it stands in a heading or in quotes."""
    if one == RUNNING_COST:
        return running_label(impact)
    if one.kind == "quantity":
        return quantity_label(one.names[0], impact.model.quantities.get(one.names[0]))
    if one.kind == "metric":
        found = view.analysed.metrics.get(one.names[0])
        return found.label if found is not None else one.names[0]
    actual, called = one.names
    told = f"{actual} called {called}" if actual != called else f"{actual} called rightly"
    return f"Share of {told}" if one.kind == "share" else f"Cases of {told}"


def input_value(
    view: View, impact: Impact, one: Input, value: float, *, short: bool = False
) -> str:
    """Write a value of an input, rounded: of a quantity in its own unit, of a metric as logged.

    `short` leaves out of which thing or time it is told: ``EUR 2,000`` for a case.
    """
    if one.kind == "quantity":
        stated = (
            impact.model.running_cost
            if one == RUNNING_COST
            else impact.model.quantities.get(one.names[0])
        )
        unit = stated.unit if stated else ""
        if short:
            unit = unit.partition("/")[0].strip()
            unit = unit if unit in (impact.model.currency, "%") else ""
        return _written(impact, value, unit, exact=False)
    if one.kind == "metric":
        metric = view.analysed.metrics.get(one.names[0])
        return metric.value(value) if metric is not None else format_estimate(value)
    return format_percent(value, 1) if one.kind == "share" else format_estimate(value)


def owner_title(view: View, owner: str) -> str:
    """Return who answers for something: a role by its title, where it is one of the site's."""
    key = owner.casefold().replace(" ", "-")
    return next((title for path, title, _ in view.roles if path == f"{key}.html"), owner)


def quantity_label(name: str, stated: Quantity | None) -> str:
    """Return what a quantity is called: its label, else its name as words."""
    if stated is not None and stated.label:
        return stated.label
    words = name.replace("_", " ").strip()
    return f"{words[:1].upper()}{words[1:]}"


def quantity_value(impact: Impact, stated: Quantity) -> str:
    """Write a quantity's value as the team stated it, with its unit."""
    return _written(impact, stated.value, stated.unit, exact=True)


def quantity_mean(impact: Impact, stated: Quantity) -> str:
    """Write what is expected of a quantity on average, which is what figures use."""
    return _written(impact, expected(stated), stated.unit, exact=False)


def quantity_range(impact: Impact, stated: Quantity) -> str:
    """Write a quantity's range as the team stated it; empty where it counts as certain."""
    if stated.range is None:
        return ""
    if stated.unit.strip() == "%":
        first, last = stated.range
        return ranging(plain_number(first), plain_number(last), "%")
    low, high = (
        _written(impact, end, stated.unit, exact=True, is_alone=False) for end in stated.range
    )
    before, after = _around(impact, stated.unit)
    if after and low.endswith(after):
        low = low.removesuffix(after)
    if before and high.startswith(before):
        high = high.removeprefix(before)
    return f"{low} to {high}"


def running_label(impact: Impact) -> str:
    """Return what the running cost is called."""
    cost = impact.model.running_cost
    return cost.label if cost is not None and cost.label else "Running cost"


def plain_number(value: float) -> str:
    """Write a number that people stated in full, to its last digit, with groups."""
    if not _LEAST <= abs(value) < _LARGEST and value != 0:
        return format_number(value)
    size = abs(float(value))
    exact = Decimal(int(size)) if size.is_integer() else Decimal(repr(size))
    return f"{current_locale().minus if value < 0 else ''}{localized(f'{exact:,f}')}"


def _written(impact: Impact, value: float, unit: str, *, exact: bool, is_alone: bool = True) -> str:
    top, slash, below = unit.partition("/")
    if top.strip() == impact.model.currency:
        told = format_money(value, impact.model.currency)
        if exact:
            style = money_style(impact.model.currency)
            before, after = style.negative if value < 0 else style.positive
            told = f"{before}{plain_number(abs(value))}{after}"
        return f"{told} {_each(below.strip())}" if slash else told
    number = plain_number(value) if exact else format_estimate(value)
    if unit.strip() == "%":
        return with_unit(number, "%")
    spoken = per(unit.strip()) if number == "1" and is_alone else _counted(unit.strip())
    return f"{number}\N{NO-BREAK SPACE}{spoken}" if spoken else number


def _counted(unit: str) -> str:
    """Write a unit behind a number: ``cases a day`` of ``case/day``, but ``h a year``."""
    first, *rest = per(unit).split(" ") if unit else ("",)
    return " ".join([_several(first) if _PLAIN.fullmatch(first) else first, *rest])


def _several(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return word if word.endswith("s") else f"{word}es"
    return f"{word[:-1]}ies" if re.search("[^aeiou]y$", word) else f"{word}s"


def _around(impact: Impact, unit: str) -> tuple[str, str]:
    """Return what of two values of a unit is written once: before the second, after the first."""
    top, slash, below = unit.partition("/")
    if top.strip() == impact.model.currency:
        before = money_style(impact.model.currency).positive[0]
        return before if before[-1:].isspace() else "", f" {_each(below.strip())}" if slash else ""
    told = _counted(unit.strip())
    return "", f"\N{NO-BREAK SPACE}{told}" if told else ""


def _each(below: str) -> str:
    return per(f"x/{below}").removeprefix("x ")
