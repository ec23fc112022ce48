"""What a model's work is worth: by hand, and what must always hold."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts import (
    FEW,
    NEW,
    TODAY,
    TRIAGE,
    analysed,
    impact,
    metric,
    seeds,
    told_of,
    with_quantities,
    worth,
)
from runfolio.analysis.impact.ranking import MOST_DRAWN
from runfolio.model.plots import Confusion

SIDES = analysed(seeds("today", TODAY), seeds("new", NEW))
CERTAIN = with_quantities(TRIAGE, positives={"value": 11, "unit": "%"})


def exactly(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def test_a_linear_case_by_hand() -> None:
    told = impact(SIDES, TRIAGE)
    champion, baseline, difference = told.champion, told.baseline, told.difference
    assert champion is not None
    assert baseline is not None
    assert difference is not None
    # Caught: 1000 · 0.11 · recall · 500 = 55,000 · recall: 50,050 and 45,100.
    # Examinations: 1000 · 0.89 · fpr · 20 = 17,800 · fpr: 3,560 and 1,780.
    # Hours: 1000 · fpr · 0.5: 100 and 50. Only the new model has the running cost of 1,000.
    assert [one.mean for one in champion.outcomes] == exactly([50_050, 3_560, 100])
    assert [one.mean for one in baseline.outcomes] == exactly([45_100, 1_780, 50])
    assert champion.total.mean == exactly(50_050 - 3_560 - 1_000)
    assert baseline.total.mean == exactly(45_100 - 1_780)
    assert difference.mean == exactly(2_170)
    assert [one.mean for one in told.outcomes] == exactly([4_950, 1_780, 50])
    assert told.is_exact
    assert difference.error == 0
    assert [side.configuration.label for side in told.sides] == ["new", "today"]
    # Each run by its own recall: 0.90, 0.91 and 0.92.
    own = [49_500 - 4_560, 50_050 - 4_560, 50_600 - 4_560]
    assert list(champion.by_run.values()) == exactly(own)
    assert champion.values[metric("recall")] == exactly(0.91)


def test_amounts_are_told_in_the_period_that_is_asked_for() -> None:
    yearly, monthly = impact(SIDES, TRIAGE), impact(SIDES, {**TRIAGE, "period": "month"})
    assert yearly.difference is not None
    assert monthly.difference is not None
    assert monthly.difference.mean == exactly(2_170 / 12)
    assert monthly.outcomes[2].mean == exactly(50)  # whose unit is said to be h/year


def test_a_metric_logged_in_per_cent_is_worth_what_the_same_share_is() -> None:
    hundred = {key: [100 * value for value in values] for key, values in NEW.items()}
    today = {key: [100 * value for value in values] for key, values in TODAY.items()}
    units = {"recall": {"unit": "%"}, "fpr": {"unit": "%"}}
    logged = analysed(seeds("today", today), seeds("new", hundred), metrics=units)
    shown = analysed(seeds("today", TODAY), seeds("new", NEW), metrics=units)
    for a, recall in ((logged, 91.0), (shown, 0.91)):
        told = impact(a, TRIAGE)
        assert told.difference is not None
        assert told.champion is not None
        assert told.difference.mean == exactly(2_170)
        assert told.champion.values[metric("recall")] == exactly(recall)  # as it was logged


def test_a_cost_by_a_confusion_matrix() -> None:
    def matrix(*rows: tuple[float, float]) -> Confusion:
        return Confusion("confusion", ("benign", "malignant"), np.array(rows))

    told = {
        "quantities": {
            "patients": {"value": 200, "unit": "case/year"},
            "late": {"value": 1000, "unit": "EUR/case"},
            "seen": {"value": 30, "unit": "EUR/case"},
        },
        "outcomes": [
            {
                "name": "Found late",
                "kind": "cost",
                "formula": "patients * share('malignant', 'benign') * late",
            },
            {"name": "Seen", "kind": "cost", "formula": "cases('benign', 'malignant') * seen"},
        ],
    }
    # Missed: 10 of 40, then 2 of 40; called though benign: 5, then 15.
    today = matrix((55, 5), (10, 30))
    new = matrix((45, 15), (2, 38))
    a = analysed(
        seeds("today", {"recall": [0.75]}, [today]), seeds("new", {"recall": [0.95]}, [new])
    )
    found = impact(a, told)
    assert found.champion is not None
    assert found.baseline is not None
    # 200 · 0.25 · 1000 + 5 · 30 = 50,150 and 200 · 0.05 · 1000 + 15 · 30 = 10,450.
    assert found.baseline.total.mean == exactly(-50_150)
    assert found.champion.total.mean == exactly(-10_450)
    assert not found.champion.has_spread


def test_without_a_baseline_there_are_totals_and_no_difference() -> None:
    told = impact(analysed(seeds("new", NEW)), TRIAGE)
    assert told.champion is not None
    assert told.champion.total.mean == exactly(45_490)
    assert (told.baseline, told.difference, told.payback) == (None, None, None)
    assert math.isnan(told.probability)
    assert told.drivers == ()
    assert told.break_evens == ()
    assert told.scenarios[1].total == exactly(45_490)


def test_a_champion_that_is_the_baseline_differs_in_nothing() -> None:
    a = analysed(seeds("today", TODAY), seeds("new", NEW), champion={"params": {"model": "today"}})
    told = impact(a, TRIAGE)
    assert told.champion is told.baseline
    assert told.difference is None
    assert told.champion is not None
    assert told.champion.total.mean == exactly(43_320)  # without the running cost
    spread, likely = told.candidates["new"]
    assert spread.mean == exactly(2_170)
    assert 0 < likely < 1


def test_one_run_has_no_spread_of_its_own() -> None:
    a = analysed(
        seeds("today", {"recall": [0.82], "fpr": [0.1]}),
        seeds("new", {"recall": [0.91], "fpr": [0.2]}),
    )
    told = impact(a, CERTAIN)
    assert told.champion is not None
    assert told.difference is not None
    assert not told.champion.has_spread
    assert told.difference.low == told.difference.high == told.difference.mean == exactly(2_170)
    assert told.scenarios == ()
    assert told.probability == 1.0


def test_equal_runs_are_worth_the_same() -> None:
    same = {"recall": (0.9, 0.9, 0.9), "fpr": (0.1, 0.1, 0.1)}
    told = impact(
        analysed(seeds("today", same), seeds("new", same)), {**TRIAGE, "running_cost": None}
    )
    assert told.difference is not None
    assert (told.difference.low, told.difference.mean, told.difference.high) == (0, 0, 0)
    assert told.probability == 0.0  # worth as much is not worth more


def test_runs_without_a_finite_value_are_left_out_and_said() -> None:
    a = analysed(
        seeds("today", TODAY), seeds("new", {"recall": (0.90, math.nan, 0.92), "fpr": (0.2,) * 3})
    )
    told, problems = told_of(a, TRIAGE)
    assert told is not None
    assert told.champion is not None
    assert set(told.champion.by_run) == {"new-0", "new-2"}
    assert told.champion.total.mean == exactly(45_490)
    assert [problem.slug for problem in problems] == ["impact-run-without-input"]
    assert "missing in 1 of the runs" in problems[0].message
    assert "metric('recall')" in problems[0].message


def test_a_configuration_without_what_formulas_use_is_untold_with_its_reason() -> None:
    a = analysed(seeds("today", TODAY), seeds("new", {"recall": (0.9, 0.91, 0.92)}))
    told, problems = told_of(a, TRIAGE)
    assert told is not None
    assert told.champion is None
    assert told.difference is None
    assert told.baseline is not None
    assert told.untold == {"new": "None of its runs has metric('fpr')."}
    assert [problem.slug for problem in problems] == ["impact-champion-untold"]


def test_a_formula_without_a_value_for_one_run_is_said() -> None:
    a = analysed(
        seeds("today", {"recall": (0.8, 0.8, 0.8)}), seeds("new", {"recall": (0.0, 0.9, 0.9)})
    )
    told, problems = told_of(a, worth("eur * (3 + log(max(metric('recall'), 0)))"))
    assert told is not None
    assert told.champion is None or set(told.champion.by_run) == {"new-1", "new-2"}
    assert {"impact-run-undefined", "impact-champion-untold"} & {p.slug for p in problems}


def test_a_formula_without_any_value_leaves_its_configuration_untold() -> None:
    a = analysed(seeds("today", {"recall": (0.8, 0.9)}), seeds("new", {"recall": (0.5, 0.5)}))
    told, problems = told_of(a, worth("eur / (metric('recall') - 0.5)"))
    assert told is not None
    assert "divides by 0" in told.untold["new"]
    assert [problem.slug for problem in problems] == ["impact-champion-untold"]


def test_few_seeds_and_a_division_by_a_share_still_tell_a_range() -> None:
    # Of Student's t with 2 degrees of freedom some draws lie beyond 0: there the precision is 0.
    sides = [
        seeds("today", {"recall": (0.60, 0.62, 0.64), "precision": (0.33, 0.36, 0.39)}),
        seeds("new", {"recall": (0.70, 0.72, 0.74), "precision": (0.41, 0.44, 0.47)}),
    ]
    told, problems = told_of(
        analysed(*sides), worth("eur * (1000 * metric('recall') / metric('precision'))")
    )
    assert told is not None
    assert told.difference is not None
    assert [problem.slug for problem in problems] in ([], ["impact-draws-undefined"])
    assert math.isfinite(told.difference.low)
    assert math.isfinite(told.difference.high)
    # Of r / p with standard errors 0.02 / √3 and 0.03 / √3 that go together, the mean is about
    # r / p + r s_p² / p³ - s_r s_p / p²: 1.63636 + 0.00254 - 0.00103 = 1.63787 for the new model
    # and 1.72222 + 0.00399 - 0.00154 = 1.72467 for today's.
    assert told.difference.mean == pytest.approx(1637.87 - 1724.67, abs=1)


def test_configurations_measured_on_other_data_are_untold() -> None:
    a = analysed(
        seeds("today", TODAY, data="v1"),
        seeds("new", NEW, data="v2"),
        champion={"params": {"model": "new"}},
    )
    told, problems = told_of(a, TRIAGE)
    assert told is not None
    assert told.champion is not None
    assert told.difference is None
    assert "not measured as the champion was" in told.untold["today"]
    assert [problem.slug for problem in problems] == ["impact-baseline-untold"]


def test_what_others_are_worth_against_baseline_and_champion() -> None:
    other = {"recall": (0.95, 0.96, 0.97), "fpr": (0.2, 0.2, 0.2)}
    told = impact(analysed(seeds("today", TODAY), seeds("new", NEW), seeds("other", other)), TRIAGE)
    assert list(told.candidates) == ["other"]
    assert told.candidates["other"][0].mean == exactly(2_170 + 55_000 * 0.05)
    spread, likely = told.rivals["other"]
    # Seed by seed 0.05 more: the pairs differ by the same, so only the quantities spread it.
    assert spread.mean == exactly(2_750)
    assert likely > 0.95


def test_only_the_best_of_many_have_ranges() -> None:
    many = [seeds(f"m{at}", {"recall": [at / 300], "fpr": [0.1]}) for at in range(MOST_DRAWN + 20)]
    told = impact(
        analysed(seeds("today", TODAY), *many, champion={"params": {"model": "m7"}}), TRIAGE
    )
    assert len(told.sides) == MOST_DRAWN + 21
    # Champion and baseline are drawn, and the best of the others; all others stand behind them.
    drawn, without = told.sides[: MOST_DRAWN + 2], told.sides[MOST_DRAWN + 2 :]
    assert all(s.total.has_range for s in drawn)
    assert not any(s.total.has_range for s in without)
    for sides in (drawn, without):
        means = [s.total.mean for s in sides]
        assert means == sorted(means, reverse=True)
    assert [s.configuration.label for s in drawn[-2:]] == ["m20-0", "m7-0"]
    assert [s.configuration.label for s in without[:2]] == ["m19-0", "m18-0"]
    assert told.champion is not None
    assert math.isfinite(told.champion.total.low)


def test_those_without_draws_are_compared_alike_and_stand_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("runfolio.analysis.impact.ranking.MOST_DRAWN", 1)
    sides = {"today": 0.5, "new": 0.9, "a": 0.8, "b": 0.79, "c": 0.78}
    model = worth(
        "eur * (10 * load - 4 * load ** 2) * metric('recall')",
        load={"value": 1, "range": [0, 2]},
    )
    model["running_cost"] = {"value": 0.5, "unit": "EUR/year"}
    told = impact(
        analysed(*(seeds(name, {"recall": [value] * 2}) for name, value in sides.items())), model
    )
    # Of the triangle 0, 1, 2 the mean is 1 and the mean square 1 + 1/6: a recall of 1 is expected
    # to be worth 10 - 4 * 7/6 = 16/3, and 6 at the expected load.
    assert [s.configuration.label for s in told.sides] == [
        *("new", "model=a", "today", "model=b", "model=c")
    ]
    drawn, likely = told.candidates["model=a"]
    assert drawn.mean == pytest.approx(16 / 3 * 0.3 - 0.5, rel=0.01)
    assert 0 < likely < 1
    for name in ("b", "c"):
        spread, likely = told.candidates[f"model={name}"]
        assert spread.mean == exactly(6 * (sides[name] - 0.5) - 0.5)
        assert math.isnan(spread.low)
        assert not spread.has_range
        assert math.isnan(likely)


@pytest.mark.parametrize(
    "outcomes",
    [
        [("revenue", "1e6 * eur * metric('recall')")],
        # Both sides come to nothing, of which what is left after rounding says nothing.
        [("revenue", "1e6 * eur * metric('recall')"), ("cost", "1e5 * eur")],
    ],
)
def test_the_rounding_of_a_mean_is_no_gain(outcomes: list[tuple[str, str]]) -> None:
    # The mean of three times 0.1 is the next number above 0.1.
    assert np.mean([0.1, 0.1, 0.1]) > 0.1
    model = worth("eur") | {
        "outcomes": [
            {"name": f"It {at}", "kind": kind, "formula": formula}
            for at, (kind, formula) in enumerate(outcomes)
        ]
    }
    a = analysed(seeds("today", {"recall": [0.1]}), seeds("new", {"recall": [0.1] * 3}))
    told = impact(a, model)
    assert told.difference is not None
    for spread in (told.difference, *told.outcomes):
        assert (spread.mean, spread.low, spread.high, spread.has_range) == (0, 0, 0, False)
    assert told.probability == 0
    assert told.scenarios == ()


def test_what_rarely_varies_has_a_range_though_both_its_ends_are_the_same() -> None:
    model = worth(
        "(100 * eur if x <= 98 else -9900 * eur) * metric('recall')",
        x={"value": 50, "range": [0, 100], "distribution": "uniform"},
    )
    a = analysed(seeds("today", {"recall": [0]}), seeds("new", {"recall": [1]}))
    told = impact(a, model)
    assert told.difference is not None
    # 98 % of 100 and 2 % of -9,900.
    assert told.difference.mean == pytest.approx(-100, rel=1e-6)
    assert (told.difference.low, told.difference.high) == (100, 100)
    assert told.difference.has_range
    assert [one.total for one in told.scenarios][::2] == [100, 100]
    fixed = impact(a, worth("eur * metric('recall')")).difference
    assert fixed is not None
    assert not fixed.has_range


def test_the_champions_luck_is_told_in_money() -> None:
    rng = np.random.default_rng(1)
    many = [
        seeds(f"m{at}", {"recall": (0.8 + rng.normal(0, 0.02, 3)).tolist(), "fpr": [0.1] * 3})
        for at in range(12)
    ]
    a = analysed(seeds("today", TODAY), *many)
    told, _ = told_of(a, CERTAIN)
    assert told is not None
    optimism = getattr(a.optimism, "value", None)
    assert optimism is not None
    assert optimism > 0
    assert told.flattery == exactly(55_000 * optimism)


def test_no_impact_is_told_where_none_is_written() -> None:
    assert SIDES.impact is None
    told, problems = told_of(SIDES, {})
    assert told is None
    assert [problem.slug for problem in problems] == ["impact-without-outcomes"]


def test_the_impact_stands_in_the_analysis() -> None:
    a = analysed(seeds("today", TODAY), seeds("new", NEW), impact=TRIAGE)
    assert a.impact is not None
    assert a.impact.difference is not None
    assert a.impact.difference.mean == exactly(2_170)


def test_the_order_of_runs_and_configurations_changes_nothing() -> None:
    other = {"recall": (0.95, 0.91, 0.99), "fpr": (0.3, 0.2, 0.1)}
    sides = [seeds("today", TODAY), seeds("new", NEW), seeds("other", other)]
    one = impact(analysed(*sides), TRIAGE)
    two = impact(analysed(*(side[::-1] for side in sides[::-1])), TRIAGE)
    assert [s.total for s in one.sides] == [s.total for s in two.sides]
    assert (one.difference, one.probability) == (two.difference, two.probability)
    assert one.drivers == two.drivers
    assert one.scenarios == two.scenarios


@FEW
@given(st.floats(0, 5_000), st.floats(0, 5_000))
def test_the_more_a_caught_case_saves_the_more_the_better_model_is_worth(
    a: float, b: float
) -> None:
    less, more = sorted((a, b))
    found = [
        impact(SIDES, with_quantities(TRIAGE, caught={"value": each, "unit": "EUR/case"}))
        for each in (less, more)
    ]
    differences = [one.difference.mean for one in found if one.difference is not None]
    assert differences[0] <= differences[1]


@FEW
@given(st.sampled_from([1000.0, 0.001, 7.0]))
def test_another_size_of_money_changes_no_answer(size: float) -> None:
    def scaled(value: float, unit: str) -> dict[str, Any]:
        return {"value": value * size, "unit": unit}

    told = with_quantities(TRIAGE, caught=scaled(500, "EUR/case"), exam=scaled(20, "EUR/case"))
    told["running_cost"] = scaled(1000, "EUR/year")
    one, other = impact(SIDES, TRIAGE), impact(SIDES, told)
    assert one.difference is not None
    assert other.difference is not None
    assert other.difference.mean == pytest.approx(one.difference.mean * size, rel=1e-9)
    assert other.difference.low == pytest.approx(one.difference.low * size, rel=1e-9)
    assert other.probability == one.probability
    recall = [
        e.value for told in (one, other) for e in told.break_evens if e.input == metric("recall")
    ]
    assert recall[0] == pytest.approx(recall[1], rel=1e-9)


@FEW
@given(st.floats(1, 1_000))
def test_a_quantity_that_no_formula_uses_changes_nothing(value: float) -> None:
    more = with_quantities(TRIAGE, idle={"value": value, "range": [0, 2_000], "unit": "EUR"})
    one, other = impact(SIDES, TRIAGE), impact(SIDES, more)
    assert replace(one, model=other.model) == other


@FEW
@given(st.floats(0.5, 8))
def test_a_wider_range_about_the_same_mean_widens_the_answer(half: float) -> None:
    def spread(width: float) -> float:
        told = with_quantities(
            TRIAGE, positives={"value": 11, "range": [11 - width, 11 + width], "unit": "%"}
        )
        found = impact(SIDES, told).difference
        assert found is not None
        assert found.mean == pytest.approx(2_170)
        return found.high - found.low

    certain = impact(SIDES, CERTAIN).difference
    assert certain is not None
    assert certain.high - certain.low < spread(half) + 1e-9
    assert spread(half) < spread(half + 2)


def test_outcomes_add_up_where_one_of_them_is_no_straight_line() -> None:
    bend = {
        "name": "Fine",
        "kind": "cost",
        "formula": "cases * max(0, 0.9 - metric('recall')) * exam",
    }
    told = impact(SIDES, {**TRIAGE, "outcomes": [*TRIAGE["outcomes"], bend]})
    assert not told.is_exact
    assert told.difference is not None
    caught, needless, _, fine = told.outcomes
    assert (caught.mean, needless.mean) == exactly((4_950, 1_780))
    assert (caught.error, needless.error) == (0, 0)
    assert told.difference.mean == exactly(4_950 - 1_780 - fine.mean - 1_000)
    assert told.difference.error == exactly(fine.error)


def test_what_is_not_money_and_has_no_value_leaves_the_money() -> None:
    odd = {"name": "Odd", "kind": "non-monetary", "formula": "cases * log(metric('fpr') - 0.5)"}
    told, problems = told_of(SIDES, {**TRIAGE, "outcomes": [*TRIAGE["outcomes"], odd]})
    assert told is not None
    assert told.difference is not None
    assert told.difference.mean == exactly(2_170)
    assert [outcome.name for outcome in told.model.outcomes] == [
        *("Caught in time", "Needless examinations", "Hours")
    ]
    assert list(told.model.left_out) == ["Odd"]
    assert [problem.slug for problem in problems] == ["impact-outcome-undefined"]
    assert "The outcome 'Odd' has no value" in problems[0].message
