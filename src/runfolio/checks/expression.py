"""Stage 1d: a condition on the columns of a row, read into a small tree; never run as code.

::

    low <= high                               columns by name
    `worst area` >= `mean area`               names with spaces or signs between backticks
    time(discharged) >= time(admitted)        times are compared as times
    status != 'closed' or closed_at > 0       and, or, not, brackets; text between quotes
    0.99 <= part / (whole - rest) <= 1.01     + - * /

In: the text. Out: a `Condition` that judges a batch. A row is judged where all columns named
have a value. Two columns are compared as numbers, and as text where neither cell is a number.
Python's own parser reads the text; of its tree only what is listed here is taken.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from runfolio.checks.batch import Batch, Flags
from runfolio.model.quality import RuleError

__all__ = ["Condition", "parse_condition"]

_LONGEST = 500
_QUOTED = re.compile(r"`([^`]+)`")
_NAME = "_column_{}_"

Kind = Literal["number", "text", "time", "column"]


@dataclass(frozen=True, slots=True)
class _Value:
    """Something with a value in each row; `of` makes it as a number, text or time."""

    kind: Kind
    of: Callable[[Batch, Kind], Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a row; `columns` are those that it names."""

    columns: tuple[str, ...]
    holds: Callable[[Batch], Flags]

    def judge(self, batch: Batch) -> tuple[Flags, Flags]:
        """Return which rows have a value in all columns, and in which of all rows it holds."""
        judged = ~np.logical_or.reduce([batch.missing(column) for column in self.columns])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return judged, self.holds(batch)


def _divided(a: Any, b: Any) -> Any:
    """Divide; what is divided by nothing is no number."""
    return np.where(np.equal(b, 0), np.nan, np.divide(a, b))


_COMPARE: dict[type[ast.cmpop], Any] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_ARITHMETIC: dict[type[ast.operator], Any] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: _divided,
}


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises
    ------
    RuleError
        If it is none.
    """
    if len(text) > _LONGEST:
        raise _wrong(f"is longer than {_LONGEST} characters")
    quoted: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quoted.append(match[1])
        return _NAME.format(len(quoted) - 1)

    try:
        tree = ast.parse(_QUOTED.sub(keep, text).strip(), mode="eval").body
        reading = _Reading({_NAME.format(i): name for i, name in enumerate(quoted)}, {})
        holds = reading.condition(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, RuleError):
            raise
        raise _wrong("is no condition") from error
    if not reading.columns:
        raise _wrong("names no column")
    return Condition(tuple(reading.columns), holds)


@dataclass(slots=True)
class _Reading:
    """Turns Python's tree into functions of a batch; collects the columns named."""

    quoted: dict[str, str]
    columns: dict[str, None]

    def condition(self, node: ast.expr) -> Callable[[Batch], Flags]:
        if isinstance(node, ast.BoolOp):
            parts = [self.condition(value) for value in node.values]
            join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            return lambda batch: join.reduce([part(batch) for part in parts])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            part = self.condition(node.operand)
            return lambda batch: ~part(batch)
        if isinstance(node, ast.Compare):
            sides = [self.value(side) for side in (node.left, *node.comparators)]
            pairs = [
                _compared(left, right, op)
                for left, right, op in zip(sides, sides[1:], node.ops, strict=False)
            ]
            return lambda batch: np.logical_and.reduce([pair(batch) for pair in pairs])
        raise _wrong("compares nothing")

    def value(self, node: ast.expr) -> _Value:
        if isinstance(node, ast.Name):
            name = self.quoted.get(node.id, node.id)
            self.columns[name] = None
            return _Value("column", lambda batch, kind: _cells(batch, name, kind))
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
            if isinstance(node.value, int | float):
                number = float(node.value)
                return _Value("number", lambda batch, kind: number)
            if isinstance(node.value, str):
                text = node.value
                return _Value("text", lambda batch, kind: text)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.number(node.operand)
            return _Value("number", lambda batch, kind: -inner.of(batch, "number"))
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            left, right = self.number(node.left), self.number(node.right)
            compute = _ARITHMETIC[type(node.op)]
            return _Value(
                "number",
                lambda batch, kind: compute(left.of(batch, "number"), right.of(batch, "number")),
            )
        if isinstance(node, ast.Call):
            return self.time(node)
        raise _wrong(f"holds what is not known here: {ast.unparse(node)[:40]}")

    def number(self, node: ast.expr) -> _Value:
        value = self.value(node)
        if value.kind in ("text", "time"):
            raise _wrong(f"reckons with what is no number: {ast.unparse(node)[:40]}")
        return value

    def time(self, node: ast.Call) -> _Value:
        if not isinstance(node.func, ast.Name) or node.func.id != "time" or node.keywords:
            raise _wrong(f"asks for {ast.unparse(node.func)[:40]}(), and there is only time()")
        if len(node.args) != 1:
            raise _wrong("must name one column in time()")
        value = self.value(node.args[0])
        if value.kind == "text":
            moment = _moment(value.of(Batch({}, 1, 0), "text"))
            return _Value("time", lambda batch, kind: moment)
        if value.kind != "column":
            raise _wrong("must name a column in time()")
        return _Value("time", lambda batch, kind: value.of(batch, "time"))


def _compared(left: _Value, right: _Value, op: ast.cmpop) -> Callable[[Batch], Flags]:
    compare = _COMPARE.get(type(op))
    if compare is None:
        raise _wrong("compares in another way than by <, <=, >, >=, == and !=")
    kinds = {left.kind, right.kind} - {"column"}
    if len(kinds) > 1:
        raise _wrong(f"compares a {' with a '.join(sorted(kinds))}")
    if kinds:
        [kind] = kinds
        # What is no number (or no time) is NaN, and no comparison with it holds.
        return lambda batch: _holds(compare, left.of(batch, kind), right.of(batch, kind))

    def either(batch: Batch) -> Flags:
        a, b = left.of(batch, "number"), right.of(batch, "number")
        found = np.asarray(compare(a, b), dtype=bool)
        # A number and what is none differ, and neither is the larger one.
        texts = np.isnan(a) & np.isnan(b)
        if texts.any():
            c, d = left.of(batch, "text"), right.of(batch, "text")
            found[texts] = compare(c[texts], d[texts]).astype(bool)
        return found

    return either


def _holds(compare: Any, a: Any, b: Any) -> Flags:
    found = np.asarray(compare(a, b), dtype=bool)
    if compare is np.not_equal:
        for side in (a, b):
            if getattr(side, "dtype", None) == np.float64:
                found = found & ~np.isnan(side)
    return found


def _cells(batch: Batch, name: str, kind: Kind) -> Any:
    if kind == "time":
        times, known = batch.time(name)
        return np.where(known, times.astype(np.float64), np.nan)
    return batch.number(name) if kind == "number" else batch.texts(name)


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(f"holds no time: '{text[:40]}'") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.timestamp() * 1e6


def _wrong(what: str) -> RuleError:
    return RuleError(
        "holds",
        f"{what}.",
        "Write it as in low <= high, with names that have spaces between backticks (`mean area`).",
    )
