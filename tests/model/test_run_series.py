"""Series of one run keep what another of them may ask for, and when it was logged."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runfolio.model import run_series
from runfolio.model.run_series import RunSeries, reduce_all, reduce_run
from runfolio.model.series import Logged, Series
from runfolio.model.thinning import LAST_POINTS, MAX_POINTS, held_out

N = 4000
STEPS = np.arange(N)
START = 1_760_000_000_000  # in ms


def curve(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=N)


def values_at(series: Series, steps: list[int]) -> list[float]:
    at = dict(zip(series.steps.tolist(), series.values.tolist(), strict=True))
    return [at[step] for step in steps]


def test_the_last_points_are_all_kept() -> None:
    (one,) = reduce_run([Logged("loss", STEPS, curve(1))])
    assert one.steps[-LAST_POINTS:].tolist() == list(range(N - LAST_POINTS, N))
    assert len(one.steps) <= MAX_POINTS


def test_values_are_kept_where_held_out_metrics_were_lowest_and_highest() -> None:
    loss, val, train = curve(1), curve(2), curve(3)
    val[7] = math.nan
    found = reduce_run(
        [Logged("loss", STEPS, loss), Logged("val_loss", STEPS, val), Logged("t", STEPS, train)]
    )
    wanted = [int(np.nanargmin(val)), int(np.nanargmax(val))]
    assert values_at(found[0], wanted) == loss[wanted].tolist()
    assert values_at(found[2], wanted) == train[wanted].tolist()
    alone = reduce_all([Logged("loss", STEPS, loss)])[0]
    assert not set(wanted) <= set(alone.steps.tolist())


@pytest.mark.parametrize("most", [10, N + 1, 10 * N])
def test_a_large_run_is_reduced_in_parts(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(run_series, "_MOST_WAITING", most)
    val, loss = curve(2), curve(1)
    run = RunSeries()
    for name, values in (("val_loss", val), ("loss", loss), ("other", curve(3))):
        run.add(Logged(name, STEPS, values))
    found = run.reduced()
    assert [one.metric for one in found] == ["val_loss", "loss", "other"]
    wanted = [int(val.argmin()), int(val.argmax())]
    assert values_at(found[1], wanted) == loss[wanted].tolist()


def test_names_that_say_held_out() -> None:
    names = ["val_loss", "valAccuracy", "test/f1", "eval.auc", "Validation Loss", "acc_TEST"]
    others = ["loss", "value", "latest", "evaluate", "interval", "train/loss"]
    assert held_out([*others, *names]) == names
    assert len(held_out(f"val{n}/loss" for n in range(50))) == 16


def test_times_go_with_the_points_that_are_kept_in_seconds() -> None:
    (one,) = reduce_run([Logged("m", STEPS[::-1].copy(), curve(1), START + 10 * STEPS)])
    assert len(one.times) == len(one.steps)
    # The point of step 0 was logged last, and that of the last step first.
    assert (one.times[0], one.times[-1]) == ((START + 10 * (N - 1)) / 1000, START / 1000)


def test_what_is_no_time_is_told_from_what_is() -> None:
    some = np.array([START, 0.0, math.nan, math.inf, -5.0, 1e17])
    steps = np.arange(6)
    values = np.arange(6.0)
    many = [
        Logged("a", steps, values, some),
        Logged("b", steps, values),
        Logged("c", steps, values, steps),
    ]
    for found in (reduce_run(many), [reduce_run([one])[0] for one in many]):
        expected = [START / 1000, *[math.nan] * 5]
        np.testing.assert_equal(found[0].times.tolist(), expected)
        assert found[1].times.tolist() == found[2].times.tolist() == []


def test_series_with_the_same_times_share_them() -> None:
    steps, times = STEPS[:50], START + STEPS[:50]
    one, other = reduce_run([Logged(n, steps, curve(1)[:50], times) for n in "ab"])
    assert np.shares_memory(one.times, other.times)
