"""What is said of the champion's worth, and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_cases import FOREST, TREE, analysed, impact_of_case, model, runs, side
from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.result import Impact, Spread
from runfolio.config import Quantity
from runfolio.formula import Input
from runfolio.views.impact_hedges import hedges, luck_in_money
from runfolio.views.impact_words import (
    case_of,
    chance,
    impact_headline,
    per,
    rough,
    spoken_span,
    turned,
)

A = analysed()
A_NUMBER = Input("quantity", ("a",))
ASKED = {"requirements": [{"name": "Fast", "metric": "latency_ms", "at_most": 5}]}


def title(impact: Impact, a: Analysed = A) -> str:
    return impact_headline(a, impact).replace("\u00a0", " ")


def told(impact: Impact, a: Analysed = A) -> str:
    return " ".join(hedges(a, impact)).replace("\u00a0", " ")


def test_worth_more_is_said_only_with_a_probability_of_95_per_cent() -> None:
    sure = impact_of_case(A, probability=0.95)
    assert title(sure) == (
        "forest is worth about EUR 1,200,000 a year more than the baseline "
        "(likely EUR 810,000 to 1,700,000)"
    )
    assert told(sure) == "It is worth more with a probability of 95 %."
    nearly = impact_of_case(A, low=-50_000, probability=0.9499)
    assert title(nearly) == (
        "forest is perhaps worth about EUR 1,200,000 a year more than the baseline "
        "(likely EUR −50,000 to +1,700,000)"
    )
    assert told(nearly) == (
        "It is worth more with a probability of 94 %: the range includes 0, and one time in "
        "twenty it loses EUR 50,000 a year or more."
    )


def test_a_loss_is_called_a_loss() -> None:
    # Nine times of ten between 900,000 and 300,000 less: the range turns round with the sign.
    worse = impact_of_case(A, -600_000, -900_000, -300_000, 0.004)
    assert title(worse) == (
        "forest is worth about EUR 600,000 a year less than the baseline "
        "(likely EUR 300,000 to 900,000)"
    )
    assert "more with a probability of under 1 %." in told(worse)
    perhaps = impact_of_case(A, -60_000, -900_000, 300_000, 0.4)
    assert "is perhaps worth about EUR 60,000 a year less" in title(perhaps)


def test_expected_gains_that_are_more_often_losses_are_told_as_both() -> None:
    # A long tail upwards: the mean is a gain, though most draws lose.
    tail = impact_of_case(A, 50_000, -90_000, 900_000, 0.3)
    assert case_of(A, tail) == "perhaps less"
    assert "is perhaps worth about EUR 50,000 a year more" in title(tail)
    assert told(tail).endswith("with a probability of 30 %: the range includes 0.")


def test_without_any_range_nothing_is_called_sure() -> None:
    fixed = impact_of_case(A, 70_000, 70_000, 70_000, 1.0)
    assert title(fixed) == (
        "By the values as stated, forest is worth EUR 70,000 a year more than the baseline"
    )
    assert "how sure it is cannot be told" in told(fixed)
    assert "probability" not in told(fixed)
    same = impact_of_case(A, 0.0, 0.0, 0.0, 0.0)
    assert title(same).endswith("is worth as much as the baseline")


def test_what_makes_no_difference_is_worth_as_much() -> None:
    # Equal in every draw, though quantities have ranges.
    same = replace(impact_of_case(A), difference=Spread(0.0, 0.0, 0.0), probability=0.0)
    assert title(same) == "forest is worth as much as the baseline"
    assert "probability" not in told(same)
    assert "nothing that enters them makes a difference" in told(same)
    about = impact_of_case(A, 2.0, -100_000, 100_000, 0.5)
    assert title(about) == (
        "forest is expected to be worth about as much as the baseline "
        "(likely EUR −100,000 to +100,000)"
    )


def test_a_range_that_rarely_varies_is_no_missing_range() -> None:
    rare = replace(impact_of_case(A), difference=Spread(500.0, 480.0, 480.0), probability=1.0)
    assert case_of(A, rare) == "more"
    assert title(rare) == "forest is worth about EUR 500 a year more than the baseline"


def test_what_is_not_defined_says_so() -> None:
    nan = float("nan")
    lost = replace(impact_of_case(A), difference=Spread(nan, nan, nan), probability=nan)
    assert told(lost).startswith("By what is expected the difference is not defined")


def test_a_mean_on_the_other_side_of_nearly_all_draws_is_never_said_to_be_sure() -> None:
    assert "is perhaps worth about EUR 60,000 a year less" in title(
        impact_of_case(A, -60_000, 5_000, 9_000, 0.97)
    )


def test_one_run_is_said_to_have_no_spread() -> None:
    one = analysed(runs("forest", 0.95) + TREE)
    assert one.champion is not None
    impact = impact_of_case(one, champion=side(one.champion, 3e6, spread=False))
    assert title(impact, one).startswith("As far as single runs can tell, forest-0 is worth")
    assert "Of the champion there is one run: what chance does" in told(impact, one)
    # What no metric enters does not depend on how many runs there are.
    unmeasured = replace(impact, champion=side(one.champion, 3e6, spread=False, values={}))
    assert title(unmeasured, one).startswith("forest-0 is worth")


def test_the_luck_of_the_pick_is_said() -> None:
    assert luck_in_money(A, impact_of_case(A)) == ""
    luck = luck_in_money(A, impact_of_case(A, flattery=152_345.0)).replace("\u00a0", " ")
    assert luck == (
        "It was picked as the best of two; about EUR 150,000 a year of the difference may be "
        "the luck of that pick."
    )


def test_what_misses_a_requirement_is_not_recommended_however_much_it_is_worth() -> None:
    held = analysed(asked=ASKED)
    assert told(impact_of_case(held), held).startswith(
        "However much it is worth, it is not recommended: it does not meet “Fast”."
    )


def test_without_a_baseline_only_the_worth_itself_is_told() -> None:
    alone = analysed(FOREST, {"baseline": None})
    impact = replace(impact_of_case(alone), difference=None, baseline=None, outcomes=())
    assert title(impact, alone) == (
        "forest is worth about EUR 3,000,000 a year, with no baseline to compare that with"
    )


def test_where_the_champion_is_the_baseline_nothing_is_compared() -> None:
    same = analysed(asked={"baseline": {"params": {"model": "forest"}}})
    assert same.champion is same.baseline
    impact = replace(impact_of_case(same), difference=None, outcomes=())
    assert title(impact, same) == "forest, the baseline, is worth about EUR 3,000,000 a year"


def test_what_cannot_be_told_says_why() -> None:
    lost = impact_of_case(A, champion=None, difference=None, untold={"forest": "No recall."})
    assert title(lost) == "What forest is worth cannot be told yet"
    assert told(lost) == "No recall."
    half = impact_of_case(A, baseline=None, difference=None, untold={"tree": "No recall."})
    assert title(half).endswith("a year; what the baseline is worth cannot be told")
    assert told(half) == "No recall."
    unlike = impact_of_case(A, difference=None)
    assert title(unlike) == "forest and the baseline cannot be compared in money yet"


def test_numbers_of_a_starting_model_are_no_finding() -> None:
    example = Quantity(value=1, source="Example, to be replaced")
    impact = impact_of_case(A, model=model(quantities={"a": example}, factors={A_NUMBER: 1.0}))
    assert title(impact).startswith("By example numbers: forest is worth")
    assert told(impact).startswith(
        "1 number of 2 is still an example of a starting model: until they are your own"
    )


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        *(
            (1.0, "over 99 %"),
            (0.9999, "over 99 %"),
            (0.95, "95 %"),
            (0.9499, "94 %"),
            (0.5, "50 %"),
        ),
        *((0.301, "31 %"), (0.3, "30 %"), (0.05, "5 %"), (0.0001, "under 1 %"), (0.0, "under 1 %")),
    ],
)
def test_a_probability_is_never_nearer_to_certain_than_it_is(
    probability: float, words: str
) -> None:
    assert chance(probability).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("years", "words"),
    [
        *((0.01, "one month"), (0.7, "8 months"), (1.0, "12 months"), (1.9, "23 months")),
        *((2.0, "2 years"), (5.2, "5.2 years"), (1.99, "2 years")),
    ],  # 0.7 years are 8.4 months, 1.9 are 22.8
)
def test_times_are_told_as_people_say_them(years: float, words: str) -> None:
    assert spoken_span(years) == words


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        *(("h/year", "h a year"), ("h/case", "h per case"), ("", ""), ("kg CO2", "kg CO2")),
        *(("case/day", "case a day"), ("h/case/year", "h per case a year")),
    ],
)
def test_units_are_told_as_people_say_them(unit: str, words: str) -> None:
    assert per(unit) == words


@given(st.floats(-1e12, 1e12), st.floats(0, 1e9))
def test_turning_twice_changes_nothing(mean: float, half: float) -> None:
    spread = Spread(mean, mean - half, mean + half)
    assert turned(turned(spread)) == spread
    assert turned(spread).low <= turned(spread).high
    assert rough(mean).low <= rough(mean).mean <= rough(mean).high


@given(st.floats(-1e7, 1e7), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1), st.booleans())
def test_no_case_claims_more_than_its_probability(
    mean: float, down: float, up: float, probability: float, one: bool
) -> None:
    changes: dict[str, Any] = {"flattery": 10.0} if one else {}
    impact = impact_of_case(A, mean, mean - down, mean + up, probability, **changes)
    text = title(impact)
    if " is worth about " in text:
        assert probability >= 0.95 or probability <= 0.05
    assert text
    assert not text.endswith(".")
    assert all(sentence.endswith(".") for sentence in hedges(A, impact))
