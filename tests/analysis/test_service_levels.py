"""Windows, states and alerts, against SciPy, by hand and by simulation."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from runfolio.analysis.service_levels import (
    HOUR,
    Recent,
    Rules,
    Span,
    State,
    Threshold,
    alert_spans,
    states_of,
    status_of,
    trailing,
    wilson,
)

DAY = 24 * HOUR
AT_LEAST = Threshold(at_least=0.9)


def days(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int64) * DAY


def spans(states: str, after: int = 3) -> list[Span]:
    words: dict[str, State] = {"k": "kept", "b": "broken", "u": "unsure", "-": "too few"}
    return list(alert_spans([words[letter] for letter in states], after))


@given(st.integers(1, 400), st.data())
def test_the_interval_of_a_share_is_that_of_scipy(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(np.array([k / n]), np.array([float(n)]))
    theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_shares_are_pooled_by_case_over_the_window() -> None:
    values, cases = np.array([1.0, 0.5, 0.75]), np.array([2.0, 10.0, 4.0])
    found = trailing(days(3), values, cases, 48, is_share=True)
    # Two days: the first and second (2 + 5 of 12), then the second and third (5 + 3 of 14).
    assert found.value.tolist() == pytest.approx([1.0, 7 / 12, 8 / 14])
    assert found.cases.tolist() == [2, 12, 14]
    assert found.points.tolist() == [1, 2, 2]


def test_means_have_students_interval() -> None:
    values = np.array([10.0, 12.0, 11.0, 15.0, 9.0])
    found = trailing(days(5), values, None, 24 * 30, is_share=False)
    theirs = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.low[-1], found.high[-1]) == pytest.approx((theirs.low, theirs.high))
    assert math.isnan(found.low[1])  # two values say nothing of their spread


def test_means_of_counted_values_are_weighted() -> None:
    values, cases = np.array([10.0, 20.0, 30.0]), np.array([1.0, 1.0, 2.0])
    found = trailing(days(3), values, cases, 24 * 30, is_share=False)
    assert found.value[-1] == pytest.approx((10 + 20 + 60) / 4)
    equal = trailing(days(3), values, np.full(3, 7.0), 24 * 30, is_share=False)
    plain = trailing(days(3), values, None, 24 * 30, is_share=False)
    np.testing.assert_allclose(equal.low, plain.low)


def test_large_values_lose_no_digits() -> None:
    values = 1e9 + np.array([1.0, 2.0, 3.0, 4.0])
    found = trailing(days(4), values, None, 24 * 30, is_share=False)
    assert found.high[-1] - found.low[-1] == pytest.approx(
        2 * stats.t.ppf(0.975, 3) * np.std(values, ddof=1) / 2, rel=1e-6
    )


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("kkkkkk", []),
        ("kbkbkbk", []),  # single points never raise one
        ("kkbbk", []),
        ("kkbbb", [Span(2, 4)]),
        ("kkbbbk", [Span(2, 4)]),  # nor do single points end one
        ("kkbbbkbkkbkkk", [Span(2, 4, 10)]),
        ("bbbkkkbbb", [Span(0, 2, 3), Span(6, 8)]),
        ("b-b--bk", [Span(0, 5)]),  # too few cases: passed over
        ("bbuub", []),
        ("bbbukk", [Span(0, 2)]),
    ],
)
def test_when_an_alert_starts_and_ends(states: str, expected: list[Span]) -> None:
    assert spans(states) == expected


def test_one_point_is_enough_where_that_is_told() -> None:
    assert spans("kbk", after=1) == [Span(1, 1, 2)]


@given(st.text("kbu-", max_size=40), st.integers(1, 5))
def test_alerts_follow_each_other_and_are_confirmed_within_themselves(
    states: str, after: int
) -> None:
    found = spans(states, after)
    for span in found:
        assert span.start <= span.confirmed
        assert states[span.start] == "b"
        assert span.end is None or states[span.end] == "k"
    for span, following in pairwise(found):
        assert span.end is not None
        assert span.confirmed < span.end <= following.start


def test_a_share_is_broken_only_where_its_whole_interval_is() -> None:
    # 80 of 100: 71.1 to 86.7 %. 88 of 100: 80.2 to 93.0 %. 93 of 100 keeps it.
    values, cases = np.array([0.80, 0.88, 0.93, 0.5]), np.array([100.0, 100, 100, 10])
    window = trailing(days(4), values, cases, 12, is_share=True)
    states = states_of(values, window, AT_LEAST, Rules(hours=12))
    assert states == ("broken", "unsure", "kept", "too few")


def test_other_values_count_as_they_stand() -> None:
    values = np.array([40.0, 60.0, 50.0])
    window = trailing(days(3), values, None, 48, is_share=False)
    assert states_of(values, window, Threshold(at_most=50), Rules()) == ("kept", "broken", "kept")


def recent(value: float, low: float, high: float, cases: int = 0) -> Recent:
    return Recent(value, low, high, 14, cases, 0, DAY)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (recent(0.95, 0.92, 0.97), "met"),
        (recent(0.92, 0.88, 0.95), "met, not certain"),
        (recent(0.88, 0.84, 0.91), "missed, not certain"),
        (recent(0.80, 0.75, 0.85), "missed"),
        (recent(0.80, math.nan, math.nan), "too few values"),
        (recent(0.50, 0.20, 0.80, cases=5), "too few values"),
        (None, "no recent values"),
    ],
)
def test_what_is_said_of_the_newest_window(now: Recent | None, status: str) -> None:
    pooled = now is not None and now.cases > 0
    assert status_of(now, AT_LEAST, 30, pooled=pooled) == status


def test_two_sided_levels() -> None:
    both = Threshold(at_least=5, at_most=10)
    assert [both.keeps(value) for value in (4, 5, 10, 11)] == [False, True, True, False]
    assert both.beyond(11, 12)
    assert both.beyond(1, 4)
    assert not both.beyond(4, 6)


def test_a_share_well_within_its_level_hardly_ever_raises_an_alert() -> None:
    rng = np.random.default_rng(6)
    alarms = broken = 0
    for _ in range(200):
        for share in (0.95, 0.75):
            cases = np.full(100, 12.0)
            values = rng.binomial(12, share, 100) / 12
            window = trailing(days(100), values, cases, 14 * 24, is_share=True)
            found = list(alert_spans(states_of(values, window, AT_LEAST, Rules()), 3))
            if share > 0.9:
                alarms += bool(found)
            else:
                broken += bool(found)
    assert alarms <= 4  # of 200 in which nothing was wrong for a hundred days
    assert broken == 200
