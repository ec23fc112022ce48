"""A formula is never run: whatever looks like code gets a clear error at once, and nothing else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.formula import (
    NO_UNIT,
    FormulaError,
    evaluate,
    inputs_of,
    parse_formula,
    parse_unit,
    unit_of,
)

HOSTILE = {
    "import": "__import__('os').system('true')",
    "import alone": "__import__('os')",
    "eval": "eval('1')",
    "attribute": "a.__class__",
    "attribute of a text": "'a'.join",
    "attribute of a number": "(1).__class__.__bases__[0].__subclasses__()",
    "called attribute": "metric.__call__('a')",
    "called call": "metric('a')('b')",
    "called lambda": "(lambda: 1)()",
    "subscript": "a[0]",
    "slice": "a[0:1]",
    "lambda": "lambda: 1",
    "walrus": "(a := 2)",
    "list": "[1, 2]",
    "set": "{1, 2}",
    "dict": "{1: 2}",
    "comprehension": "[x for x in a]",
    "generator": "min(x for x in a)",
    "f-string": "f'{a}'",
    "f-string that cannot be written": "f'{\"\u200b\"}'",
    "f-string as a name": "metric(f'{a}')",
    "bytes": "b'a'",
    "starred": "min(*a)",
    "starred name": "metric(*a)",
    "keyword": "min(a, key=b)",
    "double starred": "min(a, **b)",
    "await": "await a",
    "yield": "(yield a)",
    "statement": "import os",
    "two statements": "1; import os",
    "two lines": "1\nimport os",
    "decorator": "@a",
    "print": "print(1)",
    "text times number": "'a' * 10 ** 9",
    "is": "1 if a is b else 2",
    "in": "1 if a in b else 2",
    "matrix": "a @ b",
    "shift": "1 << 10 ** 9",
    "invert": "~a",
    "nested brackets": "(" * 10_000 + "1" + ")" * 10_000,
    "nested brackets, short": "(" * 900 + "1" + ")" * 900,
    "brackets that do not close": "(" * 1_900,
    "nested lists": "[" * 900 + "]" * 900,
    "nested calls": "exp(" * 300 + "1" + ")" * 300,
    "signs": "-" * 900 + "1",
    "nots": "1 if " + "not " * 300 + "a > 1 else 2",
    "powers": "**".join(["2"] * 500),
    "sums": "+".join(["1"] * 900),
    "branches": "1 if a > 1 else " * 120 + "2",
    "attributes": "a" + ".a" * 900,
    "subscripts": "a" + "[0]" * 600,
    "calls": "a" + "()" * 900,
    "a long number": "9" * 5_000,
    "a long number, short": "9" * 1_900,
    "a long power": "1e" + "9" * 500,
    "NUL": "a\0<b",
    "NUL as a sign": "1 if a \0 b else 2",
    "other control characters": "a \x1b[31m",
    "surrogate": "a\ud800",
    "direction": "a\u202e + b",
    "invisible": "a\u200bb",
    "quotes of Word": "metric(‘a’)",
    "very long": "a" * 10_000_000,
    "backslashes": "\\" * 1_900,
    "quotes": "'\\" * 900,
    "encoding": "# -*- coding: utf-7 -*-\n1",
    "tabs": "\t" * 100 + "if",
    "units": "unit('" + "a·" * 900 + "a')",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_at_once(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert len(caught.value.message) < 200
    assert caught.value.message.isprintable()
    assert caught.value.hint
    assert capfd.readouterr() == ("", "")  # warnings are errors here, too


@pytest.mark.parametrize("text", ["10 ** 10 ** 10", "9 ** 9 ** 9 ** 9", "a * 2 ** (10 ** 300)"])
def test_a_huge_power_is_refused_at_once(text: str) -> None:
    with pytest.raises(FormulaError, match="comes to no number"):
        parse_formula(text)


@pytest.mark.parametrize("text", ["1if a>1else 2", "0x1for 2", "min(1)if a>1else 2"])
def test_numbers_that_touch_words_warn_of_nothing(text: str) -> None:
    with contextlib.suppress(FormulaError):
        parse_formula(text)


def test_a_unit_to_a_huge_power_is_refused() -> None:
    text = "unit('t')"
    for _ in range(30):
        text = f"({text}) ** 9"
    with pytest.raises(FormulaError, match="higher power than 20"):
        unit_of(parse_formula(text), {})


_SIGNS = st.text("ab01.+-*/^()<>=!,' \"#²×\0\n[]{}:\\_éµ", max_size=30)
_WORDS = st.lists(
    st.sampled_from(
        "a b 1 2.5 + - * / ** ^ ( ) , < > == if else and or not min( exp( clamp( unit('h') unit(' "
        "metric('m') share('a','b') lambda : := . [ ] ' \" # not in is".split(" ")
    ),
    max_size=12,
).map(" ".join)


@given(st.text(max_size=40) | _SIGNS | _WORDS)
def test_any_text_is_a_formula_or_a_mistake(text: str) -> None:
    with contextlib.suppress(FormulaError):
        tree = parse_formula(text)
        evaluate(tree, dict.fromkeys(inputs_of(tree), 0.5))
        unit_of(tree, dict.fromkeys(inputs_of(tree)))


@given(st.text(max_size=40) | st.text("EURcasehy/%·*^²123- µ€", max_size=20))
def test_any_text_is_a_unit_or_a_mistake(text: str) -> None:
    unit = NO_UNIT
    with contextlib.suppress(FormulaError):
        unit = parse_unit(text)
    assert unit == parse_unit("" if unit == NO_UNIT else str(unit))
