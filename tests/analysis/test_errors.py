"""Confusion matrices and curves of rates, of both sides; expected values from scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    auc,
    average_precision_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.confusion import errors_of
from runfolio.analysis.interval import mean_of
from runfolio.analysis.rate_curves import GRID, curves_of
from runfolio.model.plots import Confusion, Plot, RatedCurve, rated_curve


def side(name: str, *plots: Plot) -> tuple[Configuration, dict[str, tuple[Plot, ...]]]:
    """Return a configuration whose runs have a plot each."""
    runs = tuple(f"{name}-{number}" for number in range(len(plots)))
    own = Configuration(name, runs, {}, (), ())
    return own, {run: (plot,) for run, plot in zip(runs, plots, strict=True)}


def matrix(*rows: list[float], labels: str = "ab") -> Confusion:
    return Confusion("confusion", tuple(labels), np.array(rows, np.float64))


def test_counts_are_summed_and_shares_are_means_of_the_runs() -> None:
    # By hand: 1/2 and 9/10 of class a are called a, so 0.7 on average, and 19 of 30 cases.
    new, plots = side("new", matrix([10, 10], [0, 5]), matrix([9, 1], [5, 5]))
    (errors,) = errors_of(plots, new, None)
    assert errors.candidate.counts.tolist() == [[19, 11], [5, 10]]
    assert np.allclose(errors.candidate.shares, [[0.7, 0.3], [0.25, 0.75]])
    assert [(m.actual, m.called, m.counts[0]) for m in errors.mistakes] == [
        ("a", "b", 11),
        ("b", "a", 5),
    ]
    assert errors.baseline is None


def test_recall_and_precision_of_each_class() -> None:
    rng = np.random.default_rng(3)
    truth, called = rng.integers(0, 3, (2, 500))
    counts = np.zeros((3, 3))
    np.add.at(counts, (truth, called), 1)
    new, plots = side("new", Confusion("c", ("0", "1", "2"), counts))
    (errors,) = errors_of(plots, new, None)
    recall = [one.recall[0].value for one in errors.classes if one.recall[0]]
    precision = [one.precision[0].value for one in errors.classes if one.precision[0]]
    assert np.allclose(recall, recall_score(truth, called, average=None))
    assert np.allclose(precision, precision_score(truth, called, average=None))


def test_candidate_against_baseline_though_labels_are_in_another_order() -> None:
    new, plots = side("new", matrix([9, 1], [0, 10]), matrix([8, 2], [0, 10]))
    old, more = side(
        "old", matrix([10, 0], [5, 5], labels="ba"), matrix([10, 0], [6, 4], labels="ba")
    )
    (errors,) = errors_of(plots | more, new, old)
    assert errors.baseline is not None
    assert errors.baseline.counts.tolist() == [[9, 11], [0, 20]]
    first = errors.classes[0]
    assert first.recall_delta is not None
    assert math.isclose(first.recall_delta.value, 0.85 - 0.45)
    assert first.recall_delta.has_interval


def test_a_class_that_no_run_has_is_no_number() -> None:
    new, plots = side("new", matrix([0, 0], [1, 9]))
    (errors,) = errors_of(plots, new, None)
    assert np.isnan(errors.candidate.shares[0]).all()
    assert errors.classes[0].recall[0] is None
    assert math.isclose(errors.candidate.shares[1, 1], 0.9)


def test_shares_that_were_logged_are_no_cases() -> None:
    new, plots = side("new", matrix([0.9, 0.1], [0.2, 0.8]))
    (errors,) = errors_of(plots, new, None)
    assert not errors.candidate.are_cases
    assert np.allclose(errors.candidate.shares, [[0.9, 0.1], [0.2, 0.8]])


def test_one_matrix_under_two_names_is_shown_once() -> None:
    one = matrix([9, 1], [0, 10])
    own = Configuration("new", ("r",), {}, (), ())
    plots = {"r": (one, Confusion("again", one.labels, one.counts))}
    assert [errors.name for errors in errors_of(plots, own, None)] == ["again"]


@given(st.lists(st.floats(0, 1e308), min_size=4, max_size=4))
def test_counts_of_any_size(cells: list[float]) -> None:
    new, plots = side("new", matrix(cells[:2], cells[2:]))
    for errors in errors_of(plots, new, new):
        shares = errors.candidate.shares
        assert ((np.isnan(shares)) | ((shares >= 0) & (shares <= 1))).all()


def scores(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.append((rng.random(n) < 0.3).astype(int), [0, 1])
    # Few different shares: many ties.
    return truth, np.round(np.clip(rng.normal(0.4 + 0.2 * truth, 0.2), 0, 1), 2)


def roc(seed: int) -> RatedCurve:
    fpr, tpr, _ = roc_curve(*scores(seed))
    return rated_curve("roc", "roc", "", fpr, tpr)


def recall_curve(seed: int) -> RatedCurve:
    precision, recall, _ = precision_recall_curve(*scores(seed))
    return rated_curve("precision-recall", "pr", "", recall, precision)


@given(st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_areas_are_those_of_scikit_learn(seed: int) -> None:
    truth, shares = scores(seed)
    fpr, tpr, _ = roc_curve(truth, shares, drop_intermediate=False)
    area = rated_curve("roc", "roc", "", fpr, tpr).area
    assert math.isclose(area, auc(fpr, tpr), abs_tol=1e-12)
    assert math.isclose(area, roc_auc_score(truth, shares), abs_tol=1e-9)
    precision, recall, _ = precision_recall_curve(truth, shares)
    expected = average_precision_score(truth, shares)
    for step in (1, -1):  # whichever way round it was logged
        curve = rated_curve("precision-recall", "pr", "", recall[::step], precision[::step])
        assert math.isclose(curve.area, expected, abs_tol=1e-9)
    # DVCLive logs it without its last point, where nothing is found.
    cut = rated_curve("precision-recall", "pr", "", recall[:-1], precision[:-1])
    assert math.isclose(cut.area, expected, abs_tol=1e-9)


def test_curves_are_averaged_at_each_rate() -> None:
    new, plots = side("new", *(roc(seed) for seed in range(5)))
    old, more = side("old", *(roc(seed) for seed in (7, 8)))
    (pair,) = curves_of(plots | more, new, old)
    assert pair.candidate.x.tolist() == GRID.tolist()
    # As scikit-learn's example of cross-validated ROC curves has it.
    known = [roc_curve(*scores(seed))[:2] for seed in range(5)]
    rows = np.array([np.interp(GRID, fpr, tpr) for fpr, tpr in known])
    assert np.allclose(pair.candidate.y, rows.mean(axis=0), atol=1e-9)
    at = mean_of(rows[:, 20])
    assert math.isclose(pair.candidate.low[20], max(at.low, 0.0), abs_tol=1e-9)
    areas = [roc_auc_score(*scores(seed)) for seed in range(5)]
    assert pair.candidate.area is not None
    assert math.isclose(pair.candidate.area.value, float(np.mean(areas)), abs_tol=1e-9)
    assert pair.delta is not None
    assert pair.delta.n == (5, 2)


def test_precision_at_a_recall_is_that_of_the_first_point_that_reaches_it() -> None:
    curve = rated_curve("precision-recall", "pr", "", np.array([0.5, 1.0]), np.array([1.0, 0.4]))
    new, plots = side("new", curve)
    (pair,) = curves_of(plots, new, None)
    assert pair.candidate.y[[0, 50, 51, 100]].tolist() == [1, 1, 0.4, 0.4]
    assert pair.candidate.floor == 0.4
    assert np.isnan(pair.candidate.low).all()


def test_the_floor_is_the_share_of_positives() -> None:
    new, plots = side("new", *(recall_curve(seed) for seed in range(3)))
    (pair,) = curves_of(plots, new, None)
    shares = [scores(seed)[0].mean() for seed in range(3)]
    assert math.isclose(pair.candidate.floor, float(np.mean(shares)))


def test_calibration_is_averaged_in_tenths_by_cases() -> None:
    x, y, n = np.array([0.11, 0.19, 0.95]), np.array([0.0, 0.4, 1.0]), np.array([30.0, 10.0, 5.0])
    new, plots = side("new", rated_curve("calibration", "c", "", x, y, n))
    (pair,) = curves_of(plots, new, None)
    # By hand: (30 * 0.11 + 10 * 0.19) / 40 and (10 * 0.4) / 40.
    assert np.allclose(pair.candidate.x, [0.13, 0.95])
    assert np.allclose(pair.candidate.y, [0.1, 1.0])


@pytest.mark.parametrize("name", ["det", "roc"])
def test_a_det_curve_counts_where_there_is_no_roc_curve(name: str) -> None:
    own = Configuration("new", ("r",), {}, (), ())
    fpr, tpr, _ = roc_curve(*scores(1))
    plots = {"r": tuple(rated_curve("roc", one, "", fpr, tpr) for one in {"det", name})}
    assert [pair.name for pair in curves_of(plots, own, None)] == [name]
