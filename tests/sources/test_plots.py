"""Plots that runs logged as tables: what loggers write, what people write, damage."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import run, tables
from peers import Peers
from reading import only_run, place_of, read, slugs
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.confusion import errors_of
from runfolio.model.plots import Confusion, Plot, RatedCurve, SegmentValue
from runfolio.model.records import Records
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError
from runfolio.sources.reading.plot_kinds import plots_in, tells_plot
from runfolio.sources.reading.plot_tables import plot_tables
from stores import put, run_id, write_database, write_file_store

ROC = "fpr,tpr,threshold\n0,0,inf\n0,0.5,0.8\n0.5,0.5,0.5\n0.5,1,0.3\n1,1,0.1\n"


def found(name: str, text: str, expected: Sequence[str] = ()) -> list[Plot]:
    """Read one file's text; `expected` are the kinds of its problems."""
    findings = Findings(place_of(Path("/run") / name))
    plots = plots_in(name, text, findings)
    assert slugs(tuple(findings.problems())) == list(expected)
    return plots


def one(name: str, text: str) -> Any:
    (plot,) = found(name, text)
    return plot


def folder_with(tmp_path: Path, files: dict[str, str | bytes]) -> Records:
    return read("folder", put(tmp_path / "run", {"metrics.json": '{"acc": 0.9}', **files}))


# What the columns and shapes mean


@pytest.mark.parametrize(
    "text",
    [
        ROC,
        ROC.replace(",", ";"),
        ROC.replace("fpr", "False positive rate").replace("tpr", "TPR"),
        "\n".join([ROC.splitlines()[0], *ROC.splitlines()[:0:-1]]),
        "fpr,fnr\n1,0\n0.5,0\n0.5,0.5\n0,0.5\n0,1\n",
    ],
)
def test_a_roc_curve_has_the_area_of_its_trapezoids(text: str) -> None:
    curve = one("roc.csv", text)
    # By hand: half the height over [0, 0.5], the whole over [0.5, 1].
    assert (curve.kind, curve.area, curve.points) == ("roc", 0.75, 5)
    assert list(zip(curve.x, curve.y, strict=True)) == [
        (0, 0),
        (0, 0.5),
        (0.5, 0.5),
        (0.5, 1),
        (1, 1),
    ]


def test_a_roc_curve_runs_from_corner_to_corner() -> None:
    curve = one("roc.csv", "fpr,tpr\n0.5,0.5\n0.6,0.8\n")
    # By hand: 0.5 * 0.5 / 2 + 0.1 * 0.65 + 0.4 * 0.9.
    assert math.isclose(curve.area, 0.125 + 0.065 + 0.36)


def test_average_precision_does_not_interpolate() -> None:
    # Scikit-learn's documented example: scores .1 .4 .35 .8, truth 0 0 1 1; it says 0.83.
    text = "precision,recall\n0.5,1\n0.66666667,1\n0.5,0.5\n1,0.5\n1,0\n"
    assert math.isclose(one("pr.csv", text).area, 0.8333333333333333, rel_tol=1e-7)


def test_the_numbers_of_rows_name_nothing() -> None:
    curve = one("pr.csv", ",precision,recall\n0,0.5,1\n1,1,0.5\n")
    assert (curve.kind, curve.area) == ("precision-recall", 0.75)


def test_the_calibration_error_weighs_bins_by_their_cases() -> None:
    text = "prob_true,prob_pred,count\n0.1,0.2,30\n0.9,0.7,10\n"
    assert math.isclose(one("calibration.csv", text).area, (30 * 0.1 + 10 * 0.2) / 40)
    assert math.isnan(one("calibration.csv", "prob_true,prob_pred\n0.1,0.2\n").area)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cm.json", [{"actual": "a", "predicted": "a"}] * 3 + [{"actual": "a", "predicted": "b"}]
         + [{"actual": "b", "predicted": "b"}] * 2),
        ("x.json", {"columns": ["Actual", "Predicted", "nPredictions"],
                    "data": [["a", "a", 3], ["a", "b", 1], ["b", "a", 0], ["b", "b", 2]]}),
        ("x.json", {"labels": ["a", "b"], "confusion_matrix": [[3, 1], [0, 2]]}),
        ("confusion.json", {"a": {"a": 3, "b": 1}, "b": {"a": 0, "b": 2}}),
        ("x.json", {"y_true": list("aaaabb"), "y_pred": list("aaabbb")}),
    ],
)  # fmt: skip
def test_a_confusion_matrix_in_each_shape(name: str, content: object) -> None:
    matrix = one(name, json.dumps(content))
    assert isinstance(matrix, Confusion)
    assert (matrix.labels, matrix.counts.tolist()) == (("a", "b"), [[3, 1], [0, 2]])


