"""Metrics by segment: names taken apart, gaps, where a better model is worse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.slice_names import SliceName, slice_name
from runfolio.analysis.slices import Slice, Slices, slices_of
from runfolio.config import Settings
from runfolio.model.plots import SegmentValue
from runfolio.model.records import RunRecord

Values = dict[str, list[float]]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("val/recall/age=60+", SliceName("val/recall", "age", "60+")),
        ("val/recall/age:60+", SliceName("val/recall", "age", "60+")),
        ("recall{age=60+}", SliceName("recall", "age", "60+")),
        ('recall{age="60+", sex="f"}', SliceName("recall", "age × sex", "60+ × f")),
        ("recall[site=A=1]", SliceName("recall", "site", "A=1")),
        ("val/recall_by_age/60+", SliceName("val/recall", "age", "60+")),
        ("recall/by_age/0.5-1", SliceName("recall", "age", "0.5-1")),
        ("f1_by_geo.US", SliceName("f1", "geo", "US")),
        ("val/recall", None),
        ("recall_by_age", None),
        ("age=60+", None),
        ("recall{}", None),
        ("recall{age=}", None),
        ("train/loss", None),
    ],
)
def test_a_name_is_taken_apart(metric: str, expected: SliceName | None) -> None:
    assert slice_name(metric) == expected


@given(st.text(alphabet="ab/=:{}[],._by", max_size=24))
def test_any_name_is_taken_apart_or_left(metric: str) -> None:
    parts = slice_name(metric)
    assert parts is None or (parts.base and parts.base in metric)


def sides(candidate: Values, baseline: Values) -> Analysed:
    """Analyse two configurations whose runs logged these values, seed by seed."""
    runs: list[RunRecord] = []
    for name, values in (("new", candidate), ("old", baseline)):
        for seed in range(len(next(iter(values.values())))):
            own = {metric: logged[seed] for metric, logged in values.items()}
            params = {"model": name, "seed": str(seed)}
            runs.append(run(f"{name}-s{seed}", own, params=params))
    settings = Settings.model_validate(
        {
            "objective": {"metric": "recall", "goal": "maximize"},
            "baseline": {"params": {"model": "old"}},
            "champion": {"params": {"model": "new"}},
        }
    )
    return analyse(tables(*runs), settings)


def outcome(row: Slice) -> str | None:
    return row.comparison.outcome if row.comparison else None


def slices(a: Analysed) -> tuple[Slices, ...]:
    assert a.champion is not None
    return slices_of(a.metrics, a.values, a.tables.plots, a.champion, a.baseline, a.terms)


NEW = {
    "recall": [0.90, 0.92, 0.91],
    "recall/age=60+": [0.70, 0.72, 0.74],
    "recall/age=18": [0.96, 0.97, 0.98],
    "n/age=60+": [40.0, 42.0, 44.0],
    "n/age=18": [200.0, 200.0, 200.0],
}
OLD = {
    "recall": [0.85, 0.86, 0.87],
    "recall/age=60+": [0.80, 0.83, 0.82],
    "recall/age=18": [0.86, 0.87, 0.88],
    "n/age=60+": [40.0, 42.0, 44.0],
    "n/age=18": [200.0, 200.0, 200.0],
}


def test_a_better_model_that_is_worse_on_a_segment() -> None:
    (group,) = slices(sides(NEW, OLD))
    assert (group.metric.name, group.segment) == ("recall", "age")
    assert [(row.value, row.cases) for row in group.rows] == [("18", 200), ("60+", 42)]
    assert math.isclose(group.overall, 0.05)
    assert [(row.value, outcome(row)) for row in group.against_overall] == [("60+", "worse")]
    assert group.worst is not None
    assert group.worst.value == "60+"
    assert math.isclose(group.gap, 0.97 - 0.72)


def test_verdicts_allow_for_all_segments() -> None:
    (group,) = slices(sides(NEW, OLD))
    young, old = "recall/age=18", "recall/age=60+"
    # The seeds pair; where all pairs differ by the same, the sides are compared as they are.
    p = [
        stats.ttest_ind(NEW[young], OLD[young], equal_var=False).pvalue,
        stats.ttest_rel(NEW[old], OLD[old]).pvalue,
    ]
    # Holm by hand: the smaller twice, the larger no smaller than that.
    small = 2 * min(p)
    expected = [small if one == min(p) else max(one, small) for one in p]
    found = [row.comparison.p for row in group.rows if row.comparison]
    assert np.allclose(found, expected, rtol=1e-9)


def test_one_run_each_gives_no_verdict() -> None:
    new = {"recall": [0.9], "recall/age=60+": [0.7], "recall/age=18": [0.9]}
    old = {"recall": [0.8], "recall/age=60+": [0.8], "recall/age=18": [0.8]}
    (group,) = slices(sides(new, old))
    assert [outcome(row) for row in group.rows] == ["too few runs"] * 2
    assert [row.value for row in group.against_overall] == ["60+"]


def test_values_that_never_differ_cannot_be_told_apart() -> None:
    ones = {"recall": [0.8, 0.9], "recall/age=60+": [1.0, 1.0], "recall/age=18": [0.9, 0.8]}
    rows = {row.value: outcome(row) for row in slices(sides(ones, ones))[0].rows}
    assert rows == {"60+": "not distinguishable", "18": "not distinguishable"}


def test_what_is_no_number_is_left_out() -> None:
    new = {"recall": [0.9, 0.8], "recall/a=x": [math.nan, 0.5], "recall/a=y": [math.inf, math.nan]}
    old = {"recall": [0.9, 0.8], "recall/a=x": [0.5, 0.5], "recall/a=y": [0.5, 0.5]}
    x, y = slices(sides(new, old))[0].rows
    assert x.candidate is not None
    assert (x.candidate.value, x.candidate.n) == (0.5, 1)
    assert (y.candidate, y.comparison) == (None, None)


def test_one_value_is_no_segment_and_no_direction_is_no_comparison() -> None:
    values: Values = {
        "recall": [0.9, 0.8],
        "recall/a=x": [0.5, 0.5],
        "thing/a=x": [1, 2],
        "thing/a=y": [1, 2],
    }
    assert slices(sides(values, values)) == ()


def test_tables_of_segments_belong_to_the_metric_of_that_name() -> None:
    def logged(recall: float) -> tuple[SegmentValue, ...]:
        own = (("small", recall), ("large", 1.0))
        return tuple(SegmentValue("segments", "recall", "size", v, x, 20) for v, x in own)

    runs = [
        run(
            f"{name}-{seed}",
            {"val/recall": value + seed / 100},
            params={"model": name, "seed": str(seed)},
            plots=logged(value + seed / 100),
        )
        for name, value in (("new", 0.9), ("old", 0.5))
        for seed in range(3)
    ]
    settings = Settings.model_validate(
        {
            "objective": {"metric": "val/recall"},
            "baseline": {"params": {"model": "old"}},
        }
    )
    (group,) = slices(analyse(tables(*runs), settings))
    assert group.metric.name == "val/recall"
    assert [(row.value, outcome(row), row.cases) for row in group.rows] == [
        ("small", "better", 20),
        ("large", "not distinguishable", 20),
    ]
