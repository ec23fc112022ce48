"""Stage 1b: the templates in a ``dvc.yaml``: ``${…}``, ``vars``, ``foreach`` and ``matrix``.

In: text, and the values that it may name. Out: text, or None where a name is not known: a
path is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from runfolio.sources.reading.parsing import Tree, text_of

__all__ = ["MAX_STAGES", "expand", "lookup", "merged", "resolve"]

MAX_STAGES = 1_000
"""Stages that one template may stand for."""

_LONGEST = 4_096
"""Characters of a text with names in it; no path is longer."""
_MOST_AXES = 50
_EXPRESSION = re.compile(r"(?<!\\)\$\{([^}]*)\}")
_PARTS = re.compile(r"[.\[\]]+")


def merged(values: dict[str, Tree], more: dict[str, Tree]) -> dict[str, Tree]:
    """Return nested values with others laid over them."""
    joined = dict(values)
    for key, value in more.items():
        old = joined.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            joined[key] = merged(old, value)
        else:
            joined[key] = value
    return joined


def lookup(name: str, values: dict[str, Tree]) -> Tree | None:
    """Return the value of ``a.b[0].c``; None where there is none."""
    node: Tree = values
    for part in _PARTS.split(name.strip().rstrip("]")):
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
            node = node[int(part)]
        else:
            return None
    return node


def resolve(template: str, values: dict[str, Tree]) -> str | None:
    """Return text with every ``${name}`` replaced; None if one of them has no plain value."""
    if len(template) > _LONGEST:
        return None
    found: list[str] = []
    at = size = 0
    for match in _EXPRESSION.finditer(template):
        value = lookup(match[1], values)
        if value is None or isinstance(value, dict | list):
            return None
        text = text_of(value)
        size += len(text)
        if size > _LONGEST:
            return None
        found += (template[at : match.start()], text)
        at = match.end()
    return "".join(found) + template[at:].replace("\\${", "${")


def expand(
    name: str, stage: dict[str, Tree], values: dict[str, Tree]
) -> Iterator[tuple[str, dict[str, Tree] | None, dict[str, Tree]]]:
    """Yield each stage that an entry stands for: name, definition and the values it may name.

    The definition is None where the entry cannot be expanded.
    """
    if "foreach" in stage:
        do, each = stage.get("do"), _data(stage["foreach"], values)
        if not isinstance(do, dict) or not isinstance(each, dict | list) or len(each) > MAX_STAGES:
            yield name, None, values
        elif isinstance(each, dict):
            for key, item in each.items():
                yield f"{name}@{key}"[:_LONGEST], do, {**values, "item": item, "key": key}
        else:
            for key, item in zip(_list_keys(each), each, strict=True):
                yield f"{name}@{key}"[:_LONGEST], do, {**values, "item": item}
    elif "matrix" in stage:
        axes = _data(stage["matrix"], values)
        axes = {k: _data(v, values) for k, v in axes.items()} if isinstance(axes, dict) else {}
        if (
            not all(isinstance(axis, list) for axis in axes.values())
            or len(axes) > _MOST_AXES
            or prod(map(len, axes.values())) > MAX_STAGES
        ):
            yield name, None, values
            return
        for picked in product(*(enumerate(axis) for axis in axes.values())):
            item = dict(zip(axes, (value for _, value in picked), strict=True))
            key = "-".join(
                f"{axis}{index}" if isinstance(value, dict | list) else text_of(value)[:_LONGEST]
                for axis, (index, value) in zip(axes, picked, strict=True)
            )
            yield f"{name}@{key}"[:_LONGEST], stage, {**values, "item": item, "key": key}
    else:
        yield name, stage, values


def _data(value: Tree, values: dict[str, Tree]) -> Tree:
    """Return a list or mapping, or the one that a text such as ``${models}`` stands for."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return value
    if match := _EXPRESSION.fullmatch(value.strip()):
        return lookup(match[1], values)
    return value


def _list_keys(items: Sequence[Tree]) -> list[str]:
    if any(isinstance(item, dict | list) for item in items):
        return [str(index) for index in range(len(items))]
    return [text_of(item) for item in items]
