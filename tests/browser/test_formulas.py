"""The page's script and Python give the same value of the same formula, for any formula and input.

Where both only add, multiply, compare and take roots, they follow IEEE 754 and agree to the last
bit. exp, log and powers are another library's in the browser: they agree as far as the last bits
of their results, carried through the rest of the formula, matter.
"""

from __future__ import annotations

import itertools
import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from runfolio.formula import Constant, Input, Node, Operation, as_json, evaluate, parse_formula
from runfolio.formula.evaluate import OPERATIONS
from runfolio.formula.parse import MOST_DEPTH

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "themes" / "default" / "static" / "impact.js"
INPUTS = tuple(Input("quantity", (name,)) for name in ("a", "b", "c", "d"))
AT = {one: place for place, one in enumerate(INPUTS)}
INEXACT = {"exp", "log", "^"}
DECIDED = {"<", "<=", ">", ">=", "==", "!="}
PARTS = {
    **dict.fromkeys(("neg", "exp", "log", "sqrt", "not"), (1,)),
    **dict.fromkeys(("min", "max", "and", "or"), (1, 2, 3)),
    "if": (3,),
}
"""How many parts an operation takes, where that is not two."""
NUMBERS = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 0.1, 0.3, 1e-9, 1e9, 1e308, 5e-324, -7.25)
TREES = 600
DRAWS = 5
"""Values of the inputs that each tree is evaluated for."""


def number(rng: random.Random) -> float:
    """Return one of the awkward numbers, or any; money, shares and counts are all of this kind."""
    if rng.random() < 0.4:
        return rng.choice(NUMBERS)
    return rng.choice((1, -1)) * rng.random() * 10.0 ** rng.randint(-4, 6)


def tree(rng: random.Random, names: list[str], depth: int) -> Node:
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(INPUTS) if rng.random() < 0.6 else Constant(number(rng))
    name = rng.choice(names)
    parts = (tree(rng, names, depth - 1) for _ in range(rng.choice(PARTS.get(name, (2,)))))
    return Operation(name, tuple(parts))


def depth_of(node: Node) -> int:
    return 1 + max(map(depth_of, node.parts)) if isinstance(node, Operation) else 0


def given(rng: random.Random) -> list[float]:
    """Return values of the inputs; now and then one that was not measured, or is not finite."""
    values = [number(rng) for _ in INPUTS]
    if rng.random() < 0.15:
        values[rng.randrange(len(values))] = rng.choice((math.nan, math.inf, -math.inf))
    return values


def in_browser(browser: Browser, cases: list[tuple[Any, list[float]]]) -> list[float]:
    """Evaluate all in one call; numbers that are not finite go there and back as words."""
    page = browser.new_page()
    try:
        page.evaluate(SCRIPT.read_text("utf-8"))
        found: list[str] = page.evaluate(
            """text => JSON.parse(text).map(([tree, values]) =>
                 String(runfolio.formulas.evaluate(tree, values.map(Number))))""",
            json.dumps([(shape, [_written(v) for v in values]) for shape, values in cases]),
        )
    finally:
        page.close()
    return [float(text) for text in found]


def _written(value: float) -> str:
    return repr(value) if math.isfinite(value) else str(value).replace("inf", "Infinity")


def in_python(node: Node, values: list[float]) -> float:
    return float(evaluate(node, dict(zip(INPUTS, values, strict=True))))


Span = tuple[float, float]
"""Between what a value lies, whichever library computes exp, log and powers; NaN is (NaN, NaN)."""

SLACK = 1e-14
"""Share of its result by which a library's exp, log or power may be off; two are off by 2^-52."""


def span_of(node: Node, values: list[float]) -> Span | None:
    """Return between what a value lies; None where the slack decides which value it is.

    Rounded operations are monotone where the exact ones are, so what they make of the ends bounds
    what they make of all between.
    """
    if not isinstance(node, Operation):
        own = in_python(node, values)
        return own, own
    if node.name == "if":
        condition = span_of(node.parts[0], values)
        if condition is None or (condition[0] <= 0 <= condition[1] and condition != (0, 0)):
            return None
        if math.isnan(condition[0]):
            return condition
        return span_of(node.parts[1 if condition != (0, 0) else 2], values)
    spans = [span_of(part, values) for part in node.parts]
    if None in spans:
        return None
    known = [span for span in spans if span is not None]
    crosses = node.name == "/" and known[1][0] <= 0 <= known[1][1] and known[1] != (0, 0)
    crosses |= node.name == "^" and known[0][0] <= 0 <= known[0][1] and known[0] != (0, 0)
    if crosses:
        return None
    with np.errstate(all="ignore"):
        found = [float(OPERATIONS[node.name](*ends)) for ends in itertools.product(*known)]
    found = [value if math.isfinite(value) else math.nan for value in found]
    low, high = min(found), max(found)
    if any(map(math.isnan, found)):
        return (math.nan, math.nan) if all(map(math.isnan, found)) else None
    if node.name in DECIDED and low != high:
        return None
    if node.name in INEXACT:
        low, high = low - SLACK * abs(low), high + SLACK * abs(high)
    return low, high


