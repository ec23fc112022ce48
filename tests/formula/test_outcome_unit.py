"""In which unit an outcome is told, and by what its formula's value is multiplied."""

from __future__ import annotations

import pytest

from runfolio.formula import (
    NO_UNIT,
    FormulaError,
    Input,
    fixed_cost_factor,
    outcome_unit,
    parse_unit,
    running_cost_factor,
    unit_of_input,
)


def money(found: str, currency: str = "EUR", period: str = "year") -> float:
    unit, factor = outcome_unit(
        parse_unit(found), is_money=True, unit="", currency=currency, period=period
    )
    assert unit == currency
    return factor


@pytest.mark.parametrize(
    ("found", "period", "factor"),
    [
        ("EUR", "year", 1),
        ("EUR", "month", 1),
        ("EUR/year", "year", 1),
        ("EUR/month", "year", 12),
        ("EUR/year", "month", 1 / 12),
        ("EUR/day", "week", 7),
        ("EUR·min/h/day", "quarter", 365 / 4 / 60),
        ("EUR·min/h", "quarter", 1 / 60),
    ],
)
def test_money_is_told_over_the_period(found: str, period: str, factor: float) -> None:
    assert money(found, period=period) == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("case/year", "gives case/year, not EUR or EUR/year. It lacks a factor in EUR/case."),
        ("case", "gives case, not EUR or EUR/year. It lacks a factor in EUR/case."),
        ("", "gives a number without a unit, not EUR or EUR/year. It lacks a factor in EUR."),
        ("USD/month", "lacks a factor in EUR/USD"),
        ("EUR/h", "gives EUR/h, not EUR or EUR/year. It lacks a factor in h."),
        ("EUR^2/year", "lacks a factor in 1/EUR"),
    ],
)
def test_what_is_no_money_is_explained(found: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        money(found)
    assert said in f"{caught.value} {caught.value.hint}"
    assert "0.25 * unit('" in caught.value.hint


def test_a_currency_that_is_not_known_is_one() -> None:
    assert money("CHF/month", "CHF") == 12


@pytest.mark.parametrize(
    ("found", "unit", "shown", "factor"),
    [
        ("h/year", "h/year", "h/year", 1),
        ("min/month", "h/year", "h/year", 12 / 60),
        ("h/year", "", "h/year", 1),
        ("", "", "", 1),
        ("case/year", "thousand cases/year", "thousand cases/year", 1e-3),
        ("", "% of cases", "% of cases", 100),
        ("kg CO2/year", " t CO2/year ", "t CO2/year", 1e-3),
    ],
)
def test_what_is_not_money_is_told_in_its_unit(
    found: str, unit: str, shown: str, factor: float
) -> None:
    told, by = outcome_unit(
        parse_unit(found), is_money=False, unit=unit, currency="EUR", period="month"
    )
    assert told == shown
    assert by == pytest.approx(factor, rel=1e-14)


def test_another_unit_than_the_one_said_is_explained() -> None:
    with pytest.raises(FormulaError, match="gives case/year, not h/year") as caught:
        outcome_unit(
            parse_unit("case/year"), is_money=False, unit="h/year", currency="EUR", period="year"
        )
    assert "0.25 * unit('h/case')" in caught.value.hint


def test_what_is_always_nothing_has_any_unit() -> None:
    assert outcome_unit(None, is_money=True, unit="", currency="EUR", period="day") == ("EUR", 1)
    told = outcome_unit(None, is_money=False, unit="%", currency="EUR", period="day")
    assert told == ("%", 100)
    assert outcome_unit(None, is_money=False, unit="", currency="EUR", period="day") == ("", 1)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("EUR/year", 1), ("EUR/month", 12), ("thousand EUR/quarter", 4000), ("€ per week", 365 / 7)],
)
def test_a_running_cost_is_money_per_time(unit: str, factor: float) -> None:
    assert running_cost_factor(unit, "EUR", "year") == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize("unit", ["", "EUR", "USD/year", "EUR/h", "1/year", "thousand"])
def test_and_nothing_else(unit: str) -> None:
    with pytest.raises(FormulaError, match="is money per time") as caught:
        running_cost_factor(unit, "EUR", "year")
    assert "{value: 18000, unit: EUR/year}" in caught.value.hint


@pytest.mark.parametrize(("unit", "factor"), [("", 1), ("EUR", 1), ("million €", 1e6)])
def test_a_fixed_cost_is_money(unit: str, factor: float) -> None:
    assert fixed_cost_factor(unit, "EUR") == factor


@pytest.mark.parametrize("unit", ["USD", "EUR/year", "h"])
def test_and_no_other_thing(unit: str) -> None:
    with pytest.raises(FormulaError, match="is paid once, in EUR"):
        fixed_cost_factor(unit, "EUR")


@pytest.mark.parametrize(
    ("one", "unit", "factor"),
    [
        (Input("quantity", ("share",)), "", 0.01),
        (Input("quantity", ("sales",)), "EUR/year", 1e6),
        (Input("metric", ("recall",)), "", 1),  # given as a share
        (Input("metric", ("latency",)), "ms", 1),
        (Input("metric", ("sold",)), "case", 1e3),
        (Input("metric", ("not told",)), "", 1),
        (Input("share", ("a", "b")), "", 1),
        (Input("cases", ("a", "b")), "case", 1),
    ],
)
def test_how_formulas_take_inputs(one: Input, unit: str, factor: float) -> None:
    quantities = {"share": "%", "sales": "million EUR/year"}
    metrics = {"recall": "%", "latency": "ms", "sold": "thousand cases"}
    found, by = unit_of_input(one, quantities, metrics)
    assert (found, by) == (parse_unit(unit) if unit else NO_UNIT, factor)
