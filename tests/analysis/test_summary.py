"""The one number of a run is what its rule says of all points that were logged."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.summary import SummaryRule, rule_in_words, summarise
from runfolio.model.run_series import reduce_run
from runfolio.model.series import Logged
from runfolio.model.tables import Curves, Tables

GOALS = {"val/loss": "minimize", "acc": "maximize"}
BY_LOSS = SummaryRule("best_by", metric="val/loss")
NAN, INF = math.nan, math.inf


def of_points(*logged: tuple[str, list[int], list[float]]) -> Tables:
    """Return the tables of one run with these points."""
    parts = [Logged(name, np.array(at, np.int64), np.array(v)) for name, at, v in logged]
    return tables(replace(run("a"), series=tuple(reduce_run(parts))))


def test_the_mean_of_the_last_values_is_that_of_those_that_are_numbers() -> None:
    both = tables(
        run("a", {"acc": [9.0, 1.0, NAN, 3.0], "up": [1.0, 2.0]}),
        run("b", {"acc": [5.0, NAN, INF, -INF]}),
    )
    found = summarise(both, GOALS, SummaryRule("mean_of_last", n=3))
    np.testing.assert_equal(found.values, {"acc": {"a": 2.0, "b": NAN}, "up": {"a": 1.5}})
    assert (found.inexact, found.missing) == (0, 0)


def test_last_is_by_step_and_not_by_the_order_of_the_log() -> None:
    found = summarise(of_points(("acc", [3, 2, 1], [7.0, 5.0, 1.0])), {}, SummaryRule("last"))
    assert found.values == {"acc": {"a": 1.0}}  # as it always was
    rule = SummaryRule("mean_of_last", n=2)
    assert summarise(of_points(("acc", [3, 2, 1], [7.0, 5.0, 1.0])), {}, rule).values == {
        "acc": {"a": 6.0}
    }


def test_the_mean_of_huge_values_does_not_overflow() -> None:
    found = summarise(tables(run("a", {"x": [1e308] * 4})), {}, SummaryRule("mean_of_last", n=4))
    assert found.values == {"x": {"a": 1e308}}


def test_values_where_another_metric_was_at_its_best() -> None:
    both = tables(
        run("a", {"val/loss": [3.0, 1.0, NAN, 1.0], "acc": [0.1, 0.2, 0.3, 0.4], "size": 7.0}),
        run("b", {"acc": [0.5, 0.6]}),
        run("c", {"val/loss": [NAN, INF], "acc": [0.5, 0.6]}),
        run("d", {"val/loss": [2.0, 1.0], "acc": [0.5, NAN]}),
    )
    found = summarise(both, GOALS, BY_LOSS)
    expected = {"acc": {"a": 0.2, "d": NAN}, "size": {"a": 7.0}, "val/loss": {"a": 1.0, "d": 1.0}}
    np.testing.assert_equal(found.values, expected)
    assert (found.inexact, found.missing) == (0, 2)


def test_a_step_at_which_nothing_was_logged_is_told() -> None:
    one = of_points(
        ("val/loss", [10, 20], [1.0, 2.0]),
        ("before", [4, 8, 12], [0.1, 0.2, 0.3]),
        ("behind", [15, 20], [0.4, 0.5]),
        ("again", [10, 10, 30], [0.6, 0.7, 0.8]),
    )
    found = summarise(one, GOALS, BY_LOSS)
    assert found.values == {
        "before": {"a": 0.2},
        "behind": {"a": 0.4},
        "again": {"a": 0.7},
        "val/loss": {"a": 1.0},
    }
    assert found.inexact == 2


def test_without_a_direction_the_last_value_decides() -> None:
    one = of_points(("val/loss", [1, 2], [1.0, 2.0]), ("acc", [1, 2], [0.1, 0.2]))
    assert summarise(one, {}, BY_LOSS).values == {"acc": {"a": 0.2}, "val/loss": {"a": 2.0}}


def test_without_curves_the_last_values_stand_in_and_are_counted() -> None:
    full = tables(run("a", {"val/loss": [1.0, 2.0], "acc": [0.1, 0.2]}))
    bare = replace(full, curves=Curves(np.zeros(1, np.int64), np.empty(0), np.empty(0)))
    for rule in (BY_LOSS, SummaryRule("mean_of_last", n=2)):
        found = summarise(bare, GOALS, rule)
        assert found.values == {"acc": {"a": 0.2}, "val/loss": {"a": 2.0}}
        assert found.inexact == 2


@pytest.mark.parametrize(
    "rule", [SummaryRule("last"), SummaryRule("best"), BY_LOSS, SummaryRule("mean_of_last", 5)]
)
def test_of_no_runs_there_is_nothing(rule: SummaryRule) -> None:
    assert summarise(tables(), GOALS, rule).values == {}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("last", {"acc": NAN, "loss": 1.0}),
        ("first", {"acc": 0.3, "loss": 2.0}),
        ("best", {"acc": 0.9, "loss": 1.0}),
        ("min", {"acc": 0.3, "loss": 1.0}),
        ("max", {"acc": 0.9, "loss": 2.0}),
        ("mean", {"acc": 0.6, "loss": 1.5}),
    ],
)
def test_simple_rules_pick_a_summary_value(kind: str, expected: dict[str, float]) -> None:
    logged = tables(run("a", {"acc": [0.3, 0.9, NAN], "val/loss": [2.0, 1.0]}))
    found = summarise(logged, GOALS, SummaryRule(kind)).values  # type: ignore[arg-type]
    assert found["acc"]["a"] == pytest.approx(expected["acc"], nan_ok=True)
    assert found["val/loss"]["a"] == expected["loss"]


@st.composite
def raw_points(draw: st.DrawFn) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Steps of any order, and the values of two metrics that were logged at them."""
    n = draw(st.integers(1, 5000))
    noise = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = {
        "up": np.arange(n),
        "down": np.arange(n)[::-1],
        "again": np.arange(n) // 3,
        "any": noise.integers(-n, n, n),
    }[draw(st.sampled_from(["up", "down", "again", "any"]))]
    two = noise.normal(size=(2, n)).round(draw(st.sampled_from([0, 1, 15])))
    two[noise.random((2, n)) < draw(st.sampled_from([0.0, 0.01, 0.9]))] = NAN
    return steps.tolist(), two[0], two[1]


