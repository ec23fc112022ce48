"""Do the units of a formula fit, and is it told what does not?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula_trees import INPUTS, trees
from runfolio.formula import (
    NO_UNIT,
    FormulaError,
    Node,
    Unit,
    inputs_of,
    parse_formula,
    parse_unit,
    unit_of,
    unit_of_input,
)

UNITS = {
    **{"cases": "case/year", "cost": "EUR/case", "yearly": "EUR/year", "monthly": "EUR/month"},
    **{"rate": "%", "money": "EUR", "hours": "h/year", "minutes": "min/case", "area": "m^2"},
    **{"customers": "customers/month", "worth": "EUR/customer", "months": "months"},
}


def unit(text: str) -> Unit | None:
    tree = parse_formula(text)
    metrics = {"latency": "ms", "share": "%"}
    return unit_of(tree, {one: unit_of_input(one, UNITS, metrics)[0] for one in inputs_of(tree)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customers * worth * months", "EUR"),
        ("cases * rate * cost * (1 - metric('share'))", "EUR/year"),
        ("cases * share('ill', 'well') * cost + yearly", "EUR/year"),
        ("cases('ill', 'well') * cost", "EUR"),
        ("cases('a', 'b') / cases('a', 'a')", ""),
        ("monthly * 12 * unit('month/year') + yearly", "EUR/year"),
        ("cases * 0.25 * unit('h/case')", "h/year"),
        ("cases * minutes", "min/year"),
        ("sqrt(area)", "m"),
        ("sqrt(cost)", "EUR^1/2/case^1/2"),
        ("area ** 2 / area", "m^2"),
        ("area ** -1", "1/m^2"),
        ("rate ** metric('share')", ""),
        ("exp(-money / money)", ""),
        ("log(metric('latency') / unit('ms'))", ""),
        ("max(0, yearly)", "EUR/year"),
        ("clamp(yearly, 0, 2 * yearly)", "EUR/year"),
        ("yearly if metric('latency') < 50 * unit('ms') else 0", "EUR/year"),
        ("-yearly", "EUR/year"),
        ("yearly - 0", "EUR/year"),
        ("1 if cases > 0 and 0 < rate < 1 else 2", ""),
    ],
)
def test_what_a_formula_gives(text: str, expected: str) -> None:
    found = unit(text)
    assert found is not None
    assert ("" if found == NO_UNIT else str(found)) == expected


@pytest.mark.parametrize(
    "text", ["0", "0 * cases", "max(0, 0)", "0 / cases", "0 if cases > 0 else 0"]
)
def test_nothing_has_any_unit(text: str) -> None:
    assert unit(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cases + cost", "adds cases (case/year) and cost (EUR/case)."),
        ("cases + cost", "A number that stands in the formula has none"),
        ("yearly - 5", "subtracts yearly (EUR/year) and 5 (no unit)."),
        ("yearly + rate * 2", "adds yearly (EUR/year) and a number without a unit."),
        ("yearly + monthly", "multiply what is in EUR/month by 12 * unit('month/year')"),
        ("monthly + yearly", "multiply what is in EUR/month by 12 * unit('month/year')"),
        ("hours + cases * minutes", "multiply what is in h/year by 60 * unit('min/h')"),
        ("max(yearly, money)", "takes the most of yearly (EUR/year) and money (EUR)"),
        ("min(yearly, 1)", "takes the least of"),
        ("clamp(yearly, 0, 1000)", "takes the least of something in EUR/year and 1000 (no unit)"),
        ("yearly if cases > 0 else money", "chooses between yearly (EUR/year) and money (EUR)"),
        ("1 if cases > cost else 0", "compares cases (case/year) and cost (EUR/case)"),
        ("1 if metric('latency') < 50 else 0", "compares metric('latency') (ms) and 50 (no unit)"),
        ("exp(money)", "takes exp() of something in EUR."),
        ("log(cases)", "takes log() of something in case/year."),
        ("2 ** money", "raises to a power something in EUR"),
        ("money ** 0.5", "raises EUR to a power that is no whole number"),
        ("area ** 12", "raises m^2 to a power that is no whole number from -9 to 9."),
        ("money ** rate", "raises EUR to a power that is no whole number"),
        ("1 if not cases > 1 else 2", "compares"),
    ],
)
def test_what_does_not_fit_is_explained(text: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        unit(text)
    assert said in f"{caught.value} {caught.value.hint}"
    assert caught.value.slug == "config-units"


def test_the_remedy_that_is_told_helps() -> None:
    assert unit("yearly + monthly * 12 * unit('month/year')") == parse_unit("EUR/year")
    assert unit("hours * 60 * unit('min/h') + cases * minutes") == parse_unit("min/year")


@given(trees(functions=("exp", "log", "sqrt")))
def test_mere_numbers_fit_always(tree: Node) -> None:
    assert unit_of(tree, dict.fromkeys(INPUTS, NO_UNIT)) in (NO_UNIT, None)


@given(trees(), st.sampled_from(INPUTS))
def test_a_unit_that_is_not_known_is_never_the_mistake(tree: Node, unknown: object) -> None:
    units = {one: parse_unit(text) for one, text in zip(INPUTS, ("case", "", "EUR"), strict=True)}
    try:
        unit_of(tree, units)
    except FormulaError:
        return
    unit_of(tree, {one: None if one == unknown else own for one, own in units.items()})
