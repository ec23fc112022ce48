"""Moves of metrics over commits: where, how much, and what can have caused them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import commit_histories
from runfolio.analysis.history import Move, Moves, analyse_history
from runfolio.config import MetricSettings, Settings, Tolerance
from runfolio.model.history import History

NO_FACTS = pd.DataFrame({"goal": [], "unit": []}, index=pd.Index([], name="metric"))


def history(
    values: dict[str, dict[int, float]],
    params: Sequence[tuple[int, str, str, str]] = (),
    data: Sequence[tuple[int, str, str, str]] = (),
    files: Mapping[int, Sequence[str]] | None = None,
) -> History:
    """Return a history from values by position."""
    return commit_histories.history(
        {name: list(points.values()) for name, points in values.items()},
        at={name: list(points) for name, points in values.items()},
        params=params,
        data=data,
        files=files,
    )


def analysed(given: History, settings: Settings | None = None, objective: str = "") -> Moves:
    return analyse_history(given, {}, settings or Settings(), objective, NO_FACTS)


def step(at: int, count: int, low: float, high: float, every: int = 1) -> dict[int, float]:
    """Return noise around `low`, and from position `at` on around `high`."""
    noise = np.random.default_rng(7).normal(0, 0.01, count)
    return {n: (high if n >= at else low) + float(noise[n]) for n in range(0, count, every)}


def test_a_move_with_what_its_commits_changed() -> None:
    given = history(
        {"accuracy": step(20, 40, 0.8, 0.9)},
        params=[(5, "lr", "1", "2"), (20, "lr", "2", "3"), (20, "seed", "1", "2")],
        data=[(20, "cases.csv", "aa", "bb"), (21, "cases.csv", "bb", "cc")],
        files={19: ["early.py"], 20: ["train.py"], 30: ["late.py"]},
    )
    (move,) = analysed(given).moves
    assert (move.since, move.at, move.until) == (19, 20, 20)
    assert move.commits == 1
    assert move.outcome == "better"
    assert [(p.name, p.old, p.new) for p in move.params] == [("lr", "2", "3")]
    assert [(d.name, d.old, d.new) for d in move.data] == [("cases.csv", "aa", "bb")]
    assert move.files == ("train.py",)
    assert move.change.before == pytest.approx(0.8, abs=0.01)
    assert move.change.interval[0] < 0.1 < move.change.interval[1]


def test_commits_that_measured_nothing_can_have_caused_it_too() -> None:
    given = history(
        {"loss": step(50, 100, 1.0, 0.5, every=5)},
        params=[(46, "a", "1", "2"), (48, "b", "1", "2"), (49, "b", "2", "1")],
    )
    (move,) = analysed(given).moves
    assert (move.since, move.at, move.until) == (45, 50, 50)
    assert move.outcome == "better"  # a loss that falls
    # What was changed and changed back is no cause.
    assert [p.name for p in move.params] == ["a"]


def test_without_a_direction_it_only_moved() -> None:
    (move,) = analysed(history({"quantity": step(20, 40, 1, 2)})).moves
    assert move.outcome == "moved"


def test_a_tolerance_leaves_small_moves_out() -> None:
    given = history({"accuracy": step(20, 40, 0.8, 0.9)})
    for tolerance, count in (
        (Tolerance(absolute=0.05), 1),
        (Tolerance(absolute=0.2), 0),
        (Tolerance(relative=0.2), 0),
    ):
        settings = Settings(metrics={"accuracy": MetricSettings(tolerance=tolerance)})
        assert len(analysed(given, settings).moves) == count


def test_the_objective_stands_first_then_what_moved() -> None:
    given = history(
        {
            "a_still": step(99, 40, 1, 1),
            "b_moved": step(20, 40, 1, 2),
            "c_objective": step(99, 40, 1, 1),
        }
    )
    names = [trend.metric.name for trend in analysed(given, objective="c_objective").trends]
    assert names == ["c_objective", "b_moved", "a_still"]


def test_levels_and_what_was_measured_since() -> None:
    (trend,) = analysed(history({"accuracy": step(20, 40, 0.8, 0.9)})).trends
    assert [(first, last) for first, last, _ in trend.levels()] == [(0, 19), (20, 39)]
    assert len(trend.recent()) == 20
    assert trend.latest == trend.values[-1]


def test_moves_that_one_commit_can_have_caused_are_one_event() -> None:
    given = history(
        {
            "accuracy": step(20, 60, 0.8, 0.9),
            "loss": step(20, 60, 1.0, 0.5),
            "f1": step(40, 60, 0.5, 0.7),
        }
    )
    later, earlier = analysed(given).events
    assert [move.metric.name for move in later.moves] == ["f1"]
    assert {move.metric.name for move in earlier.moves} == {"accuracy", "loss"}
    assert (earlier.since, earlier.at, earlier.until) == (19, 20, 20)
    assert earlier.count("better") == 2


def test_no_event_has_two_moves_of_a_metric_or_a_range_that_is_none() -> None:
    given = history({"accuracy": step(20, 40, 0.8, 0.9)})
    found = analysed(given)
    (move,) = found.moves
    moves = [
        replace(move, since=since, at=at, until=until)
        for since, at, until in ((5, 8, 12), (8, 9, 10), (9, 11, 14), (30, 31, 33))
    ]

    def named(n: int, one: Move) -> Move:
        return replace(one, metric=replace(one.metric, name=f"m{n % 3}"))

    trend = replace(found.trends[0], moves=tuple(named(n, one) for n, one in enumerate(moves)))
    events = replace(found, trends=(trend,)).events
    assert sum(len(event.moves) for event in events) == 4
    for event in events:
        assert event.since < event.at <= event.until
        names = [one.metric.name for one in event.moves]
        assert len(set(names)) == len(names)


def test_a_value_that_is_no_number_leaves_all_others() -> None:
    values = step(20, 40, 0.8, 0.9) | {3: float("nan"), 25: float("inf")}
    (move,) = analysed(history({"accuracy": dict(sorted(values.items()))})).moves
    assert move.at == 20
