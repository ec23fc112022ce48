"""In which unit is what comes of a formula told, and by what is its value multiplied?

Money may be an amount over the whole period (``EUR``) or one for a calendar time
(``EUR/month``), which is converted to the period: no currency is converted to another.
"""

from __future__ import annotations

from collections.abc import Mapping

from runfolio.formula.errors import FormulaError
from runfolio.formula.known_units import SIZES
from runfolio.formula.tree import Input
from runfolio.formula.unit import NO_UNIT, Unit, parse_unit

__all__ = ["fixed_cost_factor", "outcome_unit", "running_cost_factor", "unit_of_input"]


def unit_of_input(
    one: Input, quantities: Mapping[str, str], metrics: Mapping[str, str]
) -> tuple[Unit, float]:
    """Return the unit in which a formula takes an input, and what its value is multiplied by.

    Parameters
    ----------
    one : Input
    quantities, metrics : mapping of str to str
        Units as written, by name; of a metric that is not there, none.

    Returns
    -------
    unit : Unit
        Without mere numbers such as ``million``. A metric in ``%`` is a share of 1 and has none,
        nor has ``share()``; ``cases()`` counts ``case``.
    factor : float
        Of a quantity in ``%`` a hundredth; of a metric in ``%`` 1, for it is given as a share.

    Raises
    ------
    FormulaError
        If the unit cannot be read.
    """
    if one.kind == "share":
        return NO_UNIT, 1.0
    if one.kind == "cases":
        return parse_unit("case"), 1.0
    if one.kind == "quantity":
        return parse_unit(quantities[one.names[0]]).plain
    unit, factor = parse_unit(metrics.get(one.names[0], "")).plain
    return unit, 1.0 if unit == NO_UNIT else factor


def outcome_unit(
    found: Unit | None, *, is_money: bool, unit: str, currency: str, period: str
) -> tuple[str, float]:
    """Return the unit of an outcome as shown, and by what its formula's value is multiplied.

    Parameters
    ----------
    found : Unit or None
        What its formula gives; None where any unit fits (see `runfolio.formula.unit_of`).
    is_money : bool
    unit : str
        As written for what is not money; nothing, for what the formula gives.
    currency : str
        Three letters.
    period : str
        ``day``, ``week``, ``month``, ``quarter`` or ``year``.

    Raises
    ------
    FormulaError
        If the formula gives something else, or the written unit cannot be read.
    """
    if is_money:
        return currency, _money(found, currency, period)
    if not unit.strip():
        return ("" if found in (None, NO_UNIT) else str(found)), 1.0
    wanted, size = parse_unit(unit).plain
    found = wanted if found is None else found
    factor = found.factor_to(wanted)
    if factor is None:
        raise _other(found, wanted, unit.strip())
    return unit.strip(), factor / size


def running_cost_factor(unit: str, currency: str, period: str) -> float:
    """Return by what a running cost is multiplied to be one in the currency per period.

    Raises
    ------
    FormulaError
        If its unit is not that of money per calendar time.
    """
    plain, size = parse_unit(unit).plain
    factor = plain.factor_to(_per_period(currency, period))
    if factor is None:
        raise FormulaError(
            f"is money per time, and its unit is {unit.strip() or 'not given'}.",
            f"Give it as in {{value: 18000, unit: {currency}/{period}}}.",
            "config-units",
        )
    return factor * size


def fixed_cost_factor(unit: str, currency: str) -> float:
    """Return by what a cost that is paid once is multiplied to be one in the currency.

    Raises
    ------
    FormulaError
        If it has another unit; without one it is in the currency.
    """
    plain, size = parse_unit(unit.strip() or currency).plain
    if plain != parse_unit(currency):
        raise FormulaError(
            f"is paid once, in {currency}, and its unit is {unit.strip()}.",
            f"Give it as in {{value: 40000, unit: {currency}}}.",
            "config-units",
        )
    return size


def _money(found: Unit | None, currency: str, period: str) -> float:
    if found is None:
        return 1.0
    money, per_period = parse_unit(currency), _per_period(currency, period)
    factor = found.factor_to(money) or found.factor_to(per_period)
    if factor is None:
        told = f"{currency} or {currency}/{period}"
        is_per_time = any(SIZES.get(symbol, ("",))[0] == "calendar" for symbol, _ in found.powers)
        raise _other(found, per_period if is_per_time else money, told)
    return factor


def _per_period(currency: str, period: str) -> Unit:
    return parse_unit(currency) / parse_unit(period)


def _other(found: Unit, wanted: Unit, told: str) -> FormulaError:
    lacks = found.lacks(wanted)
    return FormulaError(
        f"gives {'a number without a unit' if found == NO_UNIT else found}, not {told}.",
        f"It lacks a factor in {lacks}. A number that stands in the formula has no unit: write it "
        f"as in 0.25 * unit('{lacks}'), or give it a name and a unit under quantities.",
        "config-units",
    )
