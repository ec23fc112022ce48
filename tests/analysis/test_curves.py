from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.curves import MOST_PLACES, Band, Line, band_of, curve_lines
from runfolio.model.records import RunRecord
from runfolio.model.series import reduce_series
from runfolio.model.tables import Tables

Points = Sequence[tuple[float, float]]


def line(points: Points) -> Line:
    x, y = np.array(points, np.float64).T
    return Line(x, y)


def band(*lines: Points) -> Band:
    found = band_of([line(points) for points in lines])
    assert found is not None
    return found


def test_of_few_runs_the_band_goes_from_the_lowest_to_the_highest() -> None:
    found = band([(1, 3.0), (2, 1.0)], [(1, 5.0), (2, 2.0)], [(1, 4.0), (2, 9.0)])
    assert not found.is_quartiles
    assert found.x.tolist() == [1, 2]
    assert found.median.tolist() == [4, 2]
    assert found.low.tolist() == [3, 1]
    assert found.high.tolist() == [5, 9]
    assert found.reached.tolist() == [3, 3]


def test_of_five_runs_it_holds_the_middle_half() -> None:
    # By hand, with five values: the quartiles are the second and the fourth.
    found = band(*([(0, value)] for value in (50.0, 10.0, 40.0, 20.0, 30.0)))
    assert found.is_quartiles
    assert (found.low[0], found.median[0], found.high[0]) == (20, 30, 40)


def test_runs_on_other_steps_are_read_between_their_points_and_never_beyond() -> None:
    found = band([(0, 0.0), (10, 10.0), (20, 20.0)], [(5, 1.0), (10, 2.0)])
    assert found.x.tolist() == [0, 5, 10, 20]
    assert found.reached.tolist() == [1, 2, 2, 1]
    assert found.median.tolist() == [0, (5 + 1) / 2, (10 + 2) / 2, 20]


def test_words_and_tables_stop_where_fewer_than_half_of_the_runs_are_left() -> None:
    short = [(0, 1.0), (1, 1.0)]
    found = band(short, short, [(0, 1.0), (1, 1.0), (2, 9.0)])
    assert found.at(math.inf) == 9
    assert found.shared().x.tolist() == [0, 1]
    assert found.shared().at(math.inf) == 1
    assert math.isnan(found.at(-1))


def test_a_value_that_is_not_finite_is_a_gap_up_to_its_neighbours() -> None:
    found = band([(0, 1.0), (2, math.nan), (4, 3.0)], [(1, 5.0)])
    np.testing.assert_equal(found.median, [1, 5, math.nan, 3])
    assert found.reached.tolist() == [1, 1, 0, 1]


def test_without_a_finite_value_there_is_no_band() -> None:
    assert band_of([line([(0, math.nan)])]) is None
    assert band_of([]) is None


def test_many_places_become_as_many_equally_far_apart() -> None:
    found = band([(x, x) for x in range(5000)])
    assert len(found.x) <= MOST_PLACES
    assert (found.x[0], found.x[-1]) == (0, 4999)
    assert np.array_equal(found.x, np.round(found.x))
    np.testing.assert_allclose(found.median, found.x)


@given(
    st.lists(
        st.dictionaries(
            st.floats(-1e12, 1e12) | st.integers(-3, 3).map(float), st.floats(), min_size=1
        ),
        min_size=1,
        max_size=7,
    )
)
def test_medians_lie_in_their_bands_whatever_was_logged(runs: list[dict[float, float]]) -> None:
    lines = [
        Line(x[np.argsort(x)], np.where(np.isfinite(y), y, np.nan)[np.argsort(x)])
        for own in runs
        for x, y in [(np.array(list(own)), np.array(list(own.values())))]
    ]
    found = band_of(lines)
    if found is None:
        assert not any(np.isfinite(one.y).any() for one in lines)
        return
    known = found.reached > 0
    assert np.isfinite(found.median[known]).all()
    assert np.isnan(found.median[~known]).all()
    low, median, high = (ends[known] / 2 for ends in (found.low, found.median, found.high))
    slack = 1e-12 * np.abs(median)
    assert (low <= median + slack).all()
    assert (median <= high + slack).all()
    assert (found.reached <= found.runs).all()


