"""What changed between two states: worked out by hand, by simulation, and what always holds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.analysis.differences import Difference
from runfolio.analysis.metrics import Metric
from runfolio.analysis.revision_diff import (
    Compared,
    MetricChange,
    Outcome,
    Part,
    Spread,
    State,
    StateDiff,
    compare_states,
    spread_of,
)
from runfolio.config import Tolerance
from runfolio.views.diff_text import diff_text

RECALL = Metric("recall", "Recall", goal="maximize", digits=3)
LOSS = Metric("loss", "Loss", goal="minimize", digits=3)
SIZE = Metric("size", "Size", digits=0)
METRICS = {metric.name: metric for metric in (RECALL, LOSS, SIZE)}


def compared(
    before: dict[str, float],
    after: dict[str, float],
    tolerances: dict[str, Tolerance] | None = None,
    spreads: dict[str, Spread] | None = None,
) -> StateDiff:
    states = State("A", before), State("B", after)
    return compare_states(*states, METRICS, tolerances or {}, spreads or {})


def only(diff: StateDiff) -> MetricChange:
    [change] = diff.metrics
    return change


@pytest.mark.parametrize(
    ("metric", "before", "after", "outcome", "improvement"),
    [
        ("recall", 0.90, 0.93, "better", 0.03),
        ("recall", 0.93, 0.90, "worse", -0.03),
        ("loss", 0.50, 0.40, "better", 0.10),
        ("loss", 0.40, 0.50, "worse", -0.10),
        ("size", 30, 495, "moved", math.nan),
        ("recall", 0.9, 0.9, "same", 0.0),
        ("recall", 0.1 + 0.2, 0.3, "within tolerance", 0.0),
        ("recall", math.nan, math.nan, "same", math.nan),
        ("loss", math.inf, math.inf, "same", math.nan),
        ("loss", math.nan, 0.5, "not finite", math.nan),
        ("loss", 0.5, math.inf, "not finite", math.nan),
        ("loss", -1e308, 1e308, "not finite", math.inf),
    ],
)
def test_a_change_is_judged_by_the_metrics_direction(
    metric: str, before: float, after: float, outcome: Outcome, improvement: float
) -> None:
    change = only(compared({metric: before}, {metric: after}))
    assert change.outcome == outcome
    if math.isfinite(improvement):
        assert change.improvement == pytest.approx(improvement)
    else:
        assert not math.isfinite(change.improvement)


def test_the_delta_is_after_minus_before_and_the_share_is_of_before() -> None:
    change = only(compared({"loss": -0.4}, {"loss": -0.5}))
    assert change.delta == pytest.approx(-0.1)
    assert change.relative == pytest.approx(-0.25)
    assert math.isnan(only(compared({"loss": 0.0}, {"loss": 1.0})).relative)


@pytest.mark.parametrize(
    ("tolerance", "after", "outcome"),
    [
        # |0.93 - 0.92| is 0.010000000000000009 to a computer, and 0.01 to whoever wrote 0.01.
        (Tolerance(absolute=0.01), 0.93, "within tolerance"),
        (Tolerance(absolute=0.01), 0.9301, "better"),
        # 5 % of 0.92 is 0.046.
        (Tolerance(relative=0.05), 0.875, "within tolerance"),
        (Tolerance(relative=0.05), 0.873, "worse"),
        (Tolerance(absolute=0.01, relative=0.05), 0.875, "within tolerance"),
    ],
)
def test_the_tolerance_is_the_larger_of_both_parts(
    tolerance: Tolerance, after: float, outcome: Outcome
) -> None:
    change = only(compared({"recall": 0.92}, {"recall": after}, {"recall": tolerance}))
    assert change.outcome == outcome
    assert change.tolerance == pytest.approx(max(tolerance.absolute, 0.92 * tolerance.relative))


def test_the_spread_is_that_of_two_values_by_a_table_of_t() -> None:
    # Mean 0.92, squared deviations 4 + 1 + 0 + 1 + 4 in units of 1e-4: s² = 10e-4 / 4.
    spread = spread_of([0.90, 0.91, 0.92, 0.93, 0.94])
    assert spread is not None
    assert spread.n == 5
    assert spread.half == pytest.approx(2.776445 * math.sqrt(2.5e-4) * math.sqrt(2), rel=1e-6)


@pytest.mark.parametrize("level", [[], [0.9], [0.9, 0.91, 0.92, 0.93], [1e308, -1e308] * 4])
def test_too_few_or_too_large_values_tell_no_spread(level: list[float]) -> None:
    assert spread_of(level) is None


def test_two_values_of_one_level_differ_by_more_than_the_spread_one_time_in_twenty() -> None:
    random = np.random.default_rng(1)
    outside = 0
    for _ in range(4000):
        values = random.normal(0.9, 0.02, 12)
        spread = spread_of(values[:10])
        assert spread is not None
        outside += abs(values[10] - values[11]) > spread.half
    assert 0.04 < outside / 4000 < 0.06


def test_within_the_spread_nothing_can_be_told_and_beyond_it_the_reason_names_it() -> None:
    spreads = {name: Spread(0.05, 20) for name in METRICS}
    within = only(compared({"recall": 0.90}, {"recall": 0.94}, spreads=spreads))
    assert within.outcome == "not distinguishable"
    beyond = only(compared({"recall": 0.90}, {"recall": 0.96}, spreads=spreads))
    assert beyond.outcome == "better"
    for change in (within, beyond):
        assert "0.050 (n\u00a0=\u00a020)" in change.reason
    assert only(compared({"size": 1.0}, {"size": 1.01}, spreads=spreads)).outcome == (
        "not distinguishable"
    )


def test_without_a_spread_the_reason_says_that_it_rests_on_one_value_each() -> None:
    for after in (0.99, 0.5):
        change = only(compared({"recall": 0.90}, {"recall": after}))
        assert "One value on each side" in change.reason
        assert "may be chance" in change.reason


def test_a_metric_that_never_moves_has_moved_by_however_little() -> None:
    spread = spread_of([30.0] * 8)
    assert spread == Spread(0.0, 8)
    change = only(compared({"loss": 30.0}, {"loss": 30.1}, spreads={"loss": spread}))
    assert change.outcome == "worse"
    assert "last 8 values are all equal" in change.reason


def test_what_only_one_side_has_is_new_or_gone() -> None:
    diff = compared({"recall": 0.9, "loss": 0.5}, {"recall": 0.9, "size": 3.0})
    assert [(c.metric.name, c.outcome) for c in diff.metrics] == [
        ("loss", "gone"),
        ("size", "new"),
        ("recall", "same"),
    ]
    assert diff.counts == {"gone": 1, "new": 1, "same": 1}
    assert not diff.is_empty


def test_params_are_compared_as_values_and_data_as_text() -> None:
    before = State("A", params={"lr": "0.001", "depth": "3"}, data={"d": "1e3", "old": "x"})
    after = State("B", params={"lr": "1e-3", "depth": "4", "C": "1"}, data={"d": "1000"})
    diff = compare_states(before, after, {}, {}, {})
    assert diff.params == (Difference("C", "1", None), Difference("depth", "4", "3"))
    assert diff.data == (Difference("d", "1000", "1e3"), Difference("old", None, "x"))


values = st.floats(allow_nan=True, allow_infinity=True, width=32)
states = st.dictionaries(st.sampled_from(sorted(METRICS)), values)
spreads = st.dictionaries(
    st.sampled_from(sorted(METRICS)), st.builds(Spread, st.floats(0, 10), st.integers(5, 50))
)
tolerances = st.dictionaries(
    st.sampled_from(sorted(METRICS)), st.builds(Tolerance, absolute=st.floats(0, 10))
)
MIRRORED = {"better": "worse", "worse": "better", "new": "gone", "gone": "new"}


@given(before=states, after=states, tolerances=tolerances, spreads=spreads)
def test_the_other_way_round_better_and_worse_are_exchanged(
    before: dict[str, float],
    after: dict[str, float],
    tolerances: dict[str, Tolerance],
    spreads: dict[str, Spread],
) -> None:
    there = compared(before, after, tolerances, spreads)
    back = compared(after, before, tolerances, spreads)
    mirrored = {c.metric.name: MIRRORED.get(c.outcome, c.outcome) for c in there.metrics}
    assert {c.metric.name: c.outcome for c in back.metrics} == mirrored


@given(state=states, tolerances=tolerances, spreads=spreads)
def test_of_two_identical_states_everything_is_the_same(
    state: dict[str, float], tolerances: dict[str, Tolerance], spreads: dict[str, Spread]
) -> None:
    diff = compared(state, dict(state), tolerances, spreads)
    assert {change.outcome for change in diff.metrics} <= {"same"}
    assert diff.is_empty
    assert len(diff.metrics) == len(state)


def test_a_size_is_written_so_that_it_is_not_nothing() -> None:
    area = Metric("area", "Area", unit="m2", digits=1)
    assert area.size(0.001) == "0.001\u00a0m2"
    assert area.fine_for(0.001).delta(-0.001) == "−0.001\u00a0m2"
    assert area.size(12.34) == "12.3\u00a0m2"
    assert area.size(0.0) == "0.0\u00a0m2"


def test_a_run_that_is_called_champion_is_none_by_its_name() -> None:
    diff = compared({"recall": 0.9}, {"recall": 0.95})
    told = diff_text(Compared("sites", "a", "b", (Part("Champion-v2", diff),)))
    assert told.finding == "1 of 1\u00a0run in both differ"
    told = diff_text(Compared("sites", "a", "b", (Part("Champions", diff, of_champions=True),)))
    assert told.finding.startswith("Champion: 1 of 1\u00a0metric better")