def test_a_table_of_classes_is_read_by_its_row_names() -> None:
    matrix = one("confusion_matrix.csv", ",cat,dog\ndog,1,5\ncat,7,2\n")
    assert (matrix.labels, matrix.counts.tolist()) == (("cat", "dog"), [[7, 2], [1, 5]])


def test_classes_that_are_numbers_are_in_their_order() -> None:
    text = "actual,predicted,count\n10,2,4\n2,2,5\n10,10,6\n"
    assert one("cm.csv", text).labels == ("2", "10")


def test_segments_with_their_cases() -> None:
    plots = found("segments_by_age.csv", "segment,recall,n\nyoung,0.9,40\nold,0.7,\n")
    assert [
        (p.metric, p.segment, p.value, p.number) for p in plots if isinstance(p, SegmentValue)
    ] == [
        ("recall", "age", "young", 0.9),
        ("recall", "age", "old", 0.7),
    ]
    assert isinstance(plots[0], SegmentValue)
    assert plots[0].count == 40
    assert isinstance(plots[1], SegmentValue)
    assert math.isnan(plots[1].count)


def test_segments_by_name_and_value() -> None:
    text = "segment,value,recall\nage,60+,0.9\nsex,f,0.7\n"
    told = [(p.segment, p.value) for p in found("slices.csv", text) if isinstance(p, SegmentValue)]
    assert told == [("age", "60+"), ("sex", "f")]


def test_the_report_of_scikit_learn_is_one_of_classes() -> None:
    from sklearn.metrics import classification_report

    report = classification_report([0, 0, 1, 1], [0, 1, 1, 1], output_dict=True)
    plots = found("classification_report.json", json.dumps(report))
    recalls = {
        p.value: p.number for p in plots if isinstance(p, SegmentValue) and p.metric == "recall"
    }
    assert recalls == {"0": 0.5, "1": 1.0}
    assert {p.count for p in plots if isinstance(p, SegmentValue)} == {2}


def test_curves_by_class_and_by_key() -> None:
    rows = [{"class": c, "fpr": x, "tpr": x} for c in "ab" for x in (0, 1)]
    plots = found("roc.json", json.dumps({"val": rows, "test": rows}))
    told = [(p.name, p.label, p.area) for p in plots if isinstance(p, RatedCurve)]
    assert told == [(f"roc/{k}", c, 0.5) for k in ("val", "test") for c in "ab"]


def test_a_long_curve_keeps_its_area_and_few_points() -> None:
    x = np.linspace(0, 1, 5001)
    text = "fpr,tpr\n" + "\n".join(
        f"{a!r},{b!r}" for a, b in zip(x.tolist(), (x**0.2).tolist(), strict=True)
    )
    curve = one("roc.csv", text)
    assert len(curve.x) <= 200
    assert (curve.points, curve.x[0], curve.x[-1]) == (5001, 0, 1)
    assert math.isclose(curve.area, float(np.trapezoid(x**0.2, x)), abs_tol=1e-12)
    assert np.max(np.abs(np.interp(x, curve.x, curve.y) - x**0.2)) < 0.01


@pytest.mark.parametrize(
    ("name", "is_plot"),
    [
        ("confusion_matrix.csv", True), ("test-roc.json", True), ("ROC_val.tsv", True),
        ("precision_recall_curve.csv", True), ("segments.csv", True), ("roc.png", False),
        ("metrics.csv", False), ("procedure.csv", False), ("results.json", False),
    ],
)  # fmt: skip
def test_which_names_tell_of_a_plot(name: str, is_plot: bool) -> None:
    assert tells_plot(name) is is_plot


# Damage


