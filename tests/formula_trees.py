"""Random formulas for property tests, and plain Python that says what they come to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from runfolio.formula import Constant, Input, Node, Operation

INPUTS = tuple(Input("quantity", (name,)) for name in ("cases", "rate", "cost"))
COMPARE = ("<", "<=", ">", ">=", "==", "!=")

numbers = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: round(x, 6))
some_values = st.fixed_dictionaries(dict.fromkeys(INPUTS, numbers))


def _joined(
    names: Sequence[str], parts: int, of: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda name, found: Operation(name, tuple(found)),
        st.sampled_from(names),
        st.lists(of, min_size=parts, max_size=parts),
    )


def trees(
    inputs: Sequence[Input] = INPUTS, functions: Sequence[str] = ()
) -> st.SearchStrategy[Node]:
    """Make trees of arithmetic, comparisons and branches; `functions` such as ``exp`` beside."""
    leaves: st.SearchStrategy[Node] = st.sampled_from(inputs) | numbers.map(Constant)

    def grown(of: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        compared = _joined(COMPARE, 2, of)
        conditions = compared | _joined(("and", "or"), 2, compared) | _joined(("not",), 1, compared)
        branches = st.builds(
            lambda when, yes, no: Operation("if", (when, yes, no)), conditions, of, of
        )
        made = _joined("+-*/", 2, of) | _joined(("min", "max"), 3, of) | _joined(("neg",), 1, of)
        return made | branches | (_joined(functions, 1, of) if functions else made)

    return st.recursive(leaves, grown, max_leaves=20)


def depth(node: Node) -> int:
    """Count the operations within each other."""
    return 1 + max(map(depth, node.parts), default=0) if isinstance(node, Operation) else 0


def size(node: Node) -> int:
    """Count the parts of a tree."""
    return 1 + sum(map(size, node.parts)) if isinstance(node, Operation) else 1


def value(node: Node, values: Mapping[Input, float]) -> float:
    """Evaluate with Python's own floats: NaN wherever something is not defined."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Input):
        return values[node]
    parts = [value(part, values) for part in node.parts]
    if node.name == "if":
        when, yes, no = parts
        return math.nan if math.isnan(when) else yes if when else no
    if any(map(math.isnan, parts)):
        return math.nan
    try:
        found = _value(node.name, parts)
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def _value(name: str, parts: list[float]) -> float:
    a, b = parts[0], parts[-1]
    match name:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "neg":
            return -a
        case "min" | "and":
            return min(parts)
        case "max" | "or":
            return max(parts)
        case "not":
            return float(not a)
        case "<":
            return float(a < b)
        case "<=":
            return float(a <= b)
        case ">":
            return float(a > b)
        case ">=":
            return float(a >= b)
        case "==":
            return float(a == b)
        case "!=":
            return float(a != b)
        case "^":
            return math.pow(a, b)
    return float(getattr(math, name)(a))
