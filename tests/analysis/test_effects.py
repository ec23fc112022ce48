"""What params explain, set against numbers worked out elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.effects import param_effects
from runfolio.analysis.leaderboard import Standing, leaderboard


def standings(
    params: Sequence[Mapping[str, str]], values: Sequence[Sequence[float]]
) -> tuple[Standing, ...]:
    """Return standings of configurations with these params and values of their runs."""
    known: dict[str, float] = {}
    configurations = []
    for i, (own, runs) in enumerate(zip(params, values, strict=True)):
        ids = tuple(f"c{i:04}-{k}" for k in range(len(runs)))
        known.update(zip(ids, runs, strict=True))
        configurations.append(Configuration(f"c{i:04}", ids, dict(own), (), ()))
    return leaderboard(configurations, known, "maximize")


def grid(
    make: Callable[[int, str], float], noise: float = 0.01, times: int = 6
) -> tuple[Standing, ...]:
    """Return configurations of every combination of lr and batch, several times each."""
    rng = np.random.default_rng(7)
    params, values = [], []
    for lr in (1, 2, 3):
        for batch in ("small", "large"):
            for _ in range(times):
                params.append({"lr": f"1e-{lr}", "batch": batch})
                values.append([make(lr, batch) + noise * float(rng.standard_normal())])
    return standings(params, values)


def test_the_share_is_the_adjusted_one_way_share() -> None:
    # 3 groups of 2: between 4 + 0 + 4 (times 2) = 16, within 6 x 0.25 = 1.5; η² = 16 / 17.5.
    params = [{"model": m} for m in "aabbcc"]
    values = [[v] for v in (0.5, 1.5, 2.5, 3.5, 4.5, 5.5)]
    [effect] = param_effects(standings(params, values)).effects
    assert effect.share == pytest.approx(1 - (1.5 / 17.5) * 5 / 3)
    assert [(g.label, g.n, g.mean) for g in sorted(effect.groups, key=lambda g: g.label)] == [
        ("a", 2, 1.0), ("b", 2, 3.0), ("c", 2, 5.0),
    ]  # fmt: skip
    # Of the 720 orders 6 x 8 keep the pairs together: at most these reach the share found.
    assert effect.p == pytest.approx(48 / 720, abs=0.02)


def test_the_rank_correlation_is_scipys() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 9, 30), rng.normal(size=30).round(1)
    found = param_effects(standings([{"depth": str(v)} for v in x], [[float(v)] for v in y]))
    assert found.effects[0].correlation == pytest.approx(stats.spearmanr(x, y).statistic)


def test_a_param_that_matters_is_beyond_chance_and_one_that_does_not_is_not() -> None:
    found = param_effects(grid(lambda lr, _: 0.1 * lr))
    assert [(e.name, e.is_beyond_chance) for e in found.effects] == [("lr", True), ("batch", False)]
    assert found.effects[0].share > 0.9
    assert found.effects[0].share > found.effects[0].chance
    assert found.effects[0].log
    assert not found.interactions


def test_a_best_place_in_the_middle_is_seen() -> None:
    found = param_effects(grid(lambda lr, _: -((lr - 2) ** 2)))
    assert found.effects[0].name == "lr"
    assert abs(found.effects[0].correlation) < 0.3
    assert max(found.effects[0].groups, key=lambda g: g.mean).label == "1e-2"


def test_an_effect_that_depends_on_another_param_is_told() -> None:
    found = param_effects(
        grid(lambda lr, batch: (lr - 2) * (1 if batch == "small" else -1), noise=0.3)
    )
    [pair] = found.interactions
    assert {pair.first, pair.second} == {"lr", "batch"}
    assert pair.together > pair.side_by_side + 0.3


def test_effects_that_add_are_no_dependence() -> None:
    found = param_effects(grid(lambda lr, batch: lr + (batch == "small"), noise=0.3))
    assert found.interactions == ()


def test_params_that_vary_together_are_one() -> None:
    params = [{"model": m, "width": w, "z": str(i % 3)} for i, (m, w) in enumerate(
        [("a", "16"), ("b", "32"), ("c", "64")] * 4)]  # fmt: skip
    rng = np.random.default_rng(1)
    values = [[float(len(p["width"]) + rng.normal())] for p in params]
    found = param_effects(standings(params, values))
    assert [e.params for e in found.effects] == [("model", "width", "z")]


def test_a_param_of_one_model_is_judged_among_its_configurations() -> None:
    params = [{"model": "forest", "trees": str(t)} for t in (10, 20, 30) * 4]
    params += [{"model": "logistic", "solver": "lbfgs"} for _ in range(12)]
    values = [[5 + 0.1 * int(p["trees"])] if "trees" in p else [0.01 * i]
              for i, p in enumerate(params)]  # fmt: skip
    found = param_effects(standings(params, values))
    trees = next(e for e in found.effects if e.name == "trees")
    assert (trees.decided_by, trees.where, trees.n) == ("model", ("forest",), 12)
    assert trees.share == pytest.approx(1)
    model = next(e for e in found.effects if e.name == "model")
    assert model.params == ("model", "solver")


def test_what_cannot_be_judged_is_named() -> None:
    params = [{"out": f"/runs/{i}", "opt": "adam" if i % 2 else "sgd"} for i in range(8)]
    found = param_effects(standings(params, [[float(i)] for i in range(8)]))
    assert found.too_scattered == ("out",)
    assert param_effects(standings(params[:5], [[float(i)] for i in range(5)])).missing == (
        "configurations"
    )
    assert param_effects(standings(params, [[1.0]] * 8)).missing == "variance"
    assert param_effects(standings([{"a": "1"}] * 8, [[float(i)] for i in range(8)])).missing == (
        "params"
    )


def test_seeds_are_no_evidence_but_tell_what_is_noise() -> None:
    params = [{"opt": "adam" if i % 2 else "sgd"} for i in range(6)]
    once = param_effects(standings(params, [[float(i)] for i in range(6)]))
    often = param_effects(standings(params, [[i - 0.5, float(i), i + 0.5] for i in range(6)]))
    assert once.effects[0].p == often.effects[0].p
    assert math.isnan(once.noise)
    # Spread 0.5 in each, three runs: 0.25 / 3 of a variance of 3.5 between the means.
    assert often.noise == pytest.approx(0.25 / 3 / 3.5)


def test_a_few_that_lie_far_off_do_not_hide_the_rest() -> None:
    params = [{"opt": "adam" if i % 2 else "sgd"} for i in range(30)]
    values = [[float(i % 2) + 0.01 * i] for i in range(29)] + [[-1e9]]
    found = param_effects(standings(params, values))
    assert found.by_rank
    assert found.effects[0].is_beyond_chance


number = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "2", "3.5", "x", None]), st.sampled_from("ab"), number),
        min_size=1,
        max_size=14,
    )
)
def test_any_numbers_give_shares_between_nothing_and_all(
    rows: list[tuple[str | None, str, float]],
) -> None:
    params = [{"b": b} if a is None else {"a": a, "b": b} for a, b, _ in rows]
    found = param_effects(standings(params, [[v] for _, _, v in rows]))
    for effect in found.effects:
        assert 0 <= effect.share <= 1
        assert 0 < effect.p <= 1
        assert sum(group.n for group in effect.groups) == effect.n


def test_noise_alone_is_seldom_taken_for_an_effect() -> None:
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(60):
        params = [{f"p{k}": str(rng.integers(0, 3)) for k in range(3)} for _ in range(20)]
        values = [[float(v)] for v in rng.standard_normal(20)]
        found = param_effects(standings(params, values))
        alarms += any(e.is_beyond_chance for e in found.effects) or bool(found.interactions)
    assert alarms <= 12  # two families at 5 % each; 12 of 60 would be a chance of 1 in 100
