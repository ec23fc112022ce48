"""A formula's text is read into a tree; Python's own parser reads, and nothing is ever run.

::

    cases * prevalence * metric('val/recall') * cost_missed
    max(0, rate - 0.05) ** 2            + - * / ** (also × ÷ ^), min, max, exp, log, sqrt
    clamp(share('malignant', 'benign'), 0, 0.2)
    cases * 0.25 * unit('h/case')       a number that has a unit
    bonus if metric('val/recall') >= 0.95 and calls < 500 else 0

Of Python's tree only what is listed here is taken; a name is a quantity and nothing else.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Sequence

import numpy as np

from runfolio.formula.errors import FormulaError
from runfolio.formula.evaluate import evaluate
from runfolio.formula.tree import Constant, Input, InputKind, Node, Operation, inputs_of
from runfolio.formula.unit import parse_unit

__all__ = ["MOST_DEPTH", "parse_formula"]

MOST_DEPTH = 64
"""Operations within each other in the tree; the page's script refuses deeper ones, too."""
_LONGEST = 2000
_MOST_PARTS = 500

_SIGNS = str.maketrans(
    {
        **{"×": "*", "·": "*", "⋅": "*", "÷": "/", "\u2212": "-", "\u2013": "-", "^": "**"},
        **{"≤": "<=", "≥": ">=", "≠": "!="},
    }
)
_QUOTED = re.compile(r"""('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
_SPACES = re.compile(r"\s+")
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "^",
}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_CONDITIONS = frozenset({*_COMPARE.values(), "and", "or", "not"})
_FUNCTIONS = {"min": (1, 50), "max": (1, 50), "exp": (1, 1), "log": (1, 1), "sqrt": (1, 1)}
_INPUTS: dict[str, tuple[InputKind, int]] = {
    "metric": ("metric", 1),
    "share": ("share", 2),
    "cases": ("cases", 2),
}
_KNOWN = "min, max, exp, log, sqrt, clamp, unit, metric, share and cases"


def parse_formula(text: str) -> Node:
    """Read a formula.

    Parameters
    ----------
    text : str

    Raises
    ------
    FormulaError
        If it is none; also for attributes, indices, assignments and whatever else is code.
    """
    if len(text) > _LONGEST:
        raise _wrong(f"is longer than {_LONGEST:,} characters")
    plain = _plain(text)
    if not plain:
        raise _wrong("is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of numbers that touch words
            tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        told = error.msg if isinstance(error, SyntaxError) else ""
        if "nested" in told or isinstance(error, RecursionError | MemoryError):
            raise _nested() from error
        raise _wrong("cannot be read" + (f" ({told})" if told else "")) from error
    return _Reading().number(tree, 0)


def _plain(text: str) -> str:
    """Return the text with Python's signs, in one line; what is between quotes is left as it is."""
    parts = _QUOTED.split(text)  # every second one is quoted
    if any("#" in part for part in parts[::2]):
        raise _wrong("holds a # outside quotes")
    parts[::2] = [_SPACES.sub(" ", part.translate(_SIGNS)) for part in parts[::2]]
    return "".join(parts).strip()


class _Reading:
    """Takes Python's tree apart; what is not listed is refused."""

    def __init__(self) -> None:
        self._parts = 0

    def number(self, node: ast.expr, depth: int) -> Node:
        found = self._node(node, depth)
        if isinstance(found, Operation) and found.name in _CONDITIONS:
            raise FormulaError(
                f"uses a comparison as if it were a number: {_shown(node)}.",
                "Write which number it stands for, as in (1 if a > b else 0).",
            )
        if isinstance(found, Operation) and not inputs_of(found) and np.isnan(evaluate(found, {})):
            raise FormulaError(
                f"holds what comes to no number: {_shown(node)}.",
                "It is too large, divides by 0, or takes a root or logarithm that does not exist.",
            )
        return found

    def condition(self, node: ast.expr, depth: int) -> Node:
        found = self._node(node, depth)
        if not isinstance(found, Operation) or found.name not in _CONDITIONS:
            raise FormulaError(
                f"uses a number as if it were a comparison: {_shown(node)}.",
                "Write what it is compared with, as in a > 0.",
            )
        return found

    def _node(self, node: ast.expr, depth: int) -> Node:
        self._parts += 1
        if depth > MOST_DEPTH or self._parts > _MOST_PARTS:
            raise _nested()
        deeper = depth + 1
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return _constant(value)
            case ast.Name(id=name):
                return Input("quantity", (name,))
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self.number(inner, deeper)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                found = self.number(inner, deeper)
                if isinstance(found, Constant):
                    return Constant(-found.value, found.unit)
                return Operation("neg", (found,))
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return Operation("not", (self.condition(inner, deeper),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                parts = (self.number(left, deeper), self.number(right, deeper))
                return Operation(_BINARY[type(op)], parts)
            case ast.BoolOp(op=op, values=values):
                name = "and" if isinstance(op, ast.And) else "or"
                return Operation(name, tuple(self.condition(v, deeper) for v in values))
            case ast.Compare():
                return self._compare(node, deeper)
            case ast.IfExp(test=test, body=yes, orelse=no):
                parts = (self.number(yes, deeper), self.number(no, deeper))
                return Operation("if", (self.condition(test, deeper), *parts))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, args, deeper)
            case ast.Tuple():
                raise FormulaError(
                    f"holds a comma outside a function: {_shown(node)}.",
                    "Write a decimal point (0.25), and thousands without a sign (1000).",
                )
        raise _wrong(f"holds what is not known here: {_shown(node)}")

    def _compare(self, node: ast.Compare, depth: int) -> Node:
        chained = len(node.ops) > 1  # a < b < c is one operation more, and reads b twice
        pairs = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if type(op) not in _COMPARE:
                raise _wrong("compares in another way than by <, <=, >, >=, == and !=")
            sides = (self.number(left, depth + chained), self.number(right, depth + chained))
            pairs.append(Operation(_COMPARE[type(op)], sides))
            left = right
        return Operation("and", tuple(pairs)) if chained else pairs[0]

    def _call(self, name: str, args: Sequence[ast.expr], depth: int) -> Node:
        if name in _INPUTS:
            kind, many = _INPUTS[name]
            texts = [arg.value for arg in args if isinstance(arg, ast.Constant)]
            names = tuple(text for text in texts if isinstance(text, str) and text)
            if len(args) != many or len(names) != many:
                what = "a name" if many == 1 else "two classes, the actual and the called one,"
                raise _wrong(f"must give {what} between quotes in {name}()")
            return Input(kind, names)
        if name == "unit":
            match args:
                case [ast.Constant(value=str() as text)]:
                    unit, size = parse_unit(text).plain
                    return Constant(size, unit)
            raise _wrong("must give a unit between quotes in unit()")
        if name not in _FUNCTIONS and name != "clamp":
            raise FormulaError(
                f"asks for {name[:40]}(), which is not known here.", f"There are {_KNOWN}."
            )
        parts = tuple(self.number(arg, depth + (name == "clamp")) for arg in args)
        if name == "clamp":
            if len(parts) != 3:
                raise _wrong("must give clamp() a number, its least and its most")
            return Operation("min", (Operation("max", parts[:2]), parts[2]))
        least, most = _FUNCTIONS[name]
        if not least <= len(parts) <= most:
            wanted = "one" if most == 1 else f"{least} to {most}"
            raise _wrong(f"gives {name}() {len(parts)} numbers, and it takes {wanted}")
        return Operation(name, parts)


def _constant(value: float) -> Constant:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _wrong("holds a number that is too large")
    return Constant(number)


def _shown(node: ast.expr) -> str:
    try:
        shown = ast.unparse(node)
    except RecursionError:
        raise _nested() from None
    except ValueError:  # Python 3.11 cannot write every text within an f-string
        return "f'…'"
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def _nested() -> FormulaError:
    return FormulaError(
        f"is nested deeper than {MOST_DEPTH} levels, or has more than {_MOST_PARTS} parts.",
        "Split it into several outcomes.",
    )


def _wrong(what: str) -> FormulaError:
    return FormulaError(
        f"{what}.",
        f"Write it with names of quantities, numbers, + - * / **, and the functions {_KNOWN}.",
    )
