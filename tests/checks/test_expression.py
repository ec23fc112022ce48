"""Conditions on the columns of a row: what they mean, and that they are never run as code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.checks.batch import Batch
from runfolio.checks.expression import parse_condition
from runfolio.model.quality import RuleError


def holds(text: str, **columns: Sequence[str | None]) -> list[bool | None]:
    """Return of each row whether the condition holds; None where it is not judged."""
    named = {name.replace("_", " "): pa.array(own, pa.string()) for name, own in columns.items()}
    named |= {name: pa.array(own, pa.string()) for name, own in columns.items()}
    rows = len(next(iter(columns.values())))
    judged, found = parse_condition(text).judge(Batch(named, 1, rows))
    return [bool(f) if j else None for j, f in zip(judged.tolist(), found.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", [True, False, None]),
        ("a <= b and b < 11", [True, False, None]),
        ("not a < b", [False, True, None]),
        ("a < b or b == 9", [True, True, None]),
        ("0 < a < b", [True, False, None]),
        ("a + b == 12", [True, False, None]),
        ("b / (a - 2) > 0", [False, True, None]),  # divided by nothing it is no number
        ("-a * 2 <= -4", [True, True, None]),
        ("`a` < `b`", [True, False, None]),
        ("a != 2", [False, True, None]),
    ],
)
def test_numbers(text: str, expected: list[bool | None]) -> None:
    assert holds(text, a=["2", "10", None], b=["10", "9", "1"]) == expected


def test_names_with_spaces() -> None:
    assert holds("`worst area` >= `mean area`", worst_area=["3"], mean_area=["2.5"]) == [True]


def test_text() -> None:
    states = ["open", "closed"]
    assert holds("state == 'open' or by != 'x'", state=states, by=["x", "x"]) == [True, False]
    assert holds("a == b", a=["x", "1.0", "1"], b=["x", "1", "x"]) == [True, True, False]


def test_times() -> None:
    out, back = ["2026-02-01", "2026-02-01T10:00Z", "never"], ["2026-02-01T00:00:01"] * 3
    assert holds("time(a) <= time(b)", a=out, b=back) == [True, False, False]
    assert holds("time(a) > time('2026-01-31')", a=out) == [True, True, False]


def test_what_is_no_number_breaks_what_asks_for_one() -> None:
    assert holds("a != 5", a=["x", "4"]) == [False, True]
    assert holds("a + 1 > 0", a=["x", "4"]) == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a <", "a b", "1 < 2", "a = b", "a is b", "a in b", "'x' < 3 < a"),
        *("__import__('os').system('x') == 0", "open('x') == a", "a.b == 1", "a[0] == 1"),
        *("(lambda: a)() == 1", "[a] == 1", "f'{a}' == a", "a ** 99 == 1", "a if a else b"),
        *("time() < a", "time(a, b) < a", "time(1) < a", "time(time(a)) < a", "time('x') < a"),
        *("a + 'x' == 1", "time(a) + 1 < 2", "a < time(b) < 3", "a < b" * 200, "(" * 400),
        *("a := 1", "a == None", "a == True", "await a", "`a", "a == 1; b == 2", "a == b'x'"),
    ],
)
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_condition(text)
    assert caught.value.key == "holds"


NUMBERS = st.lists(st.integers(-5, 5), min_size=3, max_size=3)


@given(
    NUMBERS,
    st.sampled_from(["<", "<=", "==", "!=", ">", ">="]),
    st.sampled_from(["+", "-", "*"]),
    st.sampled_from(["and", "or"]),
)
def test_against_the_meaning_in_python(numbers: list[int], sign: str, op: str, word: str) -> None:
    compare: dict[str, Callable[[float, float], bool]] = {
        "<": lambda x, y: x < y,
        "<=": lambda x, y: x <= y,
        "==": lambda x, y: x == y,
        "!=": lambda x, y: x != y,
        ">": lambda x, y: x > y,
        ">=": lambda x, y: x >= y,
    }
    reckon = {"+": np.add, "-": np.subtract, "*": np.multiply}
    a, b, c = numbers
    first = compare[sign](float(reckon[op](a, b)), c)
    expected = (first and a < c) if word == "and" else (first or a < c)
    text = f"a {op} b {sign} c {word} a < c"
    assert holds(text, a=[str(a)], b=[str(b)], c=[str(c)]) == [expected]
