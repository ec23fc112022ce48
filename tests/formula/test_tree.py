"""A formula as the page gets it says all that is in it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from formula_trees import INPUTS, depth, trees
from runfolio.formula import Constant, Input, Node, Operation, as_json, inputs_of, parse_formula
from runfolio.formula.parse import MOST_DEPTH

PLACES = {one: place for place, one in enumerate(INPUTS)}


def back(told: Any) -> Node:
    match told:
        case ["in", int() as place]:
            return INPUTS[place]
        case [str() as name, *parts]:
            return Operation(name, tuple(map(back, parts)))
    return Constant(told)


@given(trees(functions=("exp", "log", "sqrt", "^")))
def test_it_comes_back_whole(tree: Node) -> None:
    assert back(json.loads(json.dumps(as_json(tree, PLACES), allow_nan=False))) == tree


def test_the_deepest_formula_does_so_too() -> None:
    text = "(" * MOST_DEPTH + "cases" + " + 1)" * MOST_DEPTH
    tree = parse_formula(text)
    assert depth(tree) == MOST_DEPTH
    assert back(json.loads(json.dumps(as_json(tree, PLACES)))) == tree


def test_inputs_are_told_as_they_stand_in_formulas() -> None:
    for text in ("cases", "metric('val/recall')", "share('a', 'b')", "cases('it\\'s', '0')"):
        (one,) = inputs_of(parse_formula(text))
        assert parse_formula(one.written) == one
    assert Input("metric", ("a",)).written == "metric('a')"
