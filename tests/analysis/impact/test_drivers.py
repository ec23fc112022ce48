"""What the answer depends on: tornado, break-even values and one more point, by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from impacts import (
    NEW,
    TODAY,
    TRIAGE,
    analysed,
    impact,
    metric,
    quantity,
    seeds,
    with_quantities,
    worth,
)
from runfolio.analysis.impact.result import RUNNING_COST, BreakEven, Impact
from runfolio.formula import Input

SIDES = analysed(seeds("today", TODAY), seeds("new", NEW))
T_2 = 2.919985580353725  # the 95th percentile of Student's t with 2 degrees of freedom


def exactly(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def even(told: Impact, one: Input) -> BreakEven:
    return next(found for found in told.break_evens if found.input == one)


def test_the_tornado_by_hand() -> None:
    told = impact(SIDES, TRIAGE)
    # False alarms do not vary over the seeds, and only the share of positives has a range.
    recall, positives = told.drivers[1], told.drivers[0]
    assert [one.input for one in told.drivers] == [quantity("positives"), metric("recall")]
    # Triangle 5, 10, 18: (x - 5)² = 0.05 · 13 · 5 at the low end, (18 - x)² = 0.05 · 13 · 8.
    low, high = 5 + math.sqrt(3.25), 18 - math.sqrt(5.2)
    assert (positives.low, positives.high) == exactly((low, high))
    # 1000 p · 500 · 0.09 - 1000 (1 - p) · 20 · 0.1 - 1000 = 47,000 p - 3,000
    ends = (470 * low - 3_000, 470 * high - 3_000)
    assert (positives.at_low, positives.at_high) == exactly(ends)
    # The three pairs differ by 0.10, 0.09 and 0.08, their mean by t · 0.01 / √3 more or less:
    # the champion's 0.91 may be that much more or less, too, each worth 55,000.
    half = T_2 * 0.01 / math.sqrt(3)
    assert (recall.low, recall.high) == exactly((0.91 - half, 0.91 + half))
    assert (recall.at_low, recall.at_high) == exactly(
        (2_170 - 55_000 * half, 2_170 + 55_000 * half)
    )
    assert recall.swing == exactly(110_000 * half)


def test_break_even_values_by_hand() -> None:
    told = impact(SIDES, TRIAGE)
    # 55,000 r - 3,560 - 1,000 = 43,320
    assert even(told, metric("recall")).value == exactly(47_880 / 55_000)
    assert even(told, metric("recall")).sides == "above"
    # 50,050 - 17,800 f - 1,000 = 43,320
    assert even(told, metric("fpr")).value == exactly(5_730 / 17_800)
    assert even(told, metric("fpr")).sides == "below"
    # 47,000 p = 3,000; the 5th percentile of the range is 6.80 %.
    assert even(told, quantity("positives")).value == exactly(300_000 / 47_000)
    assert not even(told, quantity("positives")).within_range
    assert even(told, quantity("positives")).now == exactly(11)
    # 4,950 - 89 e - 1,000 = 0
    assert even(told, quantity("exam")).value == exactly(3_950 / 89)
    assert even(told, RUNNING_COST).value == exactly(3_170)
    assert even(told, RUNNING_COST).sides == "below"


def test_a_break_even_that_is_likely_enough_is_marked() -> None:
    told = impact(
        SIDES, with_quantities(TRIAGE, positives={"value": 8, "range": [2, 18], "unit": "%"})
    )
    assert even(told, quantity("positives")).within_range


def test_where_no_possible_value_turns_the_answer_it_says_which_way_it_goes() -> None:
    free = {**TRIAGE, "running_cost": {"value": 9_000, "unit": "EUR/year"}}
    told = impact(SIDES, free)
    # 55,000 r = 43,320 + 3,560 + 9,000 asks for a recall of 1.016.
    assert even(told, metric("recall")).value is None
    assert even(told, metric("recall")).sides == "never"
    cheap = with_quantities(TRIAGE, exam={"value": 0.01, "unit": "EUR/case"})
    told = impact(SIDES, {**cheap, "running_cost": None})
    # Any cases, and any share of them above nothing, are worth more.
    assert even(told, metric("fpr")).sides == "always"
    assert RUNNING_COST not in [one.input for one in told.break_evens]


def test_an_input_on_which_nothing_depends_has_no_break_even() -> None:
    told = impact(SIDES, with_quantities(TRIAGE, caught={"value": 0, "unit": "EUR/case"}))
    assert metric("recall") not in [one.input for one in told.break_evens]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        # 100 (exp(4 r) - exp(2)) is nil at r = 0.5.
        ("100 * eur * (exp(4 * metric('recall')) - exp(2))", 0.5),
        ("eur * (metric('recall') ** 3 - 0.5 ** 3)", 0.5),
        ("eur * (sqrt(metric('recall')) - 0.8)", 0.64),
        ("10 * eur if metric('recall') >= 0.7 else -10 * eur", 0.7),
        ("eur * max(metric('recall') - 0.6, 4 * (metric('recall') - 0.6))", 0.6),
    ],
)
def test_a_break_even_of_a_curved_formula_is_found(formula: str, value: float) -> None:
    # `on` makes today's model worth nothing, so the difference is the formula itself.
    told = worth(f"(({formula})) * metric('on')")
    a = analysed(
        seeds("today", {"recall": (0.9, 0.9, 0.9), "on": (0, 0, 0)}),
        seeds("new", {"recall": (0.90, 0.91, 0.92), "on": (1, 1, 1)}),
    )
    found = even(impact(a, told), metric("recall"))
    assert found.value == pytest.approx(value, rel=1e-9)
    assert found.sides == "above"


def test_one_more_point_by_hand() -> None:
    told = impact(SIDES, TRIAGE)
    worths = {one.input: one.worth.mean for one in told.points}
    # A hundredth of 55,000 and of 17,800, which counts against it.
    assert worths == {metric("recall"): exactly(550), metric("fpr"): exactly(-178)}
    triangle = [1000 * 500 * (5 + math.sqrt(3.25)) / 1e4, 1000 * 500 * (18 - math.sqrt(5.2)) / 1e4]
    spread = told.points[0].worth
    assert [spread.low, spread.high] == pytest.approx(triangle, rel=0.01)


def test_one_more_point_of_what_is_no_share_is_one_in_its_unit() -> None:
    told = worth("eur * metric('latency_ms') * per_ms", per_ms={"value": -3, "unit": "1/ms"})
    a = analysed(
        seeds("today", {"recall": (0.8, 0.8), "latency_ms": (40, 44)}),
        seeds("new", {"recall": (0.9, 0.9), "latency_ms": (20, 24)}),
    )
    assert impact(a, told).points[0].worth.mean == exactly(-3)


def test_scenarios_go_together() -> None:
    told = impact(SIDES, TRIAGE)
    assert told.difference is not None
    pessimistic, expected, optimistic = told.scenarios
    assert [one.name for one in told.scenarios] == ["pessimistic", "expected", "optimistic"]
    assert expected.total == exactly(2_170)
    assert expected.outcomes == exactly((4_950, 1_780, 50))
    assert expected.inputs[quantity("positives")] == exactly(11)
    # The ends of the range themselves; outcomes and running cost add up to about them.
    assert pessimistic.total == told.difference.low
    assert optimistic.total == told.difference.high
    width = told.difference.high - told.difference.low
    for one in told.scenarios:
        added = one.outcomes[0] - one.outcomes[1] - 1_000
        assert added == pytest.approx(one.total, abs=0.02 * width)
    assert pessimistic.inputs[quantity("positives")] < 11 < optimistic.inputs[quantity("positives")]


def test_seeds_that_move_both_sides_alike_hardly_move_the_answer() -> None:
    today = (0.80, 0.82, 0.84, 0.81, 0.83)
    gains = (0.1, 0.101, 0.099, 0.1005, 0.0995)
    new = [a + b for a, b in zip(today, gains, strict=True)]
    a = analysed(seeds("today", {"recall": today}), seeds("new", {"recall": new}))
    told = impact(a, worth("eur * 100000 * metric('recall')"))
    (driver,) = told.drivers
    # The pairs differ by 0.1 with a standard deviation of √(2.5e-6 / 4); t(0.95, 4) = 2.131847.
    half = 1e5 * 2.131846786326649 * math.sqrt(2.5e-6 / 4 / 5)
    assert (driver.at_low, driver.at_high) == pytest.approx((1e4 - half, 1e4 + half), rel=1e-9)
    assert told.difference is not None
    assert driver.at_low == pytest.approx(told.difference.low, abs=0.05 * half)
    assert driver.at_high == pytest.approx(told.difference.high, abs=0.05 * half)


@pytest.mark.parametrize(
    ("today", "new"), [((0.8,), (0.90, 0.91, 0.92)), ((0.7, 0.71, 0.72), (0.9,))]
)
def test_beside_a_single_run_the_spread_of_the_others_is_told(
    today: tuple[float, ...], new: tuple[float, ...]
) -> None:
    told = impact(
        analysed(seeds("today", {"recall": today}), seeds("new", {"recall": new})),
        worth("eur * 1000 * metric('recall')"),
    )
    assert told.difference is not None
    (driver,) = told.drivers
    # Student's t with 2 degrees of freedom of a standard deviation of 0.01 over 3 runs.
    half = T_2 * 0.01 / math.sqrt(3)
    mean = sum(new) / len(new)
    assert (driver.low, driver.high) == exactly((mean - half, mean + half))
    assert driver.swing == exactly(2_000 * half)
    ends = (told.difference.low, told.difference.high)
    assert ends == pytest.approx((driver.at_low, driver.at_high), abs=0.1 * half * 1_000)


def test_what_both_sides_have_alike_is_neither_a_driver_nor_a_break_even() -> None:
    same = {"value": 3e7, "range": [1e7, 5e7], "unit": "EUR/year"}
    told = with_quantities(TRIAGE, base=same)
    base = {"name": "Base", "kind": "revenue", "formula": "base * 1.1"}
    found = impact(SIDES, {**told, "outcomes": [*TRIAGE["outcomes"], base]})
    assert quantity("base") not in [one.input for one in found.drivers]
    assert quantity("base") not in [one.input for one in found.break_evens]


def test_a_break_even_at_nothing_is_nothing_and_not_rounding() -> None:
    told = with_quantities(TRIAGE, exam={"value": 0, "unit": "EUR/case"})
    found = impact(SIDES, {**told, "running_cost": None})
    assert even(found, quantity("caught")).value == 0


def test_of_a_share_with_no_room_left_the_last_point_is_told() -> None:
    a = analysed(seeds("today", {"recall": (0.5, 0.5)}), seeds("new", {"recall": (0.995, 0.995)}))
    told = impact(a, worth("100 * eur * min(metric('recall'), 1)"))
    assert told.points[0].worth.mean == exactly(1)
