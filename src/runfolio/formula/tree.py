"""A formula as a small tree: numbers, inputs, and operations on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from runfolio.formula.unit import NO_UNIT, Unit

__all__ = ["Constant", "Input", "InputKind", "Node", "Operation", "as_json", "inputs_of"]

InputKind = Literal["quantity", "metric", "share", "cases"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that stands in the formula; finite. ``unit('h/case')`` is 1 of that unit."""

    value: float
    unit: Unit = NO_UNIT


@dataclass(frozen=True, slots=True)
class Input:
    """Something whose value is given from outside.

    Parameters
    ----------
    kind : InputKind
        ``quantity``: a number that the team states. ``metric``: what a run measured.
        ``share``: of the cases of one class, the share that was called another (or the same).
        ``cases``: how many these were.
    names : tuple of str
        The quantity's or metric's name, or the actual class and the one that was called.
    """

    kind: InputKind
    names: tuple[str, ...]

    @property
    def written(self) -> str:
        """The input as it stands in a formula."""
        if self.kind == "quantity":
            return self.names[0]
        return f"{self.kind}({', '.join(map(repr, self.names))})"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of `runfolio.formula.evaluate.OPERATIONS` on its parts."""

    name: str
    parts: tuple[Node, ...]


Node = Constant | Input | Operation


def inputs_of(node: Node) -> tuple[Input, ...]:
    """Return what a formula needs, each once, in the order in which it stands there."""
    return tuple(dict.fromkeys(_inputs(node)))


def _inputs(node: Node) -> Iterator[Input]:
    if isinstance(node, Input):
        yield node
    elif isinstance(node, Operation):
        for part in node.parts:
            yield from _inputs(part)


def as_json(node: Node, place: Mapping[Input, int]) -> Any:
    """Return a formula for the page: a number, ``["in", place]`` or ``[operation, part, …]``.

    Parameters
    ----------
    node : Node
    place : mapping of Input to int
        Where each input stands in the list of values that the page evaluates with.
    """
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Input):
        return ["in", place[node]]
    return [node.name, *(as_json(part, place) for part in node.parts)]
