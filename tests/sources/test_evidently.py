"""Evidently's reports of all ages: tests and measurements, and nothing of the data in them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peers import Peers
from reading import place_of, slugs
from runfolio.model.records import CheckRecord, Records
from runfolio.sources.evidently.reader import source
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

Tree = dict[str, Any]
Shown = list[tuple[str, ...]]
NOON = 1740830400000


def read(place: Place) -> Records:
    """Return what the source finds in a file, if that is its own."""
    if source.matches(place, None) is None:
        return Records()
    (unit,) = source.discover(place).units
    return source.read(unit)


def checks(folder: Path, tree: object) -> tuple[CheckRecord, ...]:
    put(folder, {"nightly.json": json.dumps(tree)})
    records = read(place_of(folder / "nightly.json"))
    assert records.problems == ()
    return records.checks


def shown(records: tuple[CheckRecord, ...]) -> Shown:
    return [(c.status, c.check, c.column, c.observed, c.expected) for c in records]


def metric(key: str, kind: str, value: object, **config: Any) -> Tree:
    config = {"type": f"evidently:metric_v2:{kind}", **config}
    return {"id": key, "metric_name": f"{kind}()", "config": config, "value": value}


def judge(key: str, kind: str, status: str = "SUCCESS", **more: Any) -> Tree:
    return {
        "id": "lt",
        "name": f"{kind}: Less",
        "description": "Actual value of 'Marker Name'",
        "metric_config": {
            "metric_id": key,
            "params": {"type": f"evidently:metric_v2:{kind}", **more.pop("params", {})},
        },
        "test_config": more.pop("config", {}),
        "status": status,
        "bound_test": more.pop("bound", {}),
    }


def limit(kind: str, **more: Any) -> Tree:
    return {"type": f"evidently:test_v2:{kind}MetricTest", "is_critical": True, **more}


def test_a_report(tmp_path: Path) -> None:
    tree = {
        "metrics": [
            metric("1", "MeanValue", 50.5, column="age", tests=[limit("LessThan", threshold=60)]),
            metric("2", "MissingValueCount", {"count": 10.0, "share": 0.05}, column="age"),
            metric("3", "QuantileValue", 46, column="age", quantile=0.25),
            metric("4", "ValueDrift", 1e-45, column="sex", method="K-S p_value", threshold=0.05),
            metric("5", "F1ByLabel", {"ill": 0.5, "well": float("nan")}),
        ],
        "tests": [
            judge("1", "MeanValue", "FAIL", config=limit("LessThan", threshold=40.0)),
            judge("1", "MeanValue", config=limit("GreaterOrEqual", threshold=0)),
            judge(
                "2",
                "MissingValueCount",
                "WARNING",
                config=limit("Equal", expected=0.0),
                bound={"is_count": True},
            ),
            judge("4", "ValueDrift", "FAIL"),
            judge("5", "F1ByLabel", config=limit("NotEqual", expected=0), bound={"label": "ill"}),
        ],
    }
    found = checks(tmp_path, tree)
    assert found[0] == CheckRecord(
        suite="nightly",
        check="MeanValue",
        format="evidently",
        location=".",
        status="fail",
        dataset="nightly",
        column="age",
        observed="50.5",
        expected="< 40.0",
    )
    assert shown(found)[1:] == [
        ("pass", "MeanValue", "age", "50.5", ">= 0"),
        ("warning", "MissingValueCount.count", "age", "10.0", "= 0.0"),
        ("fail", "ValueDrift", "sex", "1e-45", "method: K-S p_value, threshold: 0.05"),
        ("pass", "F1ByLabel.ill", "", "0.5", "!= 0"),
        ("measured", "MissingValueCount.share", "age", "0.05", ""),
        ("measured", "QuantileValue(quantile: 0.25)", "age", "46", ""),
        ("measured", "F1ByLabel.well", "", "nan", ""),
    ]


@pytest.mark.parametrize(
    ("status", "expected", "message"),
    [
        ("SUCCESS", "pass", ""),
        ("FAIL", "fail", ""),
        ("ERROR", "error", "Actual value of '…'"),
        ("WARNING", "warning", ""),
        ("SKIPPED", "skipped", "Actual value of '…'"),
    ],
)
def test_status(tmp_path: Path, status: str, expected: str, message: str) -> None:
    tree = {"metrics": [], "tests": [judge("9", "MeanValue", status, params={"column": "age"})]}
    (check,) = checks(tmp_path, tree)
    assert (check.status, check.check, check.column) == (expected, "MeanValue", "age")
    assert (check.observed, check.message) == ("", message)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (limit("GreaterThan", threshold=60.0), "> 60.0"),
        (limit("LessOrEqual", threshold=0.1), "<= 0.1"),
        (limit("IsIn", values=[1, 2]), "in [1, 2]"),
        (
            limit("Equal", expected={"relative": 0.1, "absolute": None}),
            "= reference (relative: 0.1)",
        ),
        ({"type": "custom:Test", "threshold": 1}, ""),
        ({}, ""),
    ],
)
def test_conditions(tmp_path: Path, config: Tree, expected: str) -> None:
    tree = {"metrics": [], "tests": [judge("9", "MeanValue", config=config)]}
    assert checks(tmp_path, tree)[0].expected == expected


@pytest.mark.parametrize(
    ("value", "observed"),
    [
        ({"counts": {"Marker Name": 3, "x": 4}, "shares": {}}, "2 different values"),
        ([{"name": "Marker Name"}], "no single value"),
        ({"Marker Name": "Marker"}, "no single value"),
        ({f"Marker {i}": i for i in range(101)}, "no single value"),
        ("Marker Name", "no single value"),
    ],
)
def test_values_of_the_data_are_left_out(tmp_path: Path, value: object, observed: str) -> None:
    tree = {"metrics": [metric("1", "UniqueValueCount", value, column="name")], "tests": []}
    (check,) = checks(tmp_path, tree)
    assert (check.status, check.observed, check.column) == ("measured", observed, "name")


def test_the_first_versions_of_0_7_know_a_metric_by_its_name_alone(tmp_path: Path) -> None:
    tree = {
        "metrics": [
            {"id": "1", "metric_id": "ValueDrift(column=age,method=psi)", "value": 0.5},
            {"id": "2", "metric_id": "RowCount()", "value": 9},
        ],
        "tests": [judge("2", "RowCount", config=limit("GreaterThan", threshold=1))],
    }
    assert shown(checks(tmp_path, tree)) == [
        ("pass", "RowCount", "", "9", "> 1"),
        ("measured", "ValueDrift", "age", "0.5", "method: psi"),
    ]


def result(kind: str, key: str, tests: list[Tree], column: str = "", **values: Any) -> Tree:
    params = {"type": f"evidently:metric_v2:{kind}", **({"column": column} if column else {})}
    return {
        "type": "evidently:metric_result_v2:SingleValue",
        "metric_value_location": {"metric": {"metric_id": key, "params": params}},
        "widget": [{"params": {"data": ["Marker Name"]}}],
        "tests": tests,
        **values,
    }


def test_a_snapshot_in_a_workspace(tmp_path: Path) -> None:
    snapshot = {
        "report": {"items": []},
        "name": "nightly check",
        "timestamp": "2025-03-01T12:00:00",
        "metadata": {"author": "marker"},
        "metric_results": {
            "1": result(
                "MissingValueCount",
                "1",
                [judge("1", "MissingValueCount", bound={"is_count": False})],
                "age",
                count={"value": 3},
                share={"value": 0.25},
            ),
            "2": result("ScoreDistribution", "2", [], values={"a": {"value": 1}}),
            "3": result("MeanError", "3", [], mean={"value": 0.5}, std={"value": 2}),
            "4": result("UniqueValueCount", "4", [], "name", counts={"Marker": {"value": 1}}),
            "5": result("RowCount", "5", [], value=9),
        },
        "top_level_metrics": ["1", "2", "3", "4"],
        "widgets": [],
    }
    path = "ws/0a/snapshots/0b.json"
    put(tmp_path, {path: json.dumps(snapshot), "ws/0a/metadata.json": '{"name": "clinic"}'})
    records = read(Place(LocalStorage.at(tmp_path, "project"), path))
    assert records.problems == ()
    assert shown(records.checks) == [
        ("pass", "MissingValueCount.share", "age", "0.25", ""),
        ("measured", "MissingValueCount.count", "age", "3", ""),
        ("measured", "ScoreDistribution.a", "", "1", ""),
        ("measured", "MeanError.mean", "", "0.5", ""),
        ("measured", "MeanError.std", "", "2", ""),
        ("measured", "UniqueValueCount", "name", "1 different values", ""),
    ]
    first = records.checks[0]
    assert (first.suite, first.dataset, first.checked) == ("nightly check", "clinic", NOON)
    assert first.location == "project/ws/0a"
    (tmp_path / "ws/0a/metadata.json").write_text("{")
    records = read(Place(LocalStorage.at(tmp_path, "project"), path))
    assert {check.dataset for check in records.checks} == {"0b"}


DRIFT = {
    "number_of_columns": 2,
    "share_of_drifted_columns": 0.5,
    "dataset_drift": False,
    "drift_by_columns": {
        "age": {
            "column_name": "age",
            "stattest_name": "Wasserstein distance (normed)",
            "stattest_threshold": 0.1,
            "drift_score": 0.25,
            "drift_detected": True,
            "current": {"small_distribution": {"x": [1.0], "y": [2.0]}},
        },
        "sex": {"stattest_name": "psi", "drift_score": 0.01, "drift_detected": False},
    },
}
SUMMARY = {
    "column_name": "score",
    "reference_characteristics": {"missing": 7},
    "current_characteristics": {"missing": 3, "most_common": 17.5, "unique": {"17.5": 2}},
}
MISSING = {"current": {"share_of_missing_values_by_column": {"age": 0.5}, "columns": ["age"]}}
LEGACY = {
    "version": "0.4.30",
    "metrics": [
        {"metric": "DataDriftTable", "result": DRIFT},
        {"metric": "ColumnSummaryMetric", "result": SUMMARY},
        {"metric": "ColumnSummaryMetric", "result": SUMMARY},
        {"metric": "DatasetMissingValuesMetric", "result": MISSING},
    ],
    "timestamp": "2025-03-01 12:00:00",
}
DRIFT_SHOWN = [
    ("measured", "DataDriftTable.number_of_columns", "", "2", ""),
    ("measured", "DataDriftTable.share_of_drifted_columns", "", "0.5", ""),
    ("measured", "DataDriftTable.dataset_drift", "", "false", ""),
    (
        *("measured", "DataDriftTable", "age", "0.25"),
        "method: Wasserstein distance (normed), threshold: 0.1",
    ),
    ("measured", "DataDriftTable", "sex", "0.01", "method: psi"),
]


def test_a_report_of_0_6(tmp_path: Path) -> None:
    """Distributions, values of the data and the reference's own figures are left out."""
    found = checks(tmp_path, LEGACY)
    assert shown(found) == [
        *DRIFT_SHOWN,
        ("measured", "ColumnSummaryMetric.missing", "score", "3", ""),
        ("measured", "DatasetMissingValuesMetric.share_of_missing_values", "age", "0.5", ""),
    ]
    assert [check.message for check in found[3:5]] == ["drift detected", "drift not detected"]
    assert {check.checked for check in found} == {NOON}
    without_time = {key: LEGACY[key] for key in ("metrics",)}
    assert checks(tmp_path, without_time) == tuple(replace(c, checked=None) for c in found)


