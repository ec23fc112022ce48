"""What is told of a curve, on curves of which it is known, and on noise."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from runfolio.analysis.curve_flags import CurveFlag, CurveFlags, curve_flags, typical_flag
from runfolio.analysis.metrics import Metric
from runfolio.model.tables import Curves

Values = NDArray[np.float64]

METRICS = {
    name: Metric(name, name, goal=goal, family=family)  # type: ignore[arg-type]
    for name, goal, family in (
        ("val/loss", "minimize", "loss"),
        ("train/loss", "minimize", "loss"),
        ("val/acc", "maximize", "acc"),
        ("train/acc", "maximize", "acc"),
        ("val/loss_gap", "minimize", "loss gap"),
        ("steps_per_second", "", "steps per second"),
    )
}


def judge(objective: str = "", /, **series: Values) -> CurveFlags:
    """Judge curves; ``val_loss`` stands for ``val/loss``."""
    names = [name.replace("_", "/", 1) for name in series]
    lengths = [len(values) for values in series.values()]
    steps = np.concatenate([np.arange(n, dtype=np.float64) for n in lengths])
    curves = Curves(np.cumsum([0, *lengths]), steps, np.concatenate(list(series.values())))
    return curve_flags(curves, {name: i for i, name in enumerate(names)}, METRICS, objective)


def told(objective: str = "", /, **series: Values) -> list[tuple[str, str]]:
    return [(flag.kind, flag.metric.name) for flag in judge(objective, **series).flags]


def falling(n: int, rng: Generator, noise: float = 0.02) -> Values:
    fall: Values = 1 - 0.9 * np.linspace(0, 1, n) + noise * rng.standard_normal(n)
    return fall


def overfitting(n: int, rng: Generator, noise: float = 0.02) -> Values:
    """Fall until 40 % of the way, and then rise by a quarter of it."""
    x = np.linspace(0, 1, n)
    course: Values = 1 - 2 * np.minimum(x, 0.4) + 0.35 * np.maximum(x - 0.4, 0)
    return course + noise * rng.standard_normal(n)


@pytest.mark.parametrize("n", [20, 50, 300])
def test_overfitting_is_told_with_its_place_and_size(n: int) -> None:
    seen: list[CurveFlag] = []
    for seed in range(20):
        rng = default_rng([seed, n])
        seen += judge(val_loss=overfitting(n, rng), train_loss=falling(n, rng)).flags
    assert len(seen) >= 18
    for flag in seen:
        assert (flag.kind, flag.metric.name) == ("overfitting", "val/loss")
        assert flag.beside is not None
        assert flag.beside.name == "train/loss"
        assert flag.step / (n - 1) == pytest.approx(0.4, abs=0.25)
        assert flag.size == pytest.approx(0.35 * 0.6, abs=0.1)


def test_a_falling_accuracy_is_overfitting_too() -> None:
    rng = default_rng(1)
    found = told("val/acc", val_acc=1 - overfitting(60, rng), train_acc=1 - falling(60, rng))
    assert found == [("overfitting", "val/acc")]


def test_it_is_no_overfitting_where_training_gets_no_better() -> None:
    rng = default_rng(2)
    worse = overfitting(60, rng)
    assert ("overfitting", "val/loss") not in told(val_loss=worse, train_loss=worse)


@pytest.mark.parametrize("n", [20, 50, 300])
def test_a_loss_that_grows_far_beyond_its_first_value_diverges(n: int) -> None:
    x = np.linspace(0, 1, n)
    loss = 1 + 9 * x**2 + 0.05 * default_rng(n).standard_normal(n)
    [flag] = judge(train_loss=loss).flags
    assert flag.kind == "divergence"
    # It has doubled where 9 x² = 1.
    assert flag.step / (n - 1) == pytest.approx(1 / 3, abs=0.15)
    assert flag.size == loss[-1]


@pytest.mark.parametrize("end", [math.nan, math.inf, -math.inf])
def test_a_curve_that_ends_not_finite_diverges_however_short(end: float) -> None:
    [flag] = judge(val_loss=np.array([1.0, 0.5, end, end])).flags
    assert (flag.kind, flag.step) == ("divergence", 2)
    assert judge(val_loss=np.array([end, end])).flags[0].step == 0


def test_a_score_that_was_never_a_number_has_not_diverged() -> None:
    assert told("val/acc", val_acc=np.array([math.nan] * 12)) == []
    ends = np.array([0.5, 0.6, math.nan])
    assert told("val/acc", val_acc=ends) == [("divergence", "val/acc")]


def test_curves_that_count_other_steps_are_not_compared() -> None:
    rng = default_rng(5)
    unseen, training = overfitting(60, rng), falling(600, rng)
    steps = np.concatenate([np.arange(60.0), np.arange(600.0)])
    curves = Curves(np.array([0, 60, 660]), steps, np.concatenate([unseen, training]))
    rows = {"val/loss": 0, "train/loss": 1}
    kinds = [flag.kind for flag in curve_flags(curves, rows, METRICS).flags]
    assert "overfitting" not in kinds
    # The same curves, both by epochs: ten points of the training curve to one of the other.
    curves.steps[60:] /= 10
    assert curve_flags(curves, rows, METRICS).flags[0].kind == "overfitting"


def test_a_plateau_begins_where_all_but_a_twentieth_is_gained() -> None:
    # Down from 1 to 0.04, a twentieth of the way above the best level, 0, at which it ends.
    values = np.concatenate([np.linspace(1, 0.08, 20), np.full(20, 0.04), np.full(60, 0.0)])
    [flag] = judge(val_loss=values).flags
    assert flag.kind == "plateau"
    assert flag.step == pytest.approx(20, abs=5)


def test_a_gap_in_a_curve_is_no_divergence() -> None:
    values = falling(40, default_rng(3))
    values[10:13] = math.nan
    assert told(val_loss=values) == [("stopped too early", "val/loss")]


@pytest.mark.parametrize("n", [20, 50, 300])
def test_a_curve_that_stays_at_its_best_is_a_plateau(n: int) -> None:
    x = np.linspace(0, 1, n)
    for seed in range(10):
        noise = 0.003 * default_rng([seed, n]).standard_normal(n)
        [flag] = judge(val_loss=np.exp(-12 * x) + noise).flags
        assert flag.kind == "plateau"
        # exp(-12 x) is at a twentieth where x = ln 20 / 12.
        assert flag.step / (n - 1) == pytest.approx(math.log(20) / 12, abs=0.12)


@pytest.mark.parametrize("n", [8, 12, 50, 300])
def test_a_curve_that_still_improves_was_stopped_too_early(n: int) -> None:
    seeds = [judge(val_loss=falling(n, default_rng([seed, n]))).flags for seed in range(40)]
    assert sum([flag.kind for flag in own] == ["stopped too early"] for own in seeds) >= 36
    sizes = [own[0].size for own in seeds if own]
    assert np.median(sizes) == pytest.approx(0.9 / 5, rel=0.1)


def test_training_alone_says_nothing_of_when_to_stop() -> None:
    rng = default_rng(4)
    flat = np.exp(-12 * np.linspace(0, 1, 60)) + 0.003 * rng.standard_normal(60)
    assert told(val_loss=flat, train_loss=falling(60, rng)) == [("plateau", "val/loss")]


NOISES: dict[str, Callable[[Generator, int], Values]] = {
    "normal": lambda rng, n: rng.standard_normal(n) + 5,
    "around nothing": lambda rng, n: rng.standard_normal(n),
    "Student t, 3 degrees": lambda rng, n: rng.standard_t(3, n) + 5,
    "error of 200 cases": lambda rng, n: rng.binomial(200, 0.1, n) / 200,
    "seldom one error of 20 cases": lambda rng, n: (rng.random(n) < 0.2) / 20,
}


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("n", [8, 20, 100])
def test_noise_alone_is_hardly_ever_told_as_anything(noise: str, n: int) -> None:
    alarms = 0
    for seed in range(100):
        rng = default_rng([seed, n])
        alarms += bool(told(val_loss=NOISES[noise](rng, n), train_loss=NOISES[noise](rng, n)))
    assert alarms <= 5


def test_units_change_nothing() -> None:
    rng = default_rng(5)
    val, train = overfitting(60, rng), falling(60, rng)
    [plain] = judge(val_loss=val, train_loss=train).flags
    for factor in (1e-300, 1e-6, 1e6, 1e300):
        [flag] = judge(val_loss=val * factor, train_loss=train * factor).flags
        assert (flag.kind, flag.step) == (plain.kind, plain.step)
        assert flag.size == pytest.approx(plain.size * factor)


def test_short_curves_are_named_and_not_judged() -> None:
    found = judge(val_loss=np.linspace(1, 0, 7), train_loss=np.linspace(1, 0, 8))
    assert [metric.name for metric in found.too_short] == ["val/loss"]
    assert [metric.name for metric in found.judged] == ["train/loss"]
    assert judge(val_loss=np.array([1.0])).too_short == ()


def test_only_the_objective_its_family_and_losses_are_judged() -> None:
    values = np.linspace(0, 1, 30)
    own = {"val_loss": values, "val_acc": values, "val_loss_gap": values}
    assert [m.name for m in judge(**own).judged] == ["val/loss"]
    assert [m.name for m in judge("train/acc", **own).judged] == ["val/loss", "val/acc"]
    # The gap of two losses starts at nothing and grows in the best of trainings.
    assert ("divergence", "val/loss_gap") not in told("val/loss_gap", **own)


@given(st.lists(st.floats(), min_size=1, max_size=40), st.lists(st.floats(), max_size=40))
def test_whatever_was_logged_nothing_breaks(val: list[float], train: list[float]) -> None:
    found = judge("val/loss", val_loss=np.array(val), train_loss=np.array(train, np.float64))
    for flag in found.flags:
        assert 0 <= flag.step < max(len(val), len(train))
    assert len(found.judged) + len(found.too_short) <= 2


@pytest.mark.parametrize("value", [0.0, 0.3, 1e300, -5e-324])
def test_a_constant_curve_says_nothing(value: float) -> None:
    constant = np.full(50, value)
    assert told(val_loss=constant, train_loss=constant) == []


def test_of_several_runs_the_medians_are_told() -> None:
    rng = default_rng(6)
    flags = [
        judge(val_loss=overfitting(60, rng), train_loss=falling(60, rng)).flags[0] for _ in range(3)
    ]
    typical = typical_flag(flags)
    assert typical.step == sorted(flag.step for flag in flags)[1]
    assert typical.size == sorted(flag.size for flag in flags)[1]
