"""What is wrong with an impact model is said in words, and no total is claimed without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from impacts import NEW, TODAY, TRIAGE, analysed, impact, seeds, told_of
from runfolio.model.plots import Confusion

MATRIX = Confusion("confusion", ("benign", "malignant"), np.array([[9.0, 1.0], [2.0, 8.0]]))
SIDES = analysed(seeds("today", TODAY, [MATRIX]), seeds("new", NEW, [MATRIX]))


def changed(formula: str, kind: str = "saving") -> dict[str, Any]:
    """Return the model with another outcome in it."""
    more = {"name": "More", "kind": kind, "formula": formula}
    return {**TRIAGE, "outcomes": [*TRIAGE["outcomes"], more]}


@pytest.mark.parametrize(
    ("formula", "slug", "said", "hint"),
    [
        ("case * caught", "impact-formula", "uses 'case', which is no quantity", "'cases'"),
        ("cases + caught", "impact-units", "adds cases (case/year) and caught (EUR/case)", ""),
        ("cases * 3", "impact-units", "gives case/year", ""),
    ],
)
def test_a_mistake_in_money_leaves_no_total(formula: str, slug: str, said: str, hint: str) -> None:
    told, problems = told_of(SIDES, changed(formula))
    assert told is not None
    (problem,) = problems
    assert problem.slug == slug
    assert problem.place == "report.yaml"
    assert f"The outcome 'More' {said}" in problem.message
    assert "No total is told without it." in problem.message
    assert hint in problem.hint
    assert (told.champion, told.baseline, told.difference, told.sides) == (None, None, None, ())
    assert said in told.model.left_out["More"]
    assert set(told.untold) == {"new", "today"}
    assert all(said in why for why in told.untold.values())


@pytest.mark.parametrize(
    ("formula", "slug", "said", "hint"),
    [
        (
            "cases * metric('recal') * caught",
            "impact-metric-not-logged",
            "The metric 'recal' is used by the outcome 'More', and no run logged it. "
            "No total of the impact is told without it.",
            "Did you mean 'recall'?",
        ),
        (
            "cases * share('malign', 'benign') * caught",
            "impact-class-not-logged",
            "The class 'malign' is used by the outcome 'More', and no confusion matrix has it. "
            "No total of the impact is told without it.",
            "Did you mean 'malignant'?",
        ),
    ],
)
def test_what_was_not_logged_leaves_no_total(formula: str, slug: str, said: str, hint: str) -> None:
    told, problems = told_of(SIDES, changed(formula))
    assert told is not None
    assert [(p.place, p.slug, p.message, p.hint) for p in problems] == [
        ("report.yaml", slug, said, hint)
    ]
    assert told.sides == ()
    assert list(told.model.left_out) == ["More"]
    assert all("The outcome 'More' uses the " in why for why in told.untold.values())


def test_what_several_outcomes_lack_is_one_problem() -> None:
    told = {**TRIAGE, "outcomes": [*TRIAGE["outcomes"]]}
    for at, kind in enumerate(("saving", "cost", "non-monetary")):
        formula = "cases * metric('x') * metric('y')" + (" * exam" if at < 2 else "")
        told["outcomes"].append({"name": f"More {at}", "kind": kind, "formula": formula})
    _, problems = told_of(SIDES, told)
    assert [problem.message.partition(", and")[0] for problem in problems] == [
        f"The metric '{name}' is used by 3 outcomes ('More 0', 'More 1', 'More 2')" for name in "xy"
    ]


def test_a_mistake_in_what_is_not_money_leaves_the_total() -> None:
    told, problems = told_of(SIDES, changed("cases * metric('recal')", "non-monetary"))
    assert told is not None
    assert told.difference is not None
    assert told.difference.mean == pytest.approx(2_170)
    assert [problem.slug for problem in problems] == ["impact-metric-not-logged"]
    assert "The impact is told without it." in problems[0].message
    assert [outcome.name for outcome in told.model.outcomes] == [
        *("Caught in time", "Needless examinations", "Hours")
    ]


def test_shares_without_any_confusion_matrix() -> None:
    a = analysed(seeds("today", TODAY), seeds("new", NEW))
    _, problems = told_of(a, changed("cases * share('a', 'b') * caught"))
    assert "no run logged a confusion matrix" in problems[0].message


def test_a_wrong_running_cost_leaves_no_total_and_a_wrong_fixed_cost_does() -> None:
    told, problems = told_of(SIDES, {**TRIAGE, "running_cost": {"value": 1_000, "unit": "h/year"}})
    assert told is not None
    assert told.sides == ()
    assert [problem.slug for problem in problems] == ["impact-units"]
    told, problems = told_of(SIDES, {**TRIAGE, "fixed_cost": {"value": 1_000, "unit": "h"}})
    assert told is not None
    assert told.difference is not None
    assert told.payback is None
    assert [problem.slug for problem in problems] == ["impact-units"]


def test_an_outcome_is_told_from_a_cost_of_the_same_name() -> None:
    lost = {"name": "The fixed cost", "kind": "cost", "formula": "cases * metric('recal') * exam"}
    told, problems = told_of(
        SIDES,
        {
            **TRIAGE,
            "outcomes": [*TRIAGE["outcomes"], lost],
            "fixed_cost": {"value": 1_000, "unit": "h"},
        },
    )
    assert told is not None
    assert told.sides == ()
    assert "uses the metric 'recal'" in told.model.left_out["The fixed cost"]
    assert list(told.model.left_out) == ["The fixed cost"]
    assert list(told.model.costs_left_out) == ["fixed_cost"]
    assert {p.slug for p in problems} == {"impact-metric-not-logged", "impact-units"}
    assert all("'recal'" in why for why in told.untold.values())


def test_running_cost_is_told_in_the_models_period() -> None:
    monthly = {"value": 100, "range": [50, 200], "unit": "EUR/month"}
    model = impact(SIDES, {**TRIAGE, "running_cost": monthly}).model
    assert model.running_cost is not None
    assert model.running_cost.value == pytest.approx(1_200)
    assert model.running_cost.range == pytest.approx((600, 2_400))
    assert model.running_cost.unit == "EUR/year"


def test_a_model_without_any_metric_is_noted() -> None:
    told, problems = told_of(
        SIDES,
        {
            "quantities": {"fee": {"value": 5, "unit": "EUR/year"}},
            "outcomes": [{"name": "Fee", "kind": "revenue", "formula": "fee"}],
        },
    )
    assert [problem.slug for problem in problems] == ["impact-without-metric"]
    assert problems[0].severity == "note"
    assert told is not None
    assert told.difference is not None
    assert told.difference.mean == 0


def test_of_several_matrices_one_is_used_everywhere_and_said() -> None:
    other = Confusion("other", ("benign", "malignant"), np.array([[5.0, 5.0], [5.0, 5.0]]))
    a = analysed(seeds("today", TODAY, [other, MATRIX]), seeds("new", NEW, [MATRIX]))
    told, problems = told_of(a, changed("cases * share('malignant', 'malignant') * caught"))
    assert told is not None
    assert told.baseline is not None
    assert told.baseline.outcomes[3].mean == pytest.approx(1000 * 0.8 * 500)
    assert [problem.slug for problem in problems] == ["impact-several-matrices"]
    assert "'confusion' is used" in problems[0].message


@pytest.mark.parametrize(
    ("kind", "goal"), [("revenue", "maximize"), ("saving", "maximize"), ("cost", "minimize")]
)
def test_money_has_its_direction(kind: str, goal: str) -> None:
    told: Mapping[str, Any] = changed("cases * metric('fpr') * exam", kind)
    outcome = impact(SIDES, told).model.outcomes[3]
    assert outcome.goal == goal
    assert outcome.sign == (1 if goal == "maximize" else -1)
