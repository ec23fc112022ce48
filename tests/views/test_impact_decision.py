"""What the page says is to be decided: by what it is worth, and by what bringing it in costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from impact_cases import analysed, impact_of_case, model
from runfolio.analysis.impact.result import Impact, Payback, Spread
from runfolio.config import Quantity
from runfolio.views.book import Book
from runfolio.views.impact_decision import impact_decision, impact_steps
from runfolio.views.roles import load_roles
from runfolio.views.view import View

A = analysed()
VIEW: View = Book.of(A, load_roles(), title="Triage").view


def decision(impact: Impact) -> str:
    told = impact_decision(VIEW, impact)
    spans = [one if isinstance(one, str) else one.text for one in told]
    return "".join(spans).replace("\u00a0", " ")


def brought_in(payback: Payback, horizon: float | None = 3.0, **case: Any) -> Impact:
    once = model(fixed_cost=Quantity(value=90_000, unit="EUR"), horizon=horizon)
    return replace(impact_of_case(A, **case), model=once, payback=payback)


SURE = {"mean": 20_000.0, "low": 10_000.0, "high": 30_000.0, "probability": 0.99}
UNSURE = {"mean": 20_000.0, "low": -10_000.0, "high": 50_000.0, "probability": 0.9}
FIXED = {"mean": 20_000.0, "low": 20_000.0, "high": 20_000.0, "probability": 1.0}


@pytest.mark.parametrize("case", [SURE, UNSURE, FIXED])
def test_what_does_not_come_back_within_the_horizon_is_not_to_be_brought_in(
    case: dict[str, float],
) -> None:
    # 3 years of 20,000 bring 60,000 of 90,000: 30,000 a year would, or a cost of 60,000.
    told = decision(brought_in(Payback(None, 0.0, Spread(-30_000, -60_000, -10_000)), **case))
    assert told.startswith("Do not bring forest into use for its worth as it stands.")
    assert "costs EUR 90,000 once, which is not expected to be back within 3 years" in told
    assert "over 3 years it comes to EUR −30,000" in told
    assert "would have to be worth about EUR 30,000 a year more than the baseline" in told
    assert "cost no more than about EUR 60,000 to bring in" in told


@pytest.mark.parametrize("case", [SURE, UNSURE, FIXED])
def test_what_comes_back_says_what_it_costs_and_when(case: dict[str, float]) -> None:
    told = decision(brought_in(Payback(1.5, 0.9, Spread(150_000, 50_000, 200_000)), **case))
    assert told.startswith("Decide whether")
    # 1.5 years are 18 months.
    assert "costs EUR 90,000 once, which is expected to be back after about 18 months" in told
    assert "over 3 years it comes to EUR +150,000" in told


def test_without_a_horizon_what_never_comes_back_is_said() -> None:
    told = decision(brought_in(Payback(None, 0.0, None), None, **SURE))
    assert told.startswith("Do not bring forest into use")
    assert "which is not expected ever to come back" in told
    assert "it would have to be worth more, or cost less to bring in" in told


def test_likely_gains_that_are_expected_to_lose_are_no_reason_to_change() -> None:
    told = decision(impact_of_case(A, -19_000, -60_000, 9_000, 0.7))
    assert told.startswith("Keep the baseline for now. It is more likely than not that forest is")
    assert "worth more, with a probability of 70 %, but what it may lose outweighs that" in told
    assert "it loses about EUR 19,000 a year" in told
    assert "give up" not in told


def test_unlikely_gains_that_are_expected_to_pay_are_told_as_both() -> None:
    told = decision(impact_of_case(A, 50_000, -9_000, 900_000, 0.3))
    assert "worth less, with a probability of 70 %, but what it may gain outweighs that" in told


def test_what_is_worth_as_much_is_no_reason_to_change() -> None:
    told = decision(impact_of_case(A, 0.0, 0.0, 0.0, 0.0))
    assert told == (
        "Keep the baseline. By the formulas forest is worth as much, so its worth is no reason to "
        "change."
    )


def test_nobody_is_asked_for_the_owner_of_what_no_formula_uses() -> None:
    unused = {"spare": Quantity(value=1)}
    impact = replace(impact_of_case(A), model=model(quantities=unused))
    assert impact_steps(VIEW, impact) == []
