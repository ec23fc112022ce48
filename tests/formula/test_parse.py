"""How formulas are read: Python's rules of what comes first, and the signs that people write."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formula_trees import depth, size
from runfolio.formula import (
    Constant,
    FormulaError,
    Input,
    Node,
    Operation,
    evaluate,
    inputs_of,
    parse_formula,
    parse_unit,
)
from runfolio.formula.parse import MOST_DEPTH

A, B, C = (Input("quantity", (name,)) for name in "abc")
ONE, TWO = Constant(1), Constant(2)


def op(name: str, *parts: Node) -> Operation:
    return Operation(name, parts)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2", TWO),
        ("-2", Constant(-2)),
        ("+2", TWO),
        (".5e1", Constant(5)),
        ("1_000", Constant(1000)),
        ("a", A),
        ("größe_2", Input("quantity", ("größe_2",))),
        ("a + b", op("+", A, B)),
        ("a - b - c", op("-", op("-", A, B), C)),
        ("a / b * c", op("*", op("/", A, B), C)),
        ("a + b * c", op("+", A, op("*", B, C))),
        ("(a + b) * c", op("*", op("+", A, B), C)),
        ("a ** b ** c", op("^", A, op("^", B, C))),
        ("-a ** 2", op("neg", op("^", A, TWO))),
        ("a ** -b", op("^", A, op("neg", B))),
        ("a × b ÷ c", op("/", op("*", A, B), C)),
        ("a – b", op("-", A, B)),
        ("a · b − c", op("-", op("*", A, B), C)),
        ("a + b ^ 2", op("+", A, op("^", B, TWO))),
        ("a * b^2", op("*", A, op("^", B, TWO))),
        ("-a ^ 2", op("neg", op("^", A, TWO))),
        ("min(a, b, c, 1)", op("min", A, B, C, ONE)),
        ("max(a)", op("max", A)),
        ("exp(log(sqrt(a)))", op("exp", op("log", op("sqrt", A)))),
        ("clamp(a, 1, b)", op("min", op("max", A, ONE), B)),
        ("a if b > 1 else c", op("if", op(">", B, ONE), A, C)),
        ("a if b >= 1 and not c < 2 or b == c else 1",
         op("if", op("or", op("and", op(">=", B, ONE), op("not", op("<", C, TWO))), op("==", B, C)),
            A, ONE)),
        ("a if 1 <= b < c else 2", op("if", op("and", op("<=", ONE, B), op("<", B, C)), A, TWO)),
        ("a if b ≤ 1 or b ≥ 2 or b ≠ c else 1",
         op("if", op("or", op("<=", B, ONE), op(">=", B, TWO), op("!=", B, C)), A, ONE)),
        ("metric('val/recall')", Input("metric", ("val/recall",))),
        ('metric("F1 · macro²  (×)")', Input("metric", ("F1 · macro²  (×)",))),
        (r"metric('it\'s ^ 2')", Input("metric", ("it's ^ 2",))),
        ("metric('#1')", Input("metric", ("#1",))),
        ("share('ill', 'well')", Input("share", ("ill", "well"))),
        ("cases('0', '1')", Input("cases", ("0", "1"))),
        ("cases * 2", op("*", Input("quantity", ("cases",)), TWO)),
        ("a * 0.25 * unit('h/case')",
         op("*", op("*", A, Constant(0.25)), Constant(1, parse_unit("h/case")))),
        ("unit('million EUR')", Constant(1e6, parse_unit("EUR"))),
        ("  a\n  + b\r\n\t+\u00a0c ", op("+", op("+", A, B), C)),
    ],
)  # fmt: skip
def test_what_a_text_says(text: str, tree: Node) -> None:
    assert parse_formula(text) == tree


_PARTS = st.sampled_from(["a", "b", "c", "1.0", "2.0", "3.0", "7.0"])
_TEXTS = st.recursive(
    _PARTS,
    lambda of: (
        st.builds("{} {} {}".format, of, st.sampled_from("+ - * / **".split()), of)
        | st.builds("({})".format, of)
        | st.builds("-{}".format, of)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), of, of)
    ),
    max_leaves=8,
)


@given(_TEXTS)
@example("-a ** 2.0 * b")
@example("a - b - c ** -1.0")
def test_what_comes_first_is_what_comes_first_in_python(text: str) -> None:
    values = {"a": 2.0, "b": 3.0, "c": 5.0}
    try:
        expected = eval(text, {}, values)
        if isinstance(expected, complex):
            expected = math.nan
        expected = float(expected)
    except (ArithmeticError, ValueError):
        expected = math.nan
    if math.isinf(expected):
        expected = math.nan
    try:
        tree = parse_formula(text)
    except FormulaError:  # its own numbers come to none
        tree = Constant(math.nan)
    found = evaluate(tree, {Input("quantity", (n,)): v for n, v in values.items()})
    assert float(found) == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("a +", "cannot be read"),
        ("(a", "cannot be read"),
        ("a)", "cannot be read"),
        ("a) + (b", "cannot be read"),
        ("a b", "cannot be read"),
        ("5 % of a", "cannot be read"),
        ("a = 2", "cannot be read"),
        ("metric('a", "cannot be read"),
        ("a # + b", "holds a # outside quotes"),
        ("0,25 * a", "Write a decimal point (0.25)"),
        ("a > b", "uses a comparison as if it were a number: a > b"),
        ("(a > b) * c", "(1 if a > b else 0)"),
        ("min(a, b < c)", "uses a comparison as if it were a number"),
        ("a and b", "uses a number as if it were a comparison: a"),
        ("1 if a else 2", "uses a number as if it were a comparison: a"),
        ("not a", "uses a number as if it were a comparison"),
        ("a if b in c else 1", "compares in another way"),
        ("a // b", "holds what is not known here: a // b"),
        ("a % b", "holds what is not known here"),
        ("a & b", "holds what is not known here"),
        ("True", "holds what is not known here: True"),
        ("None", "holds what is not known here"),
        ("'a'", "holds what is not known here"),
        ("5j", "holds what is not known here"),
        ("...", "holds what is not known here"),
        ("sum(a, b)", "asks for sum(), which is not known here."),
        ("sum(a, b)", "There are min, max,"),
        ("exp()", "gives exp() 0 numbers, and it takes one"),
        ("log(a, 2)", "gives log() 2 numbers, and it takes one"),
        ("min()", "gives min() 0 numbers, and it takes 1 to 50"),
        ("clamp(a, 1)", "must give clamp() a number, its least and its most"),
        ("metric(a)", "must give a name between quotes in metric()"),
        ("metric()", "must give a name"),
        ("metric('')", "must give a name"),
        ("metric(b'a')", "must give a name"),
        ("share('a')", "must give two classes"),
        ("cases(0, 1)", "must give two classes"),
        ("unit(h)", "must give a unit between quotes"),
        ("unit('(h)')", "has a unit that cannot be read: '(h)'"),
        ("1e999", "holds a number that is too large"),
        ("a + 10 ** 10 ** 10", "holds what comes to no number: 10 ** 10 ** 10."),
        ("a * (1 / 0)", "holds what comes to no number: 1 / 0. It is too large, divides by 0,"),
        ("min(a, log(0))", "holds what comes to no number: log(0)"),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_told_in_plain_words(text: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert said in f"{caught.value} {caught.value.hint}"
    assert caught.value.message.endswith(".")


def test_what_is_needed_is_told_once_in_the_order_of_the_text() -> None:
    tree = parse_formula("b * metric('r') + a * share('x', 'y') - b")
    assert [one.written for one in inputs_of(tree)] == ["b", "metric('r')", "a", "share('x', 'y')"]


@pytest.mark.parametrize(
    "nested",
    [
        *("({}) + 1", "-({})", "min({}, 1)", "clamp({}, 0, 1)", "clamp(1, {}, 2)"),
        *("1 if {} > 1 else 2", "1 if 0 < {} < 2 else 3", "1 if a > 2 else {}"),
        *("1 if not {} > 1 else 2", "2 ** {}"),
    ],
)
def test_no_tree_is_deeper_or_larger_than_it_may_be(nested: str) -> None:
    text, tree = "a", parse_formula("a")
    with contextlib.suppress(FormulaError):
        for _ in range(MOST_DEPTH + 1):
            text = nested.format(f"({text})")
            tree = parse_formula(text)
    assert depth(tree) <= MOST_DEPTH
    assert size(tree) <= 1000
    with pytest.raises(FormulaError, match="nested deeper than 64 levels"):
        parse_formula(text)


def test_a_chain_of_comparisons_does_not_double_what_is_between() -> None:
    text = "a"
    for _ in range(20):  # as a tree: more than a million parts
        text = f"(1 if 0 < {text} < 2 else 3)"
    with pytest.raises(FormulaError, match="500 parts"):
        parse_formula(text)