def test_a_snapshot_of_0_6(tmp_path: Path) -> None:
    suite = {
        "metrics": [{"type": "evidently:metric:DataDriftTable"}],
        "metric_results": [{"type": "evidently:metric_result:DataDriftTableResults", **DRIFT}],
        "test_results": [],
    }
    tree = {"id": "1", "name": None, "timestamp": "2025-03-01T12:00:00", "suite": suite}
    assert shown(checks(tmp_path, tree)) == DRIFT_SHOWN
    suite["metrics"] = [{"type": "evidently.metrics.data_drift.data_drift_table.DataDriftTable"}]
    assert shown(checks(tmp_path, tree)) == DRIFT_SHOWN
    suite["test_results"] = [{"name": "Rows", "status": "FAIL", "parameters": None}]
    assert shown(checks(tmp_path, tree)) == [("fail", "Rows", "", "", "")]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (
            {"name": "Number of Rows", "parameters": {"condition": {"gte": 100}, "value": 200.0}},
            ("pass", "Number of Rows", "", "200.0", ">= 100"),
        ),
        (
            {
                "name": "Missing",
                "description": "The share in the column **age** is 0.",
                "parameters": {"condition": {"gt": 0, "lte": {"value": 0.5, "relative": 0.1}}},
            },
            ("pass", "Missing", "age", "", "> 0 and <= 0.5"),
        ),
        (
            {
                "name": "Drift per Column",
                "status": "FAIL",
                "parameters": {
                    "stattest": "psi",
                    "score": 0.3,
                    "threshold": 0.1,
                    "detected": True,
                    "column_name": "age",
                },
            },
            ("fail", "Drift per Column", "age", "0.3", "method: psi, threshold: 0.1"),
        ),
        (
            {
                "name": "Share of Drifted Columns",
                "parameters": {
                    "condition": {"lt": 0.3},
                    "features": {"age": {"detected": True}, "sex": {"detected": False}},
                },
            },
            ("pass", "Share of Drifted Columns", "", "1 of 2 columns drifted", "< 0.3"),
        ),
        (
            {"name": "Most Common", "parameters": {"value": "Marker Name", "values": ["Marker"]}},
            ("pass", "Most Common", "", "", ""),
        ),
        ({"name": "Range", "parameters": None}, ("pass", "Range", "", "", "")),
    ],
)
def test_tests_of_0_6(tmp_path: Path, test: Tree, expected: tuple[str, ...]) -> None:
    whole = {"name": "", "description": "Says 'Marker Name'.", "status": "SUCCESS", "group": "x"}
    tree = {"version": "0.4", "tests": [{**whole, **test}], "summary": {}}
    assert shown(checks(tmp_path, tree)) == [expected]


