"""A formula's value. The page's script evaluates the same tree by the same rules.

An operation whose result is not a finite number gives NaN, and so does every operation with a
NaN in it: nothing that is not defined is hidden by ``min`` or by a branch that is not taken
(only the branch that is taken counts). A comparison gives 1 where it holds, else 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.formula.tree import Constant, Input, Node

__all__ = ["OPERATIONS", "Floats", "evaluate"]

Floats = NDArray[np.float64]
"""One number (of shape ()), or one for each draw."""


def _compared(compare: Any) -> Callable[..., Any]:
    def found(a: Any, b: Any) -> Any:
        return np.where(np.isnan(a) | np.isnan(b), np.nan, compare(a, b))

    return found


def _if(condition: Any, yes: Any, no: Any) -> Any:
    return np.where(np.isnan(condition), np.nan, np.where(condition != 0, yes, no))


def _power(base: Any, exponent: Any) -> Any:
    # IEEE has 1 ** NaN = 1; here nothing comes of what is not defined.
    return np.where(np.isnan(exponent) | np.isnan(base), np.nan, np.power(base, exponent))


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": _power,
    "neg": np.negative,
    "min": lambda *parts: reduce(np.minimum, parts),
    "max": lambda *parts: reduce(np.maximum, parts),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "<": _compared(np.less),
    "<=": _compared(np.less_equal),
    ">": _compared(np.greater),
    ">=": _compared(np.greater_equal),
    "==": _compared(np.equal),
    "!=": _compared(np.not_equal),
    "and": lambda *parts: reduce(np.minimum, parts),
    "or": lambda *parts: reduce(np.maximum, parts),
    "not": lambda part: 1.0 - part,
    "if": _if,
}
"""Name of each operation and what it does; in the page: ``impact.js``."""


def evaluate(node: Node, values: Mapping[Input, float | Floats]) -> Floats:
    """Return a formula's value.

    Parameters
    ----------
    node : Node
    values : mapping of Input to float or ndarray of float64, shape (draws,)
        Of every input of the formula.

    Returns
    -------
    ndarray of float64, shape () or (draws,)
        NaN where it is not defined.
    """
    with np.errstate(all="ignore"):
        return _value(node, values)


def _value(node: Node, values: Mapping[Input, float | Floats]) -> Floats:
    if isinstance(node, Constant):
        return np.asarray(node.value, dtype=np.float64)
    if isinstance(node, Input):
        given = np.asarray(values[node], dtype=np.float64)
        return np.where(np.isfinite(given), given, np.nan)
    found = OPERATIONS[node.name](*(_value(part, values) for part in node.parts))
    return np.where(np.isfinite(found), found, np.nan)
