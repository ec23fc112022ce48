"""A formula's value is what Python's own arithmetic makes of it, or NaN."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula_trees import INPUTS, some_values, trees, value
from runfolio.formula import Constant, Input, Node, Operation, evaluate, inputs_of, parse_formula

FUNCTIONS = ("exp", "log", "sqrt")
anything = st.floats(-800, 800)


def number(text: str, **values: float) -> float:
    return float(
        evaluate(parse_formula(text), {Input("quantity", (n,)): v for n, v in values.items()})
    )


@given(trees(), some_values)
def test_trees_come_to_what_plain_floats_do(tree: Node, values: dict[Input, float]) -> None:
    assert float(evaluate(tree, values)) == pytest.approx(value(tree, values), rel=0, nan_ok=True)


@given(st.sampled_from((*FUNCTIONS, "^")), anything, anything)
def test_functions_are_those_of_the_standard_library(name: str, a: float, b: float) -> None:
    parts = (Constant(a), Constant(b)) if name == "^" else (Constant(a),)
    tree = Operation(name, parts)
    expected = value(tree, {})
    # What is as small as that is nothing, in the one or in the other.
    assert float(evaluate(tree, {})) == pytest.approx(expected, rel=1e-13, abs=1e-300, nan_ok=True)


@given(trees(functions=FUNCTIONS), st.lists(some_values, min_size=1, max_size=9))
def test_an_array_comes_to_what_each_item_does(tree: Node, draws: list[dict[Input, float]]) -> None:
    together = {one: np.array([values[one] for values in draws]) for one in INPUTS}
    found = np.broadcast_to(evaluate(tree, together), len(draws))
    each = [float(evaluate(tree, values)) for values in draws]
    assert found == pytest.approx(np.array(each), rel=1e-12, abs=1e-300, nan_ok=True)


@given(trees(functions=FUNCTIONS), some_values)
def test_a_value_is_finite_or_nan_and_what_is_not_used_does_not_count(
    tree: Node, values: dict[Input, float]
) -> None:
    found = float(evaluate(tree, values))
    assert math.isfinite(found) or math.isnan(found)
    needed = {one: values[one] for one in inputs_of(tree)}
    assert evaluate(tree, needed) == pytest.approx(found, rel=0, nan_ok=True)


def test_the_story_of_the_missed_cases_by_hand() -> None:
    text = "cases * prevalence * recall * cost_missed - cases * (1 - prevalence) * fpr * exam"
    # 24,000 x 0.0125 = 300 ill; x 0.95 = 285 found; x 38,000 = 10,830,000
    # 24,000 x 0.9875 = 23,700 well; x 0.04 = 948 called ill; x 210 = 199,080
    found = number(
        text, cases=24000, prevalence=0.0125, recall=0.95, cost_missed=38000, fpr=0.04, exam=210
    )
    assert found == pytest.approx(10_830_000 - 199_080, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a / 0",
            "z / 0",
            "log(z)",
            "log(-1 + z)",
            "sqrt(z - 1)",
            "exp(1000 + z)",
            "(z - 8) ** (1/3)",
        ),
        *(
            "z ** -1",
            "10 ** 10 ** (10 + z)",
            "(9e307 + z) * 9e307 - 9e307",
            "1 / (a - 1)",
            "1 ** log(z)",
        ),
        *("log(z) ** 0", "min(1, log(z))", "max(1, 1 / z)", "clamp(1 / z, 0, 1)"),
        *("1 if log(z) > 0 else 2", "1 if log(z) != 0 else 2", "1 if not log(z) > 0 else 2"),
        *("1 if 1 < 2 or log(z) > 0 else 2", "1 if 1 > 2 and log(z) > 0 else 2"),
        "log(z) if 1 < 2 else 3",
    ],
)
def test_what_is_not_defined_is_nan_and_is_not_hidden(text: str) -> None:
    assert math.isnan(number(text, a=1, z=0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 if 1 < 2 else log(z)", 1),  # the branch that is not taken does not count
        ("log(z) if 1 > 2 else 3", 3),
        ("1 / a if a != 0 else 0", 0),
        ("0 ** 0", 1),
        ("2 ** 0.5", 1.4142135623730951),
    ],
)
def test_and_only_what_is_used_must_be_defined(text: str, expected: float) -> None:
    assert number(text, a=0, z=0) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("given_value", [math.inf, -math.inf, math.nan])
def test_an_input_that_is_no_number_gives_none(given_value: float) -> None:
    assert math.isnan(number("1 / a", a=given_value))
    assert math.isnan(number("min(0, a)", a=given_value))
    assert number("0 if 1 < 2 else a", a=given_value) == 0


def test_a_formula_without_inputs_is_one_number_whatever_is_drawn() -> None:
    assert evaluate(parse_formula("2 * 3"), {}).shape == ()