def test_why_a_test_of_0_6_failed(tmp_path: Path) -> None:
    why = "Test failed with exceptions: Column 'absent' not found in 'Marker Name'."
    test = {"name": "Min Value", "description": why, "status": "ERROR", "parameters": {}}
    (check,) = checks(tmp_path, {"tests": [test]})
    assert check.message == "Test failed with exceptions: Column 'absent' not found in '…'."


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"metrics": [], "tests": []}',
        '{"metrics": {"loss": 0.5}, "params": {}}',
        '{"metrics": [{"metric": "accuracy", "value": 0.5}]}',
        '{"tests": [{"name": "test_a", "status": "passed"}]}',
        '{"id": "0a", "name": "clinic", "dashboard": {"panels": '
        '[{"type": "evidently:dashboard_panel:DashboardPanelPlot"}]}}',
    ],
)
def test_other_json_is_not_claimed(tmp_path: Path, content: str) -> None:
    put(tmp_path, {"a.json": content, "a.txt": json.dumps(LEGACY)})
    for name in ("a.json", "a.txt"):
        assert source.matches(place_of(tmp_path / name), None) is None
    assert source.matches(place_of(tmp_path), place_of(tmp_path).entries()) is None


GOOD = json.dumps(
    {
        "metrics": [metric("1", "MeanValue", 50.5, column="age"), metric("2", "RowCount", 7)],
        "tests": [judge("1", "MeanValue", "FAIL", config=limit("LessThan", threshold=40.0))],
    }
)


