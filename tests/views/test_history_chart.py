"""The chart of a metric over commits: what is drawn, and that words do not meet."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commit_histories import analysed_with, commit_id, history, noise
from runfolio.model.history import History
from runfolio.views.blocks import Chart
from runfolio.views.charts.trend import trend_kind
from runfolio.views.history_chart import stretches, trend_chart
from runfolio.views.history_facts import history_facts

FLOATS = st.floats(-1e6, 1e6)


def chart(made: History, kind: str = "trend", most: int = 2000, **settings: Any) -> Chart:
    [facts] = history_facts(analysed_with(made, **settings).histories)
    return trend_chart(facts, facts.trends[0], kind=kind, most=most)


def rows(drawn: Chart, kind: str) -> list[tuple[Any, ...]]:
    columns = [drawn.data[name] for name in sorted(drawn.data)]
    return [row for row in zip(*columns, strict=True) if row[2] == kind]


STEP = np.r_[np.full(30, 0.5), np.full(30, 0.6)] + noise(60)


@given(st.lists(FLOATS, min_size=2, max_size=300), st.integers(1, 40))
def test_stretches_keep_the_extremes_and_tell_a_measured_median(
    values: list[float], count: int
) -> None:
    array = np.array(values)
    found = list(stretches(array, min(count, len(values))))
    assert len(found) == min(count, len(values))
    assert min(array[low] for _, low, _, _ in found) == array.min()
    assert max(array[high] for _, _, high, _ in found) == array.max()
    for centre, low, high, middle in found:
        assert array[low] <= array[middle] <= array[high]
        assert 0 <= centre < len(values)
    assert [centre for centre, *_ in found] == sorted(centre for centre, *_ in found)


@pytest.mark.parametrize("kind", ["trend", "trend-small"])
def test_every_measurement_is_a_dot_in_the_order_of_commits(kind: str) -> None:
    drawn = chart(history({"recall": STEP}, tags={10: "v1"}), kind)
    assert drawn.kind == kind
    dots = rows(drawn, "")
    assert [dot[0] for dot in dots] == list(range(60))
    assert [dot[1] for dot in dots] == pytest.approx(STEP.tolist(), rel=1e-5)
    assert dots[30][3] == f"{commit_id(30)[:8]} Commit 30"
    assert dots[30][4].replace("\u00a0", " ") == "31 Jan 2026"


def test_levels_are_a_step_line_from_the_first_commit_to_the_last() -> None:
    drawn = chart(history({"recall": STEP}))
    before, after = rows(drawn, "level")
    assert (before[0], before[5], after[0], after[5]) == (0, 29.5, 29.5, 59)
    assert before[1] == pytest.approx(0.5, abs=0.01)
    assert after[1] == pytest.approx(0.6, abs=0.01)


def test_a_move_is_marked_named_and_told_apart_by_a_word() -> None:
    drawn = chart(history({"recall": STEP}))
    assert [(row[0], row[6]) for row in rows(drawn, "move")] == [(29.5, "better")]
    for form in ("wide", "narrow"):
        [word] = rows(drawn, f"word-{form}")
        assert word[3].startswith("+0.")
        assert word[3].endswith(" better")


def test_the_band_holds_the_commits_that_can_have_caused_the_move() -> None:
    drawn = chart(history({"recall": STEP}, at={"recall": list(range(0, 300, 5))}))
    # Measured at 145 and 150: 146 … 150 can have caused it.
    [band] = rows(drawn, "band")
    assert (band[0], band[5]) == (145.5, 150.5)


def test_nothing_that_moved_is_a_calm_chart_without_room_for_words() -> None:
    drawn = chart(history({"recall": 0.5 + noise(40, seed=3)}), "trend-small")
    assert drawn.kind == "trend-small-calm"
    assert set(drawn.data) == set(trend_kind("trend-small-calm").columns)
    assert len(rows(drawn, "level")) == 1


def test_too_many_measurements_become_ranges_that_hold_all_of_them_and_say_so() -> None:
    values = 0.5 + noise(5000)
    drawn = chart(history({"recall": values}), "trend-small", most=400)
    ranges = rows(drawn, "range")
    assert len(ranges) == len(rows(drawn, "")) == 200
    assert min(r[1] for r in ranges) == pytest.approx(values.min(), rel=1e-5)
    assert max(r[5] for r in ranges) == pytest.approx(values.max(), rel=1e-5)
    assert "A bar spans each 25 measurements" in drawn.sentence


def test_what_is_not_finite_leaves_a_gap_and_is_counted() -> None:
    values = STEP.copy()
    values[[3, 7]] = [np.nan, np.inf]
    drawn = chart(history({"recall": values}))
    assert len(rows(drawn, "")) == 58
    assert "2\u00a0values are NaN or infinite and left out" in drawn.sentence
    json.dumps(drawn.data, allow_nan=False)


def test_a_metric_that_is_never_finite_is_drawn_as_nothing() -> None:
    drawn = chart(history({"recall": [np.nan] * 6}))
    assert rows(drawn, "") == rows(drawn, "level") == []
    assert drawn.title == "recall never has a finite value"


def test_shares_are_drawn_in_per_cent() -> None:
    told = {"recall": {"unit": "%", "goal": "maximize", "label": "Recall"}}
    drawn = chart(history({"recall": STEP}), metrics=told)
    assert rows(drawn, "")[0][1] == pytest.approx(100 * STEP[0], rel=1e-5)
    assert drawn.titles["@y"] == "Recall (%)"


@given(
    tags=st.dictionaries(st.integers(0, 299), st.text("v1.", min_size=1, max_size=30)),
    steps=st.lists(st.integers(1, 40), min_size=1, max_size=25),
)
def test_words_in_one_row_never_meet(tags: dict[int, str], steps: list[int]) -> None:
    levels = np.repeat(np.arange(len(steps)), steps).astype(float)
    values = np.r_[levels, np.full(300 - len(levels) % 300, float(len(steps)))][:300]
    for kind, widths in (
        ("trend", {"wide": 540, "narrow": 250}),
        ("trend-small", {"wide": 400, "narrow": 250}),
    ):
        drawn = chart(history({"count": values}, tags=tags), kind)
        for form, width in widths.items():
            for what in (f"word-{form}", f"tag-{form}"):
                placed: dict[Any, list[tuple[float, float]]] = {}
                for row in rows(drawn, what):
                    half = len(row[3]) * 6 / 2 * (len(values) - 1) / width
                    placed.setdefault(row[5], []).append((row[0] - half, row[0] + half))
                for spans in placed.values():
                    spans.sort()
                    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("n", [9, 91, 1000, 10_000])
def test_ticks_are_round_numbers_of_commits_with_their_dates(n: int) -> None:
    drawn = chart(history({"recall": 0.5 + noise(n)}), "trend-small", most=400)
    for form in ("wide", "narrow"):
        ticks = rows(drawn, f"tick-{form}")
        assert 1 <= len(ticks) <= 12
        steps = {b[0] - a[0] for a, b in pairwise(ticks)}
        assert len(steps) <= 1
        assert all(tick[3] == f"{tick[0]:,}" for tick in ticks)
        assert all("20" in tick[4] for tick in ticks)
    assert len(rows(drawn, "tick-wide")) >= 2
