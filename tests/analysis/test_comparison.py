"""What is called better holds for all comparisons together; what was not measured alike is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from runfolio.analysis.comparability import Evaluation
from runfolio.analysis.comparison import (
    Case,
    Comparison,
    Terms,
    compare_configurations,
    compare_family,
)
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.metrics import Metric
from runfolio.config import Tolerance

RECALL = Metric("recall", "Recall", goal="maximize")
LOSS = Metric("loss", "Loss", goal="minimize")
GOOD, POOR = (0.90, 0.92, 0.91, 0.93), (0.80, 0.83, 0.81, 0.80)


def side(name: str, values: Sequence[float]) -> tuple[Configuration, dict[str, float]]:
    runs = tuple(f"{name}-{seed}" for seed in range(len(values)))
    return Configuration(name, runs, {}, (), ()), dict(zip(runs, values, strict=True))


def case(name: str, new: Sequence[float], old: Sequence[float], metric: Metric = RECALL) -> Case:
    candidate, ours = side(f"{name}-new", new)
    baseline, theirs = side(f"{name}-old", old)
    return Case(metric, ours | theirs, candidate, baseline)


def paired(*cases: Case) -> dict[str, str]:
    return {run: run.rpartition("-")[2] for one in cases for run in one.values}


def alone(one: Case, terms: Terms | None = None) -> Comparison:
    return compare_configurations(*one, terms or Terms())


def test_a_difference_is_that_of_welchs_test() -> None:
    found = alone(case("a", GOOD, POOR))
    told = stats.ttest_ind(GOOD, POOR, equal_var=False)
    assert found.outcome == "better"
    assert found.p == pytest.approx(told.pvalue, rel=1e-9)
    assert found.difference is not None
    interval = told.confidence_interval()
    assert (found.difference.low, found.difference.high) == pytest.approx(interval, rel=1e-9)


def test_runs_with_the_same_seeds_are_compared_pair_by_pair() -> None:
    new, old = (0.90, 0.70, 0.80, 0.95), (0.88, 0.69, 0.77, 0.94)
    one = case("a", new, old)
    found = alone(one, Terms(partners=paired(one)))
    assert found.p == pytest.approx(stats.ttest_rel(new, old).pvalue, rel=1e-9)
    assert "4 pairs" in found.reason
    assert found.outcome == "better"
    assert alone(one).outcome == "not distinguishable"


def test_a_diverged_seed_leaves_no_pairs() -> None:
    one = case("a", (0.9, math.nan, 0.8, 0.95), (0.88, 0.69, 0.77, 0.94))
    found = alone(one, Terms(partners=paired(one)))
    assert found.difference is not None
    assert found.difference.pairs == 0
    assert found.difference.n == (3, 4)


def test_less_is_better_where_the_metric_says_so() -> None:
    assert alone(case("a", GOOD, POOR, LOSS)).outcome == "worse"
    assert alone(case("a", POOR, GOOD, LOSS)).outcome == "better"


def test_of_many_comparisons_only_the_clear_ones_are_told() -> None:
    near = case("a", (0.84, 0.86, 0.85), (0.80, 0.83, 0.82))
    assert alone(near).outcome == "better"  # p = 0.029
    same = [case(f"b{i}", (0.5, 0.6, 0.7), (0.55, 0.6, 0.68)) for i in range(9)]
    first, *others = compare_family([near, *same], Terms())
    assert first.p == pytest.approx(10 * alone(near).p, rel=1e-9)
    assert first.outcome == "not distinguishable"
    assert first.leaning == "better"
    assert first.together == 10
    assert "10 comparisons" in first.reason
    assert {(c.outcome, c.leaning) for c in others} == {("not distinguishable", "")}


def test_a_difference_within_the_tolerance_does_not_matter() -> None:
    close = case("a", (0.901, 0.902, 0.903, 0.902), (0.900, 0.901, 0.901, 0.900))
    assert alone(close).outcome == "better"
    told = Terms(tolerances={"recall": Tolerance(absolute=0.01)})
    assert alone(close, told).outcome == "equivalent"
    assert alone(case("a", GOOD, POOR), told).outcome == "better"
    vague = case("a", (0.85, 0.95, 0.90), (0.86, 0.95, 0.89))
    assert alone(vague, told).outcome == "not distinguishable"


def test_a_share_of_the_baseline_can_be_the_tolerance() -> None:
    found = alone(case("a", GOOD, POOR), Terms(tolerances={"recall": Tolerance(relative=0.2)}))
    assert found.tolerance == pytest.approx(0.2 * np.mean(POOR))
    assert found.outcome == "equivalent"


def test_what_was_measured_on_other_data_is_compared_only_if_forced() -> None:
    one = case("a", GOOD, POOR)
    evaluations = {
        one.candidate.label: Evaluation((("cases", "v2", ""),), {}, {}),
        one.baseline.label: Evaluation((("cases", "v1", ""),), {}, {}),
    }
    found = alone(one, Terms(evaluations))
    assert found.outcome == "not comparable"
    assert not found.is_forced
    assert "v1" in found.reason
    forced = alone(one, Terms(evaluations, force=True))
    assert forced.outcome == "better"
    assert forced.is_forced
    assert "force" in forced.reason
    assert "v1" in forced.reason


@pytest.mark.parametrize(
    ("new", "old", "outcome"),
    [
        ((0.9,), (0.8,), "too few runs"),
        ((0.9, 0.91), (0.8,), "too few runs"),
        ((0.9, 0.9), (0.8, 0.8), "too few runs"),
        ((0.9, 0.9), (0.9, 0.9), "not distinguishable"),
        ((math.nan, math.nan), (0.8, 0.9), "not comparable"),
        ((math.inf, 0.9, 0.91), (0.8, 0.81, 0.82), "better"),
        ((1e300, 2e300, 3e300), (1e300, 2e300, 3e300), "not distinguishable"),
    ],
)
def test_degenerate_runs_get_an_honest_verdict(
    new: tuple[float, ...], old: tuple[float, ...], outcome: str
) -> None:
    found = alone(case("a", new, old))
    assert found.outcome == outcome
    assert found.reason


def test_twelve_thousand_metrics_are_compared_together() -> None:
    rng = np.random.default_rng(0)
    cases = [
        case(str(i), rng.normal(size=3).tolist(), rng.normal(size=3).tolist())
        for i in range(12_000)
    ]
    found = compare_family(cases, Terms())
    assert {c.together for c in found} == {12_000}
    assert not [c for c in found if c.outcome in ("better", "worse")]


VALUES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5), st.floats(0, 10))
def test_a_verdict_never_goes_beyond_its_p(
    sides: list[tuple[list[float], list[float]]], tolerance: float
) -> None:
    cases = [case(str(i), new, old) for i, (new, old) in enumerate(sides)]
    terms = Terms(tolerances={"recall": Tolerance(absolute=tolerance)})
    for found in compare_family(cases, terms):
        if found.outcome in ("better", "worse"):
            assert found.p < 0.05
            assert found.difference is not None
            assert (found.difference.value > 0) == (found.outcome == "better")
        if found.outcome == "equivalent":
            assert found.difference is not None
            assert abs(found.difference.value) < tolerance
