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
from runfolio.model.plots import Confusion, Plot, RatedCurve, SegmentValue
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
    "labels",
    [
        ("benign", "malignant", "benign", "malignant"),
        ("1", "2", "1", "2"),
        ("0", "1", "2", "1"),
        ("1", "1", "1", "1"),
        ("1", "", "1", "1.0"),
        ("yes", "y", "y", "yes"),
    ],
)
def test_scores_without_a_class_that_is_looked_for_are_no_curve(labels: Sequence[str]) -> None:
    rows = "".join(f"{label},0.{at}\n" for at, label in enumerate(labels))
    assert found("table.csv", f"y_true,y_score\n{rows}", ["plot-scores-unused"]) == []


@pytest.mark.parametrize(
    "labels",
    [
        ("1", "0", "1.0", "0.0"),
        ("1", "-1", "1", "-1.0"),
        ("yes", "no", "y", "N"),
        ("True", "false", "t", "FALSE"),
        ("pos", "neg", "Positive", "negative"),
    ],
)
def test_one_class_may_be_written_in_several_ways(labels: Sequence[str]) -> None:
    scores = (0.9, 0.4, 0.3, 0.1)
    rows = "".join(f"{label},{score}\n" for label, score in zip(labels, scores, strict=True))
    # Of four pairs of a positive and a negative, the positive scores higher in three.
    assert curve("table.csv", f"y_true,y_score\n{rows}").area == pytest.approx(0.75)


def test_a_case_without_a_class_is_of_none_of_them() -> None:
    text = "y_true,y_score\n1,0.9\n,0.95\nNaN,0.2\n0,0.1\n"
    assert curve("table.csv", text, ["plot-point-not-a-number"]).area == 1


def test_the_score_of_the_predicted_class_is_no_curve() -> None:
    # Of 12 cases 10 are right, and the score is how sure the prediction is of itself.
    sure = [0.99, 0.97, 0.96, 0.93, 0.9, 0.88, 0.86, 0.81, 0.77, 0.7, 0.6, 0.55]
    rows = "".join(
        f"{at % 2},{at % 2 if at < 10 else 1 - at % 2},{score}\n" for at, score in enumerate(sure)
    )
    (matrix,) = found("p.csv", f"actual,predicted,probability\n{rows}", ["plot-scores-unused"])
    assert isinstance(matrix, Confusion)
    assert matrix.counts.tolist() == [[5, 1], [1, 5]]


def test_predictions_that_are_all_negative_do_not_tell_whose_the_score_is() -> None:
    text = "actual,predicted,probability\n1,0,0.6\n0,0,0.9\n0,0,0.8\n"
    (matrix,) = found("p.csv", text, ["plot-scores-unused"])
    assert isinstance(matrix, Confusion)


def test_the_score_of_the_predicted_class_of_many_needs_no_word() -> None:
    text = "actual,predicted,probability\na,a,0.9\nb,c,0.5\nc,c,0.8\n"
    (matrix,) = found("p.csv", text)
    assert isinstance(matrix, Confusion)


def test_a_row_may_stand_for_many_cases() -> None:
    text = "actual,score,count\n1,0.9,30\n0,0.9,10\n1,0.2,10\n0,0.2,90\n"
    roc = curve("scores.csv", text)
    assert roc.x.tolist() == pytest.approx([0, 0.1, 1])
    assert roc.y.tolist() == pytest.approx([0, 0.75, 1])
    # By hand: 0.1 · 0.75 / 2 + 0.9 · 1.75 / 2.
    assert roc.area == pytest.approx(0.0375 + 0.7875)


def test_cells_of_a_confusion_matrix_with_their_share_are_no_cases() -> None:
    text = "actual,predicted,count,probability\n0,0,70,0.7\n0,1,5,0.05\n1,0,5,0.05\n1,1,20,0.2\n"
    (matrix,) = found("confusion.csv", text)
    assert isinstance(matrix, Confusion)
    assert matrix.counts.tolist() == [[70, 5], [5, 20]]


def test_each_class_against_the_rest_has_a_curve() -> None:
    text = "class,actual,score\ncat,1,0.9\ncat,0,0.1\ndog,0,0.9\ndog,1,0.1\n"
    told = {p.label: p.area for p in found("scores.csv", text) if isinstance(p, RatedCurve)}
    assert told == {"cat": 1, "dog": 0}
    # Which of the two the column tells, the class that is scored or the predicted one?
    text = "class,actual,score\n1,1,0.9\n0,0,0.9\n1,0,0.6\n0,1,0.7\n"
    assert found("scores.csv", text, ["plot-scores-unused"]) == []


def test_mean_scores_of_segments_are_metrics_of_segments() -> None:
    text = "segment,actual,score\nyoung,0.25,0.31\nold,0.5,0.47\n"
    plots = [p for p in found("segments.csv", text) if isinstance(p, SegmentValue)]
    assert [(p.metric, p.value, p.number) for p in plots] == [
        ("actual", "young", 0.25),
        ("actual", "old", 0.5),
        ("score", "young", 0.31),
        ("score", "old", 0.47),
    ]


def test_a_long_table_is_read_whole() -> None:
    # Sorted by class: the first third has one class alone. Scores are 0, 0.5 or 1 in turn, and
    # of negatives one half of them lower: 0, 0.25 and 0.5.
    rows = ["1,%g\n" % (at % 3 / 2) for at in range(50_000)]
    rows += ["0,%g\n" % (at % 3 / 4) for at in range(100_000)]
    # Of nine equally frequent pairs (0, .5, 1 against 0, .25, .5) two tie and 5 are above.
    area = curve("scores.csv", "actual,score\n" + "".join(rows)).area
    assert area == pytest.approx((5 + 2 / 2) / 9, abs=1e-4)


@pytest.mark.parametrize("name", ["scores.csv", "scores.json", "lists.json"])
def test_what_is_read_of_a_part_of_the_cases_is_no_curve(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.reading.plot_tables.MOST_ROWS", 4)
    rows = [(1, 0.9), (0, 0.8), (1, 0.7), (0, 0.1), (0, 0.6)]
    text = {
        "scores.csv": "actual,score\n" + "".join(f"{a},{s}\n" for a, s in rows),
        "scores.json": json.dumps([{"actual": a, "score": s} for a, s in rows]),
        "lists.json": json.dumps({"actual": [a for a, _ in rows], "score": [s for _, s in rows]}),
    }[name]
    assert found(name, text, ["plot-too-long", "plot-of-a-part"]) == []
    shorter = "actual,score\n" + "".join(f"{a},{s}\n" for a, s in rows[:4])
    assert curve("scores.csv", shorter).area == pytest.approx(0.75)


def test_one_is_one_case() -> None:
    findings = Findings(place_of(Path("/run/scores.csv")))
    plots_in("scores.csv", "actual,score\n1,0.9\n0,0.1\n1,\n", findings)
    (told,) = findings.problems()
    assert told.message == "1 case has a score that is no number; it was left out."


def test_a_file_named_like_a_plot_is_told_of_scores_too() -> None:
    findings = Findings(place_of(Path("/run/roc.csv")))
    plots_in("roc.csv", "truths,values\n1,0.9\n", findings)
    (told,) = findings.problems()
    assert "actual and score" in told.hint


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
