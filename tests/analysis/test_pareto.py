"""The front, and what lies behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.direction import Goal
from runfolio.analysis.leaderboard import leaderboard
from runfolio.analysis.metrics import Metric
from runfolio.analysis.pareto import Front, cost_metrics, pareto_front


def front(points: Sequence[Sequence[float]], goals: Sequence[Goal]) -> Front:
    """Return the front of configurations with one run each, called by their place."""
    configurations = [Configuration(f"{i:04}", (f"r{i}",), {}, (), ()) for i in range(len(points))]
    metrics = [Metric(f"m{k}", f"m{k}", goal=goal) for k, goal in enumerate(goals)]
    values = {m.name: {f"r{i}": p[k] for i, p in enumerate(points)} for k, m in enumerate(metrics)}
    return pareto_front(metrics, values, leaderboard(configurations, values["m0"], goals[0]))


def names(found: Front) -> list[str]:
    return sorted(place.standing.configuration.label for place in found.best)


def test_the_front_is_what_no_other_beats_in_one_without_losing_in_another() -> None:
    # Recall and latency: 0 is the best, 1 cheaper, 2 worse than 1 in both, 3 the cheapest.
    found = front([(0.9, 30), (0.8, 20), (0.7, 25), (0.6, 10)], ["maximize", "minimize"])
    assert names(found) == ["0000", "0001", "0003"]
    [worse] = [place for place in found.places if place.dominated_by]
    assert worse.standing.configuration.label == "0002"
    assert worse.dominated_by is not None
    assert worse.dominated_by.configuration.label == "0001"


def test_equal_configurations_do_not_dominate_each_other() -> None:
    found = front([(0.9, 30), (0.9, 30), (0.9, 31), (0.8, 30)], ["maximize", "minimize"])
    assert names(found) == ["0000", "0001"]


def test_a_configuration_without_a_metric_is_not_placed() -> None:
    found = front([(0.9, float("nan")), (0.8, 20)], ["maximize", "minimize"])
    assert names(found) == ["0001"]
    assert len(found.places) == 1


@given(
    st.integers(2, 3).flatmap(
        lambda k: st.lists(st.tuples(*[st.integers(0, 5)] * k), min_size=1, max_size=25)
    )
)
def test_the_front_is_that_of_all_pairs(points: list[tuple[int, ...]]) -> None:
    found = front(points, ["minimize"] * len(points[0]))
    table = np.array(points)
    for place in found.places:
        own = table[int(place.standing.configuration.label)]
        dominating = (table <= own).all(axis=1) & (table < own).any(axis=1)
        assert (place.dominated_by is not None) == bool(dominating.any())
        if place.dominated_by is not None:
            other = int(place.dominated_by.configuration.label)
            assert dominating[other]
            assert f"{other:04}" in names(found)


def test_costs_are_found_by_their_names_one_of_each_kind() -> None:
    rows: list[tuple[str, Goal, int]] = [
        ("recall", "maximize", 10), ("train_seconds", "minimize", 10),
        ("latency_p50", "minimize", 10), ("latency_p95", "minimize", 10),
        ("memory_mb", "minimize", 4), ("loss", "minimize", 10),
    ]  # fmt: skip
    metrics = {name: Metric(name, name, goal=goal, runs=runs) for name, goal, runs in rows}
    assert [m.name for m in cost_metrics(metrics, "recall")] == ["latency_p50", "train_seconds"]
    assert [m.name for m in cost_metrics(metrics, "recall", ["loss"])][:1] == ["loss"]


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_any_magnitude_has_a_front(size: float) -> None:
    assert names(front([(size, 1), (2 * size, 2)], ["minimize", "minimize"])) == ["0000"]
