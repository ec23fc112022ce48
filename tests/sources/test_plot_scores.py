"""Scores of cases become a ROC curve, and curves keep their thresholds."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import place_of, slugs
from runfolio.model.plots import Confusion, Plot, RatedCurve
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.plot_kinds import looks_like_plot, plots_in


def found(name: str, text: str, expected: Sequence[str] = ()) -> list[Plot]:
    findings = Findings(place_of(Path("/run") / name))
    plots = plots_in(name, text, findings)
    assert slugs(tuple(findings.problems())) == list(expected)
    return plots


def curve(name: str, text: str, expected: Sequence[str] = ()) -> RatedCurve:
    (plot,) = found(name, text, expected)
    assert isinstance(plot, RatedCurve)
    return plot


def test_scores_by_hand() -> None:
    # Positives score 0.9 and 0.4, negatives 0.4 and 0.1: at 0.9 half of the positives are found,
    # at 0.4 all of them and half of the negatives, whose score is the same.
    text = "y_true,y_score\n1,0.9\n0,0.4\n1,0.4\n0,0.1\n"
    roc = curve("predictions.csv", text)
    assert (roc.kind, roc.name) == ("roc", "predictions")
    assert roc.x.tolist() == [0, 0, 0.5, 1]
    assert roc.y.tolist() == [0, 0.5, 1, 1]
    assert roc.thresholds[1:].tolist() == [0.9, 0.4, 0.1]
    assert math.isnan(roc.thresholds[0])
    assert roc.area == pytest.approx(0.5 * (0.5 + 1) / 2 + 0.5)
    assert looks_like_plot(text.encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scores.csv", "actual;score\nyes;0.9\nno;0.1\n"),
        ("scores.tsv", "true_label\tprobability\ntrue\t0.9\nfalse\t0.1\n"),
        ("scores.json", json.dumps([{"y_true": 1, "prob": 3.5}, {"y_true": 0, "prob": -2}])),
        ("scores.json", json.dumps({"actual": ["positive", "negative"], "y_prob": [0.9, 0.1]})),
    ],
)
def test_names_and_shapes_of_score_tables(name: str, text: str) -> None:
    roc = curve(name, text)
    assert roc.area == 1


def test_scores_beside_predictions_give_a_curve_and_a_matrix() -> None:
    text = "y_true,y_pred,y_score\n1,1,0.9\n0,1,0.6\n1,0,0.4\n0,0,0.1\n"
    plots = {type(plot): plot for plot in found("predictions.csv", text)}
    assert set(plots) == {RatedCurve, Confusion}
    assert plots[RatedCurve].name == "predictions/scores"
    assert plots[Confusion].name == "predictions"


@pytest.mark.parametrize(
    "labels", [("a", "b", "a", "b"), ("0", "1", "2", "1"), ("1", "1", "1", "1")]
)
def test_scores_without_a_class_that_is_looked_for_are_no_curve(labels: Sequence[str]) -> None:
    rows = "".join(f"{label},0.{at}\n" for at, label in enumerate(labels))
    assert found("table.csv", f"y_true,y_score\n{rows}") == []


def test_a_case_without_a_score_is_left_out_and_said() -> None:
    text = "y_true,y_score\n1,0.9\n0,0.1\n1,\n0,none\n"
    roc = curve("table.csv", text, ["plot-point-not-a-number"])
    assert roc.area == 1


@given(
    st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=60).filter(
        lambda cases: len({positive for positive, _ in cases}) == 2
    )
)
def test_every_point_is_what_its_threshold_gives(cases: list[tuple[bool, int]]) -> None:
    rows = "".join(f"{int(positive)},{score}\n" for positive, score in cases)
    roc = curve("table.csv", f"y_true,y_score\n{rows}")
    positive = np.array([is_positive for is_positive, _ in cases])
    scores = np.array([score for _, score in cases])
    for alarms, hits, threshold in zip(roc.x, roc.y, roc.thresholds, strict=True):
        called = scores >= (math.inf if math.isnan(threshold) else threshold)
        assert hits == pytest.approx(called[positive].mean())
        assert alarms == pytest.approx(called[~positive].mean())
    # The area is the chance that a positive scores above a negative, ties counting half.
    above = np.subtract.outer(scores[positive], scores[~positive])
    assert roc.area == pytest.approx(((above > 0) + 0.5 * (above == 0)).mean())


def test_curves_keep_their_thresholds() -> None:
    roc = curve("roc.csv", "fpr,tpr,threshold\n1,1,0.1\n0.2,0.7,0.6\n0,0,inf\n")
    assert roc.x.tolist() == [0, 0.2, 1]
    assert roc.thresholds[1:].tolist() == [0.6, 0.1]
    assert math.isnan(roc.thresholds[0])
    # As DVCLive writes it; the last point of scikit-learn's has no threshold.
    text = json.dumps(
        {"prc": [{"precision": 0.1, "recall": 1, "threshold": 0.2}, {"precision": 1, "recall": 0}]}
    )
    pr = curve("prc.json", text)
    assert pr.x.tolist() == [0, 1]
    assert pr.thresholds[1] == 0.2
    assert math.isnan(pr.thresholds[0])
    assert len(curve("roc.csv", "fpr,tpr\n0,0\n1,1\n").thresholds) == 0


def test_of_a_long_curve_each_kept_point_keeps_its_threshold() -> None:
    rows = "".join(f"{at / 1000},{(at / 1000) ** 0.5},{1 - at / 1000}\n" for at in range(1001))
    roc = curve("roc.csv", f"fpr,tpr,threshold\n{rows}")
    assert len(roc.x) < 1001
    assert roc.thresholds == pytest.approx(1 - roc.x)