def cases(seed: int, names: list[str]) -> list[tuple[Node, list[float]]]:
    rng = random.Random(seed)
    trees = [tree(rng, names, rng.randint(1, 6)) for _ in range(TREES)]
    return [(one, given(rng)) for one in trees for _ in range(DRAWS)]


def told_by_both(
    browser: Browser, made: list[tuple[Node, list[float]]]
) -> list[tuple[Node, list[float], float, float]]:
    """Return each formula with its values, and what Python and the page make of it."""
    theirs = in_browser(browser, [(as_json(node, AT), values) for node, values in made])
    return [(*case, in_python(*case), own) for case, own in zip(made, theirs, strict=True)]


def test_what_is_exact_is_the_same_to_the_last_bit(browser: Browser) -> None:
    told = told_by_both(browser, cases(1, sorted(OPERATIONS.keys() - INEXACT)))
    differ = [case for case in told if not (case[2] == case[3] or np.isnan(case[2:]).all())]
    assert differ == []
    assert len({python for *_, python, _ in told if not math.isnan(python)}) > TREES


def test_exp_log_and_powers_are_the_same_as_far_as_they_are_known(browser: Browser) -> None:
    told = told_by_both(browser, cases(2, sorted(OPERATIONS)))
    close = undefined = 0
    for node, values, python, page in told:
        span = span_of(node, values)
        if span is None:
            continue
        if math.isnan(span[0]):
            assert math.isnan(python), node
            assert math.isnan(page), node
            undefined += 1
            continue
        assert span[0] <= python <= span[1], node
        assert span[0] <= page <= span[1], node
        close += abs(page - python) <= 1e-9 * abs(python)
    # Nearly all that can be judged is judged closely, and that is most of all.
    assert close > 0.97 * (sum(not math.isnan(python) for *_, python, _ in told))
    assert undefined > 100


def test_formulas_as_people_write_them_and_the_deepest_that_can_be_written(
    browser: Browser,
) -> None:
    deepest = "a" + " + 1)" * MOST_DEPTH
    texts = (
        "a * b * (1 - c) - d / 4",
        "clamp(a, 0, 0.2) * max(b, c, d)",
        "100 if 0 < a <= 1 and not b < c else -d",
        "d * (1 + a) ** 3 - sqrt(c) / 12",
        "clamp(" * (MOST_DEPTH // 2) + "a" + ", 0, 9)" * (MOST_DEPTH // 2),
        "(" * MOST_DEPTH + deepest,
    )
    values = [0.25, 3.0, 16.0, 2000.0]
    made = [(parse_formula(text), values) for text in texts]
    assert [depth_of(node) for node, _ in made[-2:]] == [MOST_DEPTH] * 2
    told = told_by_both(browser, made)
    # 0.25 * 3 * -15 - 500; 0.2 * 2000; 0.25 lies in (0, 1] and 3 < 16, so -2000;
    # 2000 * 1.953125 - 4 / 12; 0.25 stays; 0.25 and 64 times 1.
    by_hand = (-511.25, 400.0, -2000.0, 3906.25 - 1 / 3, 0.25, 64.25)
    for (*_, python, page), expected in zip(told, by_hand, strict=True):
        assert python == pytest.approx(expected, rel=1e-12)
        assert page == pytest.approx(expected, rel=1e-12)


def test_what_is_no_formula_is_no_number_and_reaches_nothing(browser: Browser) -> None:
    deep: Any = 1
    for _ in range(MOST_DEPTH + 1):
        deep = ["neg", deep]
    shapes: list[Any] = [
        *(["constructor"], ["__proto__", 1], ["toString"], ["valueOf", 1], ["eval", "1"]),
        *(["in", "length"], ["in", -1], ["in", 99], ["in", 0.5], ["in"], ["in", "__proto__"]),
        *([], ["+", 1], ["if", 1], ["if"], "1", None, {"length": 1}, True, [["+"], 1, 1]),
        *(["min"], ["+", [], 1], ["/", 1, 0], ["sqrt", -1], ["log", 0], ["exp", 1000], deep),
        ["^", ["/", 0, 0], 0],
    ]
    assert all(map(math.isnan, in_browser(browser, [(shape, [1.0, 2.0]) for shape in shapes])))