@pytest.mark.parametrize(
    ("content", "slug", "left"),
    [
        (GOOD[:-1], "file-unreadable", 0),
        ('["metrics", "evidently:metric_v2:X"]', "file-unreadable", 0),
        ('{"metrics": "evidently:metric_v2:X"}', "file-unreadable", 0),
        ('{"suite": {"metrics": "evidently:metric:X"}}', "file-unreadable", 0),
        (GOOD.replace('"FAIL"', '"PERHAPS"'), "check-unreadable", 2),
        (GOOD.replace("age", "\xe4ge").encode("latin-1"), "not-utf8", 2),
    ],
)
def test_bad_input(tmp_path: Path, content: str | bytes, slug: str, left: int) -> None:
    put(tmp_path, {"nightly.json": content})
    records = read(place_of(tmp_path / "nightly.json"))
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == "nightly.json"
    assert len(records.checks) == left


KEYS = (
    "metrics tests suite metric result metric_results test_results top_level_metrics id value "
    "config type column count share counts values status name parameters condition features "
    "drift_by_columns current bound_test label is_count test_config threshold metric_config"
).split()


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.sampled_from(["SUCCESS", "1", "evidently:metric_v2:X"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*KEYS, "x_by_column"]), inner, max_size=6)
        ),
        max_leaves=40,
    )
)
def test_no_shape_raises(tmp_path_factory: pytest.TempPathFactory, tree: Any) -> None:
    folder = tmp_path_factory.mktemp("shape")
    for content in (
        tree,
        {"metrics": [tree], "tests": [tree]},
        {"metrics": [{"metric": "X", "result": tree}]},
        {"tests": [{"name": "x", "status": "FAIL", "parameters": tree}, tree]},
        {"metric_results": {"1": tree, "2": {"tests": [judge("1", "X", bound=tree)]}}},
        {"suite": {"metrics": [tree], "metric_results": [tree], "test_results": tree}},
    ):
        put(folder, {"a.json": json.dumps(content)})
        place = place_of(folder / "a.json")
        source.matches(place, None)
        for check in source.read(source.discover(place).units[0]).checks:
            assert check.format == "evidently"


