"""Inputs and outputs against a reference, window by window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runfolio.analysis.production_drift import drift_in
from runfolio.analysis.service_levels import HOUR
from runfolio.model.production import Columns, ProductionLog

WEEK = 7 * 24
RNG = np.random.default_rng(11)
ROWS = 4 * 7 * 60  # four weeks, sixty cases a day


def log(**columns: np.ndarray) -> ProductionLog:
    times = (np.arange(ROWS) * 24 * HOUR // 60).astype(np.int64)
    before = {name: RNG.normal(size=2000) for name in columns}
    return ProductionLog(
        0, "cases.csv", times, Columns(columns), reference=Columns(before), reference_name="v1"
    )


def test_a_slow_shift_shows_in_later_windows_alone() -> None:
    shift = np.linspace(0, 1.5, ROWS)
    found = drift_in(
        log(age=RNG.normal(size=ROWS) + shift, size=RNG.normal(size=ROWS)), ["*"], [], WEEK
    )
    moved, still = found
    assert (moved.column, still.column) == ("age", "size")  # the furthest first
    assert moved.windows[0].drift.verdict == "stable"
    assert moved.now.drift.verdict == "moved"
    assert {window.drift.verdict for window in still.windows} == {"stable"}
    assert moved.mean_now > moved.mean_before + 1


def test_windows_are_whole_and_end_with_the_newest_row() -> None:
    (found,) = drift_in(log(age=RNG.normal(size=ROWS)), ["age"], [], 10 * 24)
    assert len(found.windows) == 2
    assert {window.until - window.since for window in found.windows} == {240 * HOUR}
    assert found.now.until == (ROWS - 1) * 24 * HOUR // 60
    # A row at the end of a window is of that one alone: sixty a day, ten days.
    assert [window.drift.now for window in found.windows] == [600, 600]


def test_a_log_that_is_shorter_than_a_window_is_one() -> None:
    (found,) = drift_in(log(age=RNG.normal(size=ROWS)), ["age"], [], 100 * 24)
    assert len(found.windows) == 1
    assert found.now.drift.now == ROWS


def test_outputs_stand_first_and_are_no_inputs() -> None:
    given = log(age=RNG.normal(size=ROWS), score=RNG.normal(size=ROWS))
    assert [(one.column, one.role) for one in drift_in(given, ["*"], ["score"], WEEK)] == [
        ("score", "output"),
        ("age", "input"),
    ]


def test_categories_and_columns_that_changed_their_kind() -> None:
    given = log(clinic=RNG.normal(size=ROWS))
    north = replace(
        given,
        columns=Columns(texts={"clinic": ("north", "south") * (ROWS // 2)}),
        reference=Columns(texts={"clinic": ("north", "south") * 500}),
    )
    (found,) = drift_in(north, ["clinic"], [], WEEK)
    assert (found.kind, found.now.drift.verdict) == ("categories", "stable")
    numbers = replace(north, reference=Columns(numbers={"clinic": np.tile([1.0, 2.0], 500)}))
    (found,) = drift_in(numbers, ["clinic"], [], WEEK)
    assert (found.kind, found.now.drift.verdict) == ("categories", "moved")


def test_what_the_reference_does_not_have_is_not_compared() -> None:
    given = log(age=RNG.normal(size=ROWS))
    assert drift_in(replace(given, reference=None), ["*"], [], WEEK) == ()
    assert drift_in(replace(given, reference=Columns()), ["*"], [], WEEK) == ()


def test_hardly_any_of_many_columns_moves_by_chance() -> None:
    columns = {f"c{i}": RNG.normal(size=ROWS) for i in range(40)}
    found = drift_in(log(**columns), ["*"], [], WEEK)
    verdicts = [window.drift.verdict for one in found for window in one.windows]
    assert len(verdicts) == 160
    assert verdicts.count("stable") == 160
