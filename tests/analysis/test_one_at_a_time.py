"""Which changes stand alone, and what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from runfolio.analysis.comparison import Terms
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.leaderboard import leaderboard
from runfolio.analysis.metrics import Metric
from runfolio.analysis.one_at_a_time import OneAtATime, single_changes

RECALL = Metric("recall", "recall", goal="maximize")
GOOD = (0.90, 0.91, 0.92)


def changes(*rows: tuple[Mapping[str, str], Sequence[float]]) -> OneAtATime:
    """Return the single changes; the first row is the champion."""
    configurations: list[Configuration] = []
    values: dict[str, float] = {}
    for i, (params, own) in enumerate(rows):
        runs = tuple(f"{i}-{k}" for k in range(len(own)))
        values.update(zip(runs, own, strict=True))
        configurations.append(Configuration(f"c{i}", runs, dict(params), (), ()))
    standings = leaderboard(configurations, values, "maximize")
    return single_changes(RECALL, values, standings, configurations[0], Terms())


def test_only_configurations_with_one_difference_count_largest_first() -> None:
    found = changes(
        ({"lr": "0.1", "opt": "adam"}, GOOD),
        ({"lr": "0.1", "opt": "sgd"}, (0.89, 0.90, 0.91)),
        ({"lr": "0.2", "opt": "adam"}, (0.50, 0.51, 0.52)),
        ({"lr": "0.2", "opt": "sgd", "drop": "0.5"}, (0.4, 0.4, 0.4)),
    )
    told = [(c.change.param, c.change.baseline, c.change.candidate) for c in found.changes]
    assert told == [("lr", "0.1", "0.2"), ("opt", "adam", "sgd")]
    assert [c.outcome for c in found.changes] == ["worse", "not distinguishable"]
    assert found.changes[0].delta.value == pytest.approx(-0.4)
    assert found.never_alone == ("drop",)


def test_a_param_that_is_not_set_is_a_change() -> None:
    found = changes(({"lr": "1", "drop": "0.1"}, GOOD), ({"lr": "1.0"}, (0.5, 0.6)))
    assert [(c.change.param, c.change.candidate) for c in found.changes] == [("drop", None)]


def test_an_output_folder_is_no_change_beside_another() -> None:
    found = changes(
        ({"lr": "1", "out": "a"}, GOOD),
        ({"lr": "2", "out": "b"}, GOOD),
        ({"lr": "3", "out": "c"}, GOOD),
    )
    assert [c.change.param for c in found.changes] == ["lr", "lr"]


def test_a_model_of_its_own_for_each_is_a_change() -> None:
    found = changes(({"model": "a"}, GOOD), ({"model": "b"}, GOOD), ({"model": "c"}, GOOD))
    assert [c.change.param for c in found.changes] == ["model", "model"]


def test_one_run_each_is_too_few() -> None:
    found = changes(({"lr": "1"}, (0.9,)), ({"lr": "2"}, (0.5,)))
    assert [c.outcome for c in found.changes] == ["too few runs"]


def test_verdicts_allow_for_how_many_were_compared() -> None:
    near = (0.88, 0.89, 0.9)
    alone = changes(({"lr": "0"}, (0.9, 0.91, 0.92)), ({"lr": "1"}, (0.87, 0.88, 0.89)))
    assert alone.changes[0].outcome == "worse"  # t = 3.674 at 4 degrees of freedom: p = 0.021
    many = changes(
        ({"lr": "0"}, (0.9, 0.91, 0.92)),
        ({"lr": "1"}, (0.87, 0.88, 0.89)),
        *[({"lr": str(i)}, near) for i in range(2, 8)],
    )
    assert {c.outcome for c in many.changes} == {"not distinguishable"}
    assert max(many.changes, key=lambda c: abs(c.delta.value)).comparison.p == pytest.approx(
        0.1494, abs=1e-3
    )
