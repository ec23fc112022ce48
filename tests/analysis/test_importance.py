"""Importances over the runs of a configuration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from builders import SEEDS, run, tables
from runfolio.analysis.configurations import configurations
from runfolio.analysis.importance import ImportanceKind, importance_kinds, importances_by_run
from runfolio.model.features import Importances

BY_SEED = [
    {"age": 0.5, "sex": 0.25, "bmi": 0.0},
    {"age": 0.25, "sex": 0.5, "bmi": 0.125},
    {"age": 0.75, "sex": 0.25, "bmi": -0.125},
]


def kinds() -> tuple[ImportanceKind, ...]:
    runs = [
        run(
            f"r{number}",
            {"loss": 0.1 + number},
            params={"lr": "1", "seed": str(number)},
            importances=(Importances("weight", own, dict.fromkeys(own, 0.1)),),
        )
        for number, own in enumerate(BY_SEED)
    ]
    made = tables(*runs)
    [configuration] = configurations(made, SEEDS)[0]
    return importance_kinds(importances_by_run(made.importances, {}), configuration)


def test_mean_interval_and_firsts_over_the_seeds() -> None:
    [kind] = kinds()
    assert (kind.name, kind.runs) == ("weight", 3)
    assert [one.feature for one in kind.features] == ["age", "sex", "bmi"]
    age, sex, bmi = (kind.of(name) for name in ("age", "sex", "bmi"))
    assert age is not None
    assert sex is not None
    assert bmi is not None
    assert age.mean.value == pytest.approx(0.5)
    low, high = stats.t.interval(0.95, 2, loc=0.5, scale=stats.sem([0.5, 0.25, 0.75]))
    assert (age.mean.low, age.mean.high) == pytest.approx((low, high))
    assert (age.firsts, sex.firsts, bmi.firsts) == (2, 1, 0)
    assert age.within == pytest.approx(0.1)
    assert kind.of("height") is None


def test_metrics_that_are_named_so() -> None:
    values = {
        "importance/age": {"a": 0.5, "b": 0.25},
        "val/feature_importance/blood/sugar": {"a": 0.75},
        "importance/sex": {"a": math.nan, "b": 1.0},
        "importance_of_sleep": {"a": 1.0},
    }
    found = importances_by_run({"a": [Importances("weight", {"age": 1.0})]}, values)
    assert [(one.name, one.values) for one in found["a"]] == [
        ("weight", {"age": 1.0}),
        ("importance", {"age": 0.5}),
        ("feature_importance", {"blood/sugar": 0.75}),
    ]
    assert [one.values for one in found["b"]] == [{"age": 0.25, "sex": 1.0}]


def test_a_feature_that_only_some_runs_tell_is_the_mean_of_those() -> None:
    made = tables(
        run("a", {"loss": 1.0}, params={"seed": "1"}, importances=(Importances("w", {"x": 1.0}),)),
        run("b", {"loss": 1.1}, params={"seed": "2"}, importances=(Importances("w", {"y": 2.0}),)),
    )
    for configuration in configurations(made, SEEDS)[0]:
        for kind in importance_kinds(importances_by_run(made.importances, {}), configuration):
            for one in kind.features:
                assert one.mean.value == np.mean(one.values)
                assert not one.mean.has_interval