@pytest.mark.parametrize(
    ("name", "text", "slug"),
    [
        ("roc.csv", "fpr,tpr\n0,0\n50,80\n100,100\n", "plot-outside-0-1"),
        ("roc.csv", "fpr,tpr\n0,0\nnan,0.5\n1,1\n", "plot-point-not-a-number"),
        ("cm.csv", "actual,predicted,count\na,a,many\na,b,1\n", "plot-point-not-a-number"),
        ("cm.csv", "actual,predicted\n" + "".join(f"{n},{n}\n" for n in range(101)),
         "plot-too-many-classes"),
        ("roc.csv", "fpr,tpr\n0,0\n0.5\n1,1\n", "plot-row-ragged"),
        ("roc.csv", "a,b\n1,2\n", "plot-not-known"),
        ("roc.json", "{}", "plot-not-known"),
        ("slices.csv", "segment,acc\n" + "".join(f"s{n},1\n" for n in range(2001)),
         "plot-too-many-segments"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(name: str, text: str, slug: str) -> None:
    found(name, text, [slug])


def test_one_damaged_file_costs_no_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "roc.csv": ROC,
        "confusion_matrix.json": '{"labels": ["a"',
        "pr_curve.json": b"[" * 100_000,
        "calibration.csv": b"x" * 3_000_000,
    }
    records = folder_with(tmp_path, files)
    own = only_run(records)
    assert [type(plot) for plot in own.plots] == [RatedCurve]
    assert {p.place.rpartition("/")[2] for p in records.problems} == {*files} - {"roc.csv"}
    assert set(slugs(records.problems)) == {"file-unreadable"}
    assert [series.metric for series in own.series] == ["acc"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["fpr", "tpr", "actual", "predicted", "segment", "matrix", "labels"])
            | st.sampled_from(["columns", "data", "precision", "recall", "prob_true", "n", ""]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_read_or_told(tree: Any) -> None:
    findings = Findings(place_of(Path("/run/roc.json")))
    plots = plots_in("roc.json", json.dumps(tree), findings)
    assert plots or findings.problems()
    for plot in plots:
        if isinstance(plot, RatedCurve):
            assert ((plot.x >= 0) & (plot.x <= 1) & (plot.y >= 0) & (plot.y <= 1)).all()
        elif isinstance(plot, Confusion):
            assert np.isfinite(plot.counts).all()


@given(st.text(alphabet='fprtactulsegmn,;"\n01.5e-', max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_table_is_read_or_refused(text: str) -> None:
    findings = Findings(place_of(Path("/run/roc.csv")))
    try:
        tables = plot_tables("roc.csv", text, findings)
        plots_in("roc.csv", text, findings)
    except ParseError:
        return
    assert all(len({*map(len, table.columns.values())}) == 1 for table in tables)


# Where they lie


def test_artifacts_of_a_file_store(tmp_path: Path) -> None:
    own = run_id(1)
    store = write_file_store(tmp_path / "mlruns", {own: [(1, 0.5)]})
    artifacts = {
        "evaluation/curve.csv": ROC,  # told by its columns
        "model/MLmodel": "flavors: {}\n",
        "model/roc.csv": ROC,  # a model's own
        "patients.csv": "name,age\nAda,36\n",
        "note.json": '{"text": "hello"}',
    }
    put(store / "1" / own / "artifacts", dict(artifacts))
    records = read("mlflow-files", store)
    assert [plot.name for plot in only_run(records).plots] == ["evaluation/curve"]
    assert records.problems == ()


def test_artifacts_beside_a_database(tmp_path: Path) -> None:
    own = run_id(1)
    write_database(tmp_path / "mlflow.db", {own: [(1, 0.5)], run_id(2): [(1, 0.5)]})
    for folder in ("mlruns", "mlartifacts"):
        put(tmp_path / folder / "1" / own / "artifacts", {f"roc_{folder}.csv": ROC})
    records = read("mlflow-sqlite", tmp_path / "mlflow.db")
    assert [[plot.name for plot in one.plots] for one in records.runs] == [["roc_mlruns"], []]


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    own = run_id(1)
    store = write_file_store(tmp_path / "in" / "mlruns", {own: [(1, 0.5)]})
    put(tmp_path / "out", {"roc.csv": ROC})
    (store / "1" / own / "artifacts").symlink_to(tmp_path / "out", target_is_directory=True)
    records = read("mlflow-files", store)
    assert only_run(records).plots == ()


def test_only_so_many_files_are_looked_at(tmp_path: Path) -> None:
    records = folder_with(tmp_path, {f"roc_{n:02}.csv": ROC for n in range(25)})
    assert len(only_run(records).plots) == 20
    assert slugs(records.problems) == ["plots-left-out"]


def test_a_dvc_project_says_what_its_columns_mean(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "project",
        {
            "dvc.yaml": "metrics: [metrics.json]\nplots:\n"
            "  - errors.csv: {template: confusion, x: truth_of_it, y: guess}\n"
            "  - curves/roc.json: {x: fpr, y: tpr}\n",
            "metrics.json": '{"auc": 0.9}',
            "errors.csv": "truth_of_it,guess\na,a\na,b\n",
            "curves/roc.json": json.dumps([{"fpr": 0, "tpr": 0}, {"fpr": 1, "tpr": 1}]),
        },
    )
    records = read("dvc", folder)
    errors, roc = only_run(records).plots
    assert isinstance(errors, Confusion)
    assert errors.counts.tolist() == [[1, 1], [0, 0]]
    assert isinstance(roc, RatedCurve)
    assert roc.name == "curves/roc"
    assert records.problems == ()


def test_classes_and_segments_name_nobody() -> None:
    plots = (
        Confusion("/home/ada/cm", ("ada@example.org", "bob@example.org"), np.eye(2)),
        SegmentValue("slices", "recall", "user", "ada@example.org", 0.5),
    )
    matrix, segment = tables(run("a", plots=plots)).plots["a"]
    assert isinstance(matrix, Confusion)
    assert (matrix.name, *matrix.labels) == ("~/cm", "(e-mail address)", "(e-mail address)")
    assert isinstance(segment, SegmentValue)
    assert segment.value == "(e-mail address)"
    whole = errors_of({"a": (matrix,)}, Configuration("a", ("a",), {}, (), ()), None)
    assert whole[0].candidate.counts.tolist() == [[2]]


# The real loggers, held against scikit-learn


@pytest.mark.peer
@pytest.mark.parametrize(
    ("logger", "formats"),
    [
        ("dvclive", {"dvclive": "dvclive"}),
        ("mlflow", {"mlflow-files": "mlruns", "mlflow-sqlite": "mlflow.db"}),
    ],
)
def test_areas_and_counts_are_those_of_scikit_learn(
    peers: Peers, logger: str, formats: dict[str, str]
) -> None:
    out = peers.made("plots_make.py", logger, needs=f"{logger} sklearn")
    said = json.loads((out / "said.txt").read_text())
    for source, place in formats.items():
        records = read(source, out / place)
        plots = only_run(records).plots
        assert records.problems == ()
        areas = {p.kind: p.area for p in plots if isinstance(p, RatedCurve) and p.name != "det"}
        # MLflow writes its tables with ten decimals.
        for kind in ("roc", "precision-recall"):
            assert math.isclose(areas[kind], said[kind], abs_tol=1e-9)
        assert math.isclose(said["roc"], said["roc_auc"], abs_tol=1e-12)
        (matrix,) = (p for p in plots if isinstance(p, Confusion))
        assert matrix.counts.tolist() == said["confusion"]


@pytest.mark.peer
def test_the_tables_of_wandb(peers: Peers) -> None:
    out = peers.made("plots_make.py", "wandb", needs="wandb sklearn")
    said = json.loads((out / "said.txt").read_text())
    records = read("wandb", out / "wandb")
    plots = only_run(records).plots
    curves = {(p.kind, p.label): p.area for p in plots if isinstance(p, RatedCurve)}
    # Its curves are thinned and have three decimals.
    assert math.isclose(curves["roc", "malignant"], said["roc"], abs_tol=0.01)
    assert {label for _, label in curves} == {"benign", "malignant"}
    (matrix,) = (p for p in plots if isinstance(p, Confusion))
    assert (matrix.name, matrix.labels) == ("errors", ("benign", "malignant"))
    assert matrix.counts.tolist() == said["confusion"]
    segments = [p for p in plots if isinstance(p, SegmentValue)]
    assert [(p.value, p.number, p.count) for p in segments] == [("a", 0.5, 8), ("b", 0.6, 9)]
