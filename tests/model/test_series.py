"""A series keeps exact summary values and a bounded curve, whatever is logged."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runfolio.model.run_series import reduce_all
from runfolio.model.series import MAX_POINTS, LastRule, Logged, Series, reduce_series

values = st.floats(allow_nan=True, allow_infinity=True)
steps = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 5)
points = st.lists(st.tuples(steps, values, st.integers(0, 3)), min_size=1, max_size=30)
long_curves = st.builds(
    lambda n, special: [special.get(at, math.sin(at)) for at in range(n)],
    st.integers(MAX_POINTS + 1, 2000),
    st.dictionaries(st.integers(0, 1999), values, max_size=40),
)


def reduced(logged: list[tuple[int, float, int]], rule: str) -> Series:
    at, value, time = zip(*logged, strict=True)
    return reduce_series(
        "m",
        np.array(at, np.int64),
        np.array(value, np.float64),
        np.array(time, np.int64),
        last_rule=rule,  # type: ignore[arg-type]
    )


@given(points)
def test_summary_values_are_exact(logged: list[tuple[int, float, int]]) -> None:
    summary = reduced(logged, "order").summary
    finite = [value for _, value, _ in logged if math.isfinite(value)]
    assert summary.count == len(logged)
    assert summary.nonfinite == len(logged) - len(finite)
    np.testing.assert_equal(summary.first, logged[0][1])
    np.testing.assert_equal(summary.last, logged[-1][1])
    assert summary.last_step == float(logged[-1][0])
    if not finite:
        assert math.isnan(summary.min)
        assert math.isnan(summary.max)
        assert math.isnan(summary.mean)
        return
    assert (summary.min, summary.max) == (min(finite), max(finite))
    assert (summary.min_step, summary.min) in {(float(s), v) for s, v, _ in logged}
    assert (summary.max_step, summary.max) in {(float(s), v) for s, v, _ in logged}
    exact = float(sum(map(Fraction, finite), Fraction()) / len(finite))
    assert summary.mean == pytest.approx(exact, rel=1e-9, abs=1e-9 * max(map(abs, finite)))
    assert summary.min <= summary.mean <= summary.max


@given(points)
def test_the_last_point_by_mlflows_rule(logged: list[tuple[int, float, int]]) -> None:
    def rank(point: tuple[int, float, int]) -> tuple[int, int, bool, float]:
        step, value, time = point
        return step, time, not math.isnan(value), 0.0 if math.isnan(value) else value

    summary = reduced(logged, "mlflow").summary
    step, value, _ = max(logged, key=rank)
    np.testing.assert_equal(summary.last, value)
    assert summary.last_step == float(step)


@given(points)
def test_a_short_curve_keeps_every_point_in_order_of_steps(
    logged: list[tuple[int, float, int]],
) -> None:
    series = reduced(logged, "order")
    expected = sorted(logged, key=lambda point: point[0])  # stable: repeats keep their order
    assert series.steps.tolist() == [step for step, _, _ in expected]
    np.testing.assert_equal(series.values.tolist(), [value for _, value, _ in expected])


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.lists(steps, min_size=n, max_size=n),
            st.lists(st.lists(values, min_size=n, max_size=n), min_size=1, max_size=5),
            st.lists(st.integers(0, 3), min_size=n, max_size=n),
        )
    ),
    st.booleans(),
    st.sampled_from(["order", "mlflow"]),
)
def test_series_reduced_together_are_as_each_reduced_alone(
    logged: tuple[list[int], list[list[float]], list[int]], ascending: bool, rule: LastRule
) -> None:
    at = np.array(sorted(set(logged[0])) if ascending else logged[0], np.int64)
    times = np.array(logged[2][: len(at)], np.int64)
    rows = [np.array(row[: len(at)], np.float64) for row in logged[1]]
    together = reduce_all([Logged("m", at, row, times) for row in rows], last_rule=rule)
    alone = [reduce_series("m", at, row, times, last_rule=rule) for row in rows]
    assert repr(together) == repr(alone)


def test_short_series_do_not_keep_the_array_that_they_are_a_part_of() -> None:
    many = np.arange(1_000_000.0)
    parts = [Logged("m", np.arange(1_000_000)[:5], many[:5])]
    for series in (*reduce_all(parts), *reduce_all([Logged("m", parts[0].steps, many[:5])] * 2)):
        for array in (series.steps, series.values):
            assert array.base is None or array.base.nbytes < 1000


@given(long_curves)
@settings(max_examples=60)
def test_a_long_curve_is_bounded_and_keeps_its_ends_and_extremes(curve: list[float]) -> None:
    series = reduce_series("m", np.arange(len(curve)), np.array(curve))
    at = series.steps.tolist()
    assert 2 <= len(at) <= MAX_POINTS
    assert at == sorted(set(at))
    assert (at[0], at[-1]) == (0, len(curve) - 1)
    np.testing.assert_equal(series.values.tolist(), [curve[step] for step in at])
    finite = [value for value in curve if math.isfinite(value)]
    kept = set(series.values.tolist())
    assert {min(finite), max(finite)} <= kept
    assert series.summary.count == len(curve)


@pytest.mark.parametrize("gone", [math.nan, math.inf, -math.inf])
def test_a_stretch_without_finite_values_stays_visible(gone: float) -> None:
    curve = np.sin(np.arange(1000.0))
    curve[400:600] = gone
    series = reduce_series("m", np.arange(1000), curve)
    inside = (series.steps > 420) & (series.steps < 580)
    assert inside.any()
    np.testing.assert_equal(series.values[inside], np.full(int(inside.sum()), gone))


def test_a_mean_whose_sum_overflows_is_exact() -> None:
    big = 1.7e308
    series = reduce_series("m", np.arange(4), np.array([big, big, big, big]))
    assert series.summary.mean == big


def test_nothing_is_no_series() -> None:
    with pytest.raises(ValueError, match="'m'"):
        reduce_series("m", np.array([], np.int64), np.array([]))
