"""Great Expectations' results: checks of 0.x and 1.x, and nothing of the data in them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peers import Peers
from reading import place_of, slugs
from runfolio.model.records import CheckRecord, Records
from runfolio.sources.great_expectations.reader import source
from runfolio.sources.reading.parsing import parse_time
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import put

Tree = dict[str, Any]


def read(place: Place) -> Records:
    """Return what the source finds in a file, if that is its own."""
    if source.matches(place, None) is None:
        return Records()
    (unit,) = source.discover(place).units
    return source.read(unit)


def expectation(kind: str, *, success: object = True, old: bool = False, **more: Any) -> Tree:
    """Return the result of one expectation, in the words of 1.x or 0.x."""
    config = {"expectation_type" if old else "type": kind, "kwargs": more.pop("kwargs", {})}
    return {
        "success": success,
        "expectation_config": {**config, "meta": {}, **more.pop("config", {})},
        "result": more.pop("result", {}),
        "exception_info": {"raised_exception": False, "exception_message": None},
        **more,
    }


META = {
    "great_expectations_version": "1.24.1",
    "run_id": {"run_name": None, "run_time": "2025-03-01T12:00:00.5+00:00"},
    "validation_time": "2025-03-01T12:00:00.5+00:00",
    "active_batch_definition": {"datasource_name": "clinic", "data_asset_name": "patients"},
    "batch_spec": {"path": "/home/marker-user/data/other.csv"},
}


def validation(*results: Tree, **more: Any) -> Tree:
    return {
        "success": False,
        "results": list(results),
        "suite_name": "intake",
        "statistics": {"evaluated_expectations": len(results), "successful_expectations": None},
        "meta": META,
        **more,
    }


def checks(folder: Path, tree: object) -> tuple[CheckRecord, ...]:
    put(folder, {"result.json": json.dumps(tree)})
    records = read(place_of(folder / "result.json"))
    assert records.problems == ()
    return records.checks


def one(folder: Path, kind: str, **more: Any) -> CheckRecord:
    (check,) = checks(folder, validation(expectation(kind, **more)))
    return check


def test_a_validation(tmp_path: Path) -> None:
    check = one(
        tmp_path,
        "expect_column_values_to_be_between",
        success=False,
        kwargs={
            "batch_id": "clinic-patients",
            "column": "age",
            "max_value": 120.0,
            "min_value": 0,
            "mostly": 0.95,
            "strict_min": False,
            "parse_strings_as_datetimes": None,
        },
        result={
            "element_count": 4,
            "unexpected_count": 1,
            "unexpected_percent": 25.0,
            "missing_count": 1,
            "partial_unexpected_list": ["marker-row-value"],
            "unexpected_rows": [{"name": "marker-row-value"}],
        },
    )
    assert check == CheckRecord(
        suite="intake",
        check="expect_column_values_to_be_between",
        format="great-expectations",
        location=".",
        status="fail",
        dataset="patients",
        column="age",
        observed="1 of 3 unexpected, 1 missing",
        expected="min_value: 0, max_value: 120.0, mostly: 0.95",
        share=0.25,
        rows=4,
        checked=1740830400500,
    )


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"success": True}, "pass"),
        ({"success": False}, "fail"),
        ({"success": False, "config": {"severity": "critical"}}, "fail"),
        ({"success": False, "config": {"severity": "warning"}}, "warning"),
        ({"success": False, "config": {"severity": "info"}}, "warning"),
        ({"success": None}, "error"),
        ({"success": False, "exception_info": {"raised_exception": True}}, "error"),
        (
            {"success": False, "exception_info": {"MetricId()": {"raised_exception": True}}},
            "error",
        ),
        ({"success": True, "exception_info": None}, "pass"),
    ],
)
def test_status(tmp_path: Path, more: Tree, status: str) -> None:
    assert one(tmp_path, "expect_x", **more).status == status


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            'Error: The column "absent" in BatchData does not exist.\n\nTraceback …',
            'Error: The column "absent" in BatchData does not exist.',
        ),
        (
            "could not convert string to float: 'Marker Name'",
            "could not convert string to float: '…'",
        ),
        ("cannot parse " + "'Marker' " * 40, "cannot parse …"),
        ("can't take 'Marker Name' or `Marker", "can't take '…' or `…`"),
        (
            "cannot reach postgresql://marker:secret@db.example.org/x of marker@example.org",
            "cannot reach … of …",
        ),
        (
            "no file /home/marker/data.csv or C:\\Users\\marker\\d.csv, ~/marker",
            "no file … or …, …",
        ),
    ],
)
def test_why_it_could_not_be_evaluated(tmp_path: Path, message: str, shown: str) -> None:
    info = {"raised_exception": True, "exception_message": message, "exception_traceback": "…"}
    for exception in (info, {"MetricConfigurationID(metric_name='x')": info}):
        assert one(tmp_path, "expect_x", exception_info=exception).message == shown


@pytest.mark.parametrize(
    ("kind", "result", "shown"),
    [
        ("expect_table_row_count_to_equal", {"observed_value": 4}, "4"),
        ("expect_column_mean_to_be_between", {"observed_value": 63.5}, "63.5"),
        ("expect_column_mean_to_be_between", {"observed_value": float("nan")}, "nan"),
        ("expect_column_values_to_be_of_type", {"observed_value": "float64"}, "float64"),
        ("expect_column_max_to_be_between", {"observed_value": "2025-03-01"}, "2025-03-01"),
        ("expect_column_max_to_be_between", {"observed_value": "Marker Name"}, ""),
        ("expect_table_columns_to_match_set", {"observed_value": ["age", "sex"]}, "[age, sex]"),
        ("expect_column_distinct_values_to_be_in_set", {"observed_value": ["Marker"]}, "1 values"),
        (
            "expect_column_quantile_values_to_be_between",
            {"observed_value": {"quantiles": [0.5], "values": [40]}},
            "quantiles: [0.5], values: [40]",
        ),
        ("expect_x", {"observed_value": {"values": ["Marker Name"]}}, ""),
        ("expect_x", {"observed_value": {"Marker Name": 3}}, ""),
        ("expect_x", {"unexpected_count": 2}, "2 unexpected"),
        ("expect_x", {"unexpected_count": 2, "element_count": 9}, "2 of 9 unexpected"),
        ("expect_x", {"unexpected_percent": 12.5}, "12.5 % unexpected"),
        ("expect_x", {}, ""),
    ],
)
def test_what_was_found_is_no_value_of_the_data(
    tmp_path: Path, kind: str, result: Tree, shown: str
) -> None:
    assert one(tmp_path, kind, result=result).observed == shown


@pytest.mark.parametrize(
    ("kind", "kwargs", "column", "expected"),
    [
        ("expect_x", {"column_A": "a", "column_B": "b"}, "a, b", ""),
        ("expect_compound_columns_to_be_unique", {"column_list": ["a", "b"]}, "a, b", ""),
        ("expect_table_columns_to_match_set", {"column_set": ["a"]}, "", "column_set: [a]"),
        (
            "expect_table_columns_to_match_ordered_list",
            {"column_list": [f"c{i}" for i in range(12)]},
            "",
            "column_list: [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9] and 2 more",
        ),
        ("expect_x", {"regex": r"^\d{4}/\w+@.*$", "auto": False}, "", r"regex: ^\d{4}/\w+@.*$"),
        ("expect_x", {"value": 0, "result_format": "BASIC"}, "", "value: 0"),
    ],
)
def test_what_is_asked_for(
    tmp_path: Path, kind: str, kwargs: Tree, column: str, expected: str
) -> None:
    check = one(tmp_path, kind, kwargs=kwargs)
    assert (check.column, check.expected) == (column, expected)


def test_the_words_of_0_x(tmp_path: Path) -> None:
    """In 0.13 run_time is local time marked as UTC, and successful_expectations may be null."""
    meta = {
        "great_expectations_version": "0.13.23",
        "expectation_suite_name": "yelp",
        "run_id": {"run_name": "n", "run_time": "2021-07-23T23:30:02.229669+00:00"},
        "validation_time": "20210723T153007.484718Z",
        "batch_spec": {"path": "C:\\Users\\marker\\..\\data\\yelp.json"},
    }
    tree = {"results": [expectation("expect_x", old=True)], "success": True, "meta": meta}
    (check,) = checks(tmp_path, tree)
    assert (check.suite, check.check, check.dataset) == ("yelp", "expect_x", "yelp.json")
    assert check.checked == parse_time("2021-07-23T15:30:07.484718Z")
    meta = {"run_id": "20200102T030405Z", "batch_kwargs": {"path": "s3://marker/b/part.csv?key=1"}}
    (check,) = checks(tmp_path, {**tree, "meta": meta})
    assert (check.suite, check.dataset) == ("result", "part.csv")
    assert check.checked == parse_time("2020-01-02T03:04:05Z")


def test_checkpoints_that_validated_several(tmp_path: Path) -> None:
    first = validation(expectation("expect_a"))
    second = {**validation(expectation("expect_b", old=True)), "suite_name": None}
    key = "ValidationResultIdentifier::team/{}/__none__/20250301T120000.5Z/batch"
    tree = {
        "run_id": {"run_name": None},
        "run_results": {
            key.format("one"): {"validation_result": first, "actions_results": {}},
            key.format("two"): second,
        },
        "checkpoint_config": {"notify": "https://hooks.example.org/marker"},
    }
    found = [(check.suite, check.check) for check in checks(tmp_path, tree)]
    assert found == [("intake", "expect_a"), ("team/two", "expect_b")]
    described = {
        "success": False,
        "validation_results": [
            {
                "success": False,
                "expectations": [
                    {"expectation_type": "expect_c", "success": True, "kwargs": {"column": "a"}}
                ],
                "result_url": "https://example.org/marker",
            }
        ],
    }
    (check,) = checks(tmp_path, described)
    assert (check.check, check.column, check.status) == ("expect_c", "a", "pass")


def test_a_store_is_one_location(tmp_path: Path) -> None:
    path = "gx/uncommitted/validations/intake/__none__/20250301T120000.5Z/batch.json"
    put(tmp_path, {path: json.dumps(validation(expectation("expect_a")))})
    (check,) = read(Place(LocalStorage.at(tmp_path, "project"), path)).checks
    assert check.location == "project/gx/uncommitted/validations"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"results": [1, 2], "statistics": {}}',
        '{"name": "intake", "expectations": [{"type": "expect_x", "kwargs": {}}], '
        '"meta": {"great_expectations_version": "1.24.1"}}',
        '{"name": "cp", "validation_definitions": []}',
    ],
)
def test_other_json_is_not_claimed(tmp_path: Path, content: str) -> None:
    put(tmp_path, {"a.json": content, "a.txt": json.dumps(validation(expectation("x")))})
    for name in ("a.json", "a.txt"):
        assert source.matches(place_of(tmp_path / name), None) is None
    assert source.matches(place_of(tmp_path), place_of(tmp_path).entries()) is None


GOOD = json.dumps(validation(expectation("expect_a"), expectation("expect_b", success=False)))


@pytest.mark.parametrize(
    ("content", "slug", "left"),
    [
        (GOOD[:-1], "file-unreadable", 0),
        ('["results", "expectation_config"]', "file-unreadable", 0),
        ('{"results": 5, "expectation_config": 1}', "file-unreadable", 0),
        (json.dumps(validation({"success": True}, expectation("expect_a"))), "check-unreadable", 1),
        (GOOD.replace("intake", "int\xffake").encode("latin-1"), "not-utf8", 2),
        (json.dumps(validation()), "checks-empty", 0),
    ],
)
def test_bad_input(tmp_path: Path, content: str | bytes, slug: str, left: int) -> None:
    put(tmp_path, {"result.json": content})
    records = read(place_of(tmp_path / "result.json"))
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == "result.json"
    assert len(records.checks) == left


KEYS = (
    "results meta run_id run_results expectation_config type kwargs column result observed_value "
    "exception_info raised_exception suite_name success batch_spec path validation_time "
    "unexpected_percent element_count validation_results"
).split()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(KEYS),
                inner,
                max_size=6,
            )
        ),
        max_leaves=40,
    )
)
def test_no_shape_raises(tmp_path_factory: pytest.TempPathFactory, tree: Any) -> None:
    folder = tmp_path_factory.mktemp("shape")
    marked = {"great_expectations_version": 1, "results": tree, "run_results": tree}
    for content in (tree, marked, {**marked, "results": [tree, {"expectation_config": tree}]}):
        put(folder, {"result.json": json.dumps(content)})
        place = place_of(folder / "result.json")
        source.matches(place, None)
        for check in source.read(source.discover(place).units[0]).checks:
            assert check.check


@given(st.integers(0, len(GOOD)))
def test_a_cut_file_is_told(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = put(tmp_path_factory.mktemp("cut"), {"result.json": GOOD[:cut]})
    (unit,) = source.discover(place_of(folder / "result.json")).units
    records = source.read(unit)
    assert bool(records.problems) != (len(records.checks) == 2)


@pytest.mark.peer
def test_what_is_read_equals_what_great_expectations_loads(peers: Peers) -> None:
    out = peers.made("gx_makes.py", needs="great_expectations pandas")
    store = out / "project" / "gx" / "uncommitted" / "validations"
    files = [*(out / "results").glob("[A-Z]*.json"), *store.rglob("*.json")]
    assert len(files) == 9
    statuses: Counter[str] = Counter()
    said = peers.said_of(out)
    for path in files:
        theirs = said[str(path)]
        records = read(place_of(path))
        assert records.problems == ()
        assert len(records.checks) == len(theirs["results"]) == 12
        ours = sorted(records.checks, key=lambda check: (check.check, check.column))
        for check, result in zip(
            ours, sorted(theirs["results"], key=lambda r: (r["check"], r["column"])), strict=True
        ):
            assert check.check == result["check"]
            assert check.column == result["column"] or ", " in check.column
            assert (check.suite, check.dataset) == (theirs["suite"], theirs["dataset"])
            assert check.checked == parse_time(theirs["time"])
            failed = "warning" if result["severity"] == "warning" else "fail"
            met = "pass" if result["success"] else failed
            assert check.status == ("error" if result["raised"] else met)
            assert check.rows == result["rows"]
            share = None if result["percent"] is None else result["percent"] / 100
            assert check.share == share
            if isinstance(result["observed"], int | float):
                assert check.observed == str(result["observed"])
            statuses[check.status] += 1
    assert statuses == {"error": 9, "fail": 63, "warning": 9, "pass": 27}
    described = read(place_of(out / "results" / "described.json"))
    assert len(described.checks) == 12
    everything = repr([read(place_of(path)) for path in (out / "results").iterdir()])
    assert "marker" not in everything