def logged(
    name: str, metrics: Mapping[str, Points], times: Sequence[float] = (), started: str = ""
) -> RunRecord:
    """Return a run with metrics at their own steps, and times in seconds since 1970."""
    series = tuple(
        reduce_series(
            metric,
            np.array([step for step, _ in points], np.int64),
            np.array([value for _, value in points], np.float64),
            np.array(times) * 1000 if len(times) else None,
        )
        for metric, points in metrics.items()
    )
    begun = int(pd.Timestamp(started, tz="UTC").timestamp() * 1000) if started else None
    return replace(run(name, started=begun), series=series)


def rows_of(found: Tables) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for row, (name, metric) in enumerate(found.metrics[["run", "metric"]].itertuples(index=False)):
        rows.setdefault(name, {})[metric] = row
    return rows


def along(axis: str, *runs: RunRecord) -> dict[str, list[list[float]]]:
    found = tables(*runs)
    lines = curve_lines(found, rows_of(found), "loss", axis)  # type: ignore[arg-type]
    return {name: [one.x.tolist(), one.y.tolist()] for name, one in lines.items()}


LOSS = [(10, 3.0), (20, 2.0), (30, 1.0)]


def test_a_steps_epoch_is_the_last_one_logged_at_or_before_it() -> None:
    one = logged("a", {"loss": LOSS, "epoch": [(15, 0), (20, 1), (29, 2)]})
    # Step 10 comes before any epoch.
    assert along("epoch", one) == {"a": [[1, 2], [2, 1]]}


def test_epochs_are_not_offered_where_a_run_has_none_or_each_step_is_one() -> None:
    with_epochs = logged("a", {"loss": LOSS, "epoch": [(10, 0), (30, 1)]})
    assert along("epoch", with_epochs, logged("b", {"loss": LOSS})) == {}
    assert along("epoch", logged("a", {"loss": LOSS, "epoch": [(s, s - 1) for s, _ in LOSS]})) == {}
    assert list(along("step", with_epochs, logged("b", {"loss": LOSS}))) == ["a", "b"]


def test_of_several_points_in_one_epoch_the_last_counts() -> None:
    one = logged("a", {"loss": LOSS, "epoch": [(10, 0), (20, 0), (30, 1)]})
    assert along("epoch", one) == {"a": [[0, 1], [2, 1]]}


@pytest.mark.parametrize(
    ("started", "seconds"),
    [
        (("2026-01-01 00:00:00", "2026-01-02 00:00:00"), ([5, 6, 8], [7, 8, 10])),
        # One start unknown, or later than the first point: all count from their first points.
        (("2026-01-01 00:00:00", ""), ([0, 1, 3], [0, 1, 3])),
        (("2026-01-01 00:00:00", "2026-01-02 00:00:09"), ([0, 1, 3], [0, 1, 3])),
    ],
)
def test_time_counts_from_the_starts_or_from_the_first_points(
    started: tuple[str, str], seconds: tuple[list[float], list[float]]
) -> None:
    first = pd.Timestamp("2026-01-01", tz="UTC").timestamp()
    a = logged("a", {"loss": LOSS}, [first + 5, first + 6, first + 8], started[0])
    day = first + 86400
    b = logged("b", {"loss": LOSS}, [day + 7, day + 8, day + 10], started[1])
    assert {name: x for name, (x, _) in along("time", a, b).items()} == dict(
        zip("ab", seconds, strict=True)
    )


def test_time_is_not_offered_where_a_run_has_none_or_logged_all_at_once() -> None:
    long = [(step, 1.0 / step) for step in range(1, 9)]
    assert along("time", logged("a", {"loss": long}, [1e9, 1e9, *[1e9 + 1] * 6])) == {}
    a = logged("a", {"loss": LOSS}, [1e9, 1e9 + 1, 1e9 + 2])
    assert along("time", a, logged("b", {"loss": LOSS})) == {}
