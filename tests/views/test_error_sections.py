"""The sections on segments and on errors: what they say, and when they say nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.model.plots import Confusion, Plot, rated_curve
from runfolio.views.blocks import Block, Callout, Chart, Heading, Prose, Table
from runfolio.views.charts import chart_kinds
from runfolio.views.methods import method_blocks
from runfolio.views.sections.error_analysis import section as errors
from runfolio.views.sections.slices import section as slices
from runfolio.views.view import View

Logged = Mapping[str, float]


def view(
    new: Logged, old: Logged | None, plots: Mapping[str, tuple[Plot, ...]] | None = None
) -> View:
    """Return what sections see of two configurations of three runs each."""
    runs = [
        run(
            f"{name}-{seed}",
            {metric: value + seed / 100 for metric, value in values.items()},
            params={"model": name, "seed": str(seed)},
            plots=(plots or {}).get(name, ()),
        )
        for name, values in (("new", new), ("old", old))
        if values is not None
        for seed in range(3)
    ]
    settings: dict[str, Any] = {
        "objective": {"metric": "recall", "goal": "maximize"},
        "metrics": {"recall": {"unit": "%", "label": "Recall"}},
    }
    if old is not None:
        settings["baseline"] = {"params": {"model": "old"}}
    return View(analyse(tables(*runs), Settings.model_validate(settings)))


def of_kind(blocks: tuple[Block, ...], kind: type) -> list[Any]:
    return [block for block in blocks if isinstance(block, kind)]


def cells(table: Table) -> list[list[str]]:
    return [
        [cell.verdict.text if cell.verdict else cell.text for cell in r.cells] for r in table.rows
    ]


NEW = {"recall": 0.9, "recall_by_age/old": 0.6, "recall_by_age/young": 0.95}
OLD = {"recall": 0.8, "recall_by_age/old": 0.7, "recall_by_age/young": 0.85}


def test_a_segment_that_is_worse_is_the_finding() -> None:
    blocks = slices.build(view(NEW, OLD))
    (chart,) = of_kind(blocks, Chart)
    assert chart.title == "Recall has the better mean overall, but is worse where age is old"
    assert cells(chart.table)[0] == [
        *("old", "71.0\u00a0%", "61.0\u00a0%", "−10.0\u00a0points"),
        *("−12.3 to −7.7\u00a0points", "Worse"),
    ]
    (callout,) = of_kind(blocks, Callout)
    assert callout.tone == "bad"
    assert "+10.0\u00a0points" in callout.spans[0]
    assert [row for row in zip(*chart.data.values(), strict=True) if row[2] == "baseline"]


def test_what_many_segments_leave_open_is_perhaps_worse() -> None:
    """Alone its interval leaves out zero; among forty that may be chance."""
    segments = {f"recall_by_site/s{i}": 0.8 for i in range(40)}
    new = {"recall": 0.9, **segments, "recall_by_site/s7": 0.77}
    blocks = slices.build(view(new, {"recall": 0.8, **segments}))
    (chart,) = of_kind(blocks, Chart)
    verdicts = {row[0]: row[-1] for row in cells(chart.table)}
    assert verdicts["s7"] == "Perhaps worse"
    assert (
        chart.title == "Recall has the better mean overall, but is perhaps worse where site is s7"
    )
    (callout,) = of_kind(blocks, Callout)
    assert callout.tone == "unsure"
    assert "Among so many comparisons that may be chance." in callout.spans[0]


def test_without_a_baseline_the_worst_segment_is_the_finding() -> None:
    blocks = slices.build(view(NEW, None))
    (chart,) = of_kind(blocks, Chart)
    assert (
        chart.title
        == "Recall is lowest where age is old: 61.0\u00a0%, 35.0\u00a0points below young"
    )
    assert cells(chart.table) == [["old", "61.0\u00a0%"], ["young", "96.0\u00a0%"]]
    assert of_kind(blocks, Callout) == []


def matrix(*rows: list[int], labels: str = "ab") -> Confusion:
    return Confusion("test", tuple(labels), np.array(rows, np.float64))


def roc(height: float) -> Plot:
    return rated_curve("roc", "roc", "", np.array([0, 0.5, 1]), np.array([0, height, 1]))


def test_mistakes_are_told_with_counts_and_shares() -> None:
    plots = {"new": (matrix([18, 2], [1, 9]),), "old": (matrix([15, 5], [1, 9]),)}
    blocks = errors.build(view({"recall": 0.9}, {"recall": 0.8}, plots))
    (heading,) = of_kind(blocks, Heading)
    assert (
        heading.text == "Most often a is called b: 10.0\u00a0% of a, 25.0\u00a0% with the baseline"
    )
    whole, classes = of_kind(blocks, Table)
    # By hand: three runs each.
    assert cells(whole)[1] == [
        *("a", "b", "6", "10.0\u00a0%", "15", "25.0\u00a0%", "−15.0\u00a0points")
    ]
    assert cells(classes)[0][:3] == ["a", "75.0\u00a0%", "90.0\u00a0%"]


def test_of_many_classes_the_mistakes_are_listed() -> None:
    counts = np.eye(10) * 9
    counts[3, 4] = 5
    one = Confusion("digits", tuple("0123456789"), counts)
    blocks = errors.build(view({"recall": 0.9}, None, {"new": (one,)}))
    assert cells(of_kind(blocks, Table)[0]) == [["3", "4", "15", "35.7\u00a0%"]]


def test_curves_of_both_sides_with_their_areas() -> None:
    plots = {"new": (roc(0.9),), "old": (roc(0.7),)}
    blocks = errors.build(view({"recall": 0.9}, {"recall": 0.8}, plots))
    (chart,) = of_kind(blocks, Chart)
    # By hand: triangles and trapezoids of (0, 0), (0.5, h), (1, 1) make (1 + 2 h) / 4.
    assert (
        chart.title == "ROC curve: area under it 0.700 against 0.600, which is no clear difference"
    )
    assert set(chart.data) == set(chart_kinds()["rates"].columns)
    rows = list(zip(*chart.data.values(), strict=True))
    assert (0.5, 0.9, "champion", 0.9, 0.9) in rows
    assert [row[:3] for row in rows[:2]] == [(0, 0, "reference"), (1, 1, "reference")]
    assert cells(chart.table)[-1] == ["Area under it", "0.700", "0.600"]
    json.dumps(chart.data, allow_nan=False)


@pytest.mark.parametrize("section", [slices, errors])
def test_nothing_is_said_where_nothing_was_logged(section: Any) -> None:
    assert section.build(view({"recall": 0.9}, {"recall": 0.8})) == ()


def test_methods_are_told_of_what_is_shown() -> None:
    def titles(*args: Any) -> set[str]:
        return {block.text for block in of_kind(method_blocks(view(*args)), Heading)}

    own = {"Segments of the cases", "Confusion matrices and curves of rates"}
    assert not titles({"recall": 0.9}, {"recall": 0.8}) & own
    plots = {"new": (roc(0.9),), "old": (roc(0.7),)}
    assert titles(NEW, OLD, plots) >= own
    told = [b.spans[0] for b in of_kind(method_blocks(view(NEW, OLD, plots)), Prose)]
    assert any("trapezoids" in str(text) for text in told)
    assert not any("calibration error" in str(text) for text in told)
