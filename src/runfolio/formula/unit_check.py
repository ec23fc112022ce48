"""Do the units of a formula fit together, and what is the unit of its value?"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from runfolio.formula.errors import FormulaError
from runfolio.formula.tree import Constant, Input, Node, Operation
from runfolio.formula.unit import NO_UNIT, Unit

__all__ = ["unit_of"]

_ALIKE = {"+": "adds", "-": "subtracts", "min": "takes the least of", "max": "takes the most of"}
_COMPARED = frozenset({"<", "<=", ">", ">=", "==", "!="})
_JOINED = frozenset({"and", "or", "not"})


def unit_of(node: Node, units: Mapping[Input, Unit | None]) -> Unit | None:
    """Return the unit of a formula's value.

    Parameters
    ----------
    node : Node
    units : mapping of Input to Unit or None
        Of every input of the formula; None where it is not known.

    Returns
    -------
    Unit or None
        None where any unit fits: the value is always zero, or an input's unit is not known.

    Raises
    ------
    FormulaError
        Where parts that must have one unit have two; units are never converted within a
        formula, so that what stands there is what is computed.
    """
    if isinstance(node, Constant):
        return node.unit if node.value else None
    if isinstance(node, Input):
        return units[node]
    return _of_operation(node, [unit_of(part, units) for part in node.parts])


def _of_operation(node: Operation, parts: list[Unit | None]) -> Unit | None:
    name = node.name
    if name in _JOINED:
        return NO_UNIT
    if name in _ALIKE:
        return _same(node, node.parts, parts, _ALIKE[name])
    if name in _COMPARED:
        _same(node, node.parts, parts, "compares")
        return NO_UNIT
    if name == "if":
        return _same(node, node.parts[1:], parts[1:], "chooses between")
    first = parts[0]
    if name == "neg":
        return first
    if name in ("*", "/"):
        second = parts[1]
        if first is None or second is None:
            return None
        return first * second if name == "*" else first / second
    if name == "sqrt":
        return first.to(Fraction(1, 2)) if first is not None else None
    if name == "^":
        return _power(node, first, parts[1])
    _plain(first, f"takes {name}() of")  # exp and log
    return NO_UNIT


def _same(
    node: Operation, nodes: tuple[Node, ...], parts: list[Unit | None], does: str
) -> Unit | None:
    known = [(one, unit) for one, unit in zip(nodes, parts, strict=True) if unit is not None]
    if not known:
        return None
    first, unit = known[0]
    for other, own in known[1:]:
        if own != unit:
            raise FormulaError(
                f"{does} {_told(first, unit)} and {_told(other, own)}.",
                _remedy(unit, own),
                "config-units",
            )
    return unit


def _power(node: Operation, base: Unit | None, exponent: Unit | None) -> Unit | None:
    _plain(exponent, "raises to a power")
    if base is None or base == NO_UNIT:
        return base
    power = node.parts[1]
    if isinstance(power, Constant) and power.value == int(power.value) and abs(power.value) < 10:
        return base.to(Fraction(int(power.value)))
    raise FormulaError(
        f"raises {base} to a power that is no whole number from -9 to 9.",
        "Divide by a quantity of the same unit first.",
        "config-units",
    )


def _plain(unit: Unit | None, does: str) -> None:
    if unit is not None and unit != NO_UNIT:
        raise FormulaError(
            f"{does} something in {unit}.",
            "Divide by a quantity of the same unit first.",
            "config-units",
        )


def _told(node: Node, unit: Unit) -> str:
    if isinstance(node, Input):
        return f"{node.written} ({unit})"
    if isinstance(node, Constant):
        return f"{node.value:g} ({unit})"
    return f"something in {unit}" if unit != NO_UNIT else "a number without a unit"


def _remedy(unit: Unit, own: Unit) -> str:
    factor = own.factor_to(unit)
    if factor is None:
        return (
            "Only what has the same unit can be put together so. A number that stands in the "
            "formula has none: write it as in 0.25 * unit('h/case'), or give it a name and a unit "
            "under quantities."
        )
    if factor < 1:
        unit, own, factor = own, unit, 1 / factor
    by = f"{factor:.12g} * unit('{unit / own}')"
    return f"Give both in {unit}, or multiply what is in {own} by {by}."
