"""Which threshold is worth most: on a curve of three points, by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from impacts import analysed, seeds, told_of
from runfolio.analysis.impact.result import Impact
from runfolio.model.plots import Confusion, CurveKind, RatedCurve, rated_curve

# 100 positive and 900 negative cases: 5,000 for all that are found, 9,000 for all false alarms.
MODEL: Mapping[str, Any] = {
    "quantities": {
        "positives": {"value": 100, "unit": "case/year"},
        "negatives": {"value": 900, "unit": "case/year"},
        "saved": {"value": 50, "unit": "EUR/case"},
        "exam": {"value": 10, "unit": "EUR/case"},
    },
    "outcomes": [
        {"name": "Found", "kind": "saving", "formula": "positives * metric('recall') * saved"},
        {"name": "Alarms", "kind": "cost", "formula": "negatives * metric('fpr') * exam"},
    ],
}
OWN = {"recall": [0.4], "fpr": [0.05]}  # halfway to the corner of the curve


def curve(
    kind: CurveKind,
    x: Sequence[float],
    y: Sequence[float],
    thresholds: Sequence[float] = (),
    name: str = "roc_curve",
    label: str = "",
) -> RatedCurve:
    at = np.array(thresholds) if thresholds else None
    return rated_curve(kind, name, label, np.array(x), np.array(y), thresholds=at)


ROC = curve("roc", [0, 0.1, 1], [0, 0.8, 1], [np.inf, 0.7, 0.1])


def told(*plots: RatedCurve, own: Mapping[str, Sequence[float]] = OWN, **model: Any) -> Impact:
    a = analysed(seeds("today", {"recall": [0.3], "fpr": [0.05]}), seeds("new", own, plots))
    found, _ = told_of(a, {**MODEL, **model})
    assert found is not None
    return found


def test_three_points_by_hand() -> None:
    choice = told(ROC).threshold
    assert choice is not None
    # Nothing called positive: 0. The corner: 4,000 - 900 = 3,100. All: 5,000 - 9,000 = -4,000.
    worths = {(p.false_positive_rate, p.true_positive_rate): p.total for p in choice.points}
    assert worths == {(0, 0): 0, (0.1, 0.8): pytest.approx(3_100), (1, 1): pytest.approx(-4_000)}
    assert choice.best.total == pytest.approx(3_100)
    assert choice.best.threshold == 0.7
    # Now: 2,000 - 450. A hundredth of recall is 50 worth, one of false alarms costs 90.
    assert choice.now.total == pytest.approx(1_550)
    assert choice.now.threshold is None  # no logged place is near
    assert choice.missed == pytest.approx(50)
    assert choice.false_alarm == pytest.approx(90)
    assert choice.curve == "roc_curve"
    assert choice.held == ()


def test_the_same_curve_as_precision_and_recall() -> None:
    # With a tenth positive: precision 0.08 / (0.08 + 0.09) at recall 0.8, and 0.1 at 1.
    pr = curve("precision-recall", [1, 0.8, 0], [0.1, 0.08 / 0.17, 1], [0.1, 0.7, np.nan])
    choice = told(pr).threshold
    assert choice is not None
    assert choice.best.total == pytest.approx(3_100)
    assert choice.best.false_positive_rate == pytest.approx(0.1)
    assert choice.best.threshold == 0.7


def test_precision_in_a_formula_moves_along_the_curve() -> None:
    # Those called positive are 100 · recall / precision, each looked at for 10: at the corner
    # 80 / (0.08 / 0.17) = 170 of them, 4,000 - 1,700 = 2,300.
    outcomes = [
        MODEL["outcomes"][0],
        {
            "name": "Looks",
            "kind": "cost",
            "formula": "positives * metric('recall') / metric('precision') * exam",
        },
    ]
    pr = curve("precision-recall", [1, 0.8, 0], [0.1, 0.08 / 0.17, 1], name="pr_curve")
    own = {"recall": [0.8], "precision": [0.08 / 0.17]}
    a = analysed(
        seeds("today", {"recall": [0.3], "precision": [0.5]}), seeds("new", own, [ROC, pr])
    )
    found, problems = told_of(a, {**MODEL, "outcomes": outcomes})
    assert problems == []
    assert found is not None
    assert found.threshold is not None
    assert found.threshold.now.total == pytest.approx(2_300)
    assert found.threshold.best.total == pytest.approx(2_300)
    assert found.threshold.now.threshold == 0.7


def test_curves_of_several_runs_are_averaged() -> None:
    other = curve("roc", [0, 0.1, 1], [0, 0.6, 1], [np.inf, 0.5, 0.1])
    own = {"recall": [0.8, 0.6], "fpr": [0.1, 0.1]}
    new = [*seeds("new", {k: v[:1] for k, v in own.items()}, [ROC])]
    second = seeds("new", own, [other])[1]
    a = analysed(seeds("today", {"recall": [0.3], "fpr": [0.05]}), [*new, second])
    found, _ = told_of(a, MODEL)
    assert found is not None
    assert found.threshold is not None
    # At the corner recall is 0.7: 3,500 - 900.
    assert found.threshold.best.total == pytest.approx(2_600)
    assert found.threshold.best.threshold == pytest.approx(0.6)
    assert found.threshold.now.total == pytest.approx(2_600)
    assert found.threshold.gain is None  # it is there already


def test_what_is_gained_is_told_by_the_spread_over_the_runs() -> None:
    other = curve("roc", [0, 0.1, 1], [0, 0.6, 1], [np.inf, 0.5, 0.1])
    own = {"recall": [0.4, 0.3], "fpr": [0.05, 0.05]}
    new = [*seeds("new", {k: v[:1] for k, v in own.items()}, [ROC]), seeds("new", own, [other])[1]]
    a = analysed(seeds("today", {"recall": [0.3], "fpr": [0.05]}), new)
    found, _ = told_of(a, MODEL)
    assert found is not None
    assert found.threshold is not None
    gain = found.threshold.gain
    assert gain is not None
    # At the corner 4,000 - 900 and 3,000 - 900, now 2,000 - 450 and 1,500 - 450: 1,550 and 1,050
    # more, 1,300 ± t(0.95, 1) · 250 with t = 6.313752.
    assert gain.mean == pytest.approx(1_300)
    assert gain.mean == pytest.approx(found.threshold.best.total - found.threshold.now.total)
    half = 6.313751514675043 * 250
    assert (gain.low, gain.high) == pytest.approx((1_300 - half, 1_300 + half), rel=1e-9)


def test_shares_of_classes_move_along_the_curve() -> None:
    matrix = Confusion("confusion", ("benign", "malignant"), np.array([[90.0, 10.0], [20.0, 80.0]]))
    outcomes = [
        {
            "name": "Missed",
            "kind": "cost",
            "formula": "positives * share('malignant', 'benign') * saved",
        },
        {
            "name": "Alarms",
            "kind": "cost",
            "formula": "negatives * share('benign', 'malignant') * exam",
        },
    ]
    a = analysed(
        seeds("today", {"recall": [0.3]}, [matrix]), seeds("new", {"recall": [0.8]}, [matrix, ROC])
    )
    found, _ = told_of(a, {**MODEL, "outcomes": outcomes, "threshold": {"label": "malignant"}})
    assert found is not None
    assert found.threshold is not None
    # 20 of 100 missed at 50, and 90 false alarms at 10.
    assert found.threshold.best.total == pytest.approx(-1_900)
    assert found.threshold.now.total == pytest.approx(-1_900)
    unnamed, _ = told_of(a, {**MODEL, "outcomes": outcomes})
    assert unnamed is not None
    assert unnamed.threshold is None
    assert "impact.threshold.label" in unnamed.threshold_untold


def test_what_else_was_measured_is_held_and_said() -> None:
    slow = {
        "name": "Waiting",
        "kind": "cost",
        "formula": "metric('latency_ms') * unit('EUR/ms')",
    }
    own: dict[str, Sequence[float]] = {**OWN, "latency_ms": [30]}
    a = analysed(seeds("today", {**OWN, "latency_ms": [20]}), seeds("new", own, [ROC]))
    found, _ = told_of(a, {**MODEL, "outcomes": [*MODEL["outcomes"], slow]})
    assert found is not None
    assert found.threshold is not None
    assert found.threshold.best.total == pytest.approx(3_070)
    assert found.threshold.held == ("metric('latency_ms')",)


def test_metrics_may_be_named() -> None:
    own = {"recall": [0.4], "fpr": [0.05]}
    a = analysed(
        seeds("today", {"recall": [0.3], "fpr": [0.1], "hits": [0.3], "wrong": [0.05]}),
        seeds("new", {**own, "hits": [0.4], "wrong": [0.05]}, [ROC]),
    )
    outcomes = [
        {"name": "Found", "kind": "saving", "formula": "positives * metric('hits') * saved"},
        {"name": "Alarms", "kind": "cost", "formula": "negatives * metric('wrong') * exam"},
    ]
    silent, _ = told_of(a, {**MODEL, "outcomes": outcomes})
    assert silent is not None
    assert "no rate" in silent.threshold_untold
    named = {"true_positive_rate": "hits", "false_positive_rate": "wrong"}
    found, problems = told_of(a, {**MODEL, "outcomes": outcomes, "threshold": named})
    assert problems == []
    assert found is not None
    assert found.threshold is not None
    assert found.threshold.best.total == pytest.approx(3_100)


@pytest.mark.parametrize(
    ("plots", "own", "model", "said"),
    [
        ([], OWN, {}, ""),
        # A hundredth beside 0.05 the curve is at 0.48.
        ([ROC], {"recall": [0.9], "fpr": [0.05]}, {}, "42 points off"),
        ([ROC], OWN, {"outcomes": MODEL["outcomes"][:1]}, "do not say what false alarms cost"),
        ([ROC], OWN, {"outcomes": MODEL["outcomes"][1:]}, "do not say what missed cases cost"),
        (
            [ROC, curve("roc", [0, 1], [0, 1], name="other_roc")],
            OWN,
            {},
            "several curves (other_roc, roc_curve)",
        ),
        (
            [
                curve("roc", [0, 0.1, 1], [0, 0.8, 1], label="a"),
                curve("roc", [0, 0.2, 1], [0, 0.7, 1], label="b"),
            ],
            OWN,
            {},
            "several classes (a, b)",
        ),
        ([ROC], OWN, {"threshold": {"curve": "test"}}, "it has roc_curve"),
        (
            [curve("precision-recall", [0.8, 0], [0.5, 1])],
            OWN,
            {},
            "does not tell the share of positive cases",
        ),
    ],
)
def test_why_no_threshold_is_told(
    plots: Sequence[RatedCurve],
    own: Mapping[str, Sequence[float]],
    model: Mapping[str, Any],
    said: str,
) -> None:
    found = told(*plots, own=own, **model)
    assert found.threshold is None
    assert said in found.threshold_untold
    assert bool(said) == bool(found.threshold_untold)


def test_one_of_several_curves_can_be_named() -> None:
    other = curve("roc", [0, 0.5, 1], [0, 0.6, 1], name="other_roc")
    choice = told(ROC, other, threshold={"curve": "roc_c"}).threshold
    assert choice is not None
    assert choice.best.total == pytest.approx(3_100)
    classes = [
        curve("roc", [0, 0.1, 1], [0, 0.8, 1], label="a"),
        curve("roc", [0, 0.2, 1], [0, 0.7, 1], label="b"),
    ]
    of_class = told(*classes, threshold={"label": "a"}).threshold
    assert of_class is not None
    assert of_class.best.total == pytest.approx(3_100)


def test_what_the_threshold_names_and_nobody_logged_is_a_problem() -> None:
    a = analysed(seeds("today", {"recall": [0.3], "fpr": [0.05]}), seeds("new", OWN, [ROC]))
    named = {"curve": "rok_curve", "true_positive_rate": "recal"}
    _, problems = told_of(a, {**MODEL, "threshold": named})
    assert {problem.slug: problem.hint for problem in problems} == {
        "impact-curve-not-logged": "Did you mean 'roc_curve'?",
        "impact-metric-not-logged": "Did you mean 'recall'?",
    }