@given(st.integers(0, len(GOOD)))
def test_a_cut_file_is_told(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = put(tmp_path_factory.mktemp("cut"), {"a.json": GOOD[:cut]})
    (unit,) = source.discover(place_of(folder / "a.json")).units
    records = source.read(unit)
    assert bool(records.problems) != (len(records.checks) == 2)


@pytest.fixture(scope="module")
def made(peers: Peers) -> Path:
    """Return the folder into which Evidently wrote."""
    return peers.made("evidently_makes.py", needs="evidently pandas")


@pytest.mark.peer
def test_what_is_read_equals_what_evidently_says(peers: Peers, made: Path) -> None:
    (snapshot,) = made.glob("workspace/*/snapshots/*.json")
    said = peers.said_of(made)
    ours = read(place_of(made / "report.json"))
    kept = read(Place(LocalStorage.at(made), snapshot.relative_to(made).as_posix()))
    assert ours.problems == kept.problems == ()
    assert {check.suite for check in kept.checks} == {said["name"]} == {"nightly"}
    assert {check.dataset for check in kept.checks} == {"clinic"}
    assert {check.checked for check in kept.checks} == {NOON}
    assert shown(kept.checks) == shown(ours.checks)
    words = {"SUCCESS": "pass", "FAIL": "fail", "WARNING": "warning"}
    tests = [check for check in ours.checks if check.status != "measured"]
    assert [(check.status, kind_of(check), check.column) for check in tests] == [
        (words[test["status"]], test["kind"], test["column"]) for test in said["tests"]
    ]
    assert {check.status for check in tests} == set(words.values())
    values = {(kind_of(check), check.column, check.observed) for check in ours.checks}
    for metric in said["metrics"]:
        value = metric["value"]
        parts = value.values() if isinstance(value, dict) else [value]
        if "counts" in (value if isinstance(value, dict) else {}):
            parts = [f"{len(value['counts'])} different values"]
        for part in parts:
            assert (metric["kind"], metric["column"], str(part)) in values
    assert "marker" not in repr((ours, kept))


def kind_of(check: CheckRecord) -> str:
    """Return the kind of a metric without what it was made with, and which value it is."""
    return check.check.partition("(")[0].partition(".")[0]


@pytest.mark.peer
def test_what_versions_before_0_7_wrote(made: Path) -> None:
    report = read(place_of(made / "legacy_report.json"))
    snapshot = read(place_of(made / "legacy_snapshot.json"))
    assert report.problems == snapshot.problems == ()
    assert shown(report.checks) == shown(snapshot.checks)
    drift = {check.column: check.message for check in report.checks if check.column}
    assert drift == {
        "age": "drift detected",
        "name": "drift not detected",
        "score": "drift not detected",
    }
    tests = read(place_of(made / "legacy_tests.json"))
    assert [(check.status, check.column) for check in tests.checks] == [
        ("pass", ""),
        ("fail", "age"),
        ("fail", ""),
        ("error", ""),
        ("pass", "name"),
        ("warning", ""),
    ]
    assert "marker" not in repr((report, snapshot, tests))