@given(raw_points(), st.integers(1, 100))
@settings(max_examples=60, deadline=None)
def test_of_thinned_series_it_is_exact(
    raw: tuple[list[int], np.ndarray, np.ndarray], n: int
) -> None:
    steps, loss, acc = raw
    one = of_points(("acc", steps, acc.tolist()), ("val/loss", steps, loss.tolist()))
    in_order = sorted(zip(steps, acc.tolist(), strict=True), key=lambda point: point[0])

    last = [value for _, value in in_order[-n:] if math.isfinite(value)]
    mean = math.fsum(last) / len(last) if last else NAN
    found = summarise(one, GOALS, SummaryRule("mean_of_last", n=n))
    np.testing.assert_allclose(found.values["acc"]["a"], mean, rtol=1e-9, atol=1e-12)

    finite = [(value, at) for at, value in enumerate(loss.tolist()) if math.isfinite(value)]
    found = summarise(one, GOALS, BY_LOSS)
    assert found.inexact == 0
    if not finite:
        assert (found.values, found.missing) == ({"acc": {}, "val/loss": {}}, 1)
        return
    best, at = min(finite)  # of equal ones the first logged
    expected = [value for step, value in in_order if step == steps[at]][-1]
    np.testing.assert_equal(found.values, {"acc": {"a": expected}, "val/loss": {"a": best}})


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (BY_LOSS, "the value at the step where val/loss was lowest"),
        (SummaryRule("best_by", metric="acc"), "the value at the step where acc was highest"),
        (SummaryRule("best_by", metric="x"), "the value at the step where x was at its best"),
        (SummaryRule("mean_of_last", n=10), "the mean of the last 10 values"),
        (SummaryRule("mean_of_last", n=1), "the last value"),
        (SummaryRule("min"), "the lowest value"),
    ],
)
def test_rules_are_told_in_words(rule: SummaryRule, words: str) -> None:
    assert rule_in_words(rule, GOALS) == words
