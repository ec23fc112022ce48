"""What the sections say where a side, a range, a price or an input is missing or alike."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from impact_cases import (
    COST_MISSED,
    FOREST,
    OUTCOMES,
    RECALL,
    TREE,
    analysed,
    impact_of_case,
    model,
    payback,
    runs,
    side,
    threshold,
)
from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.result import BreakEven, Driver, Impact, Scenario, Spread
from runfolio.config import Quantity
from runfolio.formula import Input
from runfolio.render.markdown_text import page_markdown
from runfolio.views.blocks import Chart, Page, Section, Table
from runfolio.views.book import Book
from runfolio.views.impact_figures import payback_figure
from runfolio.views.methods import impact_range
from runfolio.views.roles import load_roles
from runfolio.views.sections import (
    impact_assumptions,
    impact_break_even,
    impact_configurations,
    impact_drivers,
    impact_outcomes,
    impact_pareto,
    impact_scenarios,
    impact_threshold,
    impact_verdict,
)

A = analysed()
FULL = impact_of_case(A)
NAN = float("nan")


def built(section: Any, impact: Impact, a: Analysed = A) -> tuple[Any, ...]:
    view = Book.of(replace(a, impact=impact), load_roles(), title="Triage").view
    found: tuple[Any, ...] = section.build(view)
    return found


def told(section: Any, impact: Impact, a: Analysed = A) -> str:
    only = Page("impact.html", "impact.html", "", (Section("only", "", built(section, impact, a)),))
    return page_markdown(only).replace("\u00a0", " ").lstrip("# \n")


def rows(table: Table) -> list[list[str]]:
    return [
        [(c.verdict.text if c.verdict else c.text).replace("\u00a0", " ") for c in row.cells]
        for row in table.rows
    ]


def itself(candidates: dict[str, tuple[Spread, float]]) -> tuple[Impact, Analysed]:
    """Return a report whose champion is the baseline, and what its others are worth."""
    same = analysed(asked={"baseline": {"params": {"model": "forest"}}})
    nothing: dict[str, Any] = dict.fromkeys(("outcomes", "drivers", "break_evens"), ())
    impact = replace(impact_of_case(same), difference=None, candidates=candidates, **nothing)
    return impact, same


def test_only_others_whose_worth_is_told_are_named() -> None:
    known = {"tree": (Spread(4e4, -9e3, 9e4), 0.8), "bench": (Spread(9e4, NAN, NAN), NAN)}
    assert "Of the others tree is expected to be worth most" in told(impact_verdict, *itself(known))
    alone = itself({"bench": (Spread(9e4, NAN, NAN), NAN)})
    assert "Of the others" not in told(impact_verdict, *alone)


def test_without_any_range_no_probability_is_told() -> None:
    fixed = Spread(4e4, 4e4, 4e4, has_range=False)
    said = told(impact_verdict, *itself({"tree": (fixed, 1.0)}))
    assert "By the values as stated, of the others tree is worth most: EUR +40,000" in said
    assert "probability" not in said
    third = analysed([*FOREST, *TREE, *runs("boost", 0.94, 0.95, 0.96)])
    boost = next(c for c in third.configurations if c.label == "boost")
    impact = impact_of_case(third)
    impact = replace(
        impact,
        sides=(side(boost, 3_100_000), *impact.sides),
        candidates={"boost": (fixed, 1.0)},
        rivals={"boost": (replace(fixed, mean=1e5), 1.0)},
    )
    said = told(impact_configurations, impact, third)
    assert "by the values as stated EUR 100,000 a year more than the champion" in said
    assert "No range stated" in said


def test_several_requirements_that_are_missed_are_told_as_several() -> None:
    asked = [
        {"name": "Fast", "metric": "latency_ms", "at_most": 15},
        {"name": "Faster", "metric": "latency_ms", "at_most": 5},
    ]
    held = analysed(asked={"requirements": asked})
    said = told(impact_verdict, impact_of_case(held), held)
    assert "“Fast” and “Faster” must be met before it may be used, and are not." in said


def test_the_running_cost_is_among_the_losses() -> None:
    # 90 more revenue a year and 500 for the running: 410 less.
    revenue = replace(OUTCOMES[0], name="Orders", kind="revenue")
    impact = replace(
        FULL,
        model=model(outcomes=(revenue,), running_cost=Quantity(value=500, unit="EUR/year")),
        difference=Spread(-410.0, -450.0, -370.0),
        outcomes=(Spread(90.0, 50.0, 130.0),),
    )
    said = told(impact_outcomes, impact)
    assert "ahead by “Orders” and falls behind by “Running cost”." in said
    only = replace(
        FULL,
        model=model(outcomes=OUTCOMES[2:], running_cost=Quantity(value=1_000, unit="EUR/year")),
        difference=Spread(-1_000.0, -1_000.0, -1_000.0, has_range=False),
        outcomes=FULL.outcomes[2:],
    )
    said = told(impact_outcomes, only)
    assert "In money nothing changes" not in said
    assert "falls behind by “Running cost”" in said
    money = next(one for one in built(impact_outcomes, only) if isinstance(one, Table))
    assert [row[0] for row in rows(money)] == ["Running cost", "Together"]


def test_where_nothing_is_priced_it_is_said() -> None:
    hours = replace(
        FULL,
        model=model(outcomes=OUTCOMES[2:], running_cost=None),
        difference=Spread(0.0, 0.0, 0.0, has_range=False),
        outcomes=FULL.outcomes[2:],
    )
    said = told(impact_outcomes, hours)
    assert said.startswith("Nothing is priced in money. What changes: Hours of work")


def even(**changes: Any) -> BreakEven:
    given: dict[str, Any] = {"now": 1.0, "value": 0.945, "sides": "above", "within_range": True}
    return BreakEven(**{"input": RECALL, **given, **changes})


COST = {"input": COST_MISSED, "value": 20_000.0, "sides": "below"}


def test_conditions_hold_one_at_a_time() -> None:
    several = (even(), even(**COST))
    assert (
        "The champion is worth more as long as “Recall” is above 94.5 %, or as long as “Cost of a "
        "missed case” is below EUR 20,000 per case, one of them moved at a time."
    ) in told(impact_break_even, replace(FULL, break_evens=several))
    less = replace(FULL, difference=Spread(-5e5, -9e5, 1e5), break_evens=several)
    said = told(impact_break_even, less)
    assert "would be worth more if “Recall” were above 94.5 %, or if “Cost of a" in said
    assert "Would be worth more if “Recall” were above 94.5 %." in said
    third = even(input=Input("quantity", ("cases_a_day",)), value=3.0)
    said = told(impact_break_even, replace(FULL, break_evens=(*several, third)))
    assert "; 1 more input turns it round by likely values." in said


def test_what_has_no_range_is_not_judged_by_likely_values() -> None:
    bare = model(quantities={"cost_missed": Quantity(value=3e4, unit="EUR/case")})
    impact = replace(FULL, model=bare, drivers=(), break_evens=(even(**COST, within_range=False),))
    said = told(impact_break_even, impact)
    assert "No range stated" in said
    assert "No likely value" not in said


def test_no_input_is_said_to_carry_all_of_the_uncertainty() -> None:
    one = replace(FULL, drivers=FULL.drivers[:1])
    said = told(impact_drivers, one)
    assert "All of the uncertainty" not in said
    assert "The answer depends most on “Cost of a missed case”" in said
    assert "The bar of a metric" not in said
    assert "The bar of a metric goes from and to the champion's mean" in told(impact_drivers, FULL)


def test_ranges_that_move_nothing_are_ranges() -> None:
    still = replace(FULL, drivers=())
    assert "No input that has a range moves the difference by itself." in told(
        impact_drivers, still
    )


def test_two_inputs_of_one_label_have_bars_of_their_own() -> None:
    twice = {
        name: Quantity(value=1.0, range=(0.5, 2.0), label="Cost") for name in ("cost_a", "cost_b")
    }
    drivers = tuple(
        Driver(Input("quantity", (name,)), 0.5, 2.0, at_low=1.0, at_high=9.0) for name in twice
    )
    blocks = built(impact_drivers, replace(FULL, model=model(quantities=twice), drivers=drivers))
    drawn = next(one for one in blocks if isinstance(one, Chart))
    assert drawn.data["f0"][:4] == ["Cost (cost_a)"] * 2 + ["Cost (cost_b)"] * 2
    assert drawn.table is not None
    assert [row[0] for row in rows(drawn.table)] == ["Cost (cost_a)", "Cost (cost_b)"]


def place(label: str, means: tuple[float, float], by: Any = None) -> Any:
    standing = SimpleNamespace(configuration=SimpleNamespace(label=label))
    return SimpleNamespace(standing=standing, means=means, dominated_by=by and by.standing)


@pytest.mark.parametrize(
    ("worth", "says"),
    [
        (5.0, "quick is expected to be worth as much as the champion, with a better latency"),
        (6.0, "quick is expected to be worth more than the champion, with no worse latency"),
    ],
)
def test_equal_worth_is_not_called_more(worth: float, says: str) -> None:
    quick, far = place("quick", (worth, 10.0)), place("far", (9.0, 90.0))
    own = place("new", (5.0, 20.0), by=quick)
    champion = own.standing.configuration
    metrics = (None, A.metrics["latency_ms"])
    front: Any = SimpleNamespace(metrics=metrics, places=(quick, own, far), best=(quick, far))
    view: Any = SimpleNamespace(analysed=SimpleNamespace(champion=champion))
    assert impact_pareto._finding(view, front) == says
    alone: Any = SimpleNamespace(metrics=metrics, places=(quick, own), best=(quick,))
    said = impact_pareto._finding(view, alone)
    assert ("ahead in worth" in said) == (worth > 5.0)


def test_what_a_false_alarm_saves_is_no_cost() -> None:
    saves = replace(threshold(), false_alarm=-6_000.0)
    assert "one more false alarm in a hundred saves EUR 6,000 a year" in told(
        impact_threshold, replace(FULL, threshold=saves)
    )
    lost = replace(threshold(), missed=NAN)
    said = told(impact_threshold, replace(FULL, threshold=lost))
    assert "NaN" not in said
    assert "One more false alarm in a hundred costs EUR 6,000 a year, every quantity" in said


def test_without_a_baseline_the_cases_have_the_running_cost_that_their_worth_has() -> None:
    alone = analysed(FOREST, {"baseline": None})
    cost = Input("quantity", ("running cost",))
    cases = tuple(
        Scenario(name, total, (total + 68_000, 50_000, 900), {cost: 18_000.0})  # type: ignore[arg-type]
        for name, total in (("pessimistic", 9e5), ("expected", 1e6), ("optimistic", 2e6))
    )
    impact = replace(
        impact_of_case(alone), difference=None, baseline=None, outcomes=(), scenarios=cases
    )
    table = built(impact_scenarios, impact, alone)[1]
    assert rows(table)[-1] == ["Running cost", *["EUR −18,000"] * 3]


def test_what_costs_nothing_once_has_no_pay_back() -> None:
    free = model(fixed_cost=Quantity(value=0, unit="EUR"), horizon=5.0)
    figure = payback_figure(replace(FULL, model=free, payback=payback(0.0)))
    assert figure is not None
    assert figure.label == "Worth over 5 years, against the baseline"


def test_without_draws_no_rule_speaks_of_draws() -> None:
    view = Book.of(replace(A, impact=replace(FULL, draws=0)), load_roles(), title="Triage").view
    assert impact_range.build(view) == ()


def test_what_no_formula_uses_is_told_apart() -> None:
    quantities = {**FULL.model.quantities, "spare": Quantity(value=7, label="Spare beds")}
    impact = replace(FULL, model=model(quantities=quantities))
    said = told(impact_assumptions, impact)
    assert "Stated, but used by no formula that is computed: “Spare beds”." in said
    table = next(one for one in built(impact_assumptions, impact) if isinstance(one, Table))
    assert "Spare beds" not in [row[0] for row in rows(table)]
